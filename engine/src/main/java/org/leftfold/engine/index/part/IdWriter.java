package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.Arrays;
import org.leftfold.engine.log.Bytes;

/**
 * Writes hashes of ids with positions: entries of fixed width, none across two pages. An entry is 5
 * bytes of hash, then the position behind the part's beginning in as many bytes as the part needs.
 * One thread.
 */
final class IdWriter {
    private final PageSink sink;
    private final int positionBytes;
    private final int entryBytes;
    private final int pageEntries;
    private final byte[] page = new byte[PartFormat.PAGE_BYTES];
    private int pageCount;
    private long count;

    IdWriter(PageSink sink, long events) {
        this.sink = sink;
        this.positionBytes = positionBytes(events);
        this.entryBytes = PartFormat.HASH_BYTES + positionBytes;
        this.pageEntries = pageEntries(positionBytes);
        page[0] = PartFormat.IDS;
    }

    /** Bytes for a position in a part of this many events. */
    static int positionBytes(long events) {
        return Math.max(1, (71 - Long.numberOfLeadingZeros(events)) / 8);
    }

    static int pageEntries(int positionBytes) {
        return (PartFormat.CHECKSUM_AT - PartFormat.CONTENT_AT)
                / (PartFormat.HASH_BYTES + positionBytes);
    }

    /** Adds an id, in order of hash, then of {@code offset}, the position behind the beginning. */
    void add(long hash, long offset) throws IOException {
        if (pageCount == pageEntries) {
            endPage();
        }
        int at = PartFormat.CONTENT_AT + pageCount * entryBytes;
        Bytes.putInt(page, at, (int) hash);
        page[at + 4] = (byte) (hash >>> 32);
        for (int i = 0; i < positionBytes; i++) {
            page[at + PartFormat.HASH_BYTES + i] = (byte) (offset >>> (8 * i));
        }
        pageCount++;
        count++;
    }

    private void endPage() throws IOException {
        int used = PartFormat.CONTENT_AT + pageCount * entryBytes;
        Arrays.fill(page, used, PartFormat.PAGE_BYTES, (byte) 0);
        sink.append(page);
        pageCount = 0;
    }

    /** Writes the rest; returns how many ids there are. */
    long finish() throws IOException {
        if (pageCount > 0) {
            endPage();
        }
        return count;
    }
}
