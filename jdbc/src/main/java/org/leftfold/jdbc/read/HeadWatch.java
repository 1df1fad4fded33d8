package org.leftfold.jdbc.read;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.Follower;
import org.leftfold.api.spi.HeadSignal;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.SystemTime;

/**
 * Knows how far the log goes: the writer of this process says so at once, and while there are
 * followers a thread asks the database every few milliseconds, for what others have stored. One
 * question for all followers, by position, so nothing is missed whatever order transactions began
 * in. Safe for any thread.
 */
public final class HeadWatch implements Follower.Source {
    private final Database database;
    private final UUID epoch;
    private final Duration interval;
    private final BooleanSupplier wanted;
    private final Reading reading;
    private final HeadSignal signal = new HeadSignal();
    private final AtomicLong head = new AtomicLong();
    private volatile @Nullable RuntimeException failure; // written by the watch, read by followers
    private @Nullable Thread thread; // guarded by this
    private volatile boolean closed; // written by close, read by the watch

    /** Opens reads for followers. */
    public interface Reading {
        /** Opens one. */
        Events read(ReadRequest request);
    }

    /**
     * A watch that does not run yet.
     *
     * @param interval how often the database is asked
     * @param wanted whether there are followers; when there are none, the watch ends
     */
    public HeadWatch(
            Database database,
            UUID epoch,
            Duration interval,
            BooleanSupplier wanted,
            Reading reading) {
        this.database = database;
        this.epoch = epoch;
        this.interval = interval;
        this.wanted = wanted;
        this.reading = reading;
    }

    /** What followers wait at. */
    public HeadSignal signal() {
        return signal;
    }

    /** Asks the database. */
    public long refresh() {
        long now =
                database.read(connection ->
                        database.number(connection, "select max(position) from {events}"));
        if (failure != null) {
            recovered();
        }
        moved(now);
        return now;
    }

    /** The log goes as far as this at least. */
    public void moved(long position) {
        long before = head.getAndAccumulate(position, Math::max);
        if (position > before) {
            signal.headMoved();
        }
    }

    /** Runs the watch as long as it is wanted; called when there is one more follower. */
    public synchronized void run() {
        if (thread == null && !closed) {
            failure = null;
            thread = Thread.ofPlatform().name("leftfold-head-watch").daemon().start(this::watch);
        }
    }

    private void watch() {
        try {
            while (goesOn()) {
                refresh();
                SystemTime.pause(interval);
            }
        } catch (RuntimeException e) {
            end(e);
        } catch (Error e) {
            end(new IllegalStateException("the watch of the log ended", e));
            throw e;
        }
    }

    /** Decided under the lock: whoever follows next finds the watch running or starts it again. */
    private synchronized boolean goesOn() {
        boolean more = !closed && wanted.getAsBoolean();
        if (!more) {
            thread = null;
        }
        return more;
    }

    /** The database answers again: who follows from now on does not meet the error of before. */
    private synchronized void recovered() {
        if (thread == null) {
            failure = null;
        }
    }

    private void end(RuntimeException why) {
        synchronized (this) {
            failure = why;
            thread = null;
        }
        signal.headMoved();
    }

    /** Ends the watch. */
    public void close() {
        closed = true;
    }

    @Override
    public UUID epoch() {
        return epoch;
    }

    @Override
    public long head() {
        RuntimeException why = failure;
        if (why != null) {
            throw why;
        }
        return head.get();
    }

    @Override
    public boolean hasNews(long position) {
        return head.get() > position || failure != null;
    }

    @Override
    public Events read(ReadRequest request) {
        return reading.read(request);
    }
}
