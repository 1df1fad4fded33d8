package org.leftfold.engine.index.part;

/** Positions of events in rising order: a view for one thread at a time. */
public interface Positions {
    /** Number of positions. */
    long size();

    /** The position at {@code index}, from 0, which is below the size. Quick for neighbours. */
    long at(long index);

    /** How many of the positions are at or below {@code position}. */
    long countUpTo(long position);

    /** Whether {@code position} is among them. */
    default boolean contains(long position) {
        long count = countUpTo(position);
        return count > 0 && at(count - 1) == position;
    }
}
