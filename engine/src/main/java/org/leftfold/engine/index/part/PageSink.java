package org.leftfold.engine.index.part;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.leftfold.engine.log.Bytes;
import org.leftfold.io.DataFile;

/**
 * Writes the pages of a part, in large pieces. A page can be reserved and filled later, so that
 * others can already name it. One thread.
 */
final class PageSink {
    /** 256 KiB a write: enough that calls cost little. */
    private static final int WINDOW_PAGES = 64;

    private static final int FIRST_PAGES = 4;

    private final DataFile file;
    private final PartHeader header;
    private byte[] window = new byte[FIRST_PAGES * PartFormat.PAGE_BYTES]; // grows to all pages
    private long windowFirst; // number of the first page in the window
    private int windowPages;

    PageSink(DataFile file, PartHeader header) {
        this.file = file;
        this.header = header;
    }

    /** Number of pages so far, which is the number of the next one. */
    long pageCount() {
        return windowFirst + windowPages;
    }

    /** Takes the next number. */
    long reserve() throws IOException {
        if (windowPages == WINDOW_PAGES) {
            flush();
        } else if ((windowPages + 1) * PartFormat.PAGE_BYTES > window.length) {
            window = Arrays.copyOf(window, 2 * window.length);
        }
        return windowFirst + windowPages++;
    }

    /** Gives a reserved page its content; the checksum is put into the array. */
    void fill(long number, byte[] page) throws IOException {
        Bytes.putInt(page, PartFormat.CHECKSUM_AT, PartFormat.checksum(page, header, number));
        if (number >= windowFirst) {
            int at = (int) (number - windowFirst) * PartFormat.PAGE_BYTES;
            System.arraycopy(page, 0, window, at, PartFormat.PAGE_BYTES);
        } else {
            file.write(number * PartFormat.PAGE_BYTES, ByteBuffer.wrap(page));
        }
    }

    /** Adds a page; returns its number. */
    long append(byte[] page) throws IOException {
        long number = reserve();
        fill(number, page);
        return number;
    }

    /** Hands all pages to the file. */
    void flush() throws IOException {
        int byteCount = windowPages * PartFormat.PAGE_BYTES;
        file.write(windowFirst * PartFormat.PAGE_BYTES, ByteBuffer.wrap(window, 0, byteCount));
        windowFirst += windowPages;
        windowPages = 0;
    }
}
