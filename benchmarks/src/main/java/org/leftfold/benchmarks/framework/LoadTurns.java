package org.leftfold.benchmarks.framework;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.benchmarks.framework.Accounts.AccountCommand;
import org.leftfold.benchmarks.framework.Accounts.AccountDecider;
import org.leftfold.benchmarks.framework.Accounts.AccountEvent;
import org.leftfold.benchmarks.framework.Accounts.Balance;
import org.leftfold.benchmarks.framework.Accounts.Deposit;
import org.leftfold.benchmarks.framework.Accounts.Deposited;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.repository.Loaded;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.framework.repository.RepositoryListener;

/**
 * Loads of one stream that has exactly so many events, in each way that a repository knows. Before
 * it is measured, each way has to give the same state, from as many events as its name says.
 */
final class LoadTurns {
    static final String PLAIN = "plain";
    static final String JSON = "of it decoding JSON";

    /** How many events stand behind the snapshot; fewer than the shortest stream has. */
    static final int SNAPSHOT_AGE_EVENTS = 10;

    private static final String ID = "1";
    private static final String CATEGORY = "account";

    /** An append holds no more than a few thousand. */
    private static final int MAX_APPENDED = 1000;

    private final EmbeddedEventStore store;
    private final int length;
    private final Payload payload;
    private long eventsRead; // by the last load
    private long kept; // what was computed has to be used

    /** Loads in an empty store. */
    LoadTurns(EmbeddedEventStore store, int length) {
        this.store = store;
        this.length = length;
        var codec = Leftfold.on(store).codec(EventSchema.of(AccountEvent.class));
        this.payload = codec.payloadOf(new Deposited(4711, Accounts.MEMO));
    }

    /** What one way does, and how many events it reads. */
    private record Way(
            String name, long reads, Repository<AccountCommand, Balance, AccountEvent> accounts) {}

    /** Measures the ways in turns. */
    Turns measure(int rounds, double seconds) {
        Leftfold leftfold = Leftfold.on(store);
        Leftfold ready =
                leftfold.with(
                        new ReadyFormat(new Deposited(4711, Accounts.MEMO), new JsonFormat()));
        Way plain = way(PLAIN, length, define(leftfold));
        Way decoded = way("", length, define(ready));
        Way snapshot =
                way(
                        "snapshot, %d events old".formatted(SNAPSHOT_AGE_EVENTS),
                        SNAPSHOT_AGE_EVENTS,
                        define(leftfold)
                                .snapshots(
                                        store.snapshots(),
                                        (snapshotVersion, before, after, state) -> true));
        Way cached = way("cache, nothing new behind it", 0, define(leftfold).cache(10));
        fill(snapshot.accounts);
        cached.accounts.load(ID);
        for (Way each : List.of(plain, decoded, snapshot, cached)) {
            check(each);
        }
        Turns turns = new Turns("load, us: a stream of %,d events".formatted(length));
        for (int round = -1; round < rounds; round++) {
            double all = micros(plain, seconds);
            double withoutJson = micros(decoded, seconds);
            double read = micros(this::read, seconds);
            double tail = micros(snapshot, seconds);
            double none = micros(cached, seconds);
            if (round >= 0) { // the first one compiled
                turns.add(plain.name, all);
                turns.add(JSON, all - withoutJson);
                turns.add("of it reading the store", read);
                turns.add(snapshot.name, tail);
                turns.add(cached.name, none);
            }
        }
        return turns;
    }

    private RepositoryBuilder<AccountCommand, Balance, AccountEvent> define(Leftfold leftfold) {
        RepositoryListener counter =
                new RepositoryListener() {
                    @Override
                    public void loaded(StreamName stream, long read, Duration took) {
                        eventsRead = read;
                    }
                };
        return leftfold.define(CATEGORY, new AccountDecider()).listener(counter);
    }

    private static Way way(
            String name,
            long reads,
            RepositoryBuilder<AccountCommand, Balance, AccountEvent> builder) {
        return new Way(name, reads, builder.build());
    }

    /** Lets one command make a snapshot, and appends the last events by hand, which makes none. */
    private void fill(Repository<AccountCommand, Balance, AccountEvent> snapshotting) {
        append(length - SNAPSHOT_AGE_EVENTS - 1);
        snapshotting.handle(ID, new Deposit(4711, Accounts.MEMO));
        append(SNAPSHOT_AGE_EVENTS);
    }

    private void append(int count) {
        for (int left = count; left > 0; ) {
            int now = Math.min(left, MAX_APPENDED);
            List<NewEvent> events = new ArrayList<>();
            for (int i = 0; i < now; i++) {
                events.add(NewEvent.of("deposited", payload));
            }
            store.append(StreamName.of(CATEGORY, ID), ExpectedVersion.any(), events);
            left -= now;
        }
    }

    private void check(Way way) {
        Loaded<Balance> loaded = way.accounts.load(ID);
        Balance expected = new Balance(4711L * length, length);
        if (loaded.version() != length
                || !loaded.state().equals(expected)
                || eventsRead != way.reads) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "%s of %d events: read %d instead of %d, and gave %s at version %d",
                            way.name,
                            length,
                            eventsRead,
                            way.reads,
                            loaded.state(),
                            loaded.version()));
        }
    }

    /** What the store does for a load. */
    private void read() {
        ReadRequest request = ReadRequest.stream(StreamName.of(CATEGORY, ID));
        try (Events events = store.read(request)) {
            events.forEachRemaining(each -> kept += each.version());
        }
    }

    private double micros(Way way, double seconds) {
        return micros(() -> kept += way.accounts.load(ID).state().cents(), seconds);
    }

    private static double micros(Runnable load, double seconds) {
        long count = 0;
        long begin = System.nanoTime();
        while (count == 0 || System.nanoTime() - begin < seconds * 1e9) {
            load.run();
            count++;
        }
        return (System.nanoTime() - begin) / 1e3 / count;
    }

    /** What came of everything that was measured. */
    long kept() {
        return kept;
    }
}
