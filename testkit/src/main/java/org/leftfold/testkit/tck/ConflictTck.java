package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.OTHER_ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.assertSays;
import static org.leftfold.testkit.tck.Samples.contents;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.tagged;
import static org.leftfold.testkit.tck.Samples.versions;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VersionConflictException;

/** What a refusal tells the writer, and how the writer goes on (G4). */
public interface ConflictTck extends TckFixture {
    @Test
    default void a_version_conflict_names_the_stream_what_was_expected_and_what_was_found() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            VersionConflictException conflict =
                    versionConflict(opened.store(), ExpectedVersion.exactly(1));
            assertEquals(ORDER, conflict.stream());
            assertEquals(ExpectedVersion.exactly(1), conflict.expected());
            assertEquals(3, conflict.actualVersion());
            assertSays(conflict, "LF-2001: append to stream 'order-1' refused");
        }
    }

    @Test
    default void missed_gives_exactly_the_events_above_the_expected_version_in_order() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<NewEvent> events = given(store, ORDER, 3);
            given(store, ACCOUNT, 1);
            NewEvent late = event("Late");
            store.append(ORDER, ExpectedVersion.exactly(3), late);
            List<RecordedEvent> missed =
                    missed(store, versionConflict(store, ExpectedVersion.exactly(2)));
            assertEquals(List.of(events.get(2), late), contents(missed));
            assertEquals(List.of(3L, 4L), versions(missed));
        }
    }

    @Test
    default void missed_leaves_out_what_was_appended_after_the_refusal() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 3);
            VersionConflictException conflict = versionConflict(store, ExpectedVersion.exactly(1));
            given(store, ORDER, 2);
            assertEquals(List.of(2L, 3L), versions(missed(store, conflict)));
        }
    }

    @Test
    default void missed_is_the_whole_stream_when_none_was_expected() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ACCOUNT, 1);
            given(store, ORDER, 3);
            assertEquals(
                    read(store, ORDER),
                    missed(store, versionConflict(store, ExpectedVersion.noStream())));
        }
    }

    @Test
    default void missed_is_empty_when_more_was_expected_than_there_is() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 2);
            assertEquals(
                    List.of(), missed(store, versionConflict(store, ExpectedVersion.exactly(5))));
        }
    }

    @Test
    default void missed_is_empty_when_an_existing_stream_was_expected() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ACCOUNT, 2);
            assertEquals(
                    List.of(),
                    missed(store, versionConflict(store, ExpectedVersion.streamExists())));
        }
    }

    @Test
    default void missed_is_the_same_after_the_store_was_opened_again() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            VersionConflictException conflict =
                    versionConflict(opened.store(), ExpectedVersion.exactly(1));
            List<RecordedEvent> before = missed(opened.store(), conflict);
            assertEquals(before, missed(opened.reopen(), conflict));
        }
    }

    @Test
    default void of_several_conflicting_streams_the_first_of_the_append_is_named() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 1);
            given(store, ACCOUNT, 1);
            Append append =
                    Append.to(OTHER_ORDER, ExpectedVersion.noStream(), event())
                            .andTo(ORDER, ExpectedVersion.noStream(), event())
                            .andTo(ACCOUNT, ExpectedVersion.noStream(), event());
            VersionConflictException conflict =
                    assertNothingStored(
                            store,
                            VersionConflictException.class,
                            "LF-2001",
                            () -> store.append(append));
            assertEquals(ORDER, conflict.stream());
        }
    }

    @Test
    default void a_failed_condition_is_handed_over_with_an_event_that_breaks_it() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 2);
            store.append(ACCOUNT, ExpectedVersion.any(), tagged("Registered", "email:a@b.c"));
            AppendCondition condition =
                    AppendCondition.none("email is unique", Query.tags("email:a@b.c"));
            ConditionFailedException conflict = conditionFailed(store, condition);
            assertEquals(condition, conflict.condition());
            assertEquals(3, conflict.foundPosition());
            assertSays(conflict, "condition 'email is unique'");
        }
    }

    @Test
    default void missed_of_a_failed_condition_is_what_matches_above_its_position() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            for (int n = 0; n < 5; n++) {
                store.append(
                        ORDER, ExpectedVersion.any(), tagged("Sold", "show:1"), event("Other"));
            }
            ConditionFailedException conflict =
                    conditionFailed(
                            store,
                            AppendCondition.noneAfter("show unchanged", Query.tags("show:1"), 3));
            store.append(ACCOUNT, ExpectedVersion.any(), tagged("Sold", "show:1"));
            assertEquals(List.of(5L, 7L, 9L), positions(missed(store, conflict)));
            assertTrue(List.of(5L, 7L, 9L).contains(conflict.foundPosition()));
        }
    }

    @Test
    default void versions_are_checked_before_conditions() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 1);
            Append append =
                    Append.to(ORDER, ExpectedVersion.noStream(), event())
                            .onlyIf(AppendCondition.none("nothing at all", Query.all()));
            assertNothingStored(
                    store, VersionConflictException.class, "LF-2001", () -> store.append(append));
        }
    }

    @Test
    default void a_writer_that_takes_in_what_it_missed_can_append() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            store.append(ORDER, ExpectedVersion.noStream(), event("Created"));
            store.append(ORDER, ExpectedVersion.exactly(1), event("AddressChanged"));
            VersionConflictException conflict = versionConflict(store, ExpectedVersion.exactly(1));
            List<RecordedEvent> missed = missed(store, conflict);
            assertEquals("AddressChanged", missed.getFirst().type().value());
            store.append(
                    ORDER, ExpectedVersion.exactly(missed.getLast().version()), event("Renamed"));
            assertEquals(
                    List.of("Created", "AddressChanged", "Renamed"),
                    read(store, ORDER).stream().map(event -> event.type().value()).toList());
        }
    }

    private static VersionConflictException versionConflict(
            EventStore store, ExpectedVersion expected) {
        return assertNothingStored(
                store,
                VersionConflictException.class,
                "LF-2001",
                () -> store.append(ORDER, expected, event()));
    }

    private static ConditionFailedException conditionFailed(
            EventStore store, AppendCondition condition) {
        Append append = Append.to(ORDER, ExpectedVersion.any(), event()).onlyIf(condition);
        return assertNothingStored(
                store, ConditionFailedException.class, "LF-2002", () -> store.append(append));
    }

    private static List<RecordedEvent> missed(EventStore store, VersionConflictException conflict) {
        return store.read(conflict.missed()).toList();
    }

    private static List<RecordedEvent> missed(EventStore store, ConditionFailedException conflict) {
        return store.read(conflict.missed()).toList();
    }
}
