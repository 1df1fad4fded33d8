package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertRefused;
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

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** Reads: ranges, directions, limits, and the life of a read. */
public interface ReadTck extends TckFixture {
    @Test
    default void a_stream_is_read_oldest_first() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            assertEquals(List.of(1L, 3L, 5L, 7L, 9L), positions(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void a_stream_is_read_backward_newest_first() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            ReadRequest backward = ReadRequest.stream(ORDER).backward();
            assertEquals(List.of(9L, 7L, 5L, 3L, 1L), positions(opened.store(), backward));
        }
    }

    @Test
    default void the_whole_store_is_read_in_both_directions() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            assertEquals(upTo(10), positions(opened.store(), ReadRequest.all()));
            assertEquals(
                    upTo(10).reversed(), positions(opened.store(), ReadRequest.all().backward()));
        }
    }

    @Test
    default void after_leaves_out_its_position_and_to_includes_it() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            ReadRequest range = ReadRequest.all().after(3).to(7);
            assertEquals(between(4, 7), positions(opened.store(), range));
            assertEquals(between(4, 7).reversed(), positions(opened.store(), range.backward()));
        }
    }

    @Test
    default void a_range_of_positions_narrows_a_stream() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            ReadRequest range = ReadRequest.stream(ORDER).after(3).to(8);
            assertEquals(List.of(5L, 7L), positions(opened.store(), range));
            assertEquals(List.of(7L, 5L), positions(opened.store(), range.backward()));
        }
    }

    @Test
    default void a_range_of_versions_narrows_a_stream() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            ReadRequest range = ReadRequest.stream(ORDER).afterVersion(1).toVersion(4);
            assertEquals(List.of(2L, 3L, 4L), versions(opened.store().read(range).toList()));
            assertEquals(
                    List.of(4L, 3L, 2L), versions(opened.store().read(range.backward()).toList()));
        }
    }

    @Test
    default void a_range_of_versions_narrows_every_stream_of_a_wider_query() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            ReadRequest range = ReadRequest.all().afterVersion(1).toVersion(3);
            assertEquals(List.of(3L, 4L, 5L, 6L), positions(opened.store(), range));
        }
    }

    @Test
    default void ranges_of_positions_and_of_versions_hold_together() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            ReadRequest range =
                    ReadRequest.stream(ORDER).after(3).to(9).afterVersion(1).toVersion(4);
            assertEquals(List.of(5L, 7L), positions(opened.store(), range));
        }
    }

    @Test
    default void ranges_may_end_at_and_beyond_the_borders_of_the_store() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            EventStore store = opened.store();
            ReadRequest all = ReadRequest.all();
            assertEquals(List.of(1L), positions(store, all.to(1)));
            assertEquals(List.of(10L), positions(store, all.after(9)));
            assertEquals(List.of(), positions(store, all.after(10)));
            assertEquals(List.of(), positions(store, all.after(Long.MAX_VALUE)));
            assertEquals(List.of(), positions(store, all.to(0)));
            assertEquals(List.of(), positions(store, all.after(5).to(5)));
            assertEquals(List.of(), positions(store, all.after(7).to(3)));
            assertEquals(upTo(10), positions(store, all.after(0).to(11)));
            ReadRequest stream = ReadRequest.stream(ORDER);
            assertEquals(List.of(9L), positions(store, stream.afterVersion(4)));
            assertEquals(List.of(), positions(store, stream.afterVersion(5)));
            assertEquals(List.of(), positions(store, stream.afterVersion(Long.MAX_VALUE)));
            assertEquals(List.of(), positions(store, stream.toVersion(0)));
            assertEquals(List.of(1L), positions(store, stream.toVersion(1)));
            assertEquals(List.of(9L, 7L), positions(store, stream.afterVersion(3).backward()));
        }
    }

    @Test
    default void a_limit_takes_the_first_events_in_the_direction_of_reading() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            EventStore store = opened.store();
            assertEquals(upTo(3), positions(store, ReadRequest.all().limit(3)));
            assertEquals(
                    List.of(10L, 9L, 8L), positions(store, ReadRequest.all().limit(3).backward()));
            assertEquals(
                    List.of(9L), positions(store, ReadRequest.stream(ORDER).backward().limit(1)));
            assertEquals(
                    List.of(4L, 5L), positions(store, ReadRequest.all().after(3).to(8).limit(2)));
            assertEquals(upTo(10), positions(store, ReadRequest.all().limit(11)));
        }
    }

    @Test
    default void a_limit_of_zero_gives_nothing() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            assertEquals(List.of(), positions(opened.store(), ReadRequest.all().limit(0)));
            assertEquals(
                    List.of(),
                    positions(opened.store(), ReadRequest.stream(ORDER).backward().limit(0)));
        }
    }

    @Test
    default void a_stream_that_was_never_written_is_empty() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            ReadRequest request = ReadRequest.stream(new StreamName("order-77"));
            assertEquals(List.of(), positions(opened.store(), request));
            assertEquals(List.of(), positions(opened.store(), request.backward()));
            assertEquals(0, opened.store().version(new StreamName("order-77")));
        }
    }

    @Test
    default void an_empty_read_has_no_next_event() {
        try (TckStore opened = openStore();
                Events events = opened.store().read(ReadRequest.all())) {
            assertFalse(events.hasNext());
            assertThrows(NoSuchElementException.class, events::next);
        }
    }

    @Test
    default void asking_again_whether_there_is_a_next_event_skips_nothing() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            try (Events events = opened.store().read(ReadRequest.all())) {
                List<Long> seen = new ArrayList<>();
                while (events.hasNext()) {
                    assertTrue(events.hasNext());
                    seen.add(events.next().position());
                }
                assertEquals(upTo(10), seen);
                assertFalse(events.hasNext());
                assertThrows(NoSuchElementException.class, events::next);
            }
        }
    }

    @Test
    default void next_may_be_taken_without_asking() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            try (Events events = opened.store().read(ReadRequest.all().limit(2))) {
                assertEquals(1, events.next().position());
                assertEquals(2, events.next().position());
                assertThrows(NoSuchElementException.class, events::next);
            }
        }
    }

    @Test
    default void a_read_can_stand_in_a_for_loop_and_in_a_stream() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            List<Long> seen = new ArrayList<>();
            try (Events events = opened.store().read(ReadRequest.all())) {
                for (RecordedEvent event : events) {
                    seen.add(event.position());
                }
            }
            assertEquals(upTo(10), seen);
            try (var stream = opened.store().read(ReadRequest.all()).stream()) {
                assertEquals(upTo(10), stream.map(RecordedEvent::position).toList());
            }
        }
    }

    @Test
    default void a_closed_read_refuses_to_go_on_and_may_be_closed_again() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            Events events = opened.store().read(ReadRequest.all());
            RecordedEvent first = events.next();
            events.close();
            events.close();
            assertRefused(InvalidRequestException.class, "LF-1007", events::hasNext);
            assertRefused(InvalidRequestException.class, "LF-1007", events::next);
            assertEquals(1, first.position());
        }
    }

    @Test
    default void a_read_that_came_to_its_end_stays_there_when_it_is_closed() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            Events events = opened.store().read(ReadRequest.all());
            assertEquals(10, events.toList().size());
            events.close();
            assertFalse(events.hasNext());
            assertEquals(List.of(), events.toList());
        }
    }

    @Test
    default void a_read_gives_what_was_there_when_it_began() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            for (ReadRequest request :
                    List.of(
                            ReadRequest.all(),
                            ReadRequest.stream(ORDER),
                            ReadRequest.all().backward())) {
                List<Long> expected = positions(opened.store(), request);
                Events early = opened.store().read(request);
                Events begun = opened.store().read(request);
                List<Long> seen = new ArrayList<>(List.of(begun.next().position()));
                given(opened.store(), ORDER, 5);
                seen.addAll(positions(begun.toList()));
                assertEquals(expected, seen);
                assertEquals(expected, positions(early.toList()));
            }
        }
    }

    @Test
    default void several_reads_do_not_disturb_each_other() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            try (Events one = opened.store().read(ReadRequest.all());
                    Events two = opened.store().read(ReadRequest.all().backward())) {
                for (long n = 1; n <= 10; n++) {
                    assertEquals(n, one.next().position());
                    assertEquals(11 - n, two.next().position());
                }
                assertFalse(one.hasNext());
                assertFalse(two.hasNext());
            }
        }
    }

    @Test
    default void events_read_twice_are_equal() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            assertEquals(readAll(opened.store()), readAll(opened.store()));
        }
    }

    @Test
    default void ten_thousand_events_are_read_in_order() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<NewEvent> events = given(store, ORDER, 10_000);
            assertEquals(upTo(10_000), positions(readAll(store)));
            assertEquals(events, contents(read(store, ORDER)));
            assertEquals(upTo(10_000).reversed(), positions(store, ReadRequest.all().backward()));
            assertEquals(
                    between(9_991, 10_000),
                    positions(store, ReadRequest.stream(ORDER).afterVersion(9_990)));
        }
    }

    @Test
    default void an_interrupted_thread_reads_as_usual_and_stays_interrupted() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            boolean stayed =
                    Together.run(
                                    1,
                                    thread -> {
                                        Thread.currentThread().interrupt();
                                        assertEquals(upTo(10), positions(readAll(opened.store())));
                                        assertEquals(10, opened.store().head());
                                        return Thread.interrupted();
                                    })
                            .getFirst();
            assertTrue(stayed);
        }
    }

    @Test
    default void a_read_left_open_does_not_hinder_appends() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            Events open = opened.store().read(ReadRequest.all());
            assertEquals(1, open.next().position());
            for (int n = 10; n < 40; n++) {
                opened.store().append(ACCOUNT, ExpectedVersion.any(), event());
            }
            assertEquals(between(2, 10), positions(open.toList()));
        }
    }

    @Test
    default void a_category_is_read_across_its_streams() {
        try (TckStore opened = openStore()) {
            givenTen(opened.store());
            opened.store().append(new StreamName("orderly-1"), ExpectedVersion.any(), events(1));
            opened.store().append(new StreamName("order"), ExpectedVersion.any(), events(1));
            opened.store().append(new StreamName("order-9-x"), ExpectedVersion.any(), events(1));
            assertEquals(
                    List.of(1L, 3L, 5L, 7L, 9L, 12L, 13L),
                    positions(opened.store(), ReadRequest.of(Query.category("order"))));
        }
    }

    /** Odd positions are versions 1 to 5 of an order, even positions those of an account. */
    private static void givenTen(EventStore store) {
        for (int n = 0; n < 5; n++) {
            store.append(ORDER, ExpectedVersion.any(), event("Odd"));
            store.append(ACCOUNT, ExpectedVersion.any(), event("Even"));
        }
    }
}
