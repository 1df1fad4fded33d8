package org.leftfold.engine.side;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records that are written and forced together. Guarded by the lock of its file. */
final class Group {
    private static final int INITIAL_BYTES = 256;

    private final long start;
    private byte[] bytes = new byte[INITIAL_BYTES];
    private int byteCount;
    private boolean forced;
    private final List<Erasure> erasures = new ArrayList<>();
    private @Nullable Failure failure;
    private boolean done;

    /** A range that becomes zeros once the records are durable. */
    record Erasure(long offset, int byteCount) {}

    Group(long start) {
        this.start = start;
    }

    long start() {
        return start;
    }

    long end() {
        return start + byteCount;
    }

    boolean isEmpty() {
        return byteCount == 0;
    }

    void add(byte[] record) {
        if (bytes.length - byteCount < record.length) {
            int capacity = Math.max(Math.addExact(byteCount, record.length), bytes.length * 2);
            bytes = Arrays.copyOf(bytes, capacity);
        }
        System.arraycopy(record, 0, bytes, byteCount, record.length);
        byteCount += record.length;
    }

    /** The records; filled up to the end minus the start. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * Copies what lies from {@code offset} on in the file into the rest of {@code target}, from
     * {@code index} on. Returns how many bytes.
     */
    int copyTo(byte[] target, int index, long offset) {
        if (offset < start || offset >= end()) {
            return 0;
        }
        int count = (int) Math.min(target.length - index, end() - offset);
        System.arraycopy(bytes, (int) (offset - start), target, index, count);
        return count;
    }

    int byteCount() {
        return byteCount;
    }

    boolean isForced() {
        return forced;
    }

    void force() {
        forced = true;
    }

    List<Erasure> erasures() {
        return erasures;
    }

    void erase(long offset, int count) {
        erasures.add(new Erasure(offset, count));
    }

    @Nullable Failure failure() {
        return failure;
    }

    void fail(Failure why) {
        failure = why;
        done = true;
    }

    void finish() {
        done = true;
    }

    /** Whether it is stored or has failed. */
    boolean isDone() {
        return done;
    }
}
