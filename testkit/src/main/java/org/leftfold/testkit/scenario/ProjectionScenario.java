package org.leftfold.testkit.scenario;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.projection.Projection;
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
    private static final PayloadFormat PICTURES = JsonFormat.ofPictures();

    private final Projection<V> projection;
    private final GivenEvents given;
    private final ProjectionRuns<V> runs;

    private ProjectionScenario(Projection<V> projection, GivenEvents given) {
        this.projection = projection;
        this.given = given;
        this.runs = new ProjectionRuns<>(projection, given);
    }

    /** Begins a scenario of a projection with rows. */
    public static <V> ProjectionScenario<V> of(Projection<V> projection) {
        return new ProjectionScenario<>(projection, GivenEvents.none());
    }

    /** These events happened in a stream, after those given before. */
    public ProjectionScenario<V> given(String stream, Object... events) {
        return given(stream, Metadata.none(), events);
    }

    /** The same with who, when and why. */
    public ProjectionScenario<V> given(String stream, Metadata metadata, Object... events) {
        return new ProjectionScenario<>(projection, given.and(stream, metadata, events));
    }

    /** The row of a key is so, says the caller. */
    public ProjectionScenario<V> then(String key, Consumer<? super V> check) {
        try (InMemoryEventStore store = runs.filled()) {
            Map<String, V> rows = given.keys().on(store).fold(projection).all();
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
        try (InMemoryEventStore store = runs.filled()) {
            if (given.keys().on(store).fold(projection).all().containsKey(key)) {
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
        try (InMemoryEventStore store = runs.filled()) {
            Set<String> found = given.keys().on(store).fold(projection).all().keySet();
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
     * event (of the first {@value ProjectionRuns#MAX_POISONED}) is unreadable for a while, parks,
     * and is retried, unless keys come from the inside of events; it is rebuilt. What fails here
     * depends on something else than its rows and its events, such as a field that is not kept, a
     * clock or a counter of its own. Last, if events have personal data, all their subjects are
     * forgotten: the view is another one then, but no event may fail.
     *
     * @throws AssertionError that says under which fault the view is another one, or on which event
     *     it fails without its personal data
     */
    public ProjectionScenario<V> survivesFaults() {
        try (InMemoryEventStore store = runs.filled()) {
            Map<String, Object> expected = pictures(given.keys().on(store).fold(projection).all());
            requireSame("when it is followed", expected, followed(UnreliableViews.Fault.NONE));
            requireSame(
                    "when its transactions are lost and delivered again",
                    expected,
                    followed(UnreliableViews.Fault.LOST_OR_UNKNOWN));
            runs.rebuilt(store, new InMemoryViewStore(), ProjectionScenario::requireEqual);
            for (long position = 1; position <= runs.poisonable(store); position++) {
                Map<String, Object> found = new TreeMap<>();
                runs.poisoned(
                        store,
                        position,
                        new InMemoryViewStore(),
                        projections -> found.putAll(rows(projections)));
                requireSame(
                        "when event %d was unreadable for a while".formatted(position),
                        expected,
                        found);
            }
            runs.forgotten(store, new InMemoryViewStore());
        }
        return this;
    }

    private Map<String, Object> followed(UnreliableViews.Fault fault) {
        Map<String, Object> found = new TreeMap<>();
        runs.followed(
                new UnreliableViews(new InMemoryViewStore(), fault),
                projections -> found.putAll(rows(projections)));
        return found;
    }

    private static void requireEqual(Rebuild rebuild) {
        RebuildReport report = rebuild.verify();
        if (!report.isEqual()) {
            throw new AssertionError("a rebuild gives another view: " + report);
        }
    }

    private static void requireSame(
            String when, Map<String, Object> expected, Map<String, Object> found) {
        if (!found.equals(expected)) {
            throw new AssertionError(
                    "the view is another one %s:%n  %s%nand not%n  %s"
                            .formatted(when, found, expected));
        }
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
}
