package org.leftfold.engine.index.part;

/** What a part knows of one key. Immutable; any thread. */
public final class PartEntry {
    private final Pages pages;
    private final long leafNumber;
    private final byte[] leaf;
    private final int listAt; // the positions, or the place where they are
    private final long count;
    private final boolean elsewhere;
    private final long total;
    private final long firstKept;

    private PartEntry(Pages pages, long leafNumber, byte[] leaf, ByteCursor value) {
        long counted = value.varint();
        this.pages = pages;
        this.leafNumber = leafNumber;
        this.leaf = leaf;
        this.count = counted >>> 1;
        this.elsewhere = (counted & 1) == 1;
        this.total = count + value.varint();
        this.firstKept = value.varint();
        this.listAt = value.at;
    }

    /** The entry whose value begins at {@code valueAt} of a leaf. */
    static PartEntry decode(Pages pages, long leafNumber, byte[] leaf, int valueAt) {
        return new PartEntry(pages, leafNumber, leaf, new ByteCursor(leaf, valueAt));
    }

    /** How many positions of the key are in the part; may be 0. */
    public long count() {
        return count;
    }

    /** How many positions the key has in the whole store up to the end of the part. */
    public long total() {
        return total;
    }

    /** The first readable version of a stream, from 1; 0 for other kinds. */
    public long firstKept() {
        return firstKept;
    }

    /** A new view of the positions in the part, for one thread. */
    public Positions positions() {
        try {
            return open();
        } catch (IndexOutOfBoundsException e) {
            throw pages.senseless(leafNumber, e);
        }
    }

    private Positions open() {
        ByteCursor list = new ByteCursor(leaf, listAt);
        if (elsewhere) {
            return new LongList(pages, list.varint(), count);
        }
        if (count > PartFormat.BLOCK_ITEMS) {
            throw new IndexOutOfBoundsException("a leaf has no list of %d".formatted(count));
        }
        long[] items = new long[(int) count];
        long position = pages.footer().header().after();
        for (int i = 0; i < items.length; i++) {
            position += list.varint();
            items[i] = position;
        }
        return new ShortList(items);
    }
}
