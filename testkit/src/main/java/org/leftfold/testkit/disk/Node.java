package org.leftfold.testkit.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The contents of one file, which survive a rename: what the page cache holds, what is durable, and
 * the operations between the two. Always true: bytes of an array behind the size are zero. Arrays
 * marked shared are copied before they change, so images and copies cost nothing until written to.
 * Guarded by the directory; frozen ones by nobody.
 */
final class Node {
    private static final byte[] NO_BYTES = {};

    byte[] bytes = NO_BYTES;
    int size;
    boolean writeBackFails;
    byte[] durable = NO_BYTES;
    int durableSize;
    List<Operation.Data> pending = new ArrayList<>();

    private boolean bytesShared = true;
    private boolean durableShared = true;
    private boolean
            diverged; // After a forgotten write-back: bytes are not durable bytes plus pending.

    /** A node without pending operations. */
    static Node durable(byte[] bytes, int size) {
        Node node = new Node();
        node.bytes = bytes;
        node.size = size;
        node.durable = bytes;
        node.durableSize = size;
        return node;
    }

    /** A copy that shares the bytes until either side changes them. */
    Node copy() {
        bytesShared = true;
        durableShared = true;
        Node copy = durable(bytes, size);
        copy.durable = durable;
        copy.durableSize = durableSize;
        copy.pending = new ArrayList<>(pending);
        copy.diverged = diverged;
        copy.writeBackFails = writeBackFails;
        return copy;
    }

    void apply(Operation.Data operation) {
        int newSize = operation.sizeAfter(size);
        if (bytesShared || newSize > bytes.length) {
            bytes = Arrays.copyOf(bytes, capacity(bytes.length, newSize));
            bytesShared = false;
        }
        operation.copyTo(bytes, 0, Math.max(size, newSize));
        size = newSize;
        pending.add(operation);
    }

    /** Makes the pending operations durable. */
    void force() {
        for (Operation.Data operation : pending) {
            int newSize = operation.sizeAfter(durableSize);
            if (durableShared || newSize > durable.length) {
                durable = Arrays.copyOf(durable, capacity(durable.length, newSize));
                durableShared = false;
            }
            operation.copyTo(durable, 0, Math.max(durableSize, newSize));
            durableSize = newSize;
        }
        pending.clear();
    }

    /** Forgets the pending operations: memory has them, the disk never will. */
    void forget() {
        diverged |= !pending.isEmpty();
        pending.clear();
    }

    /** Puts other bytes in place, on the disk and in memory, with nothing pending. */
    void replace(byte[] replacement) {
        bytes = replacement;
        size = replacement.length;
        durable = replacement;
        durableSize = replacement.length;
        bytesShared = true;
        durableShared = true;
        diverged = false;
        pending.clear();
    }

    /** What a crash leaves. */
    Node image(Keep keep) {
        if (pending.isEmpty() || keep.keepsNothing()) {
            return durable(durable, durableSize);
        }
        if (keep.keepsAll() && !diverged) {
            return durable(bytes, size);
        }
        int imageSize = durableSize;
        for (Operation.Data operation : pending) {
            if (operation.sequence <= keep.sizeKeptUpTo) {
                imageSize = operation.sizeAfter(imageSize);
            }
        }
        byte[] image = Arrays.copyOf(durable, imageSize);
        for (Operation.Data operation : pending) {
            if (operation.kind != Operation.Data.DataKind.TRUNCATE) {
                keep.apply(operation, image);
            } else if (operation.sequence <= keep.sizeKeptUpTo) {
                operation.copyTo(image, 0, imageSize);
            }
        }
        return durable(image, imageSize);
    }

    /** Whether a range of the file is not the same on the disk and in memory. */
    boolean differs(Node other, int from, int to) {
        for (int at = from; at < to; ) {
            boolean mine = at < size;
            boolean theirs = at < other.durableSize;
            int stop = to;
            if (mine) {
                stop = Math.min(stop, size);
            }
            if (theirs) {
                stop = Math.min(stop, other.durableSize);
            }
            if (mine && theirs) {
                if (!Arrays.equals(bytes, at, stop, other.durable, at, stop)) {
                    return true;
                }
            } else if (mine
                    ? !isZero(bytes, at, stop)
                    : theirs && !isZero(other.durable, at, stop)) {
                return true;
            }
            at = stop;
        }
        return false;
    }

    int pendingStart() {
        int start = Integer.MAX_VALUE;
        for (Operation.Data operation : pending) {
            if (operation.count > 0) {
                start = Math.min(start, operation.offset);
            }
        }
        return start;
    }

    int pendingEnd() {
        int end = 0;
        for (Operation.Data operation : pending) {
            if (operation.count > 0) {
                end = Math.max(end, operation.end());
            }
        }
        return end;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int capacity(int oldCapacity, int size) {
        return size <= oldCapacity
                ? oldCapacity
                : Math.max(size, Math.min(oldCapacity * 2, 1 << 24));
    }
}
