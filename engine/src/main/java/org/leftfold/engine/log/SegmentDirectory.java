package org.leftfold.engine.log;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Finds frames by their positions in a segment that was rewritten: what the index knows of places
 * in it is of the time before. It stands behind the seal, up to the end of the file:
 *
 * <pre>
 * page    = 4 CRC-32C of store id, segment, and the rest of the page; 4 number of the page, from 0;
 *           entries, as many as fit into 4096 bytes; the last page ends with its last entry
 * entry   = 4 first position of a frame - first position of the segment, 4 offset of the frame
 * </pre>
 *
 * <p>The first frame has an entry, and each that begins {@value #SPACING_BYTES} bytes or more
 * behind the one that had an entry last. Immutable; any thread may ask.
 */
public final class SegmentDirectory {
    /** So many bytes are read at most to find a frame from its entry on. */
    static final int SPACING_BYTES = 4 << 10;

    private static final int PAGE_BYTES = 4 << 10;
    private static final int CONTENT_AT = 8;
    private static final int ENTRY_BYTES = 8;
    private static final int BLOCK_BYTES = SPACING_BYTES + FrameHeader.MAX_BYTES;

    private final long[] firstPositions; // of each page

    private SegmentDirectory(long[] firstPositions) {
        this.firstPositions = firstPositions;
    }

    /** Reads and checks the directory of a rewritten segment. */
    static SegmentDirectory of(Segment segment) {
        long[] firstPositions = new long[pageCount(segment)];
        for (int page = 0; page < firstPositions.length; page++) {
            firstPositions[page] = position(segment, readPage(segment, page), 0);
        }
        return new SegmentDirectory(firstPositions);
    }

    private static int pageCount(Segment segment) {
        SegmentHeader header = segment.header();
        long byteCount = header.capacityBytes() - header.framesEnd();
        int pages = (int) ((byteCount + PAGE_BYTES - 1) / PAGE_BYTES);
        long contentBytes = byteCount - (long) pages * CONTENT_AT;
        if (contentBytes < ENTRY_BYTES || contentBytes % ENTRY_BYTES != 0) {
            throw damaged(segment, 0, "a directory cannot have %d bytes".formatted(byteCount));
        }
        return pages;
    }

    private static byte[] readPage(Segment segment, int page) {
        long offset = offsetOf(segment, page);
        long end = Math.min(offset + PAGE_BYTES, segment.header().capacityBytes());
        byte[] bytes = new byte[(int) (end - offset)];
        int found = segment.read(offset, bytes, 0, bytes.length);
        if (found < bytes.length
                || bytes.length < CONTENT_AT + ENTRY_BYTES
                || Bytes.getInt(bytes, 0) != checksum(segment.header(), bytes)
                || Bytes.getInt(bytes, 4) != page) {
            throw damaged(segment, page, "the checksum of the directory's page does not match");
        }
        return bytes;
    }

    private static long offsetOf(Segment segment, int page) {
        return segment.header().framesEnd() + (long) page * PAGE_BYTES;
    }

    private static Corruption damaged(Segment segment, int page, String what) {
        return new Corruption(segment.fileName(), offsetOf(segment, page), what);
    }

    private static int checksum(SegmentHeader header, byte[] page) {
        byte[] identity = new byte[24];
        Bytes.putLong(identity, 0, header.storeId().getMostSignificantBits());
        Bytes.putLong(identity, 8, header.storeId().getLeastSignificantBits());
        Bytes.putLong(identity, 16, header.identity());
        CRC32C crc = new CRC32C();
        crc.update(identity);
        crc.update(page, 4, page.length - 4);
        return (int) crc.getValue();
    }

    private static long position(Segment segment, byte[] page, int entry) {
        int at = CONTENT_AT + entry * ENTRY_BYTES;
        return segment.header().firstPosition() + (Bytes.getInt(page, at) & 0xffffffffL);
    }

    private static long offset(byte[] page, int entry) {
        return Bytes.getInt(page, CONTENT_AT + entry * ENTRY_BYTES + 4) & 0xffffffffL;
    }

    /** Where the frame of a position begins. */
    long find(Segment segment, long position) {
        int page = pageOf(position);
        byte[] bytes = readPage(segment, page);
        int low = 0;
        int high = (bytes.length - CONTENT_AT) / ENTRY_BYTES - 1;
        while (low < high) { // the last entry that is not behind the position
            int middle = (low + high + 1) >>> 1;
            if (position(segment, bytes, middle) <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return walk(segment, offset(bytes, low), position);
    }

    private int pageOf(long position) {
        int low = 0;
        int high = firstPositions.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstPositions[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Goes from head to head, from the frame of an entry to the one that holds the position. */
    private static long walk(Segment segment, long from, long position) {
        FrameHeader header = new FrameHeader(segment.header());
        long end = segment.header().framesEnd();
        byte[] block = new byte[(int) Math.min(BLOCK_BYTES, Math.max(0, end - from))];
        int filled = segment.read(from, block, 0, block.length);
        int at = 0;
        while (at < filled) {
            if (header.decode(block, at, filled, from + at) != FrameHeader.Found.HEAD) {
                break;
            }
            boolean isBehind = position < header.firstPosition();
            if (!isBehind && position < header.firstPosition() + header.eventCount()) {
                return from + at;
            }
            if (isBehind || header.frameBytes() > filled - at) {
                break; // the next frame would have an entry of its own
            }
            at += header.frameBytes();
        }
        throw new Corruption(
                segment.fileName(),
                from + at,
                "the frame of position %d is not where the directory says".formatted(position));
    }

    /**
     * Compares the directory of a rewritten segment with its frames.
     *
     * @throws Corruption if it is not the one that belongs to them
     */
    public static void check(Segment segment) {
        Builder expected = new Builder(segment.header());
        long end = segment.header().framesEnd();
        FrameScanner scanner = new FrameScanner(segment, SegmentHeader.BYTES, end);
        FrameScanner.Found found = scanner.next();
        while (found == FrameScanner.Found.FRAME && scanner.header().kind() != FrameHeader.SEAL) {
            expected.add(scanner.header().firstPosition(), scanner.frameOffset());
            found = scanner.next();
        }
        if (found != FrameScanner.Found.FRAME || scanner.nextOffset() != end) {
            throw new Corruption(
                    segment.fileName(),
                    scanner.frameOffset(),
                    "the directory does not begin behind the seal");
        }
        byte[] right = expected.finish();
        int pages = pageCount(segment);
        for (int page = 0; page < pages; page++) {
            byte[] bytes = readPage(segment, page);
            int from = page * PAGE_BYTES;
            if (right.length < from + bytes.length
                    || !Arrays.equals(bytes, 0, bytes.length, right, from, from + bytes.length)) {
                throw damaged(segment, page, "the directory does not agree with the frames");
            }
        }
        if (right.length != segment.header().capacityBytes() - end) {
            throw damaged(segment, pages - 1, "the directory leaves frames out");
        }
    }

    /** Makes the directory of a segment that is being written. One thread. */
    static final class Builder {
        private final SegmentHeader header;
        private byte[] bytes = new byte[PAGE_BYTES];
        private int used;
        private long lastOffset = -SPACING_BYTES;

        /** A directory of the segment with this header, of which only the identity counts. */
        Builder(SegmentHeader header) {
            this.header = header;
        }

        /** Takes notice of the next frame. */
        void add(long firstPosition, long offset) {
            if (offset - lastOffset < SPACING_BYTES) {
                return;
            }
            lastOffset = offset;
            if (used % PAGE_BYTES == 0) {
                beginPage();
            }
            Bytes.putInt(bytes, used, (int) (firstPosition - header.firstPosition()));
            Bytes.putInt(bytes, used + 4, (int) offset);
            used += ENTRY_BYTES;
        }

        private void beginPage() {
            if (bytes.length - used < PAGE_BYTES) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
            Bytes.putInt(bytes, used + 4, used / PAGE_BYTES);
            used += CONTENT_AT;
        }

        /** All pages. */
        byte[] finish() {
            for (int from = 0; from < used; from += PAGE_BYTES) {
                byte[] page = Arrays.copyOfRange(bytes, from, Math.min(used, from + PAGE_BYTES));
                Bytes.putInt(bytes, from, checksum(header, page));
            }
            return Arrays.copyOf(bytes, used);
        }
    }
}
