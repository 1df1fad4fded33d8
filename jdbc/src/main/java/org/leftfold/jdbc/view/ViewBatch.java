package org.leftfold.jdbc.view;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.RecordedEvent;
import org.leftfold.jdbc.sql.SystemTime;

/**
 * Applies events to a view in transactions: one for each event while it is live, and one for many
 * while it catches up. Events are kept until they are applied, so that no transaction is open while
 * the next ones are fetched: that would take two connections, and a pool may have no second one.
 * Safe for any thread.
 */
final class ViewBatch implements EventHandler {
    private static final int MOST_EVENTS = 500;
    private static final long MOST_BYTES = 4 << 20;
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Events that do not concern a view move its checkpoint so often, not each time. */
    private static final long UNCONCERNED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ViewCheckpoint place;
    private final Change change;
    private final Runnable onCommit;
    private final Duration patience;

    /** No monitor: with one, a virtual thread that waits for the database keeps its carrier. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Checkpoint committed; // written under the lock, read by all
    private final List<RecordedEvent> kept = new ArrayList<>(); // by lock, as what follows
    private @Nullable Checkpoint reached;
    private long bytes;
    private long began;
    private long savedAt;
    private boolean live;

    /** Changes the view. */
    interface Change {
        /** Applies one event. */
        void apply(Connection connection, RecordedEvent event) throws Exception;
    }

    /**
     * Goes on with a view.
     *
     * @param from where it is; null at its beginning
     * @param onCommit told after each commit
     * @param patience how long a statement may wait for other instances
     */
    ViewBatch(
            ViewCheckpoint place,
            Change change,
            @Nullable Checkpoint from,
            Runnable onCommit,
            Duration patience) {
        this.place = place;
        this.change = change;
        this.onCommit = onCommit;
        this.patience = patience;
        this.committed = from;
        this.reached = from;
        this.savedAt = SystemTime.nanos() - UNCONCERNED_NANOS;
    }

    /** Where the view is for everybody. */
    @Nullable Checkpoint committed() {
        return committed;
    }

    @Override
    public void handle(RecordedEvent event) {
        throw new IllegalStateException("a view needs the checkpoint behind each event");
    }

    @Override
    public void handle(RecordedEvent event, Checkpoint behind) throws Exception {
        lock.lock();
        try {
            take(event, behind);
        } finally {
            lock.unlock();
        }
    }

    private void take(RecordedEvent event, Checkpoint behind) throws Exception {
        if (kept.isEmpty()) {
            began = SystemTime.nanos();
        }
        kept.add(event);
        bytes += event.payload().sizeBytes();
        reached = behind;
        if (live
                || kept.size() >= MOST_EVENTS
                || bytes >= MOST_BYTES
                || SystemTime.nanos() - began > LONGEST_NANOS) {
            commit();
        }
    }

    @Override
    public void caughtUp(Checkpoint checkpoint) throws Exception {
        lock.lock();
        try {
            live = true;
            reached = checkpoint;
            if (!kept.isEmpty()) {
                commit();
            } else {
                saveNowAndThen();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void fellBehind(Checkpoint checkpoint) {
        lock.lock();
        try {
            live = false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Called now and then while nothing comes.
     *
     * @param passed everything up to here was handed over or does not concern the view
     * @throws ViewTransaction.Moved if somebody else has moved the view
     */
    void look(Checkpoint passed) throws Exception {
        lock.lock();
        try {
            if (!live || !kept.isEmpty()) {
                return;
            }
            if (!Objects.equals(place.read(), committed)) {
                throw new ViewTransaction.Moved();
            }
            reached = passed;
            saveNowAndThen();
        } finally {
            lock.unlock();
        }
    }

    private void saveNowAndThen() throws Exception {
        if (!Objects.equals(reached, committed)
                && SystemTime.nanos() - savedAt > UNCONCERNED_NANOS) {
            commit();
        }
    }

    private void commit() throws Exception {
        ViewTransaction at = ViewTransaction.begin(place, committed, patience);
        try {
            for (RecordedEvent event : kept) {
                change.apply(at.connection(), event);
                at.requireOpen();
            }
        } catch (Throwable e) { // whatever it is, nothing of it may stay
            at.rollBack(e);
            throw e;
        }
        at.commit(reached);
        kept.clear();
        bytes = 0;
        committed = reached;
        savedAt = SystemTime.nanos();
        onCommit.run();
    }
}
