package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.Arrays;

/** Puts small blocks on pages, each whole on one page. One thread. */
final class HeapWriter {
    /** Behind it a number of 8 bytes could not be read whole, wherever it begins in a block. */
    static final int END = PartFormat.PAGE_BYTES - 8;

    private final PageSink sink;
    private final byte[] page = new byte[PartFormat.PAGE_BYTES];
    private long number;
    private int at; // 0: there is no page

    HeapWriter(PageSink sink) {
        this.sink = sink;
    }

    /** Adds a block; returns its place. */
    long append(byte[] block, int byteCount) throws IOException {
        if (at + byteCount > END) {
            close();
        }
        if (at == 0) {
            number = sink.reserve();
            Arrays.fill(page, (byte) 0);
            page[0] = PartFormat.HEAP;
            at = PartFormat.CONTENT_AT;
        }
        System.arraycopy(block, 0, page, at, byteCount);
        long place = PartFormat.heapPlace(number, at);
        at += byteCount;
        return place;
    }

    /** Ends the current page; the next block begins another. */
    void close() throws IOException {
        if (at != 0) {
            sink.fill(number, page);
            at = 0;
        }
    }
}
