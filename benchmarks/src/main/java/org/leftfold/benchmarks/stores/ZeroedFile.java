package org.leftfold.benchmarks.stores;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A growing file whose bytes are zeros on the disk before they are written: such a write changes
 * nothing but data, and its sync needs no journal commit of the file system, which halves its time.
 *
 * <p>Another thread writes the zeros, past the page cache where the system can: so they are not
 * among the dirty pages that the next sync has to wait for, and leave no large pages behind that
 * make later small writes slower. For one writing thread; any thread may read.
 */
final class ZeroedFile implements Closeable {
    private static final int ZERO_BYTES = 256 << 10;
    private static final int BLOCK_BYTES = 4096;

    /** {@code ExtendedOpenOption.DIRECT}, by name because javac warns of its package. */
    private static final @Nullable OpenOption DIRECT = directOption();

    private final Path path;
    private final long stepBytes;
    private final FileChannel channel;
    private volatile long zeroedBytes; // written by the zeroing thread, read by all
    private volatile @Nullable IOException failure; // written by the zeroing thread, read by all
    private @Nullable Thread zeroing; // writing thread only

    ZeroedFile(Path path, long firstBytes, long stepBytes) throws IOException {
        this.path = path;
        this.stepBytes = stepBytes;
        this.channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        ensure(Math.max(1, firstBytes));
    }

    /** The file's length: what is written, and zeros behind it. */
    long sizeBytes() {
        return zeroedBytes;
    }

    int read(ByteBuffer target, long offset) throws IOException {
        return channel.read(target, offset);
    }

    void write(ByteBuffer source, long offset) throws IOException {
        ensure(offset + source.remaining());
        long at = offset;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    void force() throws IOException {
        channel.force(false);
    }

    /** Waits until the file has this many bytes; begins with the next step when half is used. */
    private void ensure(long neededBytes) throws IOException {
        while (neededBytes > zeroedBytes) {
            if (zeroing == null) {
                startZeroing();
            }
            awaitZeroing();
        }
        if (zeroing == null && neededBytes + stepBytes / 2 > zeroedBytes) {
            startZeroing();
        } else if (zeroing != null && !zeroing.isAlive()) {
            zeroing = null;
        }
    }

    private void startZeroing() {
        zeroing = Thread.ofPlatform().name("raw-zeroing").daemon().start(this::zeroNextStep);
    }

    private void awaitZeroing() throws IOException {
        Thread running = zeroing;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                throw new IOException("interrupted while the file was made longer", e);
            }
            zeroing = null;
        }
        IOException failed = failure;
        if (failed != null) {
            throw new IOException("the file could not be made longer: " + path, failed);
        }
    }

    private void zeroNextStep() {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES + BLOCK_BYTES);
        zeros = zeros.alignedSlice(BLOCK_BYTES).limit(ZERO_BYTES);
        long at = zeroedBytes;
        long end = at + stepBytes;
        try (FileChannel target = openForZeroing()) {
            while (at < end) {
                at += target.write(zeros.rewind(), at);
            }
            zeroedBytes = end;
        } catch (IOException e) {
            failure = e;
        } catch (UncheckedIOException e) {
            failure = e.getCause();
        }
    }

    private FileChannel openForZeroing() throws IOException {
        if (DIRECT != null) {
            try {
                return FileChannel.open(path, StandardOpenOption.WRITE, DIRECT);
            } catch (UnsupportedOperationException | IOException e) {
                // As on a file system in memory: the page cache does as well there.
            }
        }
        return FileChannel.open(path, StandardOpenOption.WRITE);
    }

    private static @Nullable OpenOption directOption() {
        try {
            return (OpenOption)
                    Class.forName("com.sun.nio.file.ExtendedOpenOption")
                            .getField("DIRECT")
                            .get(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            awaitZeroing();
        } finally {
            channel.close();
        }
    }
}
