package org.leftfold.engine.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.index.part.Part;
import org.leftfold.engine.index.part.PartMerge;

/**
 * Writes frozen tables as parts, and merges parts of about one size, each in the background. A
 * failure keeps everything in memory as it is, and is tried again after a while.
 */
final class IndexUpkeep {
    private static final long RETRY_NANOS = 500_000_000;

    private final PartFiles files;
    private final IdHashing hashing;
    private final TieredIndex.Background background;
    private final Consumer<String> noticed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable TieredIndex index; // set once, before any work
    private boolean writing; // guarded by lock
    private boolean merging; // guarded by lock
    private long mergePauseNanos; // guarded by lock; after failures, doubling
    private long mergeAgainNanos; // guarded by lock
    private volatile boolean settled; // whether merging may begin
    private volatile boolean readsAreMany; // so that fewer parts pay
    private volatile boolean closing; // written under the lock
    private volatile @Nullable IOException failure; // of the last attempt to write a table
    private volatile long retryNanos; // written with the failure

    IndexUpkeep(
            PartFiles files,
            IdHashing hashing,
            TieredIndex.Background background,
            Consumer<String> noticed) {
        this.files = files;
        this.hashing = hashing;
        this.background = background;
        this.noticed = noticed;
    }

    /** Says for whom to work. */
    void work(TieredIndex served) {
        index = served;
    }

    /** Begins to merge; what was merged before must be gone, for it looks like the result. */
    void beginMerging() {
        settled = true;
        wakeMerging();
    }

    /** Merges more than is needed for writing alone, but never in the thread of the read. */
    void mergeForReads() {
        readsAreMany = true;
        if (beginsMerging()) {
            try {
                background.threads().execute(this::mergeParts);
            } catch (RuntimeException | OutOfMemoryError e) {
                endMerging(e); // no thread can be had: reads ask many parts for a while longer
            }
        }
    }

    private TieredIndex index() {
        TieredIndex served = index;
        if (served == null) {
            throw new IllegalStateException("there is no index yet");
        }
        return served;
    }

    /** Why the last table could not be written, null if it could. */
    @Nullable IOException failure() {
        return failure;
    }

    /** Waits until no frozen table waits to be written, or writing fails. */
    void awaitTurn() {
        lock.lock();
        try {
            while (writing && failure == null) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is being written. */
    void awaitIdle() {
        lock.lock();
        try {
            while (writing) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, unless that failed a moment ago. */
    void wake() {
        if (failure == null || background.time().monotonicNanos() - retryNanos >= 0) {
            writeNow();
        }
    }

    /** Writes what waits. */
    void writeNow() {
        lock.lock();
        try {
            if (closing || writing) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        start(this::writeTables);
    }

    private void start(Runnable work) {
        try {
            background.threads().execute(work);
        } catch (RuntimeException | OutOfMemoryError e) { // neither work throws anything
            work.run(); // no thread can be had: it takes longer, that is all
        }
    }

    private void writeTables() {
        IOException problem = null;
        boolean failedBefore = failure != null;
        try {
            boolean more = true;
            while (more) {
                more = writeOne();
            }
        } catch (IOException e) {
            problem = e;
        } catch (Throwable e) { // whatever it is, the events are in the log
            problem = new IOException(e.toString(), e);
        } finally {
            lock.lock();
            try {
                failure = problem;
                retryNanos = background.time().monotonicNanos() + RETRY_NANOS;
                writing = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
        if (problem == null) {
            wakeMerging();
        } else if (!failedBefore) {
            noticed.accept("the index could not be written, and stays in memory: " + problem);
        }
    }

    private boolean writeOne() throws IOException {
        IndexView held = index().holdUnwritten();
        if (held == null) {
            return false;
        }
        try {
            MemoryTable table = held.tables().getFirst();
            String name = PartFiles.nameOf(table.after(), table.last());
            new TableFlush(held, table, hashing).write(files.directory(), name, files.storeId());
            index().written(new SharedPart(files.directory(), files.open(name)));
            return true;
        } finally {
            held.release();
        }
    }

    private void wakeMerging() {
        if (beginsMerging()) {
            start(this::mergeParts);
        }
    }

    /** Whether nobody merges, and it may be done now: then the caller has to see that it is. */
    private boolean beginsMerging() {
        lock.lock();
        try {
            boolean isTooSoon =
                    mergePauseNanos > 0 && background.time().monotonicNanos() - mergeAgainNanos < 0;
            if (closing || merging || !settled || isTooSoon) {
                return false;
            }
            merging = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void mergeParts() {
        @Nullable Throwable problem = null;
        try {
            boolean more = true;
            while (more && !closing) {
                more = mergeOnce();
            }
        } catch (Throwable e) { // whatever it is, the parts are as they were
            problem = e;
        } finally {
            endMerging(problem);
        }
        if (problem != null && !(problem instanceof CancellationException)) {
            noticed.accept("files of the index could not be merged: " + problem);
        }
    }

    private void endMerging(@Nullable Throwable problem) {
        lock.lock();
        try {
            mergePauseNanos = problem == null ? 0 : Math.max(RETRY_NANOS, 2 * mergePauseNanos);
            mergeAgainNanos = background.time().monotonicNanos() + mergePauseNanos;
            merging = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean mergeOnce() throws IOException {
        IndexView held = index().holdParts();
        try {
            List<SharedPart> run = MergeChoice.of(held.parts());
            if (run.isEmpty() && readsAreMany) {
                run = MergeChoice.forReads(held.parts());
                readsAreMany = false;
            }
            if (run.isEmpty()) {
                return false;
            }
            List<Part> parts = new ArrayList<>();
            run.forEach(shared -> parts.add(shared.part()));
            String name =
                    PartFiles.nameOf(
                            parts.getFirst().header().after(), parts.getLast().header().to());
            PartMerge.merge(parts, files.directory(), name, () -> closing);
            index().merged(run, new SharedPart(files.directory(), files.open(name)));
            return true;
        } finally {
            held.release();
        }
    }

    /** Ends the work: a merge is broken off, a table is written to its end. */
    void close() {
        lock.lock();
        try {
            closing = true;
            while (writing || merging) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
