package org.leftfold.engine;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.Completer;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentRewrite;
import org.leftfold.io.Directory;
import org.leftfold.io.DiskSpace;

/**
 * Gives back the space of unreadable events: sealed segments that hold many are rewritten without
 * them, one after the other, on the calling thread. The writer is asked for one thing only, to seal
 * the active segment where that holds many itself. Whoever reads a segment goes on in the file that
 * he has; all others find the new one. The index is not changed: what it knows of places in a
 * rewritten segment is not used any more. Safe for any thread; one call at a time.
 */
final class Scavenging {
    /** Below this share of its bytes a segment is not worth being written again. */
    private static final int LEAST_PERCENT = 10;

    /** So often that a person sees it move, and a closing store need not wait. */
    private static final int POSITIONS_PER_REPORT = 1 << 12;

    private static final int MAX_KNOWN_STREAMS = 1 << 14;

    private final Directory directory;
    private final Log log;
    private final EventIndex index;
    private final Consumer<Pending<?>> writer;
    private final boolean closesUnreachable;
    private final ReentrantLock running = new ReentrantLock();
    private volatile boolean closing; // written by close, read by the call that runs
    private volatile int leastPercent = LEAST_PERCENT; // written by tests

    /**
     * Scavenges for a store.
     *
     * @param writer takes calls for the writer
     * @param closesUnreachable whether files that nobody reads any more are closed by and by, and
     *     not only with the log
     */
    Scavenging(
            Directory directory,
            Log log,
            EventIndex index,
            Consumer<Pending<?>> writer,
            boolean closesUnreachable) {
        this.directory = directory;
        this.log = log;
        this.index = index;
        this.writer = writer;
        this.closesUnreachable = closesUnreachable;
    }

    /** Rewrites segments that save at least so many percent; for tests. */
    void leastPercent(int percent) {
        leastPercent = percent;
    }

    /**
     * Scavenges.
     *
     * @param progress told the number of positions passed so far, now and then
     * @throws StoreUnavailableException if another call does (LF-3008), the store is closed
     *     meanwhile (LF-3006), or the disk refuses (LF-3003, LF-3005); what was rewritten stays so
     */
    ScavengeReport run(LongConsumer progress) {
        if (running.isHeldByCurrentThread() || !running.tryLock()) {
            throw StoreUnavailableException.scavenging(directory.describe());
        }
        try {
            requireOpen();
            return new Run(progress).run();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            running.unlock();
        }
    }

    private void requireOpen() {
        if (closing) {
            throw StoreUnavailableException.closing("the scavenge");
        }
    }

    private StoreUnavailableException failed(IOException e) {
        boolean isFull = DiskSpace.isUsedUp(e);
        return new StoreUnavailableException(
                isFull ? "LF-3003" : "LF-3005",
                ("the scavenge of %s was not finished (%s). Nothing that can be read was changed, what was freed stays so,"
                                + " and the store goes on. %s, then scavenge again.")
                        .formatted(
                                directory.describe(),
                                e,
                                isFull ? "Free some space" : "Look at the disk"),
                e);
    }

    /** Ends a call that runs, without waiting for it; none begins any more. */
    void end() {
        closing = true;
    }

    /** The same, and waits until it has ended. */
    void close() {
        closing = true;
        running.lock();
        try {
            assert closing : "no call runs now, and none begins";
        } finally {
            running.unlock();
        }
    }

    /** One call. */
    private final class Run {
        private final LongConsumer progress;
        private final Map<StreamName, Long> firstKept = new HashMap<>();
        private long reported; // the position that progress was told last
        private long removedEvents;

        Run(LongConsumer progress) {
            this.progress = progress;
        }

        ScavengeReport run() throws IOException {
            long before = WritingBacking.sizeOf(directory);
            if (!index.hasTruncations()) {
                return new ScavengeReport(0, before, before);
            }
            long last = log.durableEnd().segment();
            for (long number = 1; number < last; number++) {
                scavengeWithNewActs(number);
            }
            sealActive(); // behind all others, for it needs space itself
            long active = log.durableEnd().segment(); // what is sealed from here on is for the next
            for (long number = last; number < active; number++) {
                scavengeWithNewActs(number);
            }
            return new ScavengeReport(removedEvents, before, WritingBacking.sizeOf(directory));
        }

        private void scavengeWithNewActs(long number) throws IOException {
            firstKept.clear(); // acts of the meantime count from here on
            scavenge(number);
        }

        /** Asks the writer to seal the active segment where that is worth it. */
        private void sealActive() throws IOException {
            firstKept.clear();
            Log.End end = log.durableEnd();
            Segment active = log.segment(end.segment());
            SegmentRewrite.Waste waste =
                    SegmentRewrite.measure(
                            active, end.offset(), this::isReadable, position -> requireOpen());
            if (isWorthwhile(waste, waste.usedBytes())) {
                Pending.OfRoll roll = new Pending.OfRoll();
                writer.accept(roll);
                try {
                    Completer.await(roll);
                } catch (StoreUnavailableException e) {
                    requireOpen();
                    if (e.code().equals("LF-3002")) {
                        throw e; // the writer stopped for good, which no other try changes
                    }
                    throw new IOException("the last segment cannot be sealed: " + e, e);
                }
            }
        }

        private boolean isWorthwhile(SegmentRewrite.Waste waste, long ofBytes) {
            return waste.isPossible() && waste.bytes() * 100 >= ofBytes * leastPercent;
        }

        private void scavenge(long number) throws IOException {
            Segment segment = log.segment(number);
            long end = segment.header().framesEnd();
            SegmentRewrite.Waste waste =
                    SegmentRewrite.measure(segment, end, this::isReadable, this::passed);
            if (!isWorthwhile(waste, waste.usedBytes())) {
                return;
            }
            int sealName = log.segment(number + 1).header().previousSeal();
            long removed =
                    SegmentRewrite.run(
                            directory,
                            segment,
                            sealName,
                            this::isReadable,
                            position -> requireOpen());
            log.reopen(number, closesUnreachable);
            directory.force();
            removedEvents += removed;
        }

        private void passed(long position) {
            requireOpen();
            if (position - reported >= POSITIONS_PER_REPORT) {
                reported = position;
                progress.accept(position);
            }
        }

        private boolean isReadable(StreamName stream, long version) {
            Long first = firstKept.get(stream);
            if (first == null) {
                first = index.firstKeptVersion(stream);
                if (firstKept.size() >= MAX_KNOWN_STREAMS) {
                    firstKept.clear();
                }
                firstKept.put(stream, first);
            }
            return version >= first;
        }
    }
}
