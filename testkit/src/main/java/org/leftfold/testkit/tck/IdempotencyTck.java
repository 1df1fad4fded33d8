package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.assertRepeated;
import static org.leftfold.testkit.tck.Samples.contents;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.tagged;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.VersionConflictException;

/** Repeating an append gives the first result, for ever, decided before anything else (G5). */
public interface IdempotencyTck extends TckFixture {
    @Test
    default void repeating_an_append_gives_its_first_result_whatever_was_expected() {
        for (ExpectedVersion expected :
                List.of(
                        ExpectedVersion.exactly(2),
                        ExpectedVersion.streamExists(),
                        ExpectedVersion.any())) {
            try (TckStore opened = openStore()) {
                given(opened.store(), ORDER, 2);
                assertRepeats(opened.store(), Append.to(ORDER, expected, events(3)));
            }
        }
    }

    @Test
    default void repeating_the_first_append_of_a_stream_gives_its_first_result() {
        for (ExpectedVersion expected :
                List.of(ExpectedVersion.noStream(), ExpectedVersion.any())) {
            try (TckStore opened = openStore()) {
                assertRepeats(opened.store(), Append.to(ORDER, expected, event()));
            }
        }
    }

    @Test
    default void repeating_an_append_to_several_streams_gives_its_first_result() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ACCOUNT, 2);
            assertRepeats(
                    opened.store(),
                    Append.to(ORDER, ExpectedVersion.noStream(), events(2))
                            .andTo(ACCOUNT, ExpectedVersion.exactly(2), events(3)));
        }
    }

    @Test
    default void repeating_an_append_with_mixed_expectations_gives_its_first_result() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ACCOUNT, 2);
            assertRepeats(
                    opened.store(),
                    Append.to(ORDER, ExpectedVersion.noStream(), events(2))
                            .andTo(ACCOUNT, ExpectedVersion.any(), events(3)));
        }
    }

    @Test
    default void repeating_without_waiting_gives_the_first_result() throws Exception {
        try (TckStore opened = openStore()) {
            Append append = Append.to(ORDER, ExpectedVersion.noStream(), events(3));
            AppendResult first = opened.store().append(append);
            AppendResult again =
                    opened.store()
                            .appendAsync(append)
                            .get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertRepeated(first, again, opened.store(), 3);
        }
    }

    @Test
    default void a_repetition_is_recognised_after_many_later_appends() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 1);
            Append append = Append.to(ORDER, ExpectedVersion.exactly(1), events(3));
            AppendResult first = store.append(append);
            for (int n = 0; n < 30; n++) {
                given(store, ORDER, 3);
                given(store, ACCOUNT, 3);
            }
            assertRepeated(first, store.append(append), store, 184);
        }
    }

    @Test
    default void a_repetition_is_recognised_before_its_conditions_are_checked() {
        try (TckStore opened = openStore()) {
            assertRepeats(
                    opened.store(),
                    Append.to(ORDER, ExpectedVersion.any(), tagged("Registered", "email:a@b.c"))
                            .onlyIf(
                                    AppendCondition.none(
                                            "email is unique", Query.tags("email:a@b.c"))));
        }
    }

    @Test
    default void a_repetition_may_state_other_conditions_and_expectations() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<NewEvent> events = events(2);
            AppendResult first = store.append(ORDER, ExpectedVersion.any(), events);
            Append again =
                    Append.to(ORDER, ExpectedVersion.exactly(17), events)
                            .onlyIf(AppendCondition.none("empty", Query.all()));
            assertRepeated(first, store.append(again), store, 2);
        }
    }

    @Test
    default void a_repetition_is_recognised_after_the_store_was_opened_again() {
        try (TckStore opened = openStore()) {
            Append exact = Append.to(ORDER, ExpectedVersion.noStream(), events(3));
            Append loose =
                    Append.to(ORDER, ExpectedVersion.any(), events(2))
                            .andTo(ACCOUNT, ExpectedVersion.any(), events(2));
            AppendResult firstExact = opened.store().append(exact);
            AppendResult firstLoose = opened.store().append(loose);
            EventStore store = opened.reopen();
            assertRepeated(firstExact, store.append(exact), store, 7);
            assertRepeated(firstLoose, store.append(loose), store, 7);
        }
    }

    @Test
    default void an_equal_event_with_another_id_is_stored_again() {
        try (TckStore opened = openStore()) {
            NewEvent event = event();
            NewEvent twin = event.withId(EventId.next());
            opened.store().append(ORDER, ExpectedVersion.any(), event);
            assertFalse(opened.store().append(ORDER, ExpectedVersion.any(), twin).repeated());
            assertEquals(List.of(event, twin), contents(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void a_known_id_with_another_payload_is_refused() {
        expectReuse(
                event(),
                original ->
                        new NewEvent(
                                original.id(),
                                original.type(),
                                original.schemaVersion(),
                                Payload.ofText("{\"other\":true}"),
                                original.metadata(),
                                original.tags()));
    }

    @Test
    default void a_known_id_with_another_type_is_refused() {
        expectReuse(event(), original -> event("Other").withId(original.id()));
    }

    @Test
    default void a_known_id_with_another_schema_version_is_refused() {
        expectReuse(event(), original -> original.withSchemaVersion(2));
    }

    @Test
    default void a_known_id_with_other_metadata_is_refused() {
        expectReuse(event(), original -> original.withMetadata("actor", "somebody"));
    }

    @Test
    default void a_known_id_with_other_tags_is_refused() {
        expectReuse(event(), original -> original.withTags("show:1"));
    }

    @Test
    default void known_and_new_ids_in_one_write_are_refused() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<NewEvent> known = given(store, ORDER, 2);
            expectReuse(
                    store,
                    Append.to(ORDER, ExpectedVersion.any(), known.get(0), known.get(1), event()));
            expectReuse(store, Append.to(ORDER, ExpectedVersion.any(), event(), known.get(0)));
            expectReuse(store, Append.to(ORDER, ExpectedVersion.exactly(9), known.get(1), event()));
            expectReuse(store, Append.to(ORDER, ExpectedVersion.noStream(), known.get(0), event()));
        }
    }

    @Test
    default void a_known_and_a_new_write_in_one_append_are_refused() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<NewEvent> known = given(store, ORDER, 2);
            expectReuse(
                    store,
                    Append.to(ORDER, ExpectedVersion.any(), known)
                            .andTo(ACCOUNT, ExpectedVersion.any(), event()));
            expectReuse(
                    store,
                    Append.to(ACCOUNT, ExpectedVersion.noStream(), event())
                            .andTo(ORDER, ExpectedVersion.noStream(), known));
        }
    }

    @Test
    default void known_ids_in_another_order_are_refused() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<NewEvent> known = given(store, ORDER, 3);
            expectReuse(store, Append.to(ORDER, ExpectedVersion.any(), known.reversed()));
            expectReuse(store, Append.to(ORDER, ExpectedVersion.noStream(), known.reversed()));
        }
    }

    @Test
    default void known_ids_that_do_not_stand_together_are_refused() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            NewEvent first = event();
            NewEvent third = event();
            store.append(ORDER, ExpectedVersion.any(), first);
            store.append(ACCOUNT, ExpectedVersion.any(), event());
            store.append(ORDER, ExpectedVersion.any(), third);
            expectReuse(store, Append.to(ORDER, ExpectedVersion.any(), first, third));
        }
    }

    @Test
    default void known_events_of_two_appends_are_no_repetition_of_one() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            NewEvent first = event();
            NewEvent second = event();
            store.append(ORDER, ExpectedVersion.any(), first);
            store.append(Samples.OTHER_ORDER, ExpectedVersion.any(), event());
            store.append(ACCOUNT, ExpectedVersion.any(), second);
            expectReuse(
                    store,
                    Append.to(ORDER, ExpectedVersion.any(), first)
                            .andTo(ACCOUNT, ExpectedVersion.any(), second));
        }
    }

    @Test
    default void streams_in_another_order_are_no_repetition() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            NewEvent first = event();
            NewEvent second = event();
            store.append(
                    Append.to(ORDER, ExpectedVersion.any(), first)
                            .andTo(ACCOUNT, ExpectedVersion.any(), second));
            expectReuse(
                    store,
                    Append.to(ACCOUNT, ExpectedVersion.any(), second)
                            .andTo(ORDER, ExpectedVersion.any(), first));
        }
    }

    /** Whoever names the right version says that the append is new; nobody looks for its ids. */
    @Test
    default void an_id_that_was_stored_twice_is_known_by_its_first_place() throws Exception {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            NewEvent event = event();
            Append any = Append.to(ORDER, ExpectedVersion.any(), event);
            AppendResult first = store.append(ORDER, ExpectedVersion.noStream(), event);
            given(store, ACCOUNT, 1);
            assertFalse(store.append(ORDER, ExpectedVersion.exactly(1), event).repeated());
            assertEquals(first.writes(), store.append(any).writes());
            var again = store.appendAsync(Append.to(ORDER, ExpectedVersion.exactly(2), event));
            var repeated = store.appendAsync(any); // perhaps in one group with the other
            assertFalse(again.get(10, TimeUnit.SECONDS).repeated());
            assertEquals(first.writes(), repeated.get(10, TimeUnit.SECONDS).writes());
        }
    }

    @Test
    default void the_same_id_in_another_stream_is_new() {
        try (TckStore opened = openStore()) {
            NewEvent event = event();
            opened.store().append(ORDER, ExpectedVersion.any(), event);
            assertFalse(opened.store().append(ACCOUNT, ExpectedVersion.any(), event).repeated());
            assertEquals(List.of(event), contents(read(opened.store(), ACCOUNT)));
        }
    }

    @Test
    default void unknown_ids_with_a_stale_version_are_a_conflict() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 3);
            Append append = Append.to(ORDER, ExpectedVersion.exactly(2), event());
            assertNothingStored(
                    store, VersionConflictException.class, "LF-2001", () -> store.append(append));
        }
    }

    @Test
    default void a_refused_append_is_stored_when_it_is_repeated_under_better_terms() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 1);
            List<NewEvent> events = events(2);
            assertNothingStored(
                    store,
                    VersionConflictException.class,
                    "LF-2001",
                    () -> store.append(ORDER, ExpectedVersion.noStream(), events));
            assertFalse(store.append(ORDER, ExpectedVersion.exactly(1), events).repeated());
            assertEquals(3, store.head());
        }
    }

    @Test
    default void sixteen_threads_that_make_one_append_store_it_once() {
        for (ExpectedVersion expected :
                List.of(ExpectedVersion.noStream(), ExpectedVersion.any())) {
            try (TckStore opened = openStore()) {
                EventStore store = opened.store();
                Append append =
                        Append.to(ORDER, expected, events(3)).andTo(ACCOUNT, expected, event());
                List<AppendResult> results = Together.run(16, thread -> store.append(append));
                assertEquals(1, results.stream().filter(one -> !one.repeated()).count());
                assertEquals(1, results.stream().map(AppendResult::writes).distinct().count());
                assertEquals(4, store.head());
            }
        }
    }

    @Test
    default void a_repetition_among_other_appends_of_the_same_moment_is_recognised() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Append append = Append.to(ORDER, ExpectedVersion.any(), events(2));
            List<Boolean> repeated =
                    Together.run(
                            12,
                            thread -> {
                                if (thread % 2 == 0) {
                                    return store.append(append).repeated();
                                }
                                given(store, ORDER, 1);
                                return true;
                            });
            assertEquals(1, repeated.stream().filter(one -> !one).count());
            assertEquals(8, store.head());
        }
    }

    private void expectReuse(NewEvent original, UnaryOperator<NewEvent> change) {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            store.append(ORDER, ExpectedVersion.any(), original);
            NewEvent changed = change.apply(original);
            expectReuse(store, Append.to(ORDER, ExpectedVersion.any(), changed));
            expectReuse(store, Append.to(ORDER, ExpectedVersion.streamExists(), changed));
            expectReuse(store, Append.to(ORDER, ExpectedVersion.noStream(), changed));
            assertEquals(List.of(original), contents(read(store, ORDER)));
        }
    }

    private static void expectReuse(EventStore store, Append append) {
        assertNothingStored(
                store, InvalidRequestException.class, "LF-1005", () -> store.append(append));
    }

    private static void assertRepeats(EventStore store, Append append) {
        AppendResult first = store.append(append);
        assertFalse(first.repeated());
        long head = store.head();
        assertRepeated(first, store.append(append), store, head);
        given(store, ORDER, 2);
        assertRepeated(first, store.append(append), store, head + 2);
        assertTrue(store.append(append).repeated());
    }
}
