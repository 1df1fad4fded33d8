package org.leftfold.testkit.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.privacy.ErasureReceipt;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.Parking;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionListener;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildReport;

/**
 * A test of a projection: given these events, its view is so.
 *
 * <pre>{@code
 * ProjectionScenario.of(search)
 *         .given("lead-1", new LeadInitialized(1, "aab", "1111"), new ContactDetailsUpdated("aaa"))
 *         .then("lead-1", lead -> assertEquals(Set.of("aab", "aaa"), lead.names()))
 *         .thenNone("lead-2")
 *         .survivesFaults();
 * }</pre>
 *
 * <p>Two rows are equal when their fields are, whether their class has an {@code equals} or not;
 * sets may be in any order. Immutable.
 *
 * @param <V> class of the rows
 */
public final class ProjectionScenario<V> {
    /** Most events that are poisoned one after the other. */
    static final int MAX_POISONED = 100;

    private static final PayloadFormat PICTURES = JsonFormat.ofPictures();
    private static final ErrorPolicy AT_ONCE = ErrorPolicy.retry(0).thenPark();
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Projection<V> projection;
    private final List<Given> given;
    private final ScenarioKeys keys = new ScenarioKeys();

    private record Given(StreamName stream, Object event, Metadata metadata) {}

    private ProjectionScenario(Projection<V> projection, List<Given> given) {
        this.projection = projection;
        this.given = List.copyOf(given);
    }

    /** Begins a scenario of a projection with rows. */
    public static <V> ProjectionScenario<V> of(Projection<V> projection) {
        return new ProjectionScenario<>(projection, List.of());
    }

    /** These events happened in a stream, after those given before. */
    public ProjectionScenario<V> given(String stream, Object... events) {
        return given(stream, Metadata.none(), events);
    }

    /** The same with who, when and why. */
    public ProjectionScenario<V> given(String stream, Metadata metadata, Object... events) {
        List<Given> all = new ArrayList<>(given);
        for (Object event : events) {
            all.add(new Given(new StreamName(stream), event, metadata));
        }
        return new ProjectionScenario<>(projection, all);
    }

    /** The row of a key is so, says the caller. */
    public ProjectionScenario<V> then(String key, Consumer<? super V> check) {
        try (InMemoryEventStore store = filled()) {
            Map<String, V> rows = keys.on(store).fold(projection).all();
            V row = rows.get(key);
            if (row == null) {
                throw new AssertionError(
                        "projection '%s' has no row '%s'; it has %s"
                                .formatted(projection.name(), key, rows.keySet()));
            }
            check.accept(row);
        }
        return this;
    }

    /**
     * The row of a key holds this.
     *
     * @throws AssertionError if it does not, or there is none
     */
    public ProjectionScenario<V> thenRow(String key, V expected) {
        return then(
                key,
                row -> {
                    if (!picture(row).equals(picture(expected))) {
                        throw new AssertionError(
                                "row '%s' of projection '%s' holds%n  %s%nand not%n  %s"
                                        .formatted(
                                                key,
                                                projection.name(),
                                                picture(row),
                                                picture(expected)));
                    }
                });
    }

    /**
     * There is no such row.
     *
     * @throws AssertionError if there is
     */
    public ProjectionScenario<V> thenNone(String key) {
        try (InMemoryEventStore store = filled()) {
            if (keys.on(store).fold(projection).all().containsKey(key)) {
                throw new AssertionError(
                        "projection '%s' has a row '%s'".formatted(projection.name(), key));
            }
        }
        return this;
    }

    /**
     * There are these rows and no others.
     *
     * @throws AssertionError if it is not so
     */
    public ProjectionScenario<V> thenKeys(String... keys) {
        try (InMemoryEventStore store = filled()) {
            Set<String> found = this.keys.on(store).fold(projection).all().keySet();
            if (!found.equals(Set.of(keys))) {
                throw new AssertionError(
                        "projection '%s' has the rows %s and not %s"
                                .formatted(projection.name(), found, List.of(keys)));
            }
        }
        return this;
    }

    /**
     * Whatever happens to it, the view is the same in the end: it is followed, with transactions
     * that are lost, or of which nobody knows whether they were committed, and redelivered; each
     * event (of the first {@value #MAX_POISONED}) is unreadable for a while, parks, and is retried,
     * unless keys come from the inside of events; it is rebuilt. What fails here depends on
     * something else than its rows and its events, such as a field that is not kept, a clock or a
     * counter of its own. Last, if events have personal data, all their subjects are forgotten: the
     * view is another one then, but no event may fail.
     *
     * @throws AssertionError that says under which fault the view is another one, or on which event
     *     it fails without its personal data
     */
    public ProjectionScenario<V> survivesFaults() {
        try (InMemoryEventStore store = filled()) {
            Map<String, Object> expected = pictures(keys.on(store).fold(projection).all());
            requireSame("when it is followed", expected, followed(false));
            requireSame(
                    "when its transactions are lost and delivered again", expected, followed(true));
            rebuilds(store);
            long poisoned = projection.knowsKeysAhead() ? Math.min(store.head(), MAX_POISONED) : 0;
            for (long position = 1; position <= poisoned; position++) {
                requireSame(
                        "when event %d was unreadable for a while".formatted(position),
                        expected,
                        poisoned(store, position));
            }
            forgets(store);
        }
        return this;
    }

