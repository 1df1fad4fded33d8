package org.leftfold.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link DataFile} of the real file system.
 *
 * <p>Threads: as {@link DataFile} says. No call is disturbed by an interrupt of its thread, see
 * {@link UninterruptibleChannel}.
 */
final class ChannelFile implements DataFile {
    /**
     * Zeros go through the page cache in pieces of this size. Larger pieces let the kernel build
     * large folios, which slow down the small commits that later land in them (measured with 4
     * MiB).
     */
    private static final int ZERO_PIECE_BYTES = 64 << 10;

    /**
     * Zeros that go past the page cache: enough for each call to be worth it, small enough to keep.
     */
    private static final int DIRECT_PIECE_BYTES = 256 << 10;

    /**
     * What direct writes must be aligned to: the page size, a multiple of every common sector size.
     */
    private static final int DIRECT_ALIGNMENT_BYTES = 4096;

    /** Never written to after this line, so all threads share it through duplicates. */
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(DIRECT_PIECE_BYTES + DIRECT_ALIGNMENT_BYTES)
                    .alignedSlice(DIRECT_ALIGNMENT_BYTES)
                    .asReadOnlyBuffer();

    /**
     * {@code ExtendedOpenOption.DIRECT}, found by name because javac warns of its package; null
     * where it is missing.
     */
    private static final @Nullable OpenOption DIRECT = directOption();

    /** For noticing what comes from memory and what from a disk. */
    private static final TimeSource TIME = new SystemTime();

    private final Path path;
    private final String name;
    private final Directory.Access access;
    private final UninterruptibleChannel channel;
    private final @Nullable Object identity; // device and inode, null where the system has none
    private volatile @Nullable MappedReads mappedReads; // written once

    private ChannelFile(Path path, Directory.Access access, UninterruptibleChannel channel)
            throws IOException {
        this.path = path;
        this.name = Objects.requireNonNull(path.getFileName()).toString();
        this.access = access;
        this.channel = channel;
        this.identity = identityOf(path);
    }

    static ChannelFile create(Path path) throws IOException {
        return wrap(
                path,
                Directory.Access.WRITE,
                UninterruptibleChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)));
    }

    static ChannelFile open(Path path, Directory.Access access) throws IOException {
        Set<StandardOpenOption> options =
                switch (access) {
                    case READ -> Set.of(StandardOpenOption.READ);
                    case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
                };
        return wrap(path, access, UninterruptibleChannel.open(path, options));
    }

    private static ChannelFile wrap(
            Path path, Directory.Access access, UninterruptibleChannel channel) throws IOException {
        try {
            return new ChannelFile(path, access, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long offset, ByteBuffer target) throws IOException {
        MappedReads quick = mappedReads;
        if (quick == null || target.remaining() > MappedReads.LARGEST_BYTES || !target.hasArray()) {
            return channel.read(offset, target);
        }
        int count = quick.read(offset, target);
        if (count >= 0) {
            return count;
        }
        long begin = TIME.monotonicNanos();
        count = channel.read(offset, target);
        quick.took(TIME.monotonicNanos() - begin);
        return count;
    }

    @Override
    public void expectStableReads() throws IOException {
        long bytes = size();
        if (mappedReads == null && identity != null && bytes <= Integer.MAX_VALUE) {
            mappedReads = new MappedReads(this::openAgain, TIME, bytes);
        }
    }

    @Override
    public boolean readQuickly(long offset, byte[] target) {
        MappedReads quick = mappedReads;
        return quick != null
                && target.length <= QUICK_BYTES
                && quick.read(offset, ByteBuffer.wrap(target)) == target.length;
    }

    @Override
    public int touch(long offset, int byteCount) {
        MappedReads quick = mappedReads;
        return quick == null ? 0 : quick.touch(offset, byteCount);
    }

    @Override
    public boolean peek(long offset, long[] target, int index) {
        MappedReads quick = mappedReads;
        return quick != null && quick.peek(offset, target, index);
    }

    @Override
    public void noteQuickReads(boolean wereSlow) {
        MappedReads quick = mappedReads;
        if (quick != null) {
            quick.noteGroup(wereSlow);
        }
    }

    private @Nullable FileChannel openAgain() throws IOException {
        FileChannel again = FileChannel.open(path, StandardOpenOption.READ);
        if (Objects.equals(identity, identityOf(path))) {
            return again;
        }
        again.close();
        return null;
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
        requireWritable();
        channel.write(offset, source);
    }

    @Override
    public void writeZeros(long offset, long byteCount) throws IOException {
        requireWritable();
        if (offset < 0 || byteCount < 0) {
            throw new IllegalArgumentException(
                    "offset %d and byteCount %d must not be negative".formatted(offset, byteCount));
        }
        long end = Math.addExact(offset, byteCount);
        long alignedFrom = Math.min(end, roundUp(offset));
        writeZerosThroughCache(offset, alignedFrom);
        long written = writeZerosDirect(alignedFrom, end);
        writeZerosThroughCache(written, end);
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        requireWritable();
        channel.truncate(sizeBytes);
    }

    @Override
    public void force() throws IOException {
        channel.force(false); // fdatasync: also the size, which is needed to find the bytes.
    }

    @Override
    public void close() throws IOException {
        MappedReads quick = mappedReads;
        if (quick != null) {
            quick.end();
        }
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private void requireWritable() throws IOException {
        if (access != Directory.Access.WRITE) {
            throw new IOException("'" + path + "' is open for reading only; nothing was written");
        }
    }

    private void writeZerosThroughCache(long from, long end) throws IOException {
        for (long at = from; at < end; at += ZERO_PIECE_BYTES) {
            int pieceBytes = (int) Math.min(ZERO_PIECE_BYTES, end - at);
            channel.write(at, ZEROS.slice(0, pieceBytes));
        }
    }

    /**
     * Writes zeros past the page cache, in whole pieces, and returns the offset it came to; {@code
     * from} when the file system does not want that. A refusal may show at the open or at the first
     * write. If that first failure was a real one, the caller repeats the piece through the cache
     * and meets it there, or in the next force.
     */
    private long writeZerosDirect(long from, long end) throws IOException {
        if (end - from < DIRECT_PIECE_BYTES || identity == null || DIRECT == null) {
            return from;
        }
        long at = from;
        try (UninterruptibleChannel direct =
                UninterruptibleChannel.open(path, Set.of(StandardOpenOption.WRITE, DIRECT))) {
            if (!identity.equals(identityOf(path))) {
                return from; // The name belongs to another file by now.
            }
            for (; end - at >= DIRECT_PIECE_BYTES; at += DIRECT_PIECE_BYTES) {
                direct.write(at, ZEROS.slice(0, DIRECT_PIECE_BYTES));
            }
            return at;
        } catch (IOException | UnsupportedOperationException e) {
            if (at == from) {
                return from;
            }
            throw e;
        }
    }

    private static @Nullable OpenOption directOption() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            for (Object option : options.getEnumConstants()) {
                if (option instanceof OpenOption direct && option.toString().equals("DIRECT")) {
                    return direct;
                }
            }
            return null;
        } catch (ClassNotFoundException e) {
            return null; // A JDK without the module jdk.unsupported.
        }
    }

    private static long roundUp(long offset) {
        long mask = DIRECT_ALIGNMENT_BYTES - 1L;
        return Math.addExact(offset, mask) & ~mask;
    }

    private static @Nullable Object identityOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
