package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.servers.Database;

/**
 * 48 threads append through four stores, 16 in transactions of their own which they commit, hold,
 * roll back or die in, and now and then somebody kills sessions, those of readers too. All the
 * while followers follow and readers page.
 */
final class WriterRace {
    private static final int STORES = 4;
    private static final int WRITERS_OF_A_STORE = 12;
    private static final int RAW_WRITERS = 16;
    private static final int EVENTS = 5_000 * Scale.FACTOR;

    /** Sessions are killed each time so many events have come. */
    private static final int EVENTS_BETWEEN_KILLS = 700;

    private final Kind kind;
    private final Database database;
    private final long seed;
    private final Sessions sessions;
    private final Ledger ledger = new Ledger();
    private final List<HikariDataSource> pools = new ArrayList<>();
    private final List<JdbcEventStore> stores = new ArrayList<>();
    private final List<Witness> witnesses = new ArrayList<>();
    private final AtomicLong looks = new AtomicLong();
    private final AtomicInteger heldAndAborted = new AtomicInteger();
    private final AtomicInteger killed = new AtomicInteger();
    private volatile long head; // written by the readers, read by all
    private volatile boolean over; // written by the test, read by the readers

    WriterRace(Kind kind, Database database, long seed) {
        this.kind = kind;
        this.database = database;
        this.seed = seed;
        this.sessions = new Sessions(kind, database);
    }

    String run() throws Exception {
        try {
            for (int i = 0; i < STORES; i++) {
                HikariDataSource pool = Kind.pool(database, 8);
                pools.add(pool);
                stores.add(kind.open(pool, JdbcOptions.defaults()));
            }
            return race();
        } finally {
            stores.forEach(JdbcEventStore::close);
            pools.forEach(HikariDataSource::close);
        }
    }

    private String race() throws Exception {
        Crew writers = new Crew();
        Crew readers = new Crew();
        List<Subscription> subscriptions = new ArrayList<>();
        for (JdbcEventStore store : stores) {
            Witness follower = witness("follower " + subscriptions.size());
            subscriptions.add(store.follow(FollowRequest.fromStart(Query.all()), follower));
            readers.start("pager", () -> page(store, witness("a reader")));
            readers.start("backward", () -> readBackward(store));
        }
        for (int i = 0; i < STORES * WRITERS_OF_A_STORE; i++) {
            JdbcEventStore store = stores.get(i % STORES);
            SplittableRandom random = new SplittableRandom(seed * 1000 + i);
            writers.start("writer " + i, () -> write(store, random));
        }
        RawAppends raw = new RawAppends(kind, pools.getFirst());
        for (int i = 0; i < RAW_WRITERS; i++) {
            SplittableRandom random = new SplittableRandom(seed * 1000 + 500 + i);
            writers.start("raw writer " + i, () -> writeRaw(raw, random));
        }
        writers.start("killer", () -> killSessions(new SplittableRandom(seed)));
        try {
            writers.join();
        } finally {
            over = true;
        }
        readers.join();
        List<RecordedEvent> log = Samples.log(stores.getFirst());
        for (Subscription subscription : subscriptions) {
            Checkpoint end = stores.getFirst().checkpoint();
            Waiting.until(
                    "a follower comes to the end",
                    () ->
                            subscription.checkpoint().equals(end)
                                    || subscription.completion().isDone());
            subscription.close();
            subscription.completion().join(); // throws what ended it
        }
        check(log);
        return "%d events, %s, %d held or aborted, %d sessions killed, %d looks, seed %d"
                .formatted(
                        log.size(), ledger, heldAndAborted.get(), killed.get(), looks.get(), seed);
    }

    private synchronized Witness witness(String name) {
        Witness witness = new Witness(name);
        witnesses.add(witness);
        return witness;
    }

    private synchronized void check(List<RecordedEvent> log) {
        ledger.check(log);
        assertThat(log).hasSizeGreaterThanOrEqualTo(EVENTS);
        assertThat(Samples.seatsAreTakenOnce(log)).as("each seat was taken once").isTrue();
        assertThat(witnesses).hasSize(2 * STORES);
        for (Witness witness : witnesses) {
            assertThat(witness.position()).as(witness + " saw all").isEqualTo(log.size());
            witness.agreesWith(log);
        }
        Query reds = Query.tags("colour:1");
        for (JdbcEventStore store : stores) {
            assertThat(store.read(ReadRequest.of(reds)).toList())
                    .isEqualTo(log.stream().filter(reds::matches).toList());
        }
        assertThat(killed.get()).as("sessions killed").isPositive();
    }

