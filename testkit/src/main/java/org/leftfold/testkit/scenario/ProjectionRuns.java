package org.leftfold.testkit.scenario;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.privacy.ErasureReceipt;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.Parking;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionListener;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;

/** Lets a projection run over given events, each time under another fault. Of one thread. */
final class ProjectionRuns<V> {
    /** Most events that are poisoned one after the other. */
    static final int MAX_POISONED = 100;

    private static final ErrorPolicy AT_ONCE = ErrorPolicy.retry(0).thenPark();
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Projection<V> projection;
    private final GivenEvents given;

    ProjectionRuns(Projection<V> projection, GivenEvents given) {
        this.projection = projection;
        this.given = given;
    }

    InMemoryEventStore filled() {
        return given.filled(projection.schema());
    }

    /** Event by event, each in a transaction of its own. */
    void followed(UnreliableViews views, Consumer<Projections> then) {
        try (InMemoryEventStore store = InMemoryEventStore.open();
                Projections projections = start(store, views)) {
            views.begin();
            for (GivenEvents.Given each : given.all()) {
                given.append(store, projection.schema(), each);
                requireThere(projections, store);
            }
            views.end();
            then.accept(projections);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Rebuilt, up to where both generations can be compared; if it can be rebuilt. */
    void rebuilt(EventStore store, ViewStore views, Consumer<Rebuild> then) {
        if (!projection.canBeRebuilt()) {
            return;
        }
        try (Projections projections = start(store, views)) {
            requireThere(projections, store);
            Rebuild rebuild = projections.rebuild(projection.name());
            rebuild.begin("scenario");
            require(rebuild.awaitReady(LONG), projections);
            then.accept(rebuild);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** How many of the first events can be poisoned: none if nobody could tell their keys then. */
    long poisonable(EventStore store) {
        return projection.knowsKeysAhead() ? Math.min(store.head(), MAX_POISONED) : 0;
    }

    /** With one event that cannot be read for a while. */
    void poisoned(EventStore store, long position, ViewStore views, Consumer<Projections> then) {
        PoisonedStore poisoned = new PoisonedStore(store, position);
        try (Projections projections = start(poisoned, views)) {
            requireThere(projections, store);
            poisoned.cure();
            Parking parking = projections.parking(projection.name());
            for (Parking.Outcome outcome : parking.retryAll()) {
                if (!outcome.isClear()) {
                    throw new AssertionError(
                            "key '%s' fails: %s".formatted(outcome.key(), outcome.error()));
                }
            }
            then.accept(projections);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The events say less when somebody was forgotten, and a rebuild reads them so. */
    void forgotten(EventStore store, ViewStore views) {
        Set<String> subjects = given.subjects(store, projection.schema());
        if (subjects.isEmpty()) {
            return;
        }
        Privacy privacy = given.keys().copy().in(store);
        for (String subject : subjects) {
            ErasureReceipt unused = privacy.forget(subject, "scenario", "to see what is left");
        }
        try (Projections projections = start(Leftfold.on(store).protecting(privacy), views)) {
            requireThere(projections, store);
            for (ParkedEvent each : projections.parking(projection.name()).list()) {
                throw new AssertionError(
                        "when all data subjects were forgotten, it fails on version %d of stream '%s': %s"
                                .formatted(each.version(), each.stream(), each.error()));
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void requireThere(Projections projections, EventStore store)
            throws InterruptedException {
        require(projections.await(projection, store.checkpoint(), LONG), projections);
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
        return start(given.keys().on(store), views);
    }

    private Projections start(Leftfold leftfold, ViewStore views) {
        return leftfold.projections(views)
                .listener(new ProjectionListener() {})
                .add(projection.with(AT_ONCE))
                .start();
    }
}
