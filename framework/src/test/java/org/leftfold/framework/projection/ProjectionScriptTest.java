package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;
import static org.leftfold.framework.projection.Parcels.until;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.InMemoryLeaseStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;
import org.leftfold.framework.projection.Parcels.Weighed;

/**
 * Random histories of a view: events that fail until they are cured, a store of views that fails
 * before or after its commits, instances that come and go, pauses, retries, rebuilds and swaps. In
 * the end the view is what a fold of all events is, and no key ever had its events out of order.
 */
class ProjectionScriptTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int STEPS = 40;
    private static final String NAME = "tallies";

    /** What a row holds: enough to show an event that is missing, doubled or out of order. */
    record Tally(long events, long grams, long position) {}

    /** A store of views that cannot be relied on. */
    private static final class Unreliable implements ViewStore {
        private final ViewStore views;
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicBoolean isQuiet;

        Unreliable(ViewStore views, AtomicBoolean isQuiet) {
            this.views = views;
            this.isQuiet = isQuiet;
        }

        @Override
        public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
            int call = calls.incrementAndGet();
            if (!isQuiet.get() && call % 11 == 3) {
                throw StoreUnavailableException.closing("a transaction that never began");
            }
            T given = views.inTransaction(work);
            if (!isQuiet.get() && call % 13 == 5) {
                throw OutcomeUnknownException.ofTransaction(
                        "views", new IllegalStateException("committed"));
            }
            return given;
        }
    }

    private static final class Run {
        private final Random random;
        private final InMemoryEventStore store = InMemoryEventStore.open();
        private final InMemoryViewStore views = new InMemoryViewStore();
        private final InMemoryLeaseStore leases = new InMemoryLeaseStore(InstantSource.system());
        private final AtomicBoolean isQuiet = new AtomicBoolean();
        private final AtomicBoolean isCured = new AtomicBoolean();
        private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
        private final List<Projections> instances = new ArrayList<>();
        private final Projection<Tally> projection;
        private final boolean hasLeases;
        private int named;

        Run(long seed) {
            this.random = new Random(seed);
            this.hasLeases = random.nextBoolean();
            Keying<ParcelEvent> keying =
                    switch (random.nextInt(3)) {
                        case 0 -> Keying.stream();
                        case 1 -> Keying.tag("to");
                        default ->
                                Keying.byEach(event ->
                                        event.event() instanceof Moved moved
                                                ? List.of(moved.from(), moved.to())
                                                : List.of("scales"));
                    };
            this.projection =
                    Projection.of(NAME, Tally.class, SCHEMA, this::evolve)
                            .keyedBy(keying)
                            .parts(1 + random.nextInt(4))
                            .onError(
                                    new ErrorPolicy(
                                            random.nextInt(2),
                                            Duration.ZERO,
                                            ErrorPolicy.Then.PARK))
                            .build();
        }

        private Tally evolve(@Nullable Tally row, DomainEvent<ParcelEvent> event, String key) {
            if (!isCured.get() && event.position() % 23 == 7) {
                throw new IllegalArgumentException("not yet");
            }
            Tally before = row == null ? new Tally(0, 0, 0) : row;
            if (before.position() >= event.position()) {
                violations.add(
                        "%s: %d after %d".formatted(key, event.position(), before.position()));
            }
            int grams = event.event() instanceof Weighed weighed ? weighed.grams() : 0;
            return new Tally(before.events() + 1, before.grams() + grams, event.position());
        }

        private void start() {
            ProjectionsBuilder builder =
                    Leftfold.on(store)
                            .projections(new Unreliable(views, isQuiet))
                            .listener(new ProjectionListener() {})
                            .add(projection);
            if (hasLeases) {
                builder.sharing(leases, "script", "instance-" + named++, Duration.ofMillis(300));
            }
            instances.add(builder.start());
        }

        private void appendSome() {
            int count = 1 + random.nextInt(60);
            for (int i = 0; i < count; i++) {
                String parcel = "p" + random.nextInt(9);
                append(
                        store,
                        parcel,
                        random.nextBoolean()
                                ? new Weighed(random.nextInt(100))
                                : new Moved("d" + random.nextInt(5), "d" + random.nextInt(5)));
            }
        }

        private void step() throws InterruptedException {
            Projections any = instances.isEmpty() ? null : instances.getFirst();
            switch (random.nextInt(9)) {
                case 0 -> {
                    if (instances.size() < 3) {
                        start();
                    }
                }
                case 1 -> {
                    if (!instances.isEmpty()) {
                        instances.remove(random.nextInt(instances.size())).close();
                    }
                }
                case 2 -> onAny(any, each -> each.parking(NAME).retryAll());
                case 3 -> onAny(any, each -> each.rebuild(NAME).begin("script"));
                case 4 -> onAny(any, each -> each.rebuild(NAME).swap());
                case 5 -> onAny(any, each -> each.rebuild(NAME).cancel());
                case 6 ->
                        onAny(
                                any,
                                each -> {
                                    if (random.nextBoolean()) {
                                        each.rebuild(NAME).pause();
                                    } else {
                                        each.rebuild(NAME).resume();
                                    }
                                });
                case 7 -> onAny(any, each -> each.rebuild(NAME).rollBack("script"));
                default -> appendSome();
            }
        }

        /** What is refused, or fails for want of the store of views, changed nothing. */
        private void onAny(
                @Nullable Projections any, java.util.function.Consumer<Projections> act) {
            if (any == null) {
                return;
            }
            try {
                act.accept(any);
            } catch (ProjectionRefusedException | StoreUnavailableException e) {
                // so it is
            }
        }

        void play() throws InterruptedException {
            isQuiet.set(true);
            start();
            isQuiet.set(random.nextInt(4) == 0);
            for (int i = 0; i < STEPS; i++) {
                boolean starts = instances.isEmpty();
                if (starts) {
                    isQuiet.set(true); // a start needs its store of views
                    start();
                    isQuiet.set(false);
                }
                try {
                    step();
                } catch (StoreUnavailableException e) {
                    // an instance that could not start
                }
            }
            finish();
        }

        private void finish() throws InterruptedException {
            isQuiet.set(true);
            if (instances.isEmpty()) {
                start();
            }
            Projections last = instances.getFirst();
            onAny(last, each -> each.rebuild(NAME).resume());
            until(() ->
                    last.status(NAME).rebuild().isEmpty()
                            || last.status(NAME).rebuild().get().state()
                                    == RebuildStatus.State.READY);
            assertThat(last.await(projection, store.checkpoint(), LONG)).isTrue();
            isCured.set(true);
            last.parking(NAME).retryAll();
            assertThat(last.parking(NAME).keys()).isEmpty();
            assertThat(rows(last)).isEqualTo(expected());
            if (last.status(NAME).rebuild().isPresent()) {
                last.rebuild(NAME).parking().retryAll();
                assertThat(last.rebuild(NAME).verify().isEqual()).isTrue();
                last.rebuild(NAME).swap();
                assertThat(rows(last)).isEqualTo(expected());
            }
            assertThat(violations).isEmpty();
        }

        private Map<String, Tally> rows(Projections projections) {
            Map<String, Tally> rows = new TreeMap<>();
            projections.rows(projection).stream().forEach(row -> rows.put(row.key(), row.row()));
            return rows;
        }

        private Map<String, Tally> expected() {
            return new TreeMap<>(Leftfold.on(store).fold(projection).all());
        }

        void close() {
            instances.forEach(Projections::close);
            store.close();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void the_view_is_the_fold_whatever_happened(long seed) throws InterruptedException {
        Run run = new Run(seed);
        try {
            run.play();
        } finally {
            run.close();
        }
    }
}