    private boolean isDone() {
        return head >= EVENTS;
    }

    private void write(JdbcEventStore store, SplittableRandom random) {
        while (!isDone()) {
            Append append = Samples.append(random);
            try {
                AppendResult result = store.append(append);
                ledger.acknowledged(append, result);
            } catch (ConditionFailedException e) {
                ledger.refused(append);
            }
        }
    }

    /** How a transaction ends. */
    private enum End {
        COMMIT,
        HOLD_AND_COMMIT,
        ROLL_BACK,
        HOLD_AND_ROLL_BACK,
        CLOSE_SOCKET,
        KILLED,
        KILLED_AT_COMMIT
    }

    private void writeRaw(RawAppends raw, SplittableRandom random) throws Exception {
        Connection connection = sessions.connect();
        while (!isDone()) {
            Append append = Samples.append(random);
            End end = End.values()[random.nextInt(End.values().length)];
            try {
                if (connection.isClosed()) {
                    connection = sessions.connect();
                }
                long session = sessions.number(connection);
                if (raw.begin(connection, append) instanceof Outcome.Stored stored) {
                    end(connection, session, append, stored.result(), end);
                } else {
                    connection.rollback();
                    ledger.refused(append);
                }
            } catch (SQLException e) { // killed before it came to commit
                ledger.refused(append);
                connection.abort(Runnable::run);
            }
        }
        connection.close();
    }

    private void end(
            Connection connection, long session, Append append, AppendResult result, End end)
            throws Exception {
        switch (end) {
            case COMMIT -> commit(connection, append, result);
            case HOLD_AND_COMMIT -> {
                hold();
                commit(connection, append, result);
            }
            case ROLL_BACK, HOLD_AND_ROLL_BACK -> {
                if (end == End.HOLD_AND_ROLL_BACK) {
                    hold();
                }
                heldAndAborted.incrementAndGet();
                ledger.refused(append);
                connection.rollback();
            }
            case CLOSE_SOCKET -> {
                hold();
                killed.incrementAndGet();
                ledger.refused(append);
                connection.abort(Runnable::run);
            }
            case KILLED -> {
                hold();
                killed.incrementAndGet();
                ledger.refused(append);
                sessions.kill(session);
            }
            case KILLED_AT_COMMIT -> {
                Crew killer = new Crew();
                killer.start("killer at commit", () -> sessions.kill(session));
                killed.incrementAndGet();
                commit(connection, append, result);
                killer.join();
            }
        }
    }

    private void commit(Connection connection, Append append, AppendResult result) {
        try {
            connection.commit();
            ledger.acknowledged(append, result);
        } catch (SQLException e) {
            ledger.leftOpen(append);
        }
    }

    /** Holds the append lock until all readers have had a look. */
    private void hold() {
        heldAndAborted.incrementAndGet();
        long until = looks.get() + 2L * STORES;
        Waiting.until("readers look", () -> looks.get() >= until || over);
    }

    private void killSessions(SplittableRandom random) throws SQLException {
        long next = EVENTS_BETWEEN_KILLS;
        while (!isDone()) {
            long at = next;
            Waiting.until("events come", () -> head >= at || isDone());
            killed.addAndGet(sessions.killSome(() -> random.nextInt(4) == 0));
            next = head + EVENTS_BETWEEN_KILLS;
        }
    }

    /** Reads on from what it has seen, in pages of any size, to the end of the race. */
    private void page(JdbcEventStore store, Witness witness) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean last = false;
        while (true) {
            ReadRequest request =
                    ReadRequest.all().after(witness.position()).limit(1 + random.nextInt(300));
            int found = 0;
            try (Events events = store.read(request)) {
                while (events.hasNext()) {
                    witness.handle(events.next());
                    found++;
                }
            }
            looks.incrementAndGet();
            head = Math.max(head, witness.position());
            if (last && found == 0) {
                return;
            }
            last = over;
        }
    }

    /** Looks at the newest events from the end: no position is missing among them. */
    private void readBackward(JdbcEventStore store) {
        long newest = 0;
        while (!over) {
            List<RecordedEvent> events =
                    store.read(ReadRequest.all().backward().limit(90)).toList();
            for (int i = 1; i < events.size(); i++) {
                assertThat(events.get(i).position())
                        .as("position below the next newer one")
                        .isEqualTo(events.get(i - 1).position() - 1);
            }
            long position = events.isEmpty() ? 0 : events.getFirst().position();
            assertThat(position).as("newest position").isGreaterThanOrEqualTo(newest);
            newest = position;
            looks.incrementAndGet();
        }
    }
}
