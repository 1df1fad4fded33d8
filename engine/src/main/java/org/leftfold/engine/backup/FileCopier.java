package org.leftfold.engine.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * Copies files from one directory to another, each under a temporary name that it loses when it is
 * whole and durable. One thread.
 */
final class FileCopier {
    /** Large enough that the disk streams, small enough to be nothing. */
    private static final int BLOCK_BYTES = 1 << 20;

    private final Directory source;
    private final Directory target;
    private final LongConsumer progress;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final byte[] other = new byte[BLOCK_BYTES];
    private long bytesDone;
    private long bytesCopied;

    /**
     * A copier.
     *
     * @param progress told the number of bytes that were copied or compared so far
     */
    FileCopier(Directory source, Directory target, LongConsumer progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    Directory source() {
        return source;
    }

    Directory target() {
        return target;
    }

    /** Length of the files that were written. */
    long bytesCopied() {
        return bytesCopied;
    }

    /** Says that bytes were dealt with. */
    void done(long bytes) {
        bytesDone += bytes;
        progress.accept(bytesDone);
    }

    /**
     * Copies a file to {@link StoreFiles#COPY}: its first {@code limit} bytes, then zeros up to its
     * length. Durable on return, the name apart.
     */
    void copy(String name, long limit) throws IOException {
        target.delete(StoreFiles.COPY);
        try (DataFile from = source.open(name, Directory.Access.READ);
                DataFile to = target.create(StoreFiles.COPY)) {
            long size = from.size();
            long end = Math.min(size, limit);
            long at = 0;
            while (at < end) {
                int wanted = (int) Math.min(BLOCK_BYTES, end - at);
                int count = from.read(at, ByteBuffer.wrap(block, 0, wanted));
                if (count == 0) {
                    throw new IOException("file %s became shorter: %d bytes".formatted(name, at));
                }
                to.write(at, ByteBuffer.wrap(block, 0, count));
                at += count;
                done(count);
            }
            if (size > end) {
                to.writeZeros(end, size - end);
            }
            to.force();
            bytesCopied += size;
        }
    }

    /** After a failure: half of a file takes space that may be what is missing. */
    void discard(Throwable reason) {
        try {
            target.delete(StoreFiles.COPY);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Gives the copy its name, durably. */
    void install(String name) throws IOException {
        target.rename(StoreFiles.COPY, name);
        target.force();
    }

    /** Whether the first {@code byteCount} bytes of a file are the same in both directories. */
    boolean areEqual(String name, long byteCount) throws IOException {
        try (DataFile ours = source.open(name, Directory.Access.READ);
                DataFile theirs = target.open(name, Directory.Access.READ)) {
            for (long at = 0; at < byteCount; at += BLOCK_BYTES) {
                int wanted = (int) Math.min(BLOCK_BYTES, byteCount - at);
                int count = ours.read(at, ByteBuffer.wrap(block, 0, wanted));
                int found = theirs.read(at, ByteBuffer.wrap(other, 0, wanted));
                if (count < wanted
                        || found < wanted
                        || !Arrays.equals(block, 0, wanted, other, 0, wanted)) {
                    return false;
                }
                done(wanted);
            }
            return true;
        }
    }

    /** Copies the files of tools that are not there yet, or are others. */
    void copyAttachments() throws IOException {
        for (String name : attachments(source)) {
            if (!hasSame(name)) {
                copy(name, Long.MAX_VALUE);
                install(name);
            }
        }
    }

    private boolean hasSame(String name) throws IOException {
        if (!target.exists(name)) {
            return false;
        }
        long size = sizeOf(source, name);
        return size == sizeOf(target, name) && areEqual(name, size);
    }

    private static long sizeOf(Directory directory, String name) throws IOException {
        try (DataFile file = directory.open(name, Directory.Access.READ)) {
            return file.size();
        }
    }

    /** Removes the files of tools that the source does not have any more. */
    void removeAttachments() throws IOException {
        List<String> kept = attachments(source);
        for (String name : attachments(target)) {
            if (!kept.contains(name)) {
                target.delete(name);
            }
        }
    }

    /** Those that are whole: a tool prepares them under a temporary name. */
    private static List<String> attachments(Directory directory) throws IOException {
        return directory.list().stream()
                .filter(name -> name.startsWith(StoreFiles.ATTACHMENT))
                .filter(name -> !name.endsWith(StoreFiles.TEMPORARY))
                .toList();
    }
}
