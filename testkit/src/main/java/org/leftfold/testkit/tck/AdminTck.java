package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.assertRefused;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.tagged;
import static org.leftfold.testkit.tck.Samples.versions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.Subscription;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.VersionConflictException;

/** Administrative acts: counting, verifying, truncating and deleting streams (G7). */
public interface AdminTck extends TckFixture {
    /** Who does it in these tests, and why. */
    AdminAct ACT = new AdminAct("ann", "retention");

    @Test
    default void the_statistics_of_an_empty_store_count_nothing() {
        try (TckStore opened = openStore()) {
            StoreStatistics statistics = opened.admin().statistics();
            assertEquals(0, statistics.events());
            assertEquals(0, statistics.streams());
            assertEquals(0, statistics.head());
            assertEquals(Map.of(), statistics.categories());
            assertEquals(Map.of(), statistics.types());
        }
    }

    @Test
    default void statistics_count_events_streams_categories_and_types() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            expectStatistics(
                    opened,
                    10,
                    2,
                    Map.of("order", 5L, "account", 5L),
                    Map.of("Odd", 5L, "Even", 5L));
            opened.reopen();
            expectStatistics(
                    opened,
                    10,
                    2,
                    Map.of("order", 5L, "account", 5L),
                    Map.of("Odd", 5L, "Even", 5L));
            assertTrue(opened.admin().statistics().bytes() > 0);
        }
    }

    @Test
    default void statistics_count_readable_events_only() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().truncate(ORDER, 3, ACT);
            expectStatistics(
                    opened,
                    8,
                    2,
                    Map.of("order", 3L, "account", 5L),
                    Map.of("Odd", 3L, "Even", 5L));
            opened.admin().delete(ACCOUNT, ACT);
            expectStatistics(opened, 3, 1, Map.of("order", 3L), Map.of("Odd", 3L));
        }
    }

    @Test
    default void truncated_events_cannot_be_read_in_any_way() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().truncate(ORDER, 4, ACT);
            for (int round = 0; round < 2; round++) {
                EventStore store = opened.store();
                assertEquals(List.of(7L, 9L), positions(read(store, ORDER)));
                assertEquals(
                        List.of(9L, 7L), positions(store, ReadRequest.stream(ORDER).backward()));
                assertEquals(List.of(2L, 4L, 6L, 7L, 8L, 9L, 10L), positions(readAll(store)));
                assertEquals(List.of(7L, 9L), positions(store, ReadRequest.of(Query.types("Odd"))));
                assertEquals(
                        List.of(7L, 9L), positions(store, ReadRequest.of(Query.tags("is:odd"))));
                assertEquals(
                        List.of(7L, 9L), positions(store, ReadRequest.of(Query.category("order"))));
                assertEquals(List.of(), positions(store, ReadRequest.stream(ORDER).toVersion(3)));
                opened.reopen();
            }
        }
    }

    @Test
    default void a_limit_counts_readable_events() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().truncate(ORDER, 4, ACT);
            assertEquals(
                    List.of(2L, 4L, 6L), positions(opened.store(), ReadRequest.all().limit(3)));
            assertEquals(
                    List.of(7L), positions(opened.store(), ReadRequest.stream(ORDER).limit(1)));
        }
    }

    @Test
    default void truncation_changes_no_other_event() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            List<RecordedEvent> accounts = read(opened.store(), ACCOUNT);
            List<RecordedEvent> kept = read(opened.store(), ORDER).subList(3, 5);
            opened.admin().truncate(ORDER, 4, ACT);
            assertEquals(accounts, read(opened.store(), ACCOUNT));
            assertEquals(kept, read(opened.store(), ORDER));
        }
    }

    @Test
    default void a_truncated_stream_keeps_its_version_and_goes_on_counting() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().truncate(ORDER, 6, ACT);
            assertEquals(List.of(), read(opened.store(), ORDER));
            EventStore store = opened.reopen();
            assertEquals(5, store.version(ORDER));
            assertEquals(10, store.head());
            AppendResult result = store.append(ORDER, ExpectedVersion.exactly(5), event());
            assertEquals(6, result.lastVersion());
            assertEquals(11, result.lastPosition());
            assertEquals(List.of(6L), versions(read(store, ORDER)));
        }
    }

    @Test
    default void truncating_less_than_before_changes_nothing() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().truncate(ORDER, 4, ACT);
            opened.admin().truncate(ORDER, 2, ACT);
            opened.admin().truncate(ORDER, 4, ACT);
            assertEquals(List.of(4L, 5L), versions(read(opened.store(), ORDER)));
            opened.admin().truncate(ORDER, 5, ACT);
            assertEquals(List.of(5L), versions(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void truncating_where_the_stream_has_no_version_is_refused() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            for (long firstKept : List.of(-1L, 0L, 1L, 7L, Long.MAX_VALUE)) {
                assertNothingStored(
                        opened.store(),
                        InvalidRequestException.class,
                        "LF-1003",
                        () -> opened.admin().truncate(ORDER, firstKept, ACT));
            }
            assertRefused(
                    InvalidRequestException.class,
                    "LF-1003",
                    () -> opened.admin().truncate(Samples.OTHER_ORDER, 2, ACT));
        }
    }

    @Test
    default void a_deleted_stream_cannot_be_read_and_keeps_its_version() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().delete(ORDER, ACT);
            for (int round = 0; round < 2; round++) {
                EventStore store = opened.store();
                assertEquals(List.of(), read(store, ORDER));
                assertEquals(List.of(2L, 4L, 6L, 8L, 10L), positions(readAll(store)));
                assertEquals(5, store.version(ORDER));
                assertEquals(10, store.head());
                opened.reopen();
            }
        }
    }

    @Test
    default void a_deleted_stream_still_exists_for_what_is_expected_of_it() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            givenTen(store);
            opened.admin().delete(ORDER, ACT);
            assertNothingStored(
                    store,
                    VersionConflictException.class,
                    "LF-2001",
                    () -> store.append(ORDER, ExpectedVersion.noStream(), event()));
            assertEquals(6, store.append(ORDER, ExpectedVersion.exactly(5), event()).lastVersion());
            assertEquals(
                    7, store.append(ORDER, ExpectedVersion.streamExists(), event()).lastVersion());
            assertEquals(List.of(6L, 7L), versions(read(store, ORDER)));
        }
    }

    @Test
    default void a_stream_may_be_deleted_again_with_what_came_later() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().delete(ORDER, ACT);
            opened.admin().delete(ORDER, ACT);
            given(opened.store(), ORDER, 2);
            opened.admin().delete(ORDER, ACT);
            assertEquals(List.of(), read(opened.store(), ORDER));
            assertEquals(7, opened.store().version(ORDER));
        }
    }

    @Test
    default void deleting_a_stream_that_was_never_written_is_refused() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            assertNothingStored(
                    opened.store(),
                    InvalidRequestException.class,
                    "LF-1003",
                    () -> opened.admin().delete(Samples.OTHER_ORDER, ACT));
        }
    }

    @Test
    default void an_append_repeated_after_its_events_were_truncated_gives_its_first_result() {
        try (TckStore opened = openStore()) {
            Append append = Append.to(ORDER, ExpectedVersion.noStream(), events(3));
            Append loose = Append.to(ACCOUNT, ExpectedVersion.any(), events(2));
            AppendResult first = opened.store().append(append);
            AppendResult firstLoose = opened.store().append(loose);
            opened.admin().truncate(ORDER, 3, ACT);
            opened.admin().delete(ACCOUNT, ACT);
            EventStore store = opened.reopen();
            assertEquals(first.writes(), store.append(append).writes());
            assertEquals(firstLoose.writes(), store.append(loose).writes());
            assertTrue(store.append(append).repeated());
            assertEquals(5, store.head());
            assertEquals(List.of(3L), versions(read(store, ORDER)));
        }
    }

    @Test
    default void a_condition_does_not_see_what_was_truncated() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            store.append(
                    ORDER, ExpectedVersion.any(), tagged("Registered", "email:a@b.c"), event());
            opened.admin().truncate(ORDER, 2, ACT);
            Append claim =
                    Append.to(ACCOUNT, ExpectedVersion.any(), tagged("Registered", "email:a@b.c"))
                            .onlyIf(
                                    AppendCondition.none(
                                            "email is unique", Query.tags("email:a@b.c")));
            assertEquals(3, store.append(claim).lastPosition());
        }
    }

    @Test
    default void a_follower_passes_over_what_was_truncated_and_catches_up() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().truncate(ORDER, 6, ACT);
            Recorder recorder = new Recorder();
            try (Subscription running =
                    opened.store().follow(FollowRequest.fromStart(Query.all()), recorder)) {
                recorder.expectPositions(List.of(2L, 4L, 6L, 8L, 10L));
                assertEquals(opened.store().checkpoint(), recorder.awaitCaughtUp());
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void times_of_recording_never_decrease_when_the_last_event_was_truncated() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T10:00:00Z"));
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            given(opened.store(), ORDER, 2);
            opened.admin().truncate(ORDER, 3, ACT);
            now.set(Instant.parse("2026-05-04T09:00:00Z"));
            EventStore store = opened.reopen();
            given(store, ORDER, 1);
            assertEquals(
                    Instant.parse("2026-05-04T10:00:00Z"), readAll(store).getFirst().recordedAt());
        }
    }

    @Test
    default void a_healthy_store_is_found_clean() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            List<Long> told = new ArrayList<>();
            VerificationReport report = opened.admin().verify(told::add);
            assertTrue(report.isClean(), () -> report.problems().toString());
            assertEquals(10, report.events());
            assertEquals(2, report.streams());
            assertEquals(told.stream().sorted().toList(), told, "progress only grows");
        }
    }

    @Test
    default void a_store_is_found_clean_after_truncation_deletion_and_opening_again() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.admin().truncate(ORDER, 4, ACT);
            opened.admin().delete(ACCOUNT, ACT);
            opened.reopen();
            VerificationReport report = opened.admin().verify(progress -> {});
            assertTrue(report.isClean(), () -> report.problems().toString());
            assertEquals(List.of(7L, 9L), positions(readAll(opened.store())));
        }
    }

    @Test
    default void an_empty_store_is_found_clean() {
        try (TckStore opened = openStore()) {
            VerificationReport report = opened.admin().verify(progress -> {});
            assertTrue(report.isClean());
            assertEquals(0, report.events());
        }
    }

    @Test
    default void acts_do_not_hinder_appends_and_reads_of_the_same_moment() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 100);
            Together.run(
                    3,
                    thread -> {
                        for (int n = 2; n < 30; n++) {
                            switch (thread) {
                                case 0 -> opened.admin().truncate(ORDER, n, ACT);
                                case 1 -> given(store, ACCOUNT, 1);
                                default -> assertTrue(read(store, ORDER).size() > 70);
                            }
                        }
                        return thread;
                    });
            assertEquals(28, store.version(ACCOUNT));
            assertEquals(72, read(store, ORDER).size());
            assertEquals(100, opened.admin().statistics().events());
        }
    }

    private static void expectStatistics(
            TckStore opened,
            long events,
            long streams,
            Map<String, Long> categories,
            Map<String, Long> types) {
        StoreStatistics statistics = opened.admin().statistics();
        assertEquals(events, statistics.events());
        assertEquals(streams, statistics.streams());
        assertEquals(10, statistics.head());
        assertEquals(categories, statistics.categories());
        assertEquals(types, statistics.types());
    }

    /** Odd positions are versions 1 to 5 of an order, even positions those of an account. */
    private static void givenTen(EventStore store) {
        for (int n = 0; n < 5; n++) {
            NewEvent odd = tagged("Odd", "is:odd");
            NewEvent even = tagged("Even", "is:even");
            store.append(ORDER, ExpectedVersion.any(), odd);
            store.append(ACCOUNT, ExpectedVersion.any(), even);
        }
    }
}
