package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.log.Corruption;
import org.leftfold.io.DataFile;

/** Walks over the records of a file. One thread. */
final class RecordScan {
    private static final int WINDOW_BYTES = 128 << 10;

    private final DataFile file;
    private final FileKind kind;
    private final RecordFormat format;
    private final long end;
    private final byte[] window;
    private long windowStart;
    private int windowBytes;
    private long offset;

    /**
     * A record with a valid head.
     *
     * @param offset where it lies
     * @param head its head
     * @param content its content, whole or not
     * @param whole whether the content has the right checksum
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(long offset, RecordFormat.Head head, byte[] content, boolean whole) {
        byte type() {
            return head.type();
        }

        long end() {
            return offset + head.recordBytes();
        }

        /** Whether nothing is left of the content. */
        boolean isErased() {
            for (byte one : content) {
                if (one != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Walks from the first record to {@code end}, which is at most the length of the file. */
    RecordScan(DataFile file, FileKind kind, RecordFormat format, long end) {
        this.file = file;
        this.kind = kind;
        this.format = format;
        this.end = end;
        this.window = new byte[(int) Math.min(WINDOW_BYTES, Math.max(end, SideHeader.BYTES))];
        this.offset = SideHeader.BYTES;
    }

    /** Where the next record is looked for. */
    long offset() {
        return offset;
    }

    void seek(long target) {
        offset = target;
    }

    /** The next record, and goes behind it; null, and stays, if there is no valid head. */
    @Nullable Found next() throws IOException {
        RecordFormat.Head head = headAt(offset);
        if (head == null || head.recordBytes() > end - offset) {
            return null;
        }
        byte[] padded = new byte[RecordFormat.paddedBytes(head.contentBytes())];
        read(offset + RecordFormat.HEAD_BYTES, padded);
        boolean whole =
                RecordFormat.contentChecksum(padded, 0, padded.length) == head.contentChecksum();
        byte[] content =
                padded.length == head.contentBytes()
                        ? padded
                        : Arrays.copyOf(padded, head.contentBytes());
        Found found = new Found(offset, head, content, whole);
        offset = found.end();
        return found;
    }

    /** The first place from {@code from} on with a valid head, whatever is behind that. */
    OptionalLong find(long from) throws IOException {
        for (long at = from; at <= end - RecordFormat.HEAD_BYTES; at += RecordFormat.ALIGNMENT) {
            if (headAt(at) != null) {
                return OptionalLong.of(at);
            }
        }
        return OptionalLong.empty();
    }

    RecordFormat.@Nullable Head headAt(long at) throws IOException {
        if (at > end - RecordFormat.HEAD_BYTES) {
            return null;
        }
        if (at < windowStart || at + RecordFormat.HEAD_BYTES > windowStart + windowBytes) {
            windowStart = at;
            windowBytes = 0;
            windowBytes = file.read(at, ByteBuffer.wrap(window));
            if (windowBytes < RecordFormat.HEAD_BYTES) {
                throw shorter(at);
            }
        }
        return format.head(window, (int) (at - windowStart), at);
    }

    private void read(long at, byte[] target) throws IOException {
        if (at >= windowStart && at + target.length <= windowStart + windowBytes) {
            System.arraycopy(window, (int) (at - windowStart), target, 0, target.length);
        } else if (file.read(at, ByteBuffer.wrap(target)) < target.length) {
            throw shorter(at);
        }
    }

    private Corruption shorter(long at) {
        return new Corruption(kind.fileName(), at, "the file became shorter while it was read");
    }
}
