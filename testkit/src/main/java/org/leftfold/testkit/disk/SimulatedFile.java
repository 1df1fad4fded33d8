package org.leftfold.testkit.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * An open file of a simulated disk. It keeps its bytes under a rename and a delete. Safe for any
 * thread.
 */
final class SimulatedFile implements DataFile {
    private final SimulatedDirectory disk;
    private final String name;
    private final int node;
    private final Directory.Access access;
    private volatile boolean closed; // written by close(), read by every call

    SimulatedFile(SimulatedDirectory disk, String name, int node, Directory.Access access) {
        this.disk = disk;
        this.name = name;
        this.node = node;
        this.access = access;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        Fault fault = disk.calls.begin(CallKind.SIZE, name, 0, 0);
        Calls.end(fault);
        synchronized (disk.guard) {
            return disk.node(node).size;
        }
    }

    @Override
    public int read(long offset, ByteBuffer target) throws IOException {
        requireOpen();
        requireNotNegative(offset, 0);
        Fault fault = disk.calls.begin(CallKind.READ, name, offset, target.remaining());
        Calls.end(fault);
        synchronized (disk.guard) {
            Node contents = disk.node(node);
            if (offset >= contents.size || !target.hasRemaining()) {
                return 0;
            }
            int from = (int) offset;
            int count = Math.min(target.remaining(), contents.size - from);
            if (fault instanceof Fault.StaleSector || fault instanceof Fault.BitFlip) {
                byte[] seen = Arrays.copyOfRange(contents.bytes, from, from + count);
                spoil(seen, from, fault);
                target.put(seen);
            } else {
                target.put(contents.bytes, from, count);
            }
            return count;
        }
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
        requireWritable();
        requireNotNegative(offset, 0);
        Fault fault = disk.calls.begin(CallKind.WRITE, name, offset, source.remaining());
        synchronized (disk.guard) {
            int wanted = source.remaining();
            int count = (int) possibleBytes(offset, wanted, fault);
            if (count > 0) {
                byte[] bytes = new byte[count];
                source.get(bytes);
                spoil(bytes, (int) offset, fault);
                change(Operation.Data.write(disk.sequence(), node, (int) offset, bytes), fault);
            }
            if (count < wanted) {
                throw Calls.noSpace();
            }
        }
        Calls.end(fault);
    }

    @Override
    public void writeZeros(long offset, long byteCount) throws IOException {
        requireWritable();
        requireNotNegative(offset, byteCount);
        Fault fault = disk.calls.begin(CallKind.WRITE_ZEROS, name, offset, byteCount);
        synchronized (disk.guard) {
            int count = (int) possibleBytes(offset, byteCount, fault);
            if (count > 0) {
                change(Operation.Data.zeros(disk.sequence(), node, (int) offset, count), fault);
            }
            if (count < byteCount) {
                throw Calls.noSpace();
            }
        }
        Calls.end(fault);
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        requireWritable();
        requireNotNegative(sizeBytes, 0);
        Fault fault = disk.calls.begin(CallKind.TRUNCATE, name, sizeBytes, 0);
        synchronized (disk.guard) {
            if (sizeBytes < disk.node(node).size) {
                change(Operation.Data.truncate(disk.sequence(), node, (int) sizeBytes), fault);
            }
        }
        Calls.end(fault);
    }

    @Override
    public void force() throws IOException {
        requireOpen();
        Fault fault = disk.calls.begin(CallKind.FORCE, name, 0, 0);
        if (fault instanceof Fault.LyingForce) {
            return;
        }
        synchronized (disk.guard) {
            Node contents = disk.node(node);
            if (contents.writeBackFails || fault instanceof Fault.LateWriteBackError) {
                contents.writeBackFails = false;
                disk.apply(new Operation.Barrier(Operation.Barrier.BarrierKind.FORGET, node));
                throw Calls.inputOutputError();
            }
            disk.apply(new Operation.Barrier(Operation.Barrier.BarrierKind.FORCE, node));
        }
        Calls.end(fault);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        disk.closed(this);
        Calls.end(disk.calls.begin(CallKind.CLOSE, name, 0, 0));
    }

    @Override
    public String toString() {
        return name + " on a simulated disk";
    }

    private void change(Operation.Data operation, @Nullable Fault fault) {
        disk.apply(operation);
        if (fault instanceof Fault.LateWriteBackError) {
            disk.node(node).writeBackFails = true;
        }
    }

    /** How much of a write fits: a short count comes before the error, as on a real file system. */
    private long possibleBytes(long offset, long wanted, @Nullable Fault fault) throws IOException {
        if (offset + wanted > SimulatedDirectory.MAX_FILE_BYTES) {
            throw new IOException("File too large");
        }
        long possible = wanted;
        if (fault instanceof Fault.ShortWrite shortWrite) {
            possible = Math.min(possible, Math.min(shortWrite.bytes(), Math.max(0, wanted - 1)));
        }
        int size = disk.node(node).size;
        long growth = offset + possible - size;
        if (growth > 0 && growth > disk.freeBytes()) {
            possible = Math.max(0, size + disk.freeBytes() - offset);
        }
        return possible;
    }

    /** Puts what a fault says into bytes that lie at {@code from} in the file. */
    private void spoil(byte[] bytes, int from, @Nullable Fault fault) {
        if (fault instanceof Fault.BitFlip flip) {
            long at = flip.offset() - from;
            if (at >= 0 && at < bytes.length) {
                bytes[(int) at] ^= (byte) (1 << flip.bit());
            }
        } else if (fault instanceof Fault.StaleSector stale) {
            int sectorStart = stale.sector() * disk.sectorBytes();
            int start = Math.max(from, sectorStart);
            int stop = Math.min(from + bytes.length, sectorStart + disk.sectorBytes());
            for (int at = start; at < stop; at++) {
                byte[] older = stale.older();
                bytes[at - from] = at < older.length ? older[at] : 0;
            }
        }
    }

    private void requireOpen() throws IOException {
        disk.calls.requireAlive();
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void requireWritable() throws IOException {
        requireOpen();
        if (access != Directory.Access.WRITE) {
            throw new IOException("'" + name + "' is open for reading only; nothing was written");
        }
    }

    private static void requireNotNegative(long offset, long byteCount) {
        if (offset < 0 || byteCount < 0) {
            throw new IllegalArgumentException(
                    "offset %d and byteCount %d must not be negative".formatted(offset, byteCount));
        }
    }
}
