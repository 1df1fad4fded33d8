package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.framework.repository.CommandOptions.trigger;
import static org.leftfold.testkit.tck.framework.Members.assertContiguous;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.framework.repository.Outcome;
import org.leftfold.framework.repository.RetryPolicy;
import org.leftfold.testkit.scenario.RecordedWaiting;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;
import org.leftfold.testkit.tck.framework.MemberDecider.Visited;
import org.leftfold.testkit.tck.framework.SeatDecider.Buy;

/** An append whose outcome is unknown is settled: its events are there once (G5). */
public interface UnknownOutcomeTck extends TckFixture {
    @Test
    default void events_that_were_stored_without_a_word_are_there_once() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            RecordedWaiting waiting = new RecordedWaiting();
            var members = Members.define(store).waiting(waiting).build();
            store.nextIsDoneInDoubt();
            assertEquals(1, members.save("anna", new Visit()).version());
            store.nextIsDoneInDoubt().nextIsDoneInDoubt();
            var second = members.update("anna", new Visit());
            assertEquals(Outcome.STORED, second.outcome());
            assertEquals(List.of(new Visited(2)), second.events());
            assertEquals(2, second.version());
            assertEquals(2, second.position());
            assertEquals(3, waiting.pauses().size(), "repetitions");
            assertTrue(store.isThrough());
            assertContiguous(store, "anna", 2);
            assertEquals(new Member("", "", 2), members.load("anna").state());
        }
    }

    @Test
    default void events_that_were_lost_without_a_word_are_there_once() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var members = Members.define(store).waiting(new RecordedWaiting()).build();
            store.nextIsLostInDoubt().nextIsLostInDoubt();
            assertEquals(1, members.save("anna", new Visit()).version());
            store.nextIsLostInDoubt().nextIsDoneInDoubt();
            assertEquals(2, members.update("anna", new Visit()).version());
            assertTrue(store.isThrough());
            assertContiguous(store, "anna", 2);
        }
    }

    @Test
    default void events_that_were_stored_without_a_word_are_found_below_later_ones() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var others = Members.repository(inner);
            var members = Members.define(store).waiting(new RecordedWaiting()).build();
            store.nextIsDoneInDoubt().nextIsOvertaken(() -> others.handle("anna", new Visit()));
            var handled = members.handle("anna", new Visit());
            assertEquals(List.of(new Visited(1)), handled.events());
            assertEquals(1, handled.version());
            assertContiguous(store, "anna", 2);
            assertEquals(2, members.load("anna").state().visits());
        }
    }

    @Test
    default void events_that_were_lost_without_a_word_are_decided_again_when_others_were_faster() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var others = Members.repository(inner);
            var members = Members.define(store).waiting(new RecordedWaiting()).build();
            store.nextIsLostInDoubt().nextIsOvertaken(() -> others.handle("anna", new Visit()));
            assertEquals(List.of(new Visited(2)), members.handle("anna", new Visit()).events());
            assertContiguous(store, "anna", 2);
        }
    }

    @Test
    default void a_message_in_doubt_is_handled_once() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var members = Members.define(store).waiting(new RecordedWaiting()).build();
            store.nextIsDoneInDoubt();
            var first = members.handle("anna", new Visit(), trigger("door", "m1"));
            assertEquals(Outcome.STORED, first.outcome());
            assertEquals(
                    Outcome.DUPLICATE,
                    members.handle("anna", new Visit(), trigger("door", "m1")).outcome());
            members.handle("anna", new Rename("Anna"));
            store.nextIsDoneInDoubt();
            var nothing = members.handle("anna", new Rename("Anna"), trigger("door", "m2"));
            assertEquals(Outcome.NOTHING, nothing.outcome());
            assertEquals(3, nothing.version());
            assertContiguous(store, "anna", 3);
        }
    }

    @Test
    default void a_doubt_that_does_not_end_goes_to_the_caller_who_may_repeat_the_message() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            RecordedWaiting waiting = new RecordedWaiting();
            var members =
                    Members.define(store)
                            .retry(new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4)))
                            .waiting(waiting)
                            .build();
            store.nextIsDoneInDoubt().nextIsDoneInDoubt().nextIsDoneInDoubt();
            var options = trigger("door", "m1");
            assertThrows(
                    OutcomeUnknownException.class,
                    () -> members.handle("anna", new Visit(), options));
            assertEquals(List.of(Duration.ofMillis(1), Duration.ofMillis(2)), waiting.pauses());
            assertEquals(Outcome.DUPLICATE, members.handle("anna", new Visit(), options).outcome());
            assertContiguous(store, "anna", 1);
        }
    }

    @Test
    default void a_decision_over_streams_in_doubt_is_taken_once() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var boxOffice = SeatDecider.define(store).waiting(new RecordedWaiting()).build();
            store.nextIsDoneInDoubt().nextIsLostInDoubt();
            assertEquals(1, boxOffice.handle(new Buy("hamlet", 2, "anna")).state());
            assertEquals(2, boxOffice.handle(new Buy("hamlet", 2, "ben")).state());
            assertTrue(store.isThrough());
            assertEquals(2, store.head());
        }
    }
}
