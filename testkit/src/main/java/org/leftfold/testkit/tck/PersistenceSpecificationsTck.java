package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.OTHER_ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.assertRefused;
import static org.leftfold.testkit.tck.Samples.assertRepeated;
import static org.leftfold.testkit.tck.Samples.between;
import static org.leftfold.testkit.tck.Samples.contents;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.upTo;
import static org.leftfold.testkit.tck.Samples.versions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;

/**
 * What the persistence specifications of NEventStore 10 ask of an event store, in our words: a
 * commit is an append, a revision a version, a checkpoint a position, and a bucket a category.
 */
public interface PersistenceSpecificationsTck extends TckFixture {
    /** What a pager takes at a time. */
    int PAGE_EVENTS = 16;

    @Test
    default void a_header_whose_key_has_a_period_is_kept() {
        try (TckStore opened = openStore()) {
            opened.store()
                    .append(
                            ORDER,
                            ExpectedVersion.noStream(),
                            event().withMetadata("key.1", "value"));
            opened.reopen();
            assertEquals(
                    "value",
                    read(opened.store(), ORDER).getFirst().metadata().value("key.1").orElseThrow());
        }
    }

    @Test
    default void an_append_is_kept_with_stream_versions_ids_time_headers_and_events() {
        try (TckStore opened = openStore()) {
            List<NewEvent> events = List.of(event("A").withMetadata("k", "v"), event("B"));
            opened.store().append(ORDER, ExpectedVersion.noStream(), events);
            opened.reopen();
            List<RecordedEvent> stored = read(opened.store(), ORDER);
            assertEquals(events, contents(stored));
            assertEquals(upTo(2), versions(stored));
            for (RecordedEvent event : stored) {
                assertEquals(ORDER, event.stream());
                assertEquals(TckOptions.standard().clock().instant(), event.recordedAt());
            }
        }
    }

    @Test
    default void reading_from_a_version_starts_there() {
        try (TckStore opened = openStore()) {
            givenAppends(opened.store(), ORDER, 3, 2);
            assertVersions(between(4, 6), opened, ReadRequest.stream(ORDER).afterVersion(3));
        }
    }

    @Test
    default void reading_from_a_version_to_a_version_at_the_end_of_an_append_stops_there() {
        try (TckStore opened = openStore()) {
            givenAppends(opened.store(), ORDER, 3, 2);
            assertVersions(
                    between(3, 4), opened, ReadRequest.stream(ORDER).afterVersion(2).toVersion(4));
        }
    }

    @Test
    default void reading_from_a_version_to_a_version_inside_an_append_cuts_it() {
        try (TckStore opened = openStore()) {
            givenAppends(opened.store(), ORDER, 3, 2);
            assertVersions(
                    between(2, 5), opened, ReadRequest.stream(ORDER).afterVersion(1).toVersion(5));
        }
    }

