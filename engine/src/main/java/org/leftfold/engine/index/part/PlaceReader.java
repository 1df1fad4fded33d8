package org.leftfold.engine.index.part;

import org.leftfold.engine.log.Bytes;

/** Finds the locations of events; see {@link PlaceWriter}. Stateless. */
final class PlaceReader {
    private PlaceReader() {}

    /** The location of the event with this number in the part, from 0. */
    static long locationOf(Pages pages, long event) {
        long place = blockPlace(pages, event / PartFormat.BLOCK_ITEMS);
        byte[] page = pages.heapPage(place);
        int at = Pages.offsetOf(place);
        return item(page, at, (int) (event % PartFormat.BLOCK_ITEMS));
    }

    private static long item(byte[] page, int block, int item) {
        int width = page[block + PlaceWriter.WIDTH_AT];
        return Bytes.getLong(page, block)
                + Packing.get(page, block + PlaceWriter.ITEMS_AT, item, width);
    }

    private static long blockPlace(Pages pages, long block) {
        long page = directoryPage(pages.footer(), block);
        return blockPlace(pages.page(page, PartFormat.DIRECTORY), block);
    }

    /** The page that says where a block is. */
    static long directoryPage(Footer footer, long block) {
        return footer.directoryPage() + block / PartFormat.DIRECTORY_ENTRIES;
    }

    /** Where a block is, as its page of the directory says. */
    static long blockPlace(byte[] directory, long block) {
        return PartFormat.getShortLong(directory, directoryEntryAt(block));
    }

    /** Where in its page of the directory it stands. */
    static int directoryEntryAt(long block) {
        return PlaceWriter.directoryEntryAt((int) (block % PartFormat.DIRECTORY_ENTRIES));
    }

    /** Puts the locations of a block into an array; returns how many. */
    static int readBlock(Pages pages, long block, long[] target) {
        long events = pages.footer().header().events() - block * PartFormat.BLOCK_ITEMS;
        int count = (int) Math.min(PartFormat.BLOCK_ITEMS, events);
        long place = blockPlace(pages, block);
        byte[] page = pages.heapPage(place);
        for (int i = 0; i < count; i++) {
            target[i] = item(page, Pages.offsetOf(place), i);
        }
        return count;
    }
}
