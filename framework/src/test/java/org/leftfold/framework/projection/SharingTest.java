package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;
import static org.leftfold.framework.projection.Parcels.until;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemoryLeaseStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Parcels.ParcelEvent;
import org.leftfold.framework.projection.Parcels.Weighed;

class SharingTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofMillis(400);
    private static final int PARTS = 6;

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();
    private final InMemoryLeaseStore leases = new InMemoryLeaseStore(InstantSource.system());

    @AfterEach
    void close() {
        store.close();
    }

    /** Sums the weights of a parcel; {@code gate} stands in front of everything that is read. */
    private Projection<Long> sums(Runnable gate) {
        return Projection.<ParcelEvent, Long>of(
                        "sums",
                        Long.class,
                        SCHEMA,
                        (row, event, key) ->
                                (row == null ? 0 : row) + ((Weighed) event.event()).grams(),
                        Weighed.class)
                .keyedBy(
                        Keying.by(event -> {
                            gate.run();
                            return event.stream().id();
                        }))
                .parts(PARTS)
                .build();
    }

    private Projections start(String instance, Projection<Long> projection) {
        return start(instance, leases, projection);
    }

    private Projections start(String instance, LeaseStore reached, Projection<Long> projection) {
        return Leftfold.on(store)
                .projections(views)
                .sharing(reached, "tests", instance, LEASE)
                .listener(new ProjectionListener() {})
                .add(projection)
                .start();
    }

    private static long partsOf(Projections projections) {
        return count(projections, PartStatus.State.LIVE);
    }

    private static long count(Projections projections, PartStatus.State state) {
        return projections.status("sums").parts().stream()
                .filter(part -> part.state() == state)
                .count();
    }

    private void appendSome(int from, int to) {
        for (int i = from; i < to; i++) {
            append(store, "p" + i % 40, new Weighed(i));
        }
    }

    private Map<String, Long> expected(int events) {
        Map<String, Long> sums = new TreeMap<>();
        for (int i = 0; i < events; i++) {
            sums.merge("p" + i % 40, (long) i, Long::sum);
        }
        return sums;
    }

    private static Map<String, Long> found(Projections projections, Projection<Long> projection) {
        Map<String, Long> sums = new TreeMap<>();
        projections.rows(projection).stream().forEach(each -> sums.put(each.key(), each.row()));
        return sums;
    }

    @Test
    void three_instances_share_the_parts_and_every_event_counts_once() throws Exception {
        Projection<Long> sums = sums(() -> {});
        appendSome(0, 3_000);
        List<Projections> instances = new ArrayList<>();
        try {
            instances.add(start("one", sums));
            instances.add(start("two", sums));
            appendSome(3_000, 6_000);
            instances.add(start("three", sums));
            appendSome(6_000, 9_000);
            until(() -> instances.stream().allMatch(each -> partsOf(each) == 2));
            instances.removeLast().close();
            appendSome(9_000, 10_000);
            until(() -> instances.stream().allMatch(each -> partsOf(each) == 3));
            Projections first = instances.getFirst();
            assertThat(first.await(sums, store.checkpoint(), LONG)).isTrue();
            assertThat(found(first, sums)).isEqualTo(expected(10_000));
        } finally {
            instances.forEach(Projections::close);
        }
    }

    @Test
    void a_program_without_leases_goes_on_where_one_with_leases_was() throws Exception {
        Projection<Long> sums = sums(() -> {});
        appendSome(0, 100);
        try (Projections one = start("one", sums)) {
            assertThat(one.await(sums, store.checkpoint(), LONG)).isTrue();
        }
        appendSome(100, 200);
        try (Projections alone = Leftfold.on(store).projections(views).add(sums).start()) {
            assertThat(alone.await(sums, store.checkpoint(), LONG)).isTrue();
            assertThat(found(alone, sums)).isEqualTo(expected(200));
        }
    }

    @Test
    void leases_that_fail_in_any_way_end_nothing() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Runnable failing =
                () -> {
                    int call = calls.incrementAndGet();
                    if (call > 20 && call < 40) {
                        throw new IllegalStateException("the pool of the leases");
                    }
                };
        Projection<Long> sums = sums(() -> {});
        try (Projections one =
                Leftfold.on(store)
                        .projections(views)
                        .sharing(new Pausable(leases, failing), "tests", "one", LEASE)
                        .listener(new ProjectionListener() {})
                        .add(sums)
                        .start()) {
            until(() -> calls.get() > 60);
            appendSome(0, 100);
            assertThat(one.await(sums, store.checkpoint(), LONG)).isTrue();
            assertThat(found(one, sums)).isEqualTo(expected(100));
        }
    }

    @Test
    void a_part_that_stopped_goes_to_who_gets_it_in_the_moment_of_its_resumption() {
        InMemoryLeaseStore endless = new InMemoryLeaseStore(InstantSource.fixed(Instant.EPOCH));
        AtomicBoolean isBroken = new AtomicBoolean(true);
        AtomicInteger waiting = new AtomicInteger();
        AtomicReference<CountDownLatch> pause = new AtomicReference<>(new CountDownLatch(0));
        Runnable renewing =
                () -> {
                    waiting.incrementAndGet();
                    Uninterrupted.await(pause.get());
                    waiting.decrementAndGet();
                };
        Projection<Long> sums = stopping(isBroken);
        appendSome(0, 100);
        try (Projections one = start("one", new Pausable(endless, () -> {}, renewing), sums)) {
            until(() -> count(one, PartStatus.State.STOPPED) == PARTS);
            CountDownLatch over = new CountDownLatch(1);
            pause.set(over);
            until(() -> waiting.get() > 0); // before it looks who else is there
            try (Projections two = start("two", endless, sums)) {
                until(() -> endless.holder("tests/seat/1").isPresent());
                isBroken.set(false);
                two.resume("sums");

                over.countDown();

                until(() -> partsOf(one) == PARTS / 2 && partsOf(two) == PARTS / 2);
                assertThat(found(two, sums)).isEqualTo(expected(100));
            }
        }
    }

    private static Projection<Long> stopping(AtomicBoolean isBroken) {
        return Projection.<ParcelEvent, Long>of(
                        "sums",
                        Long.class,
                        SCHEMA,
                        (row, event, key) -> {
                            if (isBroken.get()) {
                                throw new IllegalStateException("broken");
                            }
                            return (row == null ? 0 : row) + ((Weighed) event.event()).grams();
                        },
                        Weighed.class)
                .keyedBy(Keying.by(event -> event.stream().id()))
                .onError(ErrorPolicy.retry(0).thenStop())
                .parts(PARTS)
                .build();
    }

    /** Leases as an instance reaches them that is paused from time to time. */
    private record Pausable(LeaseStore leases, Runnable gate, Runnable renewing)
            implements LeaseStore {
        Pausable(LeaseStore leases, Runnable gate) {
            this(leases, gate, gate);
        }

        @Override
        public Optional<Lease> acquire(String name, String owner, Duration duration) {
            gate.run();
            return leases.acquire(name, owner, duration);
        }

        @Override
        public Optional<Lease> renew(Lease lease, Duration duration) {
            renewing.run();
            return leases.renew(lease, duration);
        }

        @Override
        public void release(Lease lease) {
            gate.run();
            leases.release(lease);
        }

        @Override
        public Optional<Lease> holder(String name) {
            gate.run();
            return leases.holder(name);
        }
    }

    @Test
    void an_instance_that_was_paused_past_its_lease_writes_nothing_afterwards() throws Exception {
        AtomicReference<CountDownLatch> pause = new AtomicReference<>(new CountDownLatch(0));
        Runnable gate = () -> Uninterrupted.await(pause.get());
        Projection<Long> paused = sums(gate);
        Projection<Long> awake = sums(() -> {});
        appendSome(0, 1_000);
        Projections one =
                Leftfold.on(store)
                        .projections(views)
                        .sharing(new Pausable(leases, gate), "tests", "one", LEASE)
                        .add(paused)
                        .start();
        try {
            assertThat(one.await(paused, store.checkpoint(), LONG)).isTrue();
            CountDownLatch over = new CountDownLatch(1);
            pause.set(over);
            appendSome(1_000, 1_400); // they lie before its threads, which stand still
            try (Projections two = start("two", awake)) {
                until(() -> two.status("sums").lag() == 0 && partsOf(two) == PARTS);
                assertThat(events()).isEqualTo(1_400);

                over.countDown();

                until(() -> partsOf(one) == PARTS / 2 && partsOf(two) == PARTS / 2);
                assertThat(events()).isEqualTo(1_400);
                AppendResult last = append(store, "p0", new Weighed(0));
                assertThat(two.await(awake, last, LONG)).isTrue();
                assertThat(events()).isEqualTo(1_401);
                assertThat(found(two, awake)).isEqualTo(expected(1_400));
            }
        } finally {
            one.close();
        }
    }

    /** How many events the parts were given, over all. */
    private long events() {
        return views
                .inTransaction(transaction -> transaction.progress(new View("sums", 1)))
                .values()
                .stream()
                .mapToLong(Progress::events)
                .sum();
    }
}
