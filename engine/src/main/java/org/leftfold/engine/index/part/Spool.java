package org.leftfold.engine.index.part;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.log.Bytes;
import org.leftfold.engine.log.Corruption;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * Numbers put aside until their count is known: in memory, and beyond that in a temporary file with
 * checksums. One thread.
 */
final class Spool {
    /** 1 MiB in memory: few parts that come from a memory table need the file. */
    static final int CHUNK_ITEMS = 1 << 17;

    private static final int FIRST_ITEMS = 1 << 10;

    private final Directory directory;
    private final String name;
    private final int chunkItems;
    private final int chunkBytes; // in the file: the numbers and their checksum
    private byte[] tail;
    private int tailItems;
    private long chunks;
    private @Nullable DataFile file;

    /** What is done with each number. */
    interface Action {
        void accept(long item) throws IOException;
    }

    /** A spool that keeps up to {@code chunkItems} numbers in memory. */
    Spool(Directory directory, String name, int chunkItems) {
        this.directory = directory;
        this.name = name;
        this.chunkItems = chunkItems;
        this.chunkBytes = 8 * chunkItems + 4;
        this.tail = new byte[8 * Math.min(FIRST_ITEMS, chunkItems) + 4];
    }

    long size() {
        return chunks * chunkItems + tailItems;
    }

    void add(long item) throws IOException {
        if (tailItems == chunkItems) {
            spill();
        }
        if (8 * tailItems + 12 > tail.length) {
            tail = Arrays.copyOf(tail, Math.min(2 * tail.length, chunkBytes));
        }
        Bytes.putLong(tail, 8 * tailItems++, item);
    }

    private void spill() throws IOException {
        DataFile target = file;
        if (target == null) {
            directory.delete(name); // what a crash left
            target = directory.create(name);
            file = target;
        }
        Bytes.putInt(tail, 8 * chunkItems, checksum(tail, chunks));
        target.write(chunks * chunkBytes, ByteBuffer.wrap(tail, 0, chunkBytes));
        chunks++;
        tailItems = 0;
    }

    private int checksum(byte[] chunk, long number) {
        return Bytes.crc(chunk, 0, 8 * chunkItems) ^ Long.hashCode(number);
    }

    /** Gives all numbers in the order in which they came; can be repeated. */
    void forEach(Action action) throws IOException {
        DataFile source = file;
        if (source != null) {
            byte[] chunk = new byte[chunkBytes];
            for (long i = 0; i < chunks; i++) {
                if (source.read(i * chunkBytes, ByteBuffer.wrap(chunk)) < chunkBytes
                        || Bytes.getInt(chunk, 8 * chunkItems) != checksum(chunk, i)) {
                    throw new Corruption(
                            name, i * chunkBytes, "it is not what was written a moment ago");
                }
                accept(chunk, chunkItems, action);
            }
        }
        accept(tail, tailItems, action);
    }

    private static void accept(byte[] items, int count, Action action) throws IOException {
        for (int i = 0; i < count; i++) {
            action.accept(Bytes.getLong(items, 8 * i));
        }
    }

    /** Forgets all numbers. */
    void clear() {
        chunks = 0;
        tailItems = 0;
    }

    /** Removes the file, if there is one. */
    void close() throws IOException {
        DataFile open = file;
        if (open != null) {
            file = null;
            try {
                open.close();
            } finally {
                directory.delete(name);
            }
        }
    }
}
