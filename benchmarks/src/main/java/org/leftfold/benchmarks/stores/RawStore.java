package org.leftfold.benchmarks.stores;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bare group-commit writer: the yardstick, and the ceiling of what a durable log can reach on
 * this machine. Frames with a checksum in one file that is zeroed ahead, one write and one sync a
 * batch. No index, no version check, no recovery, no reads of a stream.
 *
 * <p>Callers encode their frames; the commit thread gives each its position and checksum and copies
 * it into the write buffer.
 */
final class RawStore implements BenchStore {
    private static final int MAX_APPENDS_PER_COMMIT = 4096;
    private static final int WRITE_BUFFER_BYTES = 8 << 20;
    private static final int READ_BUFFER_BYTES = 1 << 20;
    private static final long IDLE_NANOS = 100_000_000;

    private final ByteBuffer writeBuffer =
            ByteBuffer.allocateDirect(WRITE_BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C checksum = new CRC32C(); // commit thread only
    private final ZeroedFile file;
    private final GroupCommit<byte[][]> commits;
    private long nextPosition = 1; // commit thread only
    private volatile long endBytes; // durable; written by the commit thread, read by followers
    private volatile @Nullable Thread follower; // written by follow(), read by the commit thread

    RawStore(Path directory, Zeroing zeroing) throws IOException {
        file = new ZeroedFile(directory.resolve("log"), zeroing.firstBytes(), zeroing.stepBytes());
        commits = new GroupCommit<>("raw-commit", MAX_APPENDS_PER_COMMIT, this::commit);
    }

    @Override
    public boolean checksVersions() {
        return false;
    }

    @Override
    public boolean parksCallers() {
        return true;
    }

    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws Exception {
        byte[][] frames = new byte[events.size()][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = RawFrames.encode(stream, expectedVersion + 1 + i, events.get(i));
        }
        commits.submit(frames);
    }

    private void commit(List<GroupCommit.Item<byte[][]>> items) throws IOException {
        writeBuffer.clear();
        long at = endBytes;
        for (GroupCommit.Item<byte[][]> item : items) {
            for (byte[] frame : item.value) {
                at = put(frame, at);
            }
        }
        at = writeOut(at);
        file.force();
        endBytes = at;
        Thread waiting = follower;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** Puts a frame into the write buffer; returns where in the file the buffer starts. */
    private long put(byte[] frame, long bufferAt) throws IOException {
        long at = bufferAt;
        if (writeBuffer.remaining() < frame.length) {
            at = writeOut(at);
        }
        RawFrames.stamp(frame, nextPosition++, checksum);
        writeBuffer.put(frame);
        return at;
    }

    private long writeOut(long at) throws IOException {
        int bytes = writeBuffer.flip().remaining();
        file.write(writeBuffer, at);
        writeBuffer.clear();
        return at + bytes;
    }

    @Override
    public void load(Iterable<PlacedEvent> events) throws IOException {
        writeBuffer.clear();
        long at = endBytes;
        for (PlacedEvent placed : events) {
            at = put(RawFrames.encode(placed.stream(), placed.version(), placed.event()), at);
        }
        at = writeOut(at);
        file.force();
        endBytes = at;
    }

    /** Reads up to the first bytes that are no frame. */
    @Override
    public void replay(EventSink sink) throws IOException {
        ByteBuffer buffer = readBuffer(ByteBuffer.allocateDirect(READ_BUFFER_BYTES));
        CRC32C sum = new CRC32C();
        long fileAt = 0;
        long sizeBytes = file.sizeBytes();
        while (true) {
            int at = buffer.position();
            if (buffer.remaining() < RawFrames.PREFIX_BYTES
                    || buffer.remaining() < RawFrames.frameBytes(buffer, at)) {
                buffer.compact();
                int readBytes = fileAt >= sizeBytes ? -1 : file.read(buffer, fileAt);
                buffer.flip();
                if (readBytes <= 0) {
                    return;
                }
                fileAt += readBytes;
                continue;
            }
            int frameBytes = RawFrames.frameBytes(buffer, at);
            if (frameBytes == 0 || !RawFrames.isIntact(buffer, at, sum)) {
                return;
            }
            RawFrames.decode(buffer, at, RawFrames.position(buffer, at), sink);
            buffer.position(at + frameBytes);
        }
    }

    private static ByteBuffer readBuffer(ByteBuffer empty) {
        return empty.order(ByteOrder.LITTLE_ENDIAN).limit(0);
    }

    @Override
    public boolean canFollow() {
        return true;
    }

    /** The commit thread unparks a thread that reads the durable part of the file. */
    @Override
    public Closeable follow(Consumer<byte[]> handler) {
        long startBytes = endBytes;
        Thread thread =
                Thread.ofPlatform()
                        .name("raw-follower")
                        .daemon()
                        .unstarted(() -> follow(handler, startBytes));
        follower = thread;
        thread.start();
        return () -> {
            follower = null;
            LockSupport.unpark(thread);
        };
    }

    private void follow(Consumer<byte[]> handler, long startBytes) {
        ByteBuffer buffer = readBuffer(ByteBuffer.allocate(READ_BUFFER_BYTES));
        long at = startBytes;
        while (Thread.currentThread().equals(follower)) {
            long end = endBytes;
            if (at >= end) {
                LockSupport.parkNanos(this, IDLE_NANOS);
                continue;
            }
            buffer.clear().limit((int) Math.min(READ_BUFFER_BYTES, end - at));
            try {
                file.read(buffer, at);
            } catch (IOException e) {
                throw new IllegalStateException("the log cannot be read", e);
            }
            buffer.flip();
            at += deliver(buffer, handler);
        }
    }

    /** Gives all whole frames to the handler; returns their bytes. */
    private static int deliver(ByteBuffer buffer, Consumer<byte[]> handler) {
        int at = 0;
        while (at + RawFrames.PREFIX_BYTES <= buffer.limit()
                && at + RawFrames.frameBytes(buffer, at) <= buffer.limit()) {
            RawFrames.decode(
                    buffer,
                    at,
                    RawFrames.position(buffer, at),
                    (position, stream, version, type, payload, metadata) ->
                            handler.accept(payload));
            at += RawFrames.frameBytes(buffer, at);
        }
        return at;
    }

    @Override
    public OptionalDouble appendsPerCommit() {
        return commits.itemsPerCommit();
    }

    @Override
    public void close() throws IOException {
        try {
            commits.close();
        } finally {
            file.close();
        }
    }
}
