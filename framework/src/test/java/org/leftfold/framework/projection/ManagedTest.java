package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.projection.Parcels.append;
import static org.leftfold.framework.projection.Parcels.until;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.spi.InMemoryLeaseStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.Story;
import org.leftfold.framework.projection.Parcels.Weighed;

/** A program that looks after projections, while others work on them or nobody does. */
class ManagedTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();
    private final Projection<Story> stories = Parcels.stories().build();

    @AfterEach
    void close() {
        store.close();
    }

    private ProjectionsBuilder builder() {
        return Leftfold.on(store).projections(views);
    }

    private AppendResult appendSome() {
        append(store, "p1", new Weighed(10), new Moved("a", "b"));
        return append(store, "p2", new Weighed(11));
    }

    private void work() throws InterruptedException {
        AppendResult last = appendSome();
        try (Projections projections = builder().add(stories).start()) {
            assertThat(projections.await(stories, last, LONG)).isTrue();
        }
    }

    @Test
    void what_was_never_started_says_so() {
        appendSome();
        try (Projections managed = builder().add(stories).manage()) {
            assertThat(managed.status("stories").state())
                    .isEqualTo(ProjectionStatus.State.NEVER_STARTED);
            assertThat(managed.status("stories").lag()).isEqualTo(3);
            assertThatThrownBy(() -> managed.rebuild("stories").begin("anna"))
                    .hasMessageContaining("LF-1221")
                    .hasMessageContaining("it was never started");
            try (Projections working = builder().add(stories).start()) {
                assertThat(working.names()).containsExactly("stories");
                assertThat(managed.status("stories").state())
                        .isEqualTo(ProjectionStatus.State.ELSEWHERE);
            }
        }
    }

    @Test
    void it_knows_at_once_what_is_read_and_hears_of_no_swap_that_was_before_it() throws Exception {
        work();
        try (Projections projections = builder().add(stories).start()) {
            projections.rebuild("stories").begin("anna");
            assertThat(projections.rebuild("stories").awaitReady(LONG)).isTrue();
            projections.rebuild("stories").swap();
        }
        List<Integer> heard = new CopyOnWriteArrayList<>();
        ProjectionListener listener =
                new ProjectionListener() {
                    @Override
                    public void swapped(String projection, int generation) {
                        heard.add(generation);
                    }
                };
        try (Projections managed = builder().add(stories).listener(listener).manage()) {
            assertThat(managed.rows(stories).count()).isEqualTo(2);
            assertThat(managed.status("stories").generation()).isEqualTo(2);
            assertThat(managed.rebuild("stories").plan().rows()).isEqualTo(2);
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void what_has_stopped_in_another_program_is_resumed() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        Projection<Long> counts =
                Projection.of(
                                "counts",
                                Long.class,
                                Parcels.SCHEMA,
                                (row, event, key) -> {
                                    if (fails.get()) {
                                        throw new IllegalStateException("not yet");
                                    }
                                    return row == null ? 1L : row + 1;
                                })
                        .onError(ErrorPolicy.retry(0).thenStop())
                        .build();
        AppendResult last = appendSome();
        try (Projections working = builder().add(counts).start();
                Projections managed = builder().add(counts).manage()) {
            until(() -> working.status("counts").state() == ProjectionStatus.State.STOPPED);
            fails.set(false);
            managed.resume("counts");

            assertThat(working.await(counts, last, LONG)).isTrue();
            assertThat(working.rows(counts).find("parcel-p1")).contains(2L);
        }
    }

    @Test
    void a_program_may_work_on_a_rebuild_only() throws Exception {
        work();
        AppendResult missed = append(store, "p3", new Weighed(12));
        try (Projections rebuilding =
                builder().add(stories).add(Parcels.traffic().build()).rebuilding("stories")) {
            rebuilding.rebuild("stories").begin("anna");
            assertThat(rebuilding.rebuild("stories").awaitReady(LONG)).isTrue();

            assertThat(rebuilding.rows(stories).count()).as("what is read").isEqualTo(2);
            assertThat(rebuilding.status("traffic").state())
                    .isEqualTo(ProjectionStatus.State.NEVER_STARTED);
            rebuilding.rebuild("stories").swap();
            assertThat(rebuilding.rows(stories).count()).isEqualTo(3);
        }
        try (Projections projections = builder().add(stories).start()) {
            assertThat(projections.await(stories, missed, LONG)).isTrue();
            assertThat(projections.status("stories").generation()).isEqualTo(2);
        }
    }

    @Test
    void of_three_views_of_the_same_events_each_is_rebuilt_alone() throws Exception {
        Projection<Long> events =
                Projection.of(
                                "events",
                                Long.class,
                                Parcels.SCHEMA,
                                (row, event, key) -> row == null ? 1L : row + 1)
                        .keyedBy(Keying.single("all"))
                        .build();
        List<Projection<?>> all = List.of(stories, Parcels.traffic().build(), events);
        ProjectionsBuilder builder = builder();
        all.forEach(builder::add);
        AppendResult last = appendSome();
        try (Projections working = builder.start();
                Projections managed = builder.manage()) {
            for (Projection<?> each : all) {
                assertThat(working.await(each, last, LONG)).isTrue();
            }
            int swapped = 0;
            for (Projection<?> each : all) {
                managed.rebuild(each.name()).begin("anna");
                assertThat(managed.rebuild(each.name()).awaitReady(LONG)).isTrue();
                assertThat(managed.rebuild(each.name()).swapIfEqual().isEqual()).isTrue();
                swapped++;
                assertThat(managed.status().stream().map(ProjectionStatus::generation).toList())
                        .as("the others are not touched")
                        .isEqualTo(List.of(2, swapped > 1 ? 2 : 1, swapped > 2 ? 2 : 1));
            }
            AppendResult later = append(store, "p1", new Moved("b", "c"));
            for (Projection<?> each : all) {
                assertThat(working.await(each, later, LONG)).isTrue();
            }
            assertThat(working.rows(events).find("all")).contains(4L);
            assertThat(working.rows(stories).find("parcel-p1").orElseThrow().lines()).hasSize(3);
        }
    }

    @Test
    void where_instances_share_a_rebuild_takes_the_parts_that_nobody_has() throws Exception {
        InMemoryLeaseStore leases = new InMemoryLeaseStore(InstantSource.system());
        Duration brief = Duration.ofSeconds(1);
        ProjectionsBuilder builder = builder().add(stories).sharing(leases, "group", "a", brief);
        AppendResult last = appendSome();
        try (Projections working = builder.start()) {
            assertThat(working.await(stories, last, LONG)).isTrue();
            working.rebuild("stories").begin("anna");
            assertThat(working.rebuild("stories").awaitReady(LONG)).isTrue();
        }
        append(store, "p3", new Weighed(12));
        try (Projections rebuilding = builder.rebuilding("stories")) {
            assertThat(rebuilding.rebuild("stories").awaitReady(LONG)).isTrue();
            rebuilding.rebuild("stories").swap();
            assertThat(rebuilding.rows(stories).count()).isEqualTo(3);
        }
    }

    @Test
    void only_what_there_is_can_be_rebuilt() {
        ProjectionsBuilder builder = builder().add(stories);
        assertThat(builder.projections()).containsExactly(stories);
        assertThatThrownBy(() -> builder.rebuilding("storeys"))
                .isInstanceOf(ProjectionRefusedException.class)
                .hasMessageContaining("LF-1220");
    }
}
