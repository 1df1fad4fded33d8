package org.leftfold.engine.index.part;

/**
 * A list of positions that is a tree of blocks; see {@link PostingWriter}. The block that was used
 * last is kept, so that neighbours are quick. One thread.
 */
final class LongList implements Positions {
    private static final int FANOUT_BITS = PartFormat.LIST_FANOUT_BITS;

    private final Pages pages;
    private final long top;
    private final long size;
    private final long blocks;
    private final int levels;
    private final long after;
    private final long[] items = new long[PartFormat.BLOCK_ITEMS];
    private int itemCount;
    private long block = -1; // whose positions are in the items

    LongList(Pages pages, long top, long size) {
        this.pages = pages;
        this.top = top;
        this.size = size;
        this.blocks = (size + PartFormat.BLOCK_ITEMS - 1) / PartFormat.BLOCK_ITEMS;
        this.after = pages.footer().header().after();
        int above = 0;
        while (blocks > 1L << (FANOUT_BITS * above)) {
            above++;
        }
        this.levels = above;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long at(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("%d of %d".formatted(index, size));
        }
        long wanted = index / PartFormat.BLOCK_ITEMS;
        if (wanted != block) {
            goTo(wanted);
        }
        return items[(int) (index % PartFormat.BLOCK_ITEMS)];
    }

    private void goTo(long wanted) {
        long place = top;
        try {
            for (int level = levels - 1; level >= 0; level--) {
                int child = (int) (wanted >>> (FANOUT_BITS * level)) & (PartFormat.LIST_FANOUT - 1);
                place = childPlace(pages.heapPage(place), Pages.offsetOf(place), child);
            }
            decode(place, wanted);
        } catch (IndexOutOfBoundsException e) {
            throw pages.senseless(place / PartFormat.PAGE_BYTES, e);
        }
    }

    private static long childPlace(byte[] page, int node, int child) {
        return PartFormat.getShortLong(
                page, node + child * PartFormat.LIST_ENTRY_BYTES + PartFormat.SHORT_LONG_BYTES);
    }

    private void decode(long place, long wanted) {
        byte[] page = pages.heapPage(place);
        int at = Pages.offsetOf(place);
        block = -1;
        itemCount = (int) Math.min(PartFormat.BLOCK_ITEMS, size - wanted * PartFormat.BLOCK_ITEMS);
        long position = after + PartFormat.getShortLong(page, at);
        long least = PartFormat.getShortLong(page, at + PostingWriter.STEP_AT);
        int width = page[at + PostingWriter.WIDTH_AT];
        int stepsAt = at + PostingWriter.STEPS_AT;
        items[0] = position;
        for (int i = 1; i < itemCount; i++) {
            position += least + Packing.get(page, stepsAt, i - 1, width);
            items[i] = position;
        }
        block = wanted;
    }

    @Override
    public long countUpTo(long position) {
        if (block < 0 || position < items[0] || position > items[itemCount - 1]) {
            if (!goToPosition(position)) {
                return 0;
            }
        }
        int low = 0;
        int high = itemCount;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (items[middle] <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return block * PartFormat.BLOCK_ITEMS + low;
    }

    /** Goes to the last block that does not begin above; false if all do. */
    private boolean goToPosition(long position) {
        long place = top;
        long first = 0; // the first block below the node
        try {
            for (int level = levels - 1; level >= 0; level--) {
                long children = ((blocks - first - 1) >>> (FANOUT_BITS * level)) + 1;
                byte[] page = pages.heapPage(place);
                int node = Pages.offsetOf(place);
                int count = (int) Math.min(PartFormat.LIST_FANOUT, children);
                int child = lastChild(page, node, count, position - after);
                if (child < 0) {
                    return false;
                }
                first += (long) child << (FANOUT_BITS * level);
                place = childPlace(page, node, child);
            }
            if (first != block) {
                decode(place, first);
            }
        } catch (IndexOutOfBoundsException e) {
            throw pages.senseless(place / PartFormat.PAGE_BYTES, e);
        }
        return position >= items[0];
    }

    private static int lastChild(byte[] page, int node, int count, long offset) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int at = node + middle * PartFormat.LIST_ENTRY_BYTES;
            if (PartFormat.getShortLong(page, at) <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
