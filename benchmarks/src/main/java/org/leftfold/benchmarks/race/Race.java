package org.leftfold.benchmarks.race;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.sql.OwnDatabase;

/**
 * One race: 48 writers append by the store, 16 in transactions of their own, whose ends a dice
 * chooses; now and then sessions of writers are killed. For one run.
 */
final class Race {
    static final int WRITERS = 64;
    private static final int WRITERS_IN_TRANSACTIONS = 16;

    private static final long SEED = 5_002;

    /** Sessions are killed so often during a race, one of so many each time. */
    private static final int KILLS = 20;

    private static final int KILLED_ONE_IN = 8;

    /** So many events for each transaction that is held: nobody appends to Leftfold meanwhile. */
    private static final int EVENTS_PER_HELD = 100;

    /** Most are held for a moment, and the first of so many for long. */
    private static final int HELD_LONG_ONE_IN = 40;

    private static final int SHORT_EVENTS = 200;
    private static final long SHORT_MILLIS = 50;

    /** More than the 10,000 positions that Axon keeps a gap for; a pause of seconds happens. */
    private static final int LONG_EVENTS = 16_000;

    /** Leftfold has a transaction that does nothing ended by the server after 10 s. */
    private static final long MAX_LONG_MILLIS = 20_000;

    /** Small races have no time for long pauses. */
    private static final int EVENTS_PER_LONG_MILLI = 2;

    /** The follower has come to rest when it saw nothing for so long; Axon's looks each second. */
    private static final long REST_MILLIS = 3_000;

    /** In a small race, where nothing can have piled up that takes longer to come. */
    private static final long SHORT_REST_MILLIS = 1_500;

    private static final long MAX_MILLIS = 600_000;

    /** One in eight sessions dies, a few times a second at most: so many in a row are no chance. */
    private static final int MAX_CONNECT_ATTEMPTS = 10;

    private final OwnDatabase database;
    private final Contender contender;
    private final int eventCount;
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<String> seen = new ArrayList<>(); // follower's thread, then ours
    private final AtomicLong seenCount = new AtomicLong();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger aborted = new AtomicInteger();
    private final AtomicInteger killed = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** What the writers did. */
    record Tally(int held, int aborted, int killed) {}

    Race(OwnDatabase database, Contender contender, int eventCount) {
        this.database = database;
        this.contender = contender;
        this.eventCount = eventCount;
    }

    Tally tally() {
        return new Tally(held.get(), aborted.get(), killed.get());
    }

