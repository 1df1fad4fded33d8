package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.Arrays;
import org.leftfold.engine.log.Bytes;

/**
 * Writes where events lie in the log: blocks of 128 locations as differences to the first, then a
 * directory with the place of each block. One thread.
 *
 * <pre>
 * block:   0 8  first location    8 1  width in bits    9  the differences, packed
 * </pre>
 */
final class PlaceWriter {
    static final int WIDTH_AT = 8;
    static final int ITEMS_AT = 9;

    /** A block of the widest numbers. */
    private static final int MAX_BLOCK_BYTES = ITEMS_AT + 8 * PartFormat.BLOCK_ITEMS;

    private final PageSink sink;
    private final HeapWriter heap;
    private final Spool spool;
    private final long[] locations = new long[PartFormat.BLOCK_ITEMS];
    private final byte[] block = new byte[MAX_BLOCK_BYTES + 8];
    private final byte[] page = new byte[PartFormat.PAGE_BYTES];
    private int count;
    private int directoryEntries;

    PlaceWriter(PageSink sink, Spool spool) {
        this.sink = sink;
        this.heap = new HeapWriter(sink);
        this.spool = spool;
    }

    /** Adds a location that is not below the one before. */
    void add(long location) throws IOException {
        if (count == PartFormat.BLOCK_ITEMS) {
            endBlock();
        }
        locations[count++] = location;
    }

    private void endBlock() throws IOException {
        long first = locations[0];
        int width = Packing.width(locations[count - 1] - first);
        int byteCount = ITEMS_AT + Packing.byteCount(count, width);
        Arrays.fill(block, (byte) 0);
        Bytes.putLong(block, 0, first);
        block[WIDTH_AT] = (byte) width;
        for (int i = 0; i < count; i++) {
            Packing.put(block, ITEMS_AT, i, width, locations[i] - first);
        }
        spool.add(heap.append(block, byteCount));
        count = 0;
    }

    /** Writes the rest; returns the first page of the directory. */
    long finish() throws IOException {
        if (count > 0) {
            endBlock();
        }
        heap.close();
        long firstPage = sink.pageCount();
        page[0] = PartFormat.DIRECTORY;
        spool.forEach(this::addToDirectory);
        endDirectoryPage();
        spool.clear();
        return firstPage;
    }

    private void addToDirectory(long place) throws IOException {
        if (directoryEntries == PartFormat.DIRECTORY_ENTRIES) {
            endDirectoryPage();
        }
        PartFormat.putShortLong(page, directoryEntryAt(directoryEntries++), place);
    }

    private void endDirectoryPage() throws IOException {
        if (directoryEntries > 0) {
            int used = directoryEntryAt(directoryEntries);
            Arrays.fill(page, used, PartFormat.PAGE_BYTES, (byte) 0);
            sink.append(page);
            directoryEntries = 0;
        }
    }

    static int directoryEntryAt(int entry) {
        return PartFormat.CONTENT_AT + entry * PartFormat.SHORT_LONG_BYTES;
    }
}
