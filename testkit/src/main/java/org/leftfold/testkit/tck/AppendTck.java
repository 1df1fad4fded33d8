package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.OTHER_ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.contents;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.upTo;
import static org.leftfold.testkit.tck.Samples.versions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.AppendResult.Written;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;

/** Appends: all or none, in order, counted without gaps (G2, G3). */
public interface AppendTck extends TckFixture {
    @Test
    default void an_empty_store_has_head_zero_and_no_events() {
        try (TckStore opened = openStore()) {
            assertEquals(0, opened.store().head());
            assertEquals(0, opened.store().version(ORDER));
            assertEquals(List.of(), readAll(opened.store()));
        }
    }

    @Test
    default void the_first_event_has_position_one_and_version_one() {
        try (TckStore opened = openStore()) {
            AppendResult result = opened.store().append(ORDER, ExpectedVersion.noStream(), event());
            assertEquals(List.of(new Written(ORDER, 1, 1, 1, 1)), result.writes());
            assertEquals(1, result.lastPosition());
            assertEquals(1, result.lastVersion());
            assertFalse(result.repeated());
        }
    }

    @Test
    default void several_events_of_one_append_are_stored_in_the_order_of_the_list() {
        try (TckStore opened = openStore()) {
            List<NewEvent> events = events(5);
            AppendResult result = opened.store().append(ORDER, ExpectedVersion.noStream(), events);
            assertEquals(List.of(new Written(ORDER, 1, 5, 1, 5)), result.writes());
            assertEquals(events, contents(read(opened.store(), ORDER)));
            assertEquals(upTo(5), versions(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void versions_count_from_one_in_each_stream() {
        try (TckStore opened = openStore()) {
            for (int round = 0; round < 3; round++) {
                given(opened.store(), ORDER, 2);
                given(opened.store(), ACCOUNT, 1);
            }
            assertEquals(upTo(6), versions(read(opened.store(), ORDER)));
            assertEquals(upTo(3), versions(read(opened.store(), ACCOUNT)));
            assertEquals(6, opened.store().version(ORDER));
            assertEquals(3, opened.store().version(ACCOUNT));
        }
    }

    @Test
    default void positions_count_from_one_without_a_gap_over_all_streams() {
        try (TckStore opened = openStore()) {
            for (int round = 0; round < 3; round++) {
                given(opened.store(), ORDER, 2);
                given(opened.store(), ACCOUNT, 1);
            }
            assertEquals(upTo(9), positions(readAll(opened.store())));
            assertEquals(List.of(1L, 2L, 4L, 5L, 7L, 8L), positions(read(opened.store(), ORDER)));
            assertEquals(9, opened.store().head());
        }
    }

    @Test
    default void an_append_to_several_streams_takes_positions_in_the_order_of_its_writes() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ACCOUNT, 4);
            AppendResult result =
                    opened.store()
                            .append(
                                    Append.to(ORDER, ExpectedVersion.noStream(), events(2))
                                            .andTo(ACCOUNT, ExpectedVersion.exactly(4), events(3))
                                            .andTo(OTHER_ORDER, ExpectedVersion.any(), event()));
            assertEquals(
                    List.of(
                            new Written(ORDER, 1, 2, 5, 6),
                            new Written(ACCOUNT, 5, 7, 7, 9),
                            new Written(OTHER_ORDER, 1, 1, 10, 10)),
                    result.writes());
            assertEquals(10, result.lastPosition());
            assertEquals(2, result.lastVersion(), "last version in the first stream");
        }
    }

    @Test
    default void the_same_event_id_may_stand_in_two_streams_of_one_append() {
        try (TckStore opened = openStore()) {
            NewEvent event = event();
            opened.store()
                    .append(
                            Append.to(ORDER, ExpectedVersion.any(), event)
                                    .andTo(ACCOUNT, ExpectedVersion.any(), event));
            assertEquals(List.of(event, event), contents(readAll(opened.store())));
        }
    }

    @Test
    default void a_refused_append_leaves_nothing_and_takes_no_position() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 2);
            assertNothingStored(
                    store,
                    VersionConflictException.class,
                    "LF-2001",
                    () -> store.append(ORDER, ExpectedVersion.exactly(1), events(3)));
            assertEquals(2, store.version(ORDER));
            assertEquals(
                    3, store.append(ORDER, ExpectedVersion.exactly(2), event()).lastPosition());
        }
    }

    @Test
    default void a_conflict_in_the_second_stream_leaves_the_first_unchanged() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ACCOUNT, 1);
            Append append =
                    Append.to(ORDER, ExpectedVersion.noStream(), events(2))
                            .andTo(ACCOUNT, ExpectedVersion.noStream(), event());
            assertNothingStored(
                    store, VersionConflictException.class, "LF-2001", () -> store.append(append));
            assertEquals(0, store.version(ORDER));
            assertEquals(List.of(), read(store, ORDER));
        }
    }

    @Test
    default void a_batch_of_three_is_seen_whole_or_not_at_all() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            int batches = 60;
            Future<Integer> writing =
                    Together.start(
                                    1,
                                    thread -> {
                                        for (int batch = 0; batch < batches; batch++) {
                                            store.append(
                                                    ORDER,
                                                    ExpectedVersion.exactly(batch * 3L),
                                                    events(3));
                                        }
                                        return batches;
                                    })
                            .getFirst();
            boolean last = false;
            while (!last) {
                last = writing.isDone();
                int seen = read(store, ORDER).size();
                assertEquals(0, seen % 3, "events seen: " + seen);
            }
            assertEquals(batches, Together.result(writing));
            assertEquals(batches * 3, read(store, ORDER).size());
        }
    }

    @Test
    default void an_append_to_two_streams_is_seen_whole_or_not_at_all() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            int appends = 60;
            Future<Integer> writing =
                    Together.start(
                                    1,
                                    thread -> {
                                        for (int n = 0; n < appends; n++) {
                                            store.append(
                                                    Append.to(ORDER, ExpectedVersion.any(), event())
                                                            .andTo(
                                                                    ACCOUNT,
                                                                    ExpectedVersion.any(),
                                                                    event()));
                                        }
                                        return appends;
                                    })
                            .getFirst();
            boolean last = false;
            while (!last) {
                last = writing.isDone();
                List<StreamName> seen = readAll(store).stream().map(RecordedEvent::stream).toList();
                long orders = seen.stream().filter(ORDER::equals).count();
                assertEquals(seen.size(), orders * 2, "events seen");
            }
            assertEquals(appends, Together.result(writing));
            assertEquals(appends * 2L, store.head());
        }
    }

    @Test
    default void what_one_thread_appended_every_other_thread_reads() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            for (int n = 1; n <= 20; n++) {
                store.append(ORDER, ExpectedVersion.any(), event());
                int expected = n;
                List<Integer> seen = Together.run(2, thread -> read(store, ORDER).size());
                assertEquals(List.of(expected, expected), seen);
            }
        }
    }

    @Test
    default void an_append_without_waiting_gives_the_same_result() throws Exception {
        try (TckStore opened = openStore()) {
            CompletableFuture<AppendResult> result =
                    opened.store()
                            .appendAsync(
                                    Append.to(ORDER, ExpectedVersion.noStream(), events(2))
                                            .andTo(ACCOUNT, ExpectedVersion.any(), event()));
            assertEquals(
                    List.of(new Written(ORDER, 1, 2, 1, 2), new Written(ACCOUNT, 1, 1, 3, 3)),
                    result.get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS).writes());
            assertEquals(3, opened.store().head());
        }
    }

    @Test
    default void appends_without_waiting_are_applied_in_the_order_of_the_calls() throws Exception {
        try (TckStore opened = openStore()) {
            List<NewEvent> events = events(200);
            List<CompletableFuture<AppendResult>> results = new ArrayList<>();
            for (int n = 0; n < events.size(); n++) {
                results.add(
                        opened.store()
                                .appendAsync(
                                        Append.to(
                                                ORDER, ExpectedVersion.exactly(n), events.get(n))));
            }
            for (int n = 0; n < events.size(); n++) {
                AppendResult result =
                        results.get(n).get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertEquals(n + 1, result.lastVersion());
            }
            assertEquals(events, contents(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void an_append_without_waiting_fails_with_the_same_error() {
        try (TckStore opened = openStore()) {
            CompletableFuture<AppendResult> result =
                    opened.store()
                            .appendAsync(Append.to(ORDER, ExpectedVersion.exactly(7), event()));
            ExecutionException failure =
                    assertThrows(
                            ExecutionException.class,
                            () -> result.get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS));
            VersionConflictException conflict =
                    assertInstanceOf(VersionConflictException.class, failure.getCause());
            assertEquals("LF-2001", conflict.code());
            assertEquals(0, opened.store().head());
        }
    }

    @Test
    default void an_interrupted_thread_appends_as_usual_and_stays_interrupted() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Boolean> stayed =
                    Together.run(
                            4,
                            thread -> {
                                StreamName stream =
                                        StreamName.of("interrupted", String.valueOf(thread));
                                Thread.currentThread().interrupt();
                                for (int n = 0; n < 10; n++) {
                                    store.append(stream, ExpectedVersion.exactly(n), event());
                                }
                                return Thread.interrupted();
                            });
            assertEquals(List.of(true, true, true, true), stayed);
            assertEquals(40, store.head());
            assertEquals(upTo(40), positions(readAll(store)));
        }
    }

    @Test
    default void what_was_appended_is_there_after_the_store_was_opened_again() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            given(opened.store(), ACCOUNT, 2);
            List<RecordedEvent> before = readAll(opened.store());
            EventStore store = opened.reopen();
            assertEquals(before, readAll(store));
            assertEquals(5, store.head());
            assertEquals(3, store.version(ORDER));
            assertEquals(
                    6, store.append(ORDER, ExpectedVersion.exactly(3), event()).lastPosition());
        }
    }

    @Test
    default void an_append_may_hold_many_small_streams() {
        try (TckStore opened = openStore()) {
            Append append =
                    Append.to(new StreamName("many-0"), ExpectedVersion.noStream(), event());
            for (int n = 1; n < 100; n++) {
                append =
                        append.andTo(
                                StreamName.of("many", String.valueOf(n)),
                                ExpectedVersion.noStream(),
                                event());
            }
            AppendResult result = opened.store().append(append);
            assertEquals(100, result.writes().size());
            assertEquals(upTo(100), positions(readAll(opened.store())));
            assertTrue(result.writes().stream().allMatch(place -> place.lastVersion() == 1));
        }
    }
}
