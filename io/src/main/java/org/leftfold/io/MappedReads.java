package org.leftfold.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Small reads of a file whose length stays, through a mapping where that pays: copying from memory
 * takes a quarter of the time of a system call. But a mapping whose pages are not in memory is a
 * trap, for the system reads megabytes ahead at each fault. So the file is mapped after {@value
 * #QUICK_READS} quick reads by position, and no longer when {@value #SLOW_READS} in a row through
 * the mapping were slow.
 *
 * <p>What cannot be read through the mapping, for whatever reason, is read by position, which says
 * what is wrong. Safe for any thread: what is not guarded only steers.
 */
final class MappedReads {
    /** Larger ones are read by position: the call then costs little of the time. */
    static final int LARGEST_BYTES = 4 << 10;

    /** From memory a read takes one microsecond, from the quickest disk ten. */
    static final int QUICK_NANOS = 8_000;

    /** No copy from memory takes so long. */
    static final int SLOW_NANOS = 100_000;

    static final int QUICK_READS = 64;

    /** What memory gives at once, on most processors. */
    static final int LINE_BYTES = 64;

    /** One may be slow because its thread had to wait for a processor. */
    static final int SLOW_READS = 3;

    /** So many groups of reads that were quick weigh as much as a slow one. */
    static final int QUICK_GROUPS = 8;

    /** After that, so that a file larger than the memory is not mapped again and again. */
    private static final int QUICK_READS_AGAIN = 4096;

    private final FileOpening opening;
    private final TimeSource time;
    private final long sizeBytes;
    private volatile @Nullable MappedByteBuffer mapping; // written by whoever maps, read by all
    private volatile boolean ended; // written once
    private int missing = QUICK_READS; // quick reads before it is mapped; racy on purpose
    private int slow; // reads in a row through the mapping; racy on purpose
    private int slowGroups; // times QUICK_GROUPS, less the quick ones; racy on purpose

    /** Opens the file for mapping it. */
    @FunctionalInterface
    interface FileOpening {
        /** The same file, or null if its name belongs to another one by now. */
        @Nullable FileChannel open() throws IOException;
    }

    /** Reads of a file of this size, which is not above 2 GiB. */
    MappedReads(FileOpening opening, TimeSource time, long sizeBytes) {
        this.opening = opening;
        this.time = time;
        this.sizeBytes = sizeBytes;
    }

    /** Whether reads go through a mapping now; for tests. */
    boolean isMapped() {
        return mapping != null;
    }

    /**
     * Reads as much as is there into {@code target}, which is backed by an array.
     *
     * @return the number of bytes, or -1 if they have to be read by position
     */
    int read(long offset, ByteBuffer target) {
        MappedByteBuffer pages = mapping;
        if (pages == null || offset < 0) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), Math.max(0, sizeBytes - offset));
        if (count == 0) {
            return 0;
        }
        int at = target.position();
        long begin = time.monotonicNanos();
        long took;
        try {
            pages.get((int) offset, target.array(), target.arrayOffset() + at, count);
            took = time.monotonicNanos() - begin;
            deliverFault();
        } catch (InternalError e) { // so the disk's error arrives that the system met at the page
            end();
            return -1;
        }
        target.position(at + count);
        note(took > SLOW_NANOS);
        return count;
    }

    /** Puts 8 bytes, low first, into a place, if they are mapped. */
    boolean peek(long offset, long[] target, int index) {
        MappedByteBuffer pages = mapping;
        if (pages == null || offset < 0 || offset > sizeBytes - Long.BYTES) {
            return false;
        }
        target[index] = pages.getLong((int) offset);
        return true;
    }

    /** Reads a byte of each line of memory, as far as the file goes. */
    int touch(long offset, int byteCount) {
        MappedByteBuffer pages = mapping;
        if (pages == null || offset < 0 || offset >= sizeBytes) {
            return 0;
        }
        int end = (int) Math.min(sizeBytes, offset + byteCount);
        int sum = 0;
        for (int at = (int) offset; at < end; at += LINE_BYTES) {
            sum += pages.get(at);
        }
        return sum;
    }

    /**
     * Compiled code goes on after a fault, and throws the error at the next call into the virtual
     * machine. So one is made here: the cheapest, 16 ns, where the number of processors takes 150.
     */
    static void deliverFault() {
        if (Runtime.getRuntime().maxMemory() <= 0) {
            throw new AssertionError("nothing can run without memory");
        }
    }

    /** Notes whether a read through the mapping was slow. */
    private void note(boolean wasSlow) {
        if (!wasSlow) {
            if (slow > 0) {
                slow = 0;
            }
        } else if (++slow >= SLOW_READS) {
            giveUp();
        }
    }

    /**
     * Notes whether several reads together were slow. What they brought into memory is read quickly
     * right afterwards, alone or by the next group: so these reads prove nothing, and a slow group
     * is not forgotten at the first quick one.
     */
    void noteGroup(boolean wasSlow) {
        if (!wasSlow) {
            if (slowGroups > 0) {
                slowGroups--;
            }
        } else {
            slowGroups += QUICK_GROUPS;
            if (slowGroups > (SLOW_READS - 1) * QUICK_GROUPS) {
                giveUp();
            }
        }
    }

    private void giveUp() {
        slow = 0;
        slowGroups = 0;
        missing = QUICK_READS_AGAIN;
        mapping = null; // unmapped when the last reader has let go and memory is collected
    }

    /** Tells how long a read by position took. */
    void took(long nanos) {
        if (ended || mapping != null) {
            return;
        }
        if (nanos > QUICK_NANOS) {
            missing = Math.max(missing, QUICK_READS);
        } else if (--missing <= 0) {
            map();
        }
    }

    private synchronized void map() {
        if (ended || mapping != null) {
            return;
        }
        try (FileChannel channel = opening.open()) {
            if (channel == null || channel.size() != sizeBytes) {
                ended = true;
                return;
            }
            MappedByteBuffer pages = channel.map(FileChannel.MapMode.READ_ONLY, 0, sizeBytes);
            pages.order(ByteOrder.LITTLE_ENDIAN);
            mapping = pages;
        } catch (IOException | RuntimeException e) {
            missing = QUICK_READS_AGAIN; // an interrupt, say; by position it goes on as before
        } catch (OutOfMemoryError e) { // no address space, or no mapping, is left
            ended = true;
        }
        if (ended) {
            mapping = null;
        }
    }

    /** Nothing is read through a mapping any more. */
    void end() {
        ended = true;
        mapping = null;
    }
}
