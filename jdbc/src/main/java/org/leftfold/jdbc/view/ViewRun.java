package org.leftfold.jdbc.view;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.Failure;
import org.leftfold.jdbc.sql.SystemTime;

/**
 * Keeps a view up to date: follows the store from where the view is, and does so again whenever a
 * connection is lost or another instance has moved the view. Safe for any thread.
 */
public final class ViewRun implements Subscription {
    /** Instances without a lease would else take turns at every event. */
    private static final Duration WHILE_ANOTHER_WORKS = Duration.ofMillis(100);

    /** So often a view that is live looks whether it was reset. */
    private static final long LOOKS_EVERY_MILLIS = 1_000;

    private final EventStore store;
    private final Query query;
    private final ViewCheckpoint place;
    private final Change change;
    private final Duration longest;
    private final CompletableFuture<Void> completion = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable ViewBatch batch; // written by the run's thread, read by all
    private volatile @Nullable Thread applying; // written by the follower, read by close
    private @Nullable Subscription inner; // guarded by this
    private boolean closed; // guarded by this
    private final Checkpoint beginning;
    private final AtomicReference<AnyDatabase.@Nullable Waiting> waiting = new AtomicReference<>();

    /** Changes the view. */
    public interface Change {
        /** Applies one event. */
        void apply(Connection connection, RecordedEvent event) throws Exception;
    }

    /**
     * A run that is not started yet.
     *
     * @param query which events concern the view
     * @param longest how long one statement may take, waiting for other instances included
     */
    public ViewRun(
            EventStore store, Query query, ViewCheckpoint place, Change change, Duration longest) {
        this.store = store;
        this.query = query;
        this.place = place;
        this.change = change;
        this.longest = longest;
        this.beginning = store.checkpoint().beginning();
        this.thread = Thread.ofVirtual().name("leftfold-view").unstarted(this::run);
    }

    /** Starts it. */
    public void start() {
        thread.start();
    }

    private void run() {
        Throwable failure = null;
        try {
            boolean again = true;
            while (again) {
                again = follow();
            }
        } catch (Throwable e) { // whatever went wrong ends this view and nothing else
            failure = e;
        }
        if (failure == null) {
            completion.complete(null);
        } else {
            completion.completeExceptionally(failure);
        }
        ended.countDown();
    }

    /** Follows until something ends it; whether to do so again. */
    private boolean follow() throws Throwable {
        Checkpoint from = place.load();
        ViewBatch now = new ViewBatch(place, this::apply, from, () -> waiting.set(null), longest);
        batch = now;
        FollowRequest request =
                from == null ? FollowRequest.fromStart(query) : FollowRequest.after(query, from);
        // what comes in a burst shares transactions
        Subscription following = store.follow(request.fallsBehindAfter(1), now);
        Throwable failure;
        try (following) {
            boolean unwanted;
            synchronized (this) {
                inner = following;
                unwanted = closed;
            }
            if (unwanted) {
                following.close();
            }
            failure = outcome(following, now);
        }
        return failure != null && goesOnAfter(failure);
    }

    /** What ended a follower; looks after the view as long as it runs. */
    private static @Nullable Throwable outcome(Subscription following, ViewBatch batch) {
        CompletableFuture<Void> end = following.completion();
        while (true) {
            try {
                end.get(LOOKS_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                return null;
            } catch (TimeoutException e) {
                try {
                    batch.look(following.checkpoint());
                } catch (Exception found) {
                    return found;
                }
            } catch (InterruptedException e) {
                // nobody interrupts this thread; if somebody does, it goes on
            } catch (ExecutionException e) {
                return e.getCause() == null ? e : e.getCause();
            }
        }
    }

    /**
     * Whether to follow again; throws what is nobody's to repeat, even if it came while closing.
     */
    private boolean goesOnAfter(Throwable failure) throws Throwable {
        if (failure instanceof ViewTransaction.Moved) {
            SystemTime.pause(WHILE_ANOTHER_WORKS);
            return !isClosed();
        }
        SQLException error = sqlError(failure);
        if (error != null) {
            Failure kind = place.database().dialect().failure(error);
            if (kind == Failure.CONNECTION || kind == Failure.RETRY) {
                if (isClosed()) {
                    return false;
                }
                if (waited()) {
                    return true;
                }
                throw place.database().translate(error);
            }
        }
        if (failure instanceof StoreUnavailableException && isClosed()) {
            return false; // nobody waits any more for a database that does not answer
        }
        throw failure;
    }

    /** Waits a moment; false if that has been tried for long enough since the last commit. */
    private boolean waited() {
        AnyDatabase.Waiting since = waiting.get();
        if (since == null) {
            since = place.database().new Waiting();
            waiting.set(since);
        }
        return since.again();
    }

    /** The error of the database that is behind a failure, if one is. */
    private static @Nullable SQLException sqlError(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 16; depth++) {
            if (at instanceof SQLException error) {
                return error;
            }
            at = at instanceof StoreUnavailableException ? null : at.getCause();
        }
        return null;
    }

    private void apply(Connection connection, RecordedEvent event) throws Exception {
        applying = Thread.currentThread();
        try {
            change.apply(connection, event);
        } finally {
            applying = null;
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Where the view is for everybody, the beginning of the store if it has not begun. */
    @Override
    public Checkpoint checkpoint() {
        ViewBatch now = batch;
        Checkpoint committed = now == null ? place.load() : now.committed();
        return committed == null ? beginning : committed;
    }

    @Override
    public boolean isLive() {
        Subscription now;
        synchronized (this) {
            now = inner;
        }
        return now != null && now.isLive() && !completion.isDone();
    }

    @Override
    public CompletableFuture<Void> completion() {
        return completion.copy();
    }

    @Override
    public void close() {
        Subscription now;
        synchronized (this) {
            closed = true;
            now = inner;
        }
        if (now != null) {
            now.close();
        }
        Thread self = Thread.currentThread();
        if (self.equals(applying) || self.equals(thread)) {
            return;
        }
        Uninterrupted.await(ended);
    }
}
