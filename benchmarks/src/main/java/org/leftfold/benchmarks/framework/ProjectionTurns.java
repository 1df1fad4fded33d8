package org.leftfold.benchmarks.framework;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.benchmarks.framework.Accounts.AccountEvent;
import org.leftfold.benchmarks.framework.Accounts.Balance;
import org.leftfold.benchmarks.framework.Accounts.Deposited;
import org.leftfold.benchmarks.sql.OwnDatabase;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.EventHandlerMethod;
import org.leftfold.framework.projection.EventSubscriber;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.jdbc.JdbcViewStore;

/**
 * Projections from the first event of a store to its last, beside reading it and beside what the
 * JSON library alone needs. After each, the number of events that took effect is compared.
 */
final class ProjectionTurns {
    static final String JSON = "JSON alone";
    static final String NO_OP = "followed, a handler that does nothing";

    private static final EventSchema<AccountEvent> SCHEMA = EventSchema.of(AccountEvent.class);
    private static final int STREAM_LENGTH = 20;
    private static final int MAX_APPENDED = 1000;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final EventStore store;
    private final int eventCount;
    private final EventCodec<AccountEvent> codec;
    private long kept; // what was computed has to be used

    /** Projections of so many events, in an empty store. */
    ProjectionTurns(EventStore store, int eventCount) {
        this.store = store;
        this.eventCount = eventCount / STREAM_LENGTH * STREAM_LENGTH;
        this.codec = Leftfold.on(store).codec(SCHEMA);
    }

    /** A handler that does nothing. */
    @EventSubscriber(id = "no-op")
    static final class Nothing {
        private long events; // of one part, and read when that has ended

        @EventHandlerMethod
        void on(AccountEvent event) {
            events++;
        }
    }

    private static Projection<Balance> balances() {
        return Projection.of("balances", Balance.class, SCHEMA, ProjectionTurns::balance).build();
    }

    private static Balance balance(
            @Nullable Balance row, DomainEvent<AccountEvent> event, String key) {
        Balance before = row == null ? new Balance(0, 0) : row;
        return new Balance(
                before.cents() + ((Deposited) event.event()).cents(), before.movements() + 1);
    }

    /** Appends the events. */
    void fill() {
        Payload payload = codec.payloadOf(new Deposited(4711, Accounts.MEMO));
        for (int from = 0; from < eventCount; from += MAX_APPENDED) {
            for (int stream = from; stream < Math.min(eventCount, from + MAX_APPENDED); ) {
                List<NewEvent> events = new ArrayList<>();
                for (int i = 0; i < STREAM_LENGTH; i++) {
                    events.add(NewEvent.of("deposited", payload));
                }
                store.append(
                        StreamName.of("account", Integer.toString(stream)),
                        ExpectedVersion.noStream(),
                        events);
                stream += STREAM_LENGTH;
            }
        }
    }

    /**
     * Measures all in turns.
     *
     * @param databases gives a new, empty database each time
     */
    Turns measure(int rounds, Supplier<OwnDatabase> databases)
            throws InterruptedException, IOException {
        Turns turns =
                new Turns(
                        String.format(
                                Locale.ROOT, "projections, events/s: %,d events", eventCount));
        for (int round = -1; round < rounds; round++) {
            double json = rate(this::json);
            double replay = rate(this::replay);
            double decoded = rate(this::replayAndJson);
            double nothing = nothing();
            double memory = rows(new InMemoryViewStore(), null);
            double[] rebuilt = new double[1];
            double sql;
            try (OwnDatabase database = databases.get()) {
                sql = rows(JdbcViewStore.open(database.pool()), rebuilt);
            }
            if (round >= 0) { // the first one compiled
                turns.add(JSON, json);
                turns.add("bare replay", replay);
                turns.add("replay and JSON, one thread", decoded);
                turns.add(NO_OP, nothing);
                turns.add("followed, rows in memory", memory);
                turns.add("followed, rows in PostgreSQL", sql);
                turns.add("rebuilt, rows in PostgreSQL", rebuilt[0]);
            }
        }
        return turns;
    }

    private interface Act {
        long events();
    }

    private double rate(Act act) {
        long begin = System.nanoTime();
        long events = act.events();
        double seconds = (System.nanoTime() - begin) / 1e9;
        require(events);
        return events / seconds;
    }

    private void require(long events) {
        if (events != eventCount) {
            throw new IllegalStateException(
                    "%d events took effect, not %d".formatted(events, eventCount));
        }
    }

    private long json() {
        Payload payload = codec.payloadOf(new Deposited(4711, Accounts.MEMO));
        for (int i = 0; i < eventCount; i++) {
            kept += codec.format().read(payload, Deposited.class).cents();
        }
        return eventCount;
    }

    private long replay() {
        long events = 0;
        try (Events all = store.read(ReadRequest.all())) {
            while (all.hasNext()) {
                kept += all.next().version();
                events++;
            }
        }
        return events;
    }

    private long replayAndJson() {
        long events = 0;
        try (Events all = store.read(ReadRequest.all())) {
            while (all.hasNext()) {
                kept += codec.decode(all.next()).size();
                events++;
            }
        }
        return events;
    }

    private double nothing() throws InterruptedException {
        Nothing handler = new Nothing();
        Projection<Void> projection = Projection.subscriber(handler, SCHEMA).build();
        long begin = System.nanoTime();
        try (Projections projections = start(new InMemoryViewStore(), projection)) {
            require(projections.await(projection, store.checkpoint(), LONGEST) ? eventCount : 0);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        require(handler.events);
        return eventCount / seconds;
    }

    private Projections start(ViewStore views, Projection<?> projection) {
        return Leftfold.on(store).projections(views).add(projection).start();
    }

    private double rows(ViewStore views, double @Nullable [] rebuilt) throws InterruptedException {
        Projection<Balance> projection = balances();
        long begin = System.nanoTime();
        try (Projections projections = start(views, projection)) {
            require(projections.await(projection, store.checkpoint(), LONGEST) ? eventCount : 0);
            double seconds = (System.nanoTime() - begin) / 1e9;
            require(
                    projections.rows(projection).stream()
                            .mapToLong(each -> each.row().movements())
                            .sum());
            if (rebuilt != null) {
                rebuilt[0] = rebuild(projections.rebuild("balances"));
            }
            return eventCount / seconds;
        }
    }

    private double rebuild(Rebuild rebuild) throws InterruptedException {
        long begin = System.nanoTime();
        rebuild.begin("benchmark");
        require(rebuild.awaitReady(LONGEST) ? eventCount : 0);
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (!rebuild.verify().isEqual()) {
            throw new IllegalStateException("the rebuild gives another view");
        }
        return eventCount / seconds;
    }

    /** What came of everything that was measured. */
    long kept() {
        return kept;
    }
}