    private static void requireSame(
            String when, Map<String, Object> expected, Map<String, Object> found) {
        if (!found.equals(expected)) {
            throw new AssertionError(
                    "the view is another one %s:%n  %s%nand not%n  %s"
                            .formatted(when, found, expected));
        }
    }

    /** Event by event, each in a transaction of its own. */
    private Map<String, Object> followed(boolean unreliably) {
        UnreliableViews views = new UnreliableViews(new InMemoryViewStore());
        try (InMemoryEventStore store = InMemoryEventStore.open();
                Projections projections = start(store, views)) {
            views.fail(unreliably);
            for (Given each : given) {
                append(store, each);
                require(projections.await(projection, store.checkpoint(), LONG), projections);
            }
            views.fail(false);
            return rows(projections);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void rebuilds(EventStore store) {
        try (Projections projections = start(store, new InMemoryViewStore())) {
            require(projections.await(projection, store.checkpoint(), LONG), projections);
            Rebuild rebuild = projections.rebuild(projection.name());
            rebuild.begin("scenario");
            require(rebuild.awaitReady(LONG), projections);
            RebuildReport report = rebuild.verify();
            if (!report.isEqual()) {
                throw new AssertionError("a rebuild gives another view: " + report);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Map<String, Object> poisoned(EventStore store, long position) {
        PoisonedStore poisoned = new PoisonedStore(store, position);
        try (Projections projections = start(poisoned, new InMemoryViewStore())) {
            require(projections.await(projection, store.checkpoint(), LONG), projections);
            poisoned.cure();
            Parking parking = projections.parking(projection.name());
            for (Parking.Outcome outcome : parking.retryAll()) {
                if (!outcome.isClear()) {
                    throw new AssertionError(
                            "key '%s' fails: %s".formatted(outcome.key(), outcome.error()));
                }
            }
            return rows(projections);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The events say less when somebody was forgotten, and a rebuild reads them so. */
    private void forgets(EventStore store) {
        Set<String> subjects = subjects(store, projection.schema());
        if (subjects.isEmpty()) {
            return;
        }
        Privacy privacy = keys.copy().in(store);
        for (String subject : subjects) {
            ErasureReceipt unused = privacy.forget(subject, "scenario", "to see what is left");
        }
        try (Projections projections =
                start(Leftfold.on(store).protecting(privacy), new InMemoryViewStore())) {
            require(projections.await(projection, store.checkpoint(), LONG), projections);
            for (ParkedEvent each : projections.parking(projection.name()).list()) {
                throw new AssertionError(
                        "when all data subjects were forgotten, it fails on version %d of stream '%s': %s"
                                .formatted(each.version(), each.stream(), each.error()));
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void require(boolean isThere, Projections projections) {
        if (!isThere) {
            throw new AssertionError("the projection does not get there: " + projections.status());
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("the test was interrupted", e);
    }

    private Projections start(EventStore store, ViewStore views) {
        return start(keys.on(store), views);
    }

    private Projections start(Leftfold leftfold, ViewStore views) {
        return leftfold.projections(views)
                .listener(new ProjectionListener() {})
                .add(projection.with(AT_ONCE))
                .start();
    }

    private Map<String, Object> rows(Projections projections) {
        Map<String, V> rows = new TreeMap<>();
        projections.rows(projection).stream().forEach(each -> rows.put(each.key(), each.row()));
        return pictures(rows);
    }

    private static Map<String, Object> pictures(Map<String, ?> rows) {
        Map<String, Object> pictures = new TreeMap<>();
        rows.forEach((key, row) -> pictures.put(key, picture(row)));
        return pictures;
    }

    private static String picture(@Nullable Object row) {
        return row == null ? "nothing" : PICTURES.write(row).asText();
    }

    private InMemoryEventStore filled() {
        InMemoryEventStore store = InMemoryEventStore.open();
        given.forEach(each -> append(store, each));
        return store;
    }

    private void append(EventStore store, Given each) {
        NewEvent event = encoded(keys.on(store), projection.schema(), each);
        store.append(each.stream(), ExpectedVersion.any(), event);
    }

    private static <E> NewEvent encoded(Leftfold leftfold, EventSchema<E> schema, Given each) {
        EventCodec<E> codec = leftfold.codec(schema);
        E event = schema.root().cast(each.event());
        return codec.encode(each.stream(), event, each.metadata(), Set.of());
    }

    private <E> Set<String> subjects(EventStore store, EventSchema<E> schema) {
        EventCodec<E> codec = keys.on(store).codec(schema);
        return codec.subjectsOf(
                given.stream().map(each -> schema.root().cast(each.event())).toList());
    }
}