    Verdict run() throws Exception {
        Closeable following =
                contender.follow(stream -> {
                    seen.add(stream);
                    seenCount.incrementAndGet();
                });
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            boolean isInTransactions = i < WRITERS_IN_TRANSACTIONS;
            threads.add(
                    start(
                            "writer-" + i,
                            () -> {
                                if (isInTransactions) {
                                    writeInTransactions(number);
                                } else {
                                    write(number);
                                }
                            }));
        }
        threads.add(start("killer", this::killNowAndThen));
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("a writer failed: " + cause, cause);
        }
        rest();
        following.close();
        return Verdict.of(contender.log(), seen, acknowledged);
    }

    private interface Work {
        void run() throws Exception;
    }

    private Thread start(String name, Work work) {
        Runnable guarded =
                () -> {
                    try {
                        work.run();
                    } catch (Exception | Error e) {
                        failure.compareAndSet(null, e);
                    }
                };
        return Thread.ofPlatform().name(name).daemon().start(guarded);
    }

    private boolean isDone() {
        return acknowledged.size() >= eventCount || failure.get() != null;
    }

    /** Waits until a condition holds, or so long; returns whether it held. */
    private static boolean await(long millis, BooleanSupplier condition) {
        long untilNanos = System.nanoTime() + millis * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > untilNanos) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    /** Until the follower sees no more. */
    private void rest() {
        long untilNanos = System.nanoTime() + MAX_MILLIS * 1_000_000;
        long restMillis = Math.clamp(eventCount, SHORT_REST_MILLIS, REST_MILLIS);
        long before;
        do {
            before = seenCount.get();
            long count = before;
            await(restMillis, () -> seenCount.get() > count);
        } while (seenCount.get() > before && System.nanoTime() < untilNanos);
    }

    private void write(int writer) {
        for (int i = 0; !isDone(); i++) {
            String stream = "w" + writer + "-" + i;
            try {
                contender.append(stream);
                acknowledged.add(stream);
            } catch (Exception e) {
                aborted.incrementAndGet(); // Its session was killed: it is there, or not.
            }
        }
    }

    /** How a transaction ends. */
    private enum End {
        COMMIT,
        ROLL_BACK,
        CLOSE_SOCKET,
        BE_KILLED
    }

    private void writeInTransactions(int writer) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED + writer);
        Connection connection = connect();
        for (int i = 0; !isDone(); i++) {
            String stream = "t" + writer + "-" + i;
            End end = End.values()[random.nextInt(End.values().length)];
            boolean isHeld = random.nextBoolean();
            try {
                AutoCloseable appended = contender.appendIn(connection, stream);
                try {
                    boolean isLong = isHeld && hold();
                    end(connection, stream, isLong ? End.COMMIT : end);
                } finally {
                    appended.close();
                }
            } catch (Exception e) {
                aborted.incrementAndGet();
                connection.abort(Runnable::run);
            }
            if (connection.isClosed()) {
                connection = connect();
            }
        }
        connection.close();
    }

    /** A session may be killed while it begins: on MariaDB the dice knows no pools. */
    private Connection connect() throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return connectOnce();
            } catch (SQLException e) {
                if (attempt >= MAX_CONNECT_ATTEMPTS) {
                    throw e;
                }
                aborted.incrementAndGet();
            }
        }
    }

    private Connection connectOnce() throws SQLException {
        Connection connection = database.connect();
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void end(Connection connection, String stream, End end) throws SQLException {
        switch (end) {
            case COMMIT -> {
                connection.commit();
                acknowledged.add(stream);
            }
            case ROLL_BACK -> {
                aborted.incrementAndGet();
                connection.rollback();
            }
            case CLOSE_SOCKET -> {
                killed.incrementAndGet();
                connection.abort(Runnable::run);
            }
            case BE_KILLED -> {
                killed.incrementAndGet();
                database.killSession(connection);
                connection.commit(); // Fails.
                acknowledged.add(stream);
            }
        }
    }

    /**
     * Holds the transaction open while others append; those of Leftfold cannot, so that takes as
     * long as it may. Returns whether it was for long: such a one is then committed.
     */
    private boolean hold() {
        int number = held.get();
        if (number > acknowledged.size() / EVENTS_PER_HELD
                || !held.compareAndSet(number, number + 1)) {
            return false;
        }
        boolean isLong = number % HELD_LONG_ONE_IN == 0;
        long before = seenCount.get();
        if (isLong) {
            long millis = Math.min(MAX_LONG_MILLIS, eventCount / EVENTS_PER_LONG_MILLI);
            await(millis, () -> seenCount.get() >= before + LONG_EVENTS);
        } else {
            await(SHORT_MILLIS, () -> seenCount.get() >= before + SHORT_EVENTS || isDone());
        }
        return isLong;
    }

    private void killNowAndThen() throws SQLException {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 1; i <= KILLS; i++) {
            long next = (long) eventCount * i / (KILLS + 1);
            if (!await(MAX_MILLIS, () -> acknowledged.size() >= next || failure.get() != null)) {
                throw new IllegalStateException("nothing was appended for long");
            }
            killed.addAndGet(
                    database.killSessions(
                            NobodySkips.WRITERS, () -> random.nextInt(KILLED_ONE_IN) == 0));
        }
    }
}
