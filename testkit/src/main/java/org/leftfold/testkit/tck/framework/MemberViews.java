package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;
import org.leftfold.testkit.tck.framework.MemberDecider.Moved;
import org.leftfold.testkit.tck.framework.MemberDecider.Renamed;
import org.leftfold.testkit.tck.framework.MemberDecider.Visited;

/**
 * Views over members whose rows are kept by projections: one of everything, one of what happened,
 * and one with a row for each stream. For one thread.
 */
final class MemberViews implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final EventSchema<MemberEvent> SCHEMA = EventSchema.of(MemberEvent.class);

    /** How often something happened, and a sum that two equal events change. */
    record Tally(int events, int visitNumbers) {}

    private static final Projection<Tally> CLUB =
            tally("club").keyedBy(Keying.single("all")).build();
    private static final Projection<Tally> KINDS =
            tally("kinds").keyedBy(Keying.by(event -> kindOf(event.event()))).build();
    private static final Projection<Tally> STREAMS = tally("streams").build();

    private final EventStore store;
    private final Projections projections;

    /** Views that follow a store from its beginning on. */
    MemberViews(EventStore store) {
        this.store = store;
        this.projections =
                Leftfold.on(store)
                        .projections(new InMemoryViewStore())
                        .add(CLUB)
                        .add(KINDS)
                        .add(STREAMS)
                        .start();
    }

    private static Projection.Builder<MemberEvent, Tally> tally(String name) {
        return Projection.of(name, Tally.class, SCHEMA, MemberViews::evolve);
    }

    private static Tally evolve(@Nullable Tally row, DomainEvent<MemberEvent> event, String key) {
        Tally before = row == null ? new Tally(0, 0) : row;
        int more = event.event() instanceof Visited visited ? visited.number() : 0;
        return new Tally(before.events() + 1, before.visitNumbers() + more);
    }

    private static String kindOf(MemberEvent event) {
        return switch (event) {
            case Renamed renamed -> "renamed";
            case Moved moved -> "moved";
            case Visited visited -> "visited";
        };
    }

    /** Rows that do not depend on streams, when everything there is has taken effect. */
    Map<String, Tally> ofTheClub() throws InterruptedException {
        Map<String, Tally> rows = rows(CLUB);
        rows.putAll(rows(KINDS));
        return rows;
    }

    /** The rows of streams, likewise. */
    Map<String, Tally> ofStreams() throws InterruptedException {
        return rows(STREAMS);
    }

    /** How many events a row has taken. */
    static int events(Map<String, Tally> rows, String key) {
        return Objects.requireNonNull(rows.get(key), key).events();
    }

    private Map<String, Tally> rows(Projection<Tally> projection) throws InterruptedException {
        assertTrue(projections.await(projection, store.checkpoint(), LONG), "it follows");
        Map<String, Tally> rows = new TreeMap<>();
        projections.rows(projection).stream().forEach(entry -> rows.put(entry.key(), entry.row()));
        return rows;
    }

    /** The same rows of all views as a rebuild makes them. */
    static List<Map<String, Tally>> rebuilt(EventStore store) throws InterruptedException {
        try (MemberViews fresh = new MemberViews(store)) {
            return List.of(fresh.ofTheClub(), fresh.ofStreams());
        }
    }

    /** The same rows as they are folded when they are asked for. */
    static List<Map<String, Tally>> folded(EventStore store) {
        Leftfold leftfold = Leftfold.on(store);
        Map<String, Tally> club = new TreeMap<>(leftfold.fold(CLUB).all());
        club.putAll(leftfold.fold(KINDS).all());
        return List.of(club, new TreeMap<>(leftfold.fold(STREAMS).all()));
    }

    @Override
    public void close() {
        projections.close();
    }
}