    @Test
    default void appending_from_the_same_version_twice_is_a_conflict() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 2);
            store.append(ORDER, ExpectedVersion.exactly(2), event());
            expectConflict(store, ExpectedVersion.exactly(2), event());
        }
    }

    @Test
    default void a_second_first_append_of_a_stream_is_a_conflict() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 1);
            expectConflict(opened.store(), ExpectedVersion.noStream(), event());
        }
    }

    @Test
    default void overwriting_what_was_appended_long_ago_is_a_conflict() {
        try (TckStore opened = openStore()) {
            givenAppends(opened.store(), ORDER, 5, 1);
            expectConflict(opened.store(), ExpectedVersion.exactly(1), event());
        }
    }

    @Test
    default void one_append_made_twice_is_stored_once() {
        try (TckStore opened = openStore()) {
            Append append = Append.to(ORDER, ExpectedVersion.noStream(), events(2));
            AppendResult first = opened.store().append(append);
            assertRepeated(first, opened.store().append(append), opened.store(), 2);
        }
    }

    @Test
    default void the_identity_of_an_append_cannot_be_used_twice_on_one_stream() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            NewEvent first = event("First");
            store.append(ORDER, ExpectedVersion.noStream(), first);
            NewEvent second = event("Second").withId(first.id());
            assertNothingStored(
                    store,
                    InvalidRequestException.class,
                    "LF-1005",
                    () -> store.append(ORDER, ExpectedVersion.any(), second));
        }
    }

    @Test
    default void more_events_than_a_page_are_read_at_once() {
        try (TckStore opened = openStore()) {
            List<NewEvent> events = given(opened.store(), ORDER, PAGE_EVENTS * 20 + 2);
            assertEquals(events, contents(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void the_events_since_a_time_are_the_end_of_the_log() {
        try (TckStore opened = openTimed()) {
            List<RecordedEvent> since = since("2026-05-04T10:00:03Z", readAll(opened.store()));
            assertEquals(between(13, 20), positions(since));
        }
    }

    @Test
    default void the_events_since_a_time_can_be_read_in_pages() {
        try (TckStore opened = openTimed()) {
            List<RecordedEvent> paged = paged(opened.store(), ReadRequest.all(), 3);
            assertEquals(between(13, 20), positions(since("2026-05-04T10:00:03Z", paged)));
        }
    }

    @Test
    default void the_events_since_a_time_are_told_apart_by_category() {
        try (TckStore opened = openTimed()) {
            ReadRequest orders = ReadRequest.of(Query.category("order"));
            List<RecordedEvent> since =
                    since("2026-05-04T10:00:03Z", opened.store().read(orders).toList());
            assertEquals(List.of(13L, 14L, 17L, 18L), positions(since));
        }
    }

    @Test
    default void all_events_behind_a_position_are_read_in_pages() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, PAGE_EVENTS * 3 + 5);
            List<RecordedEvent> paged =
                    paged(opened.store(), ReadRequest.all().after(4), PAGE_EVENTS);
            assertEquals(between(5, PAGE_EVENTS * 3 + 5), positions(paged));
        }
    }

    @Test
    default void the_events_of_a_category_behind_a_position_are_read_in_pages() {
        try (TckStore opened = openStore()) {
            givenTwoCategories(opened.store(), PAGE_EVENTS * 3);
            ReadRequest orders = ReadRequest.of(Query.category("order")).after(6);
            List<RecordedEvent> paged = paged(opened.store(), orders, PAGE_EVENTS);
            assertEquals(opened.store().read(orders).toList(), paged);
            assertEquals(PAGE_EVENTS * 3 - 3, paged.size());
        }
    }

    @Test
    default void all_events_between_two_positions_are_read_in_pages() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, PAGE_EVENTS * 4);
            ReadRequest range = ReadRequest.all().after(4).to(PAGE_EVENTS * 2 + 3);
            assertEquals(
                    between(5, PAGE_EVENTS * 2 + 3),
                    positions(paged(opened.store(), range, PAGE_EVENTS)));
        }
    }

    @Test
    default void the_events_of_a_category_between_two_positions_are_read_in_pages() {
        try (TckStore opened = openStore()) {
            givenTwoCategories(opened.store(), PAGE_EVENTS * 2);
            ReadRequest range =
                    ReadRequest.of(Query.category("account")).after(5).to(PAGE_EVENTS * 3);
            List<RecordedEvent> paged = paged(opened.store(), range, 7);
            assertEquals(opened.store().read(range).toList(), paged);
            assertTrue(paged.stream().allMatch(event -> event.stream().equals(ACCOUNT)));
            assertEquals(PAGE_EVENTS * 3 / 2 - 2, paged.size());
        }
    }

    @Test
    default void events_of_the_year_one_are_kept() {
        Instant yearOne = Instant.parse("0001-01-01T00:00:00Z");
        try (TckStore opened = openStore(TckOptions.standard().withClock(() -> yearOne))) {
            given(opened.store(), ORDER, 1);
            opened.reopen();
            assertEquals(yearOne, readAll(opened.store()).getFirst().recordedAt());
        }
    }

    @Test
    default void deleting_every_stream_leaves_nothing_to_read() {
        try (TckStore opened = openStore()) {
            givenTwoCategories(opened.store(), 5);
            opened.admin().delete(ORDER, new AdminAct("ann", "purge"));
            opened.admin().delete(ACCOUNT, new AdminAct("ann", "purge"));
            assertEquals(List.of(), readAll(opened.store()));
            opened.reopen();
            assertEquals(List.of(), readAll(opened.store()));
            assertEquals(0, opened.admin().statistics().events());
        }
    }

    @Test
    default void deleting_the_streams_of_a_category_leaves_the_others() {
        try (TckStore opened = openStore()) {
            givenTwoCategories(opened.store(), 5);
            List<RecordedEvent> accounts = read(opened.store(), ACCOUNT);
            opened.admin().delete(ORDER, new AdminAct("ann", "purge"));
            assertEquals(accounts, readAll(opened.store()));
            assertEquals(List.of(), read(opened.store(), ORDER));
        }
    }

    @Test
    default void a_store_refuses_to_work_after_it_was_closed() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            store.close();
            assertRefused(
                    InvalidRequestException.class,
                    "LF-1007",
                    () -> store.append(ORDER, ExpectedVersion.any(), event()));
        }
    }

    @Test
    default void streams_of_one_id_in_two_categories_are_two_streams() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            NewEvent event = event();
            StreamName here = StreamName.of("tenantA", "1");
            StreamName there = StreamName.of("tenantB", "1");
            store.append(here, ExpectedVersion.noStream(), event);
            store.append(there, ExpectedVersion.noStream(), event);
            assertEquals(List.of(1L), positions(read(store, here)));
            assertEquals(List.of(2L), positions(read(store, there)));
        }
    }

    @Test
    default void events_behind_a_position_come_from_all_categories() {
        try (TckStore opened = openStore()) {
            givenTwoCategories(opened.store(), 5);
            List<RecordedEvent> read = opened.store().read(ReadRequest.all().after(4)).toList();
            assertEquals(between(5, 10), positions(read));
            assertEquals(2, read.stream().map(RecordedEvent::stream).distinct().count());
        }
    }

    @Test
    default void events_come_in_the_order_of_their_positions_whatever_their_stream() {
        try (TckStore opened = openStore()) {
            List<NewEvent> appended = new ArrayList<>();
            for (StreamName stream : List.of(OTHER_ORDER, ACCOUNT, ORDER, ACCOUNT, OTHER_ORDER)) {
                NewEvent event = event();
                opened.store().append(stream, ExpectedVersion.any(), event);
                appended.add(event);
            }
            assertEquals(appended, contents(readAll(opened.store())));
            assertEquals(upTo(5), positions(readAll(opened.store())));
        }
    }

    @Test
    default void a_large_payload_is_kept() {
        try (TckStore opened = openStore()) {
            Payload large = Payload.ofText("\u00E9".repeat(400_000));
            opened.store().append(ORDER, ExpectedVersion.noStream(), NewEvent.of("Large", large));
            opened.reopen();
            assertEquals(large, read(opened.store(), ORDER).getFirst().payload());
        }
    }

    @Test
    default void a_completed_unit_of_work_is_there_whole() {
        try (TckStore opened = openStore()) {
            opened.store()
                    .append(
                            Append.to(ORDER, ExpectedVersion.noStream(), events(2))
                                    .andTo(ACCOUNT, ExpectedVersion.noStream(), events(2)));
            opened.reopen();
            assertEquals(upTo(4), positions(readAll(opened.store())));
        }
    }

    @Test
    default void an_abandoned_unit_of_work_leaves_nothing() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Append append =
                    Append.to(ORDER, ExpectedVersion.noStream(), events(2))
                            .andTo(ACCOUNT, ExpectedVersion.streamExists(), events(2));
            assertNothingStored(
                    store, VersionConflictException.class, "LF-2001", () -> store.append(append));
            assertEquals(List.of(), readAll(opened.reopen()));
        }
    }

    @Test
    default void units_of_work_in_many_threads_are_all_there_with_positions_of_their_own() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Long> positions =
                    Together.run(
                            10,
                            thread ->
                                    store.append(
                                                    StreamName.of("unit", String.valueOf(thread)),
                                                    ExpectedVersion.noStream(),
                                                    event())
                                            .lastPosition());
            assertEquals(upTo(10), positions.stream().sorted().toList());
            assertEquals(upTo(10), positions(readAll(store)));
        }
    }

    @Test
    default void units_of_work_that_saw_the_same_state_cannot_both_change_it() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 3);
            AppendCondition unchanged =
                    AppendCondition.noneAfter("unchanged", Query.all(), store.head());
            store.append(Append.to(OTHER_ORDER, ExpectedVersion.any(), event()).onlyIf(unchanged));
            Append second = Append.to(ACCOUNT, ExpectedVersion.any(), event()).onlyIf(unchanged);
            assertNothingStored(
                    store, ConditionFailedException.class, "LF-2002", () -> store.append(second));
        }
    }

    private static void assertVersions(List<Long> versions, TckStore opened, ReadRequest request) {
        assertEquals(versions, versions(opened.store().read(request).toList()));
        assertEquals(versions, versions(opened.reopen().read(request).toList()));
    }

    private static void expectConflict(EventStore store, ExpectedVersion expected, NewEvent event) {
        assertNothingStored(
                store,
                VersionConflictException.class,
                "LF-2001",
                () -> store.append(ORDER, expected, event));
    }

    private static void givenAppends(
            EventStore store, StreamName stream, int appends, int eventsEach) {
        for (int n = 0; n < appends; n++) {
            given(store, stream, eventsEach);
        }
    }

    /** Odd positions are of an order, even positions of an account. */
    private static void givenTwoCategories(EventStore store, int eventsEach) {
        for (int n = 0; n < eventsEach; n++) {
            store.append(
                    Append.to(ORDER, ExpectedVersion.any(), event())
                            .andTo(ACCOUNT, ExpectedVersion.any(), event()));
        }
    }

    /** Twenty events, four in each second from 10:00:00 on: two of an order, two of an account. */
    private TckStore openTimed() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T10:00:00Z"));
        TckStore opened = openStore(TckOptions.standard().withClock(now::get));
        for (int second = 0; second < 5; second++) {
            given(opened.store(), ORDER, 2);
            given(opened.store(), ACCOUNT, 2);
            now.set(now.get().plusSeconds(1));
        }
        return opened;
    }

    private static List<RecordedEvent> since(String time, List<RecordedEvent> events) {
        Instant start = Instant.parse(time);
        return events.stream().dropWhile(event -> event.recordedAt().isBefore(start)).toList();
    }

    /** Reads page by page, each from where the one before it ended. */
    private static List<RecordedEvent> paged(
            EventStore store, ReadRequest request, int pageEvents) {
        List<RecordedEvent> all = new ArrayList<>();
        List<RecordedEvent> page = store.read(request.limit(pageEvents)).toList();
        while (!page.isEmpty()) {
            all.addAll(page);
            page = store.read(request.limit(pageEvents).after(page.getLast().position())).toList();
        }
        return all;
    }
}
