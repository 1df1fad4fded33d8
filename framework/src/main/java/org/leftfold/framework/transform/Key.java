package org.leftfold.framework.transform;

/**
 * The place of an output in the order of all outputs.
 *
 * @param position of the event that it comes from
 * @param part which of the things that became of it, from 1
 */
record Key(long position, int part) implements Comparable<Key> {
    /** In front of all outputs. */
    static final Key NONE = new Key(0, 0);

    @Override
    public int compareTo(Key other) {
        return position == other.position
                ? Integer.compare(part, other.part)
                : Long.compare(position, other.position);
    }

    @Override
    public String toString() {
        return "part %d of position %d".formatted(part, position);
    }
}
