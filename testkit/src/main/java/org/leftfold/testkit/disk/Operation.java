package org.leftfold.testkit.disk;

import java.util.Arrays;
import java.util.Map;

/**
 * One change of a simulated disk. Immutable; the journal and the lists of pending operations share
 * them. The sequence number gives the order of all operations of one disk.
 */
sealed interface Operation {
    /** Changes bytes or size of one node. */
    final class Data implements Operation {
        enum DataKind {
            WRITE,
            ZEROS,
            TRUNCATE
        }

        private static final byte[] NO_BYTES = {};

        final int sequence;
        final int node;
        final DataKind kind;
        final int offset;
        final int count;
        private final byte[] bytes;

        private Data(int sequence, int node, DataKind kind, int offset, int count, byte[] bytes) {
            this.sequence = sequence;
            this.node = node;
            this.kind = kind;
            this.offset = offset;
            this.count = count;
            this.bytes = bytes;
        }

        static Data write(int sequence, int node, int offset, byte[] bytes) {
            return new Data(sequence, node, DataKind.WRITE, offset, bytes.length, bytes);
        }

        static Data zeros(int sequence, int node, int offset, int count) {
            return new Data(sequence, node, DataKind.ZEROS, offset, count, NO_BYTES);
        }

        static Data truncate(int sequence, int node, int sizeBytes) {
            return new Data(sequence, node, DataKind.TRUNCATE, sizeBytes, 0, NO_BYTES);
        }

        int end() {
            return offset + count;
        }

        int sizeAfter(int sizeBefore) {
            return kind == DataKind.TRUNCATE
                    ? Math.min(sizeBefore, offset)
                    : count == 0 ? sizeBefore : Math.max(sizeBefore, end());
        }

        /** Puts the part of this operation that lies between two offsets into {@code target}. */
        void copyTo(byte[] target, int from, int to) {
            if (kind == DataKind.TRUNCATE) {
                int start = Math.max(offset, from);
                if (start < to) {
                    Arrays.fill(target, start, to, (byte) 0);
                }
                return;
            }
            int start = Math.max(offset, from);
            int stop = Math.min(end(), to);
            if (start >= stop) {
                return;
            }
            if (kind == DataKind.WRITE) {
                System.arraycopy(bytes, start - offset, target, start, stop - start);
            } else {
                Arrays.fill(target, start, stop, (byte) 0);
            }
        }
    }

    /** Changes the directory; {@code to} is the new name of a rename, else the name itself. */
    record Name(int sequence, NameKind kind, String name, String to, int node)
            implements Operation {
        enum NameKind {
            CREATE,
            RENAME,
            DELETE
        }

        void applyTo(Map<String, Integer> names) {
            switch (kind) {
                case CREATE -> names.put(name, node);
                case RENAME -> {
                    names.remove(name, node);
                    names.put(to, node);
                }
                case DELETE -> names.remove(name, node);
            }
        }
    }

    /**
     * Ends the pending state of a node or of the directory; {@code node} is -1 for the directory.
     */
    record Barrier(BarrierKind kind, int node) implements Operation {
        enum BarrierKind {
            /** All pending operations of the node are durable. */
            FORCE,
            /**
             * A write-back failed: the pending operations of the node count as clean and are not
             * durable.
             */
            FORGET,
            FORCE_NAMES,
            MAKE_DIRECTORY
        }
    }
}
