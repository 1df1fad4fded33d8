package org.leftfold.framework.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.leftfold.framework.projection.Parcels.SCHEMA;
import static org.leftfold.framework.projection.Parcels.append;
import static org.leftfold.framework.projection.Parcels.appendGarbage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Limits;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.projection.Parcels.Lost;
import org.leftfold.framework.projection.Parcels.Moved;
import org.leftfold.framework.projection.Parcels.ParcelEvent;
import org.leftfold.framework.projection.Parcels.Story;
import org.leftfold.framework.projection.Parcels.Weighed;

class ParkingTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final ErrorPolicy AT_ONCE =
            new ErrorPolicy(0, Duration.ZERO, ErrorPolicy.Then.PARK);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final InMemoryViewStore views = new InMemoryViewStore();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        store.close();
    }

    private final class Told implements ProjectionListener {
        @Override
        public void failed(String projection, RecordedEvent event, int attempt, Throwable failure) {
            told.add("failed %d at %d".formatted(event.version(), attempt));
        }

        @Override
        public void parked(String projection, ParkedEvent event) {
            told.add("%s %d".formatted(event.state(), event.version()));
        }

        @Override
        public void stopped(String projection, Throwable failure) {
            told.add("stopped");
        }
    }

    private Projections start(Projection<?> projection) {
        return Leftfold.on(store).projections(views).listener(new Told()).add(projection).start();
    }

    private static List<String> lines(
            Projections projections, Projection<Story> stories, String id) {
        return projections.rows(stories).find("parcel-" + id).orElse(new Story()).lines();
    }

    @Test
    void a_poisoned_event_parks_its_own_key_and_the_rest_flows() throws Exception {
        Projection<Story> stories = Parcels.stories().onError(AT_ONCE).build();
        append(store, "bad", new Weighed(1), new Weighed(-1), new Weighed(2));
        append(store, "good", new Weighed(1));
        append(store, "bad", new Weighed(3));
        AppendResult last = append(store, "good", new Weighed(2));
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, LONG)).isTrue();

            assertThat(lines(projections, stories, "good"))
                    .containsExactly("weighed 1", "weighed 2");
            assertThat(lines(projections, stories, "bad")).containsExactly("weighed 1");
            assertThat(told).containsExactly("failed 2 at 1", "FAILED 2", "HELD 3", "HELD 4");
            assertThat(projections.parking("stories").list())
                    .extracting(ParkedEvent::key, ParkedEvent::version, ParkedEvent::state)
                    .containsExactly(
                            tuple("parcel-bad", 2L, State.FAILED),
                            tuple("parcel-bad", 3L, State.HELD),
                            tuple("parcel-bad", 4L, State.HELD));
            assertThat(projections.status("stories").parkedKeys()).isEqualTo(1);
        }
    }

    /** What makes a row that the store of the views does not take is the fault of its event. */
    @Test
    void an_event_that_makes_a_row_too_large_parks_its_own_key_and_the_rest_flows()
            throws Exception {
        Projection<String> texts =
                Projection.of(
                                "texts",
                                String.class,
                                SCHEMA,
                                (String row, DomainEvent<ParcelEvent> event, String key) ->
                                        (row == null ? "" : row)
                                                + "x".repeat(((Weighed) event.event()).grams()),
                                Weighed.class)
                        .onError(AT_ONCE)
                        .build();
        append(store, "good", new Weighed(1));
        append(store, "bad", new Weighed(1), new Weighed(Limits.MAX_PAYLOAD_BYTES), new Weighed(2));
        AppendResult last = append(store, "good", new Weighed(2));
        try (Projections projections = start(texts)) {
            assertThat(projections.await(texts, last, LONG)).isTrue();
            assertThat(projections.rows(texts).find("parcel-good")).contains("xxx");
            assertThat(projections.rows(texts).find("parcel-bad")).contains("x");
            assertThat(projections.parking("texts").list())
                    .extracting(ParkedEvent::version, ParkedEvent::state)
                    .containsExactly(tuple(2L, State.FAILED), tuple(3L, State.HELD));
            assertThat(projections.parking("texts").list().getFirst().error()).contains("LF-1002");
            assertThat(projections.parking("texts").retry("parcel-bad").error())
                    .contains("LF-1002");
            assertThat(projections.parking("texts").drop("parcel-bad").isClear()).isTrue();
            assertThat(projections.rows(texts).find("parcel-bad")).contains("xxx");
        }
    }

    @Test
    void a_retry_that_fails_again_leaves_everything_as_it_was() throws Exception {
        Projection<Story> stories = Parcels.stories().onError(AT_ONCE).build();
        AppendResult last = append(store, "bad", new Weighed(-1), new Weighed(2));
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, LONG)).isTrue();
            Parking parking = projections.parking("stories");

            Parking.Outcome outcome = parking.retry("parcel-bad");

            assertThat(outcome.applied()).isZero();
            assertThat(outcome.left()).isEqualTo(2);
            assertThat(outcome.error()).contains("it weighs -1");
            assertThat(parking.list().getFirst().attempts()).isEqualTo(2);
            assertThat(lines(projections, stories, "bad")).isEmpty();
        }
    }

    @Test
    void a_patch_that_does_not_fit_is_refused_and_not_blamed_on_the_event() throws Exception {
        Projection<Story> stories = Parcels.stories().onError(AT_ONCE).build();
        AppendResult last = append(store, "bad", new Weighed(-1));
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, LONG)).isTrue();
            Parking parking = projections.parking("stories");
            for (String[] each :
                    new String[][] {
                        {"{\"grams\":}", "the patch is no JSON object: at byte 9: "},
                        {"7", "the patch is no JSON object"},
                        {
                            "{\"grams\":\"many\"}",
                            "the patch cannot be read as 'weighed' of schema version 1: "
                        },
                        {
                            "{\"gramms\":4}",
                            "the patch has 'gramms', which 'weighed' has not and which would be ignored; it has 'grams'"
                        }
                    }) {
                assertThatThrownBy(() -> parking.patch("parcel-bad", Payload.ofText(each[0])))
                        .as(each[0])
                        .isInstanceOf(ProjectionRefusedException.class)
                        .hasMessageContaining("LF-1221")
                        .hasMessageContaining(each[1])
                        .hasMessageNotContaining("upcaster");
                assertThat(parking.list().getFirst().patch()).isEmpty();
            }
        }
    }

    @Test
    void a_patch_lets_the_key_go_on_and_new_events_follow() throws Exception {
        Projection<Story> stories = Parcels.stories().onError(AT_ONCE).build();
        AppendResult last = append(store, "bad", new Weighed(-1), new Weighed(2));
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, LONG)).isTrue();
            Parking parking = projections.parking("stories");

            Parking.Outcome outcome = parking.patch("parcel-bad", Payload.ofText("{\"grams\":1}"));

            assertThat(outcome.isClear()).isTrue();
            assertThat(outcome.applied()).isEqualTo(2);
            AppendResult next = append(store, "bad", new Weighed(3));
            assertThat(projections.await(stories, next, LONG)).isTrue();
            assertThat(lines(projections, stories, "bad"))
                    .containsExactly("weighed 1", "weighed 2", "weighed 3");
            assertThat(parking.keys()).isEmpty();
        }
    }

    @Test
    void a_dropped_event_stays_listed_and_holds_nothing() throws Exception {
        Projection<Story> stories = Parcels.stories().onError(AT_ONCE).build();
        AppendResult last =
                append(
                        store,
                        "bad",
                        new Weighed(-1),
                        new Weighed(2),
                        new Weighed(-3),
                        new Weighed(4));
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, LONG)).isTrue();
            Parking parking = projections.parking("stories");

            assertThat(parking.drop("parcel-bad").left()).isEqualTo(2);
            assertThat(parking.drop("parcel-bad").isClear()).isTrue();

            assertThat(lines(projections, stories, "bad"))
                    .containsExactly("weighed 2", "weighed 4");
            assertThat(parking.list())
                    .extracting(ParkedEvent::version, ParkedEvent::state)
                    .containsExactly(tuple(1L, State.SKIPPED), tuple(3L, State.SKIPPED));
            assertThatThrownBy(() -> parking.retry("parcel-bad"))
                    .isInstanceOf(ProjectionRefusedException.class)
                    .hasMessageContaining("LF-1221")
                    .hasMessageContaining("is not parked");
        }
    }

    @Test
    void an_event_that_works_the_next_time_is_not_parked() throws Exception {
        Set<Long> failedOnce = ConcurrentHashMap.newKeySet();
        Projection<Long> counts =
                Projection.<ParcelEvent, Long>of(
                                "counts",
                                Long.class,
                                SCHEMA,
                                (row, event, key) -> {
                                    if (event.version() % 3 == 0
                                            && failedOnce.add(event.version())) {
                                        throw new IllegalStateException("once");
                                    }
                                    return row == null ? 1 : row + 1;
                                })
                        .onError(ErrorPolicy.retry(1).pausing(Duration.ofMillis(1)))
                        .build();
        AppendResult last = null;
        for (int i = 0; i < 20; i++) {
            last = append(store, "p", new Weighed(i));
        }
        try (Projections projections = start(counts)) {
            assertThat(projections.await(counts, last, LONG)).isTrue();
            assertThat(projections.rows(counts).find("parcel-p")).contains(20L);
            assertThat(projections.parking("counts").list()).isEmpty();
            assertThat(told).hasSize(6);
        }
    }

    private static final class Speechless extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final boolean isLoud;

        Speechless(boolean isLoud) {
            this.isLoud = isLoud;
        }

        @Override
        @SuppressWarnings({"OverrideThrowableToString", "ToStringReturnsNull"}) // as others do
        public @Nullable String toString() {
            if (isLoud) {
                throw new IllegalStateException("nothing can be said");
            }
            return null;
        }
    }

    @Test
    void a_failure_that_says_nothing_parks_as_any_other() throws Exception {
        Projection<Long> weights =
                Projection.of(
                                "weights",
                                Long.class,
                                SCHEMA,
                                (Long row, DomainEvent<ParcelEvent> event, String key) -> {
                                    throw new Speechless(key.equals("parcel-loud"));
                                },
                                Weighed.class)
                        .onError(AT_ONCE)
                        .build();
        append(store, "loud", new Weighed(1));
        AppendResult last = append(store, "mute", new Weighed(1));
        try (Projections projections = start(weights)) {
            assertThat(projections.await(weights, last, LONG)).isTrue();
            assertThat(projections.parking("weights").keys()).hasSize(2);
            assertThat(projections.status("weights").lastError().orElseThrow().text())
                    .isEqualTo(Speechless.class.getName());
        }
    }

    @Test
    void an_event_that_is_left_out_is_recorded() throws Exception {
        Projection<Story> stories = Parcels.stories().onError(AT_ONCE.thenSkip()).build();
        AppendResult last = append(store, "bad", new Weighed(1), new Weighed(-1), new Weighed(2));
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, LONG)).isTrue();
            assertThat(lines(projections, stories, "bad"))
                    .containsExactly("weighed 1", "weighed 2");
            assertThat(projections.parking("stories").list())
                    .extracting(ParkedEvent::state)
                    .containsExactly(State.SKIPPED);
            assertThat(projections.parking("stories").keys()).isEmpty();
        }
    }

    @Test
    void a_projection_may_stop_in_front_of_the_event() throws Exception {
        Projection<Story> stories = Parcels.stories().onError(AT_ONCE.thenStop()).build();
        append(store, "good", new Weighed(1));
        AppendResult last = append(store, "bad", new Weighed(-1));
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, Duration.ofMillis(300))).isFalse();
            Parcels.until(
                    () -> projections.status("stories").state() == ProjectionStatus.State.STOPPED);
            assertThat(lines(projections, stories, "good")).containsExactly("weighed 1");
            PartStatus.LastError error = projections.status("stories").lastError().orElseThrow();
            assertThat(error.event()).isEqualTo("version 1 of stream 'parcel-bad'");
            assertThat(error.text()).contains("it weighs -1");
            assertThat(told).contains("stopped");
        }
    }

    @Test
    void an_event_that_cannot_be_read_parks_its_stream() throws Exception {
        Projection<Parcels.Traffic> traffic =
                Projection.<ParcelEvent, Parcels.Traffic>of(
                                "traffic",
                                Parcels.Traffic.class,
                                SCHEMA,
                                (row, event, key) ->
                                        new Parcels.Traffic(row == null ? 1 : row.in() + 1, 0))
                        .keyedBy(
                                Keying.byEach(event ->
                                        event.event() instanceof Moved moved
                                                ? List.of(moved.to())
                                                : List.of("scales")))
                        .onError(AT_ONCE)
                        .build();
        append(store, "p", new Moved("a", "b"));
        appendGarbage(store, "p");
        append(store, "p", new Moved("b", "c"), new Lost());
        AppendResult last = append(store, "q", new Moved("a", "b"), new Moved("b", "c"));
        try (Projections projections = start(traffic)) {
            assertThat(projections.await(traffic, last, LONG)).isTrue();
            // c waits for the move of p to it, b does not wait for anything
            assertThat(projections.rows(traffic).find("b")).contains(new Parcels.Traffic(2, 0));
            assertThat(projections.rows(traffic).find("c")).isEmpty();
            Parking parking = projections.parking("traffic");
            assertThat(parking.keys()).containsExactlyInAnyOrder("parcel-p", "c", "scales");
            assertThatThrownBy(() -> parking.retry("c"))
                    .hasMessageContaining("waits for key 'parcel-p'");

            assertThat(parking.patch("parcel-p", Payload.ofText("{\"grams\":5}")).isClear())
                    .isTrue();

            assertThat(parking.keys()).isEmpty();
            assertThat(projections.rows(traffic).find("c")).contains(new Parcels.Traffic(2, 0));
            assertThat(projections.rows(traffic).find("scales"))
                    .contains(new Parcels.Traffic(2, 0));
        }
    }

    @Test
    void an_outage_is_no_failure_of_the_event() throws Exception {
        Set<String> answers = ConcurrentHashMap.newKeySet();
        Projection<Long> counts =
                Projection.<ParcelEvent, Long>of(
                                "counts",
                                Long.class,
                                SCHEMA,
                                (row, event, key) -> {
                                    if (answers.isEmpty()) {
                                        throw new IllegalStateException(
                                                StoreUnavailableException.closing("elsewhere"));
                                    }
                                    return row == null ? 1 : row + 1;
                                })
                        .onError(AT_ONCE)
                        .build();
        AppendResult last = append(store, "p", new Weighed(1));
        try (Projections projections = start(counts)) {
            Parcels.until(
                    () -> projections.status("counts").state() == ProjectionStatus.State.WAITING);
            answers.add("now");
            assertThat(projections.await(counts, last, LONG)).isTrue();
            assertThat(projections.parking("counts").list()).isEmpty();
        }
    }

    /** Whatever else a handler does, what it was given under its key was in order. */
    @Test
    void order_per_key_holds_over_failures_and_retries() throws Exception {
        Set<String> cured = ConcurrentHashMap.newKeySet();
        Projection<Story> stories =
                Projection.<ParcelEvent, Story>of(
                                "stories",
                                Story.class,
                                SCHEMA,
                                (row, event, key) -> {
                                    if (event.version() == 2 && !cured.contains(key)) {
                                        throw new IllegalStateException("not yet");
                                    }
                                    Story story = row == null ? new Story() : row;
                                    story.lines().add(String.valueOf(event.version()));
                                    return story;
                                })
                        .parts(3)
                        .onError(AT_ONCE)
                        .build();
        AppendResult last = null;
        for (int round = 0; round < 700; round++) {
            for (String parcel : List.of("a", "b", "c", "d")) {
                last = append(store, parcel, new Weighed(round));
            }
        }
        try (Projections projections = start(stories)) {
            assertThat(projections.await(stories, last, LONG)).isTrue();
            for (String parcel : List.of("a", "b", "c", "d")) {
                cured.add("parcel-" + parcel);
            }
            List<Parking.Outcome> outcomes = projections.parking("stories").retryAll();
            assertThat(outcomes).hasSize(4).allMatch(Parking.Outcome::isClear);
            for (String parcel : List.of("a", "b", "c", "d")) {
                List<String> lines = lines(projections, stories, parcel);
                assertThat(lines).hasSize(700);
                for (int i = 0; i < 700; i++) {
                    assertThat(lines.get(i)).isEqualTo(String.valueOf(i + 1));
                }
            }
        }
    }
}
