package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.leftfold.api.Append;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ConflictException;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;

/** Writers, readers and followers of two stores, while their server is killed again and again. */
final class KillRace implements AutoCloseable {
    private static final int WRITERS = 8;

    /** So soon after a restart an append is made and a follower sees it. */
    private static final Duration BACK = Duration.ofSeconds(10);

    private final DatabaseServer server;
    private final long seed;
    private final List<HikariDataSource> pools = new ArrayList<>();
    private final List<JdbcEventStore> stores = new ArrayList<>();
    private final List<Witness> witnesses = new ArrayList<>();
    private final Ledger ledger = new Ledger();
    private volatile boolean over; // written by the test, read by writers
    private volatile boolean finished; // written by the test, read by readers

    KillRace(Kind kind, DatabaseServer server, long seed) {
        this.server = server;
        this.seed = seed;
        Database database = server.newDatabase();
        for (int i = 0; i < 2; i++) {
            HikariDataSource pool = Kind.pool(database, 8);
            pools.add(pool);
            stores.add(kind.open(pool, JdbcOptions.defaults()));
        }
    }

    String run(int kills) throws Exception {
        List<Subscription> subscriptions = new ArrayList<>();
        Crew readers = new Crew();
        Crew writers = new Crew();
        for (JdbcEventStore store : stores) {
            Witness follower = witness("a follower");
            subscriptions.add(store.follow(FollowRequest.fromStart(Query.all()), follower));
            Witness reader = witness("a reader");
            readers.start("reader", () -> read(store, reader));
        }
        for (int i = 0; i < WRITERS; i++) {
            SplittableRandom random = new SplittableRandom(seed * 100 + i);
            JdbcEventStore store = stores.get(i % stores.size());
            writers.start("writer " + i, () -> write(store, random));
        }
        long slowest = killAgainAndAgain(kills, writers);
        over = true;
        writers.join();
        finished = true;
        readers.join();
        List<RecordedEvent> log = Samples.log(stores.getFirst());
        Checkpoint end = stores.getFirst().checkpoint();
        for (Subscription subscription : subscriptions) {
            Waiting.until(
                    "a follower comes to the end",
                    () ->
                            subscription.checkpoint().equals(end)
                                    || subscription.completion().isDone());
            subscription.close();
            subscription.completion().join(); // throws what ended it
        }
        ledger.check(log);
        for (Witness witness : witnesses) {
            assertThat(witness.position()).as(witness + " saw all").isEqualTo(log.size());
            witness.agreesWith(log);
        }
        return "%d kills, %d events, %s, back after %d ms at most, seed %d"
                .formatted(kills, log.size(), ledger, slowest, seed);
    }

    private Witness witness(String name) {
        Witness witness = new Witness(name);
        witnesses.add(witness);
        return witness;
    }

    /** How many milliseconds after a restart all were back, at worst. */
    private long killAgainAndAgain(int kills, Crew crew) {
        SplittableRandom random = new SplittableRandom(seed);
        long slowest = 0;
        for (int i = 0; i < kills; i++) {
            int enough = ledger.acknowledgements() + 50 + random.nextInt(200);
            Waiting.until(
                    "appends are made",
                    () -> ledger.acknowledgements() >= enough || crew.hasEnded());
            server.kill();
            int made = ledger.acknowledgements();
            List<Long> seen = witnesses.stream().map(Witness::position).toList();
            server.restart();
            long restarted = System.nanoTime();
            Waiting.until(
                    "appends and followers go on after a restart",
                    BACK,
                    () ->
                            crew.hasEnded()
                                    || (ledger.acknowledgements() >= made + WRITERS
                                            && allBeyond(seen)));
            slowest = Math.max(slowest, (System.nanoTime() - restarted) / 1_000_000);
        }
        return slowest;
    }

    private boolean allBeyond(List<Long> positions) {
        for (int i = 0; i < positions.size(); i++) {
            if (witnesses.get(i).position() <= positions.get(i)) {
                return false;
            }
        }
        return true;
    }

    private void write(JdbcEventStore store, SplittableRandom random) {
        while (!over) {
            Append append = Samples.append(random);
            try {
                ledger.acknowledged(append, store.append(append));
            } catch (ConflictException e) {
                ledger.refused(append);
            }
        }
    }

    private void read(JdbcEventStore store, Witness witness) {
        boolean last = false;
        while (true) {
            long before = witness.position();
            try (Events events = store.read(ReadRequest.all().after(before))) {
                events.forEachRemaining(witness::handle);
            }
            if (last && witness.position() == before) {
                return;
            }
            last = finished;
        }
    }

    @Override
    public void close() {
        over = true;
        finished = true;
        stores.forEach(JdbcEventStore::close);
        pools.forEach(HikariDataSource::close);
    }
}
