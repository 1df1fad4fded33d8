package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.projection.Parcels.Lost;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;
import org.leftfold.framework.projection.Parcels.Traffic;
import org.leftfold.framework.projection.Parcels.Weighed;

class RebuildTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();

    @AfterEach
    void close() {
        store.close();
    }

    private Projections start(Projection<?> projection) {
        return Leftfold.on(store).projections(views).add(projection).start();
    }

    /** Counts the weighings of a parcel, by a factor. */
    private static Projection.Builder<ParcelEvent, Long> counts(long factor) {
        return Projection.of(
                "counts",
                Long.class,
                SCHEMA,
                (row, event, key) -> (row == null ? 0 : row) + factor,
                Weighed.class);
    }

    private AppendResult appendSome(int events) {
        AppendResult last = null;
        for (int i = 0; i < events; i++) {
            last = append(store, "p" + i % 5, new Weighed(i), new Moved("a" + i % 3, "b"));
        }
        return last;
    }

    private long rows(int generation) {
        return views.inTransaction(tx -> tx.count(new View("counts", generation)));
    }

    @Test
    void a_plan_counts_and_changes_nothing() throws Exception {
        AppendResult last = appendSome(30);
        Projection<Long> counts = counts(1).build();
        try (Projections projections = start(counts)) {
            assertThat(projections.await(counts, last, LONG)).isTrue();
            Rebuild.Plan plan = projections.rebuild("counts").plan();
            assertThat(plan.events()).isEqualTo(30);
            assertThat(plan.byType()).containsOnlyKeys("weighed").containsValue(30L);
            assertThat(plan.rows()).isEqualTo(5);
            assertThat(projections.rebuild("counts").status()).isEmpty();
        }
    }

    @Test
    void an_equal_rebuild_is_verified_and_swapped_in_while_events_come() throws Exception {
        AppendResult last = appendSome(1000);
        Projection<Traffic> traffic = Parcels.traffic().parts(3).build();
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; !enough.get(); i++) {
                                append(store, "busy" + i % 3, new Moved("a", "b" + i % 20));
                                java.util.concurrent.locks.LockSupport.parkNanos(500_000);
                            }
                        });
        try (Projections projections = start(traffic)) {
            assertThat(projections.await(traffic, last, LONG)).isTrue();
            Rebuild rebuild = projections.rebuild("traffic");
            assertThat(rebuild.begin("anna").generation()).isEqualTo(2);
            assertThatThrownBy(() -> rebuild.begin("bob"))
                    .hasMessageContaining("generation 2 is being built");
            Parcels.until(() -> rebuild.status().orElseThrow().positionsDone() > 0);

            RebuildReport report = caughtUp(rebuild::verify);
            assertThat(report.isEqual()).as(report.toString()).isTrue();
            assertThat(report.rows()).isGreaterThan(4);
            assertThat(caughtUp(rebuild::swapIfEqual).isEqual()).isTrue();

            assertThat(projections.status("traffic").generation()).isEqualTo(2);
            enough.set(true);
            writer.join();
            assertThat(projections.await(traffic, store.checkpoint(), LONG)).isTrue();
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            assertThat(rebuild.verify().isEqual()).isTrue();
        } finally {
            enough.set(true);
            writer.join();
        }
    }

    /** While parts are far behind it is refused. */
    private static RebuildReport caughtUp(java.util.function.Supplier<RebuildReport> act) {
        RebuildReport[] found = new RebuildReport[1];
        Parcels.until(() -> {
            try {
                found[0] = act.get();
                return true;
            } catch (ProjectionRefusedException e) {
                assertThat(e).hasMessageContaining("events are missing");
                return false;
            }
        });
        return found[0];
    }

    @Test
    void a_rebuild_that_differs_is_told_apart_and_can_be_rolled_back() throws Exception {
        AppendResult last = appendSome(50);
        Projection<Long> wrong = counts(2).build();
        try (Projections projections = start(wrong)) {
            assertThat(projections.await(wrong, last, LONG)).isTrue();
        }
        Projection<Long> right = counts(1).build();
        try (Projections projections = start(right)) {
            Rebuild rebuild = projections.rebuild("counts");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            RebuildReport report = rebuild.verify();
            assertThat(report.different()).isEqualTo(5);
            assertThat(report.examples()).hasSize(5);
            assertThatThrownBy(rebuild::swapIfEqual)
                    .isInstanceOf(ProjectionRefusedException.class)
                    .hasMessageContaining("5 rows different");
            rebuild.swap();
            assertThat(projections.rows(right).find("parcel-p0")).contains(10L);
            assertThat(rows(1)).isEqualTo(5);

            rebuild.rollBack("anna");
            Parcels.until(() -> projections.status("counts").generation() == 1);
            assertThat(projections.rows(right).find("parcel-p0")).contains(20L);
        }
    }

    @Test
    void a_roll_back_that_is_given_again_does_not_roll_forward() throws Exception {
        appendSome(20);
        Projection<Long> counts = counts(1).build();
        try (Projections projections = start(counts)) {
            Rebuild rebuild = projections.rebuild("counts");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            rebuild.swap();
            rebuild.rollBack("anna");
            Parcels.until(() -> projections.status("counts").generation() == 1);

            assertThatThrownBy(() -> rebuild.rollBack("anna"))
                    .isInstanceOf(ProjectionRefusedException.class)
                    .hasMessage(
                            "LF-1221: projection 'counts' cannot do that now: it was rolled back already, from"
                                    + " generation 2 to 1, which is read; to go forward again, begin a rebuild. Nothing"
                                    + " was changed.");
            assertThat(rebuild.status()).isEmpty();
            assertThat(projections.status("counts").generation()).isEqualTo(1);

            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            rebuild.swap();
            rebuild.rollBack("bob"); // from another one
            Parcels.until(() -> projections.status("counts").generation() == 1);
        }
    }

    @Test
    void a_roll_back_under_way_may_be_given_again_and_one_that_is_cancelled_can_be_given_later()
            throws Exception {
        appendSome(20);
        Projection<Long> counts = counts(1).build();
        try (Projections projections = start(counts)) {
            Rebuild rebuild = projections.rebuild("counts");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            rebuild.swap();
        }
        appendSome(5);
        try (Projections managing = Leftfold.on(store).projections(views).add(counts).manage()) {
            Rebuild rebuild = managing.rebuild("counts");
            rebuild.rollBack("anna");
            rebuild.rollBack("anna");
            assertThat(rebuild.status().orElseThrow().rollsBack()).isTrue();
            rebuild.cancel();
            assertThat(rebuild.status()).isEmpty();
            assertThat(managing.status("counts").generation()).isEqualTo(2);
            rebuild.rollBack("anna");
        }
        try (Projections projections = start(counts)) {
            Parcels.until(() -> projections.status("counts").generation() == 1);
            assertThat(projections.await(counts, store.checkpoint(), LONG)).isTrue();
            assertThat(projections.rows(counts).find("parcel-p0")).contains(5L);
        }
    }

    /** Its place is one in a history that is not there any more. */
    @Test
    void a_rebuild_on_a_store_that_was_restored_says_what_to_do() throws Exception {
        appendSome(20);
        Projection<Long> counts = counts(1).parts(2).build();
        try (Projections projections = start(counts)) {
            projections.rebuild("counts").begin("anna");
            assertThat(projections.rebuild("counts").awaitReady(LONG)).isTrue();
        }
        try (InMemoryEventStore restored = InMemoryEventStore.open()) {
            append(restored, "p0", new Weighed(1));
            ProjectionsBuilder builder =
                    Leftfold.on(restored)
                            .projections(views)
                            .listener(new ProjectionListener() {})
                            .add(counts);
            try (Projections managing = builder.manage()) {
                assertCutOff(managing.rebuild("counts"));
            }
            try (Projections projections = builder.start()) {
                Rebuild rebuild = projections.rebuild("counts");
                assertCutOff(rebuild);
                rebuild.cancel();
                rebuild.begin("anna");
                assertThat(rebuild.awaitReady(LONG)).isTrue();
                assertThat(rebuild.status().orElseThrow().problem()).isEmpty();
                rebuild.swap();
                assertThat(projections.rows(counts).find("parcel-p0")).contains(1L);
                assertThat(projections.rows(counts).count()).isEqualTo(1);
            }
        }
    }

    private static void assertCutOff(Rebuild rebuild) throws Exception {
        assertThat(rebuild.awaitReady(LONG)).isFalse();
        RebuildStatus status = rebuild.status().orElseThrow();
        assertThat(status.state()).isEqualTo(RebuildStatus.State.STOPPED);
        assertThat(status.fraction()).isZero();
        assertThat(status.problem().orElseThrow())
                .startsWith("LF-4002: generation 2 was built from another history")
                .endsWith("Cancel the rebuild, then begin it again.");
    }

    @Test
    void newer_code_builds_its_own_generation_beside_the_old_one() throws Exception {
        AppendResult last = appendSome(50);
        Projection<Long> first = counts(1).build();
        Projection<Long> second = counts(3).version(2).parts(2).build();
        try (Projections old = start(first)) {
            assertThat(old.await(first, last, LONG)).isTrue();
            try (Projections young = start(second)) {
                Parcels.until(() -> young.status("counts").generation() == 2);
                assertThat(young.rows(second).find("parcel-p0")).contains(30L);
                AppendResult next = append(store, "p0", new Weighed(1));
                assertThat(young.await(second, next, LONG)).isTrue();
                assertThat(young.rows(second).find("parcel-p0")).contains(33L);
                // the old program leaves the new generation alone
                Parcels.until(
                        () -> old.status("counts").state() == ProjectionStatus.State.ELSEWHERE);
            }
        }
    }

    @Test
    void a_paused_rebuild_rests_and_a_cancelled_one_leaves_nothing() throws Exception {
        AppendResult last = appendSome(40);
        AtomicInteger calls = new AtomicInteger();
        Projection<Long> counts =
                Projection.<ParcelEvent, Long>of(
                                "counts",
                                Long.class,
                                SCHEMA,
                                (row, event, key) -> {
                                    calls.incrementAndGet();
                                    return 1L;
                                },
                                Weighed.class)
                        .build();
        try (Projections projections = start(counts)) {
            assertThat(projections.await(counts, last, LONG)).isTrue();
            Rebuild rebuild = projections.rebuild("counts");
            assertThatThrownBy(rebuild::pause).hasMessageContaining("nothing is being built");
            rebuild.begin("anna");
            rebuild.pause();
            assertThat(rebuild.status().orElseThrow().state())
                    .isEqualTo(RebuildStatus.State.PAUSED);
            rebuild.resume();
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            assertThat(rebuild.status().orElseThrow().state()).isEqualTo(RebuildStatus.State.READY);
            assertThat(rebuild.status().orElseThrow().fraction()).isEqualTo(1);
            rebuild.cancel();
            assertThat(rebuild.status()).isEmpty();
            Parcels.until(() -> rows(2) == 0);
            assertThat(rows(1)).isEqualTo(5);
        }
    }

    @Test
    void what_is_broken_is_replaced_though_it_has_stopped() throws Exception {
        AtomicBoolean isMended = new AtomicBoolean();
        Projection<Long> counts =
                Projection.<ParcelEvent, Long>of(
                                "counts",
                                Long.class,
                                SCHEMA,
                                (row, event, key) -> {
                                    if (!isMended.get()) {
                                        throw new IllegalStateException("not yet");
                                    }
                                    return 1L;
                                })
                        .onError(ErrorPolicy.retry(0).thenStop())
                        .build();
        appendSome(10);
        try (Projections projections =
                Leftfold.on(store)
                        .projections(views)
                        .listener(new ProjectionListener() {})
                        .add(counts)
                        .start()) {
            Parcels.until(
                    () -> projections.status("counts").state() == ProjectionStatus.State.STOPPED);
            isMended.set(true);
            Rebuild rebuild = projections.rebuild("counts");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            rebuild.swap();
            assertThat(projections.rows(counts).count()).isEqualTo(5);
            assertThat(projections.await(counts, store.checkpoint(), LONG)).isTrue();
        }
    }

    @EventSubscriber(id = "mailer")
    static final class Mailer {
        final List<String> sent = Collections.synchronizedList(new ArrayList<>());
        final List<String> heard = Collections.synchronizedList(new ArrayList<>());

        @EventHandlerMethod
        void on(Lost lost, Delivery delivery) {
            heard.add(delivery.generation() + (delivery.isRebuild() ? " again" : ""));
            delivery.afterwards(() -> sent.add(delivery.key()));
        }
    }

    @Test
    void side_effects_are_muted_in_a_rebuild_and_come_once_at_the_swap() throws Exception {
        Mailer mailer = new Mailer();
        List<Integer> cleared = Collections.synchronizedList(new ArrayList<>());
        Projection<Void> subscriber =
                Projection.subscriber(mailer, SCHEMA)
                        .clearedBy((tx, generation) -> cleared.add(generation))
                        .build();
        AppendResult first = append(store, "p1", new Lost());
        try (Projections projections = start(subscriber)) {
            assertThat(projections.await(subscriber, first, LONG)).isTrue();
            Rebuild rebuild = projections.rebuild("mailer");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            AppendResult second = append(store, "p2", new Lost());
            assertThat(projections.await(subscriber, second, LONG)).isTrue();
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            rebuild.swap();
            AppendResult third = append(store, "p3", new Lost());
            assertThat(projections.await(subscriber, third, LONG)).isTrue();
        }
        assertThat(mailer.sent).containsExactly("parcel-p1", "parcel-p2", "parcel-p3");
        mailer.heard.remove("1 again"); // what was read before may go on for a moment
        assertThat(mailer.heard).containsExactlyInAnyOrder("1", "1", "2 again", "2 again", "2");
        assertThat(cleared).containsExactly(1, 2);
    }

    /** What came after the old programs had ended has its side effects by the new one. */
    @Test
    void newer_code_of_a_subscriber_takes_over_when_the_old_programs_are_gone() throws Exception {
        Mailer mailer = new Mailer();
        Projection<Void> old =
                Projection.subscriber(mailer, SCHEMA).clearedBy((tx, generation) -> {}).build();
        Projection<Void> young =
                Projection.subscriber(mailer, SCHEMA)
                        .clearedBy((tx, generation) -> {})
                        .version(2)
                        .build();
        AppendResult first = append(store, "p1", new Lost());
        try (Projections projections = start(old)) {
            assertThat(projections.await(old, first, LONG)).isTrue();
        }
        append(store, "p2", new Lost());
        try (Projections projections = start(young)) {
            Parcels.until(() -> projections.status("mailer").generation() == 2);
            AppendResult third = append(store, "p3", new Lost());
            assertThat(projections.await(young, third, LONG)).isTrue();
        }
        assertThat(mailer.sent).containsExactly("parcel-p1", "parcel-p2", "parcel-p3");
    }

    @Test
    void a_request_that_was_given_up_is_finished_and_rests_then() throws Exception {
        appendSome(10);
        CountDownLatch gate = new CountDownLatch(1);
        Projection<Long> asked =
                Projection.of(
                                "counts",
                                Long.class,
                                SCHEMA,
                                (Long row, DomainEvent<ParcelEvent> event, String key) -> {
                                    Parcels.until(() -> gate.getCount() == 0);
                                    return (row == null ? 0 : row) + 1;
                                },
                                Weighed.class)
                        .trigger(new Trigger.OnRequest())
                        .build();
        try (Projections projections = start(asked)) {
            assertThat(projections.refresh(asked, Duration.ZERO)).isFalse();
            gate.countDown();
            Parcels.until(() -> projections.rows(asked).count() == 5);
            Parcels.until(
                    () -> projections.status("counts").state() == ProjectionStatus.State.RESTING);
        }
    }

    @Test
    void a_part_that_ends_keeps_its_place() throws Exception {
        Projection<Long> counts = counts(1).build();
        try (Projections projections = start(counts)) {
            assertThat(projections.await(counts, appendSome(5), LONG)).isTrue();
            AppendResult other = append(store, "p1", new Moved("a", "b")); // concerns it not
            assertThat(projections.await(counts, other, LONG)).isTrue();
        }
        try (Projections looking = Leftfold.on(store).projections(views).add(counts).manage()) {
            assertThat(looking.status("counts").lag()).isZero();
        }
    }

    @Test
    void a_subscriber_that_nobody_can_clear_is_not_rebuilt() {
        Projection<Void> subscriber = Projection.subscriber(new Mailer(), SCHEMA).build();
        try (Projections projections = start(subscriber)) {
            assertThatThrownBy(() -> projections.rebuild("mailer").begin("anna"))
                    .isInstanceOf(ProjectionRefusedException.class)
                    .hasMessageContaining("clearedBy");
            assertThatThrownBy(() -> projections.rebuild("other"))
                    .hasMessageContaining("LF-1220")
                    .hasMessageContaining("There are: mailer");
        }
    }

    @Test
    void a_projection_runs_on_request_or_at_intervals_and_rests_when_paused() throws Exception {
        appendSome(10);
        Projection<Long> asked = counts(1).trigger(new Trigger.OnRequest()).build();
        try (Projections projections = start(asked)) {
            assertThat(projections.rows(asked).count()).isZero();
            assertThat(projections.refresh(asked, LONG)).isTrue();
            assertThat(projections.rows(asked).find("parcel-p0")).contains(2L);
            assertThat(projections.status("counts").lag()).isZero();
        }
        Projection<Long> timed =
                counts(1).trigger(new Trigger.Every(Duration.ofMillis(50))).build();
        try (Projections projections = start(timed)) {
            appendSome(5);
            Parcels.until(() -> projections.rows(timed).find("parcel-p0").orElseThrow() == 3);
            projections.pause("counts");
            AppendResult late = appendSome(5);
            assertThat(projections.await(timed, late, Duration.ofMillis(300))).isFalse();
            assertThat(projections.status("counts").state())
                    .isEqualTo(ProjectionStatus.State.PAUSED);
            projections.resume("counts");
            assertThat(projections.await(timed, late, LONG)).isTrue();
        }
    }
}
