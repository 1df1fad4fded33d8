package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.framework.repository.CommandOptions.none;
import static org.leftfold.framework.repository.CommandOptions.trigger;
import static org.leftfold.testkit.tck.framework.Members.assertContiguous;
import static org.leftfold.testkit.tck.framework.Members.stored;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.repository.Outcome;
import org.leftfold.framework.repository.RetryPolicy;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.Together;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.Move;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.RenameAndMove;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;
import org.leftfold.testkit.tck.framework.MemberDecider.Visited;
import org.leftfold.testkit.tck.framework.SeatDecider.Buy;

/** A message is handled once, however often it comes (R70, R71, R54). */
public interface MessageTck extends TckFixture {
    @Test
    default void the_same_message_twice_gives_one_set_of_events() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            var options = trigger("letters", "m1");
            var first = members.handle("anna", new RenameAndMove("Anna", "Elm Street"), options);
            var again = members.handle("anna", new RenameAndMove("Anna", "Elm Street"), options);
            var other = members.handle("anna", new Visit(), options);
            assertEquals(Outcome.STORED, first.outcome());
            assertEquals(Outcome.DUPLICATE, again.outcome());
            assertEquals(Outcome.DUPLICATE, other.outcome(), "whatever command it brings");
            assertEquals(List.of(), again.events());
            assertEquals(2, again.version());
            assertContiguous(store, "anna", 2);
            assertEquals(
                    Outcome.STORED,
                    members.handle("anna", new Visit(), trigger("mails", "m1")).outcome(),
                    "another handler handles it too");
        }
    }

    @Test
    default void a_message_is_known_when_a_snapshot_stands_behind_its_events() { // R54
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Members.Counts counts = new Members.Counts();
            InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
            var members =
                    Members.define(store)
                            .snapshots(Members.snapshotsEvery(1, snapshots))
                            .listener(counts)
                            .build();
            members.handle("anna", new Visit(), trigger("door", "m1"));
            members.handle("anna", new Visit(), trigger("door", "m2"));
            members.handle("anna", new Visit());
            assertEquals(3, counts.snapshots.sum(), "snapshots");
            for (String message : List.of("m1", "m2")) {
                var again = members.handle("anna", new Visit(), trigger("door", message));
                assertEquals(Outcome.DUPLICATE, again.outcome(), message);
                assertEquals(new Member("", "", 3), again.state());
            }
            assertContiguous(store, "anna", 3);
        }
    }

    @Test
    default void a_message_is_known_after_the_store_was_opened_again() {
        try (TckStore opened = openStore()) {
            Members.repository(opened.store()).handle("anna", new Visit(), trigger("door", "m1"));
            EventStore store = opened.reopen();
            var again =
                    Members.repository(store).handle("anna", new Visit(), trigger("door", "m1"));
            assertEquals(Outcome.DUPLICATE, again.outcome());
            assertContiguous(store, "anna", 1);
        }
    }

    @Test
    default void a_message_that_somebody_handles_meanwhile_is_not_handled_again() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var others = Members.repository(inner);
            var members = Members.repository(store);
            for (String message : List.of("m1", "m2")) {
                var options = trigger("door", message);
                store.nextIsOvertaken(() -> others.handle("ben", new Visit(), options));
                var late = members.handle("anna", new Visit(), options);
                assertEquals(Outcome.DUPLICATE, late.outcome(), message);
                assertEquals("ben", late.id(), "where its events are");
            }
            store.nextIsOvertaken(
                    () -> others.handle("ben", new Rename("Ben"), trigger("door", "m3")));
            var nothing = members.handle("anna", new Move(""), trigger("door", "m3"));
            assertEquals(Outcome.DUPLICATE, nothing.outcome(), "of a command without events");
            assertContiguous(store, "anna", 0);
            assertContiguous(store, "ben", 3);
        }
    }

    /** Whoever decides on what somebody else has just made of the message must not refuse it. */
    @Test
    default void a_message_that_somebody_handles_during_the_load_is_known_and_not_refused() {
        for (int reads = 1; reads <= 4; reads++) {
            try (TckStore opened = openStore()) {
                EventStore inner = opened.store();
                Rename rename = new Rename("Anna");
                InterposedStore store = new InterposedStore(inner);
                store.readIsOvertaken(
                        reads,
                        () -> Members.repository(inner).save("anna", rename, trigger("a", "m1")));
                var late = Members.repository(store).save("anna", rename, trigger("a", "m1"));
                assertContiguous(inner, "anna", 1);
                assertEquals(new Member("Anna", "", 0), late.state(), "before read " + reads);

                Buy buy = new Buy("hamlet", 1, "anna");
                InterposedStore other = new InterposedStore(inner);
                other.readIsOvertaken(
                        reads,
                        () -> SeatDecider.define(inner).build().handle(buy, trigger("b", "m1")));
                var sold = SeatDecider.define(other).build().handle(buy, trigger("b", "m1"));
                assertEquals(1, sold.state(), "seats sold, before read " + reads);
                assertEquals(2, inner.head(), "events in the store");
            }
        }
    }

    @Test
    default void a_message_that_was_handled_is_no_conflict_for_who_has_one_attempt() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var options = trigger("door", "m1");
            store.nextIsOvertaken(
                    () -> Members.repository(inner).handle("anna", new Visit(), options));
            var members = Members.define(store).retry(RetryPolicy.NONE).build();
            var late = members.handle("anna", new Visit(), options);
            assertEquals(Outcome.DUPLICATE, late.outcome());
            assertEquals(new Member("", "", 1), late.state());

            Buy buy = new Buy("hamlet", 2, "anna");
            store.nextIsOvertaken(
                    () -> SeatDecider.define(inner).build().handle(buy, trigger("sales", "m1")));
            var boxOffice = SeatDecider.define(store).retry(RetryPolicy.NONE).build();
            var sold = boxOffice.handle(buy, trigger("sales", "m1"));
            assertEquals(Outcome.DUPLICATE, sold.outcome());
            assertEquals(1, sold.state(), "seats sold");
        }
    }

    @Test
    default void a_message_that_comes_to_sixteen_threads_is_handled_by_one() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.define(store).cache(10).build();
            for (int round = 1; round <= 5; round++) {
                var options = trigger("door", "m" + round);
                List<Outcome> outcomes =
                        Together.run(
                                16,
                                thread -> members.handle("anna", new Visit(), options).outcome());
                assertEquals(1, Collections.frequency(outcomes, Outcome.STORED), "stored");
                assertEquals(15, Collections.frequency(outcomes, Outcome.DUPLICATE), "duplicates");
                assertContiguous(store, "anna", round);
                assertEquals(round, members.load("anna").state().visits());
            }
        }
    }

    @Test
    default void a_message_that_comes_to_several_aggregates_is_handled_by_one() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            var options = trigger("door", "m1");
            List<Outcome> outcomes =
                    Together.run(
                            16,
                            thread -> members.handle("m" + thread, new Visit(), options).outcome());
            assertEquals(1, Collections.frequency(outcomes, Outcome.STORED), "stored");
            assertEquals(15, Collections.frequency(outcomes, Outcome.DUPLICATE), "duplicates");
            assertEquals(1, store.head(), "events in the store");
        }
    }

    @Test
    default void a_message_without_events_leaves_a_pseudo_event() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            members.handle("anna", new Rename("Anna"));
            var nothing = members.handle("anna", new Rename("Anna"), trigger("letters", "m1"));
            assertEquals(Outcome.NOTHING, nothing.outcome());
            assertEquals(2, nothing.version());
            assertEquals(List.of(), nothing.events());
            assertTrue(EventCodec.isPseudo(stored(store, "anna").getLast()));
            assertEquals(List.of(), members.codec().decode(stored(store, "anna").getLast()));
            assertEquals(new Member("Anna", "", 0), members.load("anna").state());
            assertEquals(2, members.load("anna").version());
            assertEquals(1, members.history("anna").toList().size(), "entries of the history");

            var again = members.handle("anna", new Rename("Anne"), trigger("letters", "m1"));
            assertEquals(Outcome.DUPLICATE, again.outcome());
            assertEquals(List.of(new Visited(1)), members.handle("anna", new Visit()).events());
            assertContiguous(store, "anna", 3);
        }
    }

    @Test
    default void a_message_without_events_begins_nothing() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            var options = trigger("letters", "m1");
            var nothing = members.handle("anna", new Move(""), options);
            assertEquals(Outcome.NOTHING, nothing.outcome());
            assertEquals(0, nothing.version());
            assertEquals(1, nothing.position());
            assertEquals(members.stream("anna"), nothing.stream());
            assertEquals(Optional.empty(), members.find("anna"));
            assertContiguous(store, "anna", 0);

            var again = members.handle("anna", new Rename("Anna"), options);
            assertEquals(Outcome.DUPLICATE, again.outcome());
            assertEquals(members.stream("anna"), again.stream());
            assertEquals(0, again.version());
            assertEquals(1, store.head(), "one pseudo event");
            assertEquals(1, members.save("anna", new Rename("Anna"), none()).version());
        }
    }

    @Test
    default void a_message_without_events_is_decided_again_if_others_begin_the_thing_meanwhile() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var others = Members.repository(inner);
            var members = Members.repository(store);
            store.nextIsOvertaken(() -> others.handle("anna", new Move("Elm Street")));
            var handled = members.handle("anna", new Move(""), trigger("letters", "m1"));
            assertEquals(Outcome.STORED, handled.outcome());
            assertEquals(2, handled.version());
            assertEquals("", members.load("anna").state().address());
            assertContiguous(store, "anna", 2);
            assertEquals(2, store.head(), "nothing is left of the first attempt");
        }
    }

    @Test
    default void a_message_without_events_that_comes_to_sixteen_threads_leaves_one_pseudo_event() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            members.handle("anna", new Rename("Anna"));
            var options = trigger("letters", "m1");
            List<Outcome> outcomes =
                    Together.run(
                            16,
                            thread ->
                                    members.handle("anna", new Rename("Anna"), options).outcome());
            assertEquals(1, Collections.frequency(outcomes, Outcome.NOTHING), "handled");
            assertEquals(15, Collections.frequency(outcomes, Outcome.DUPLICATE), "duplicates");
            assertContiguous(store, "anna", 2);
        }
    }

    @Test
    default void a_message_that_leads_to_a_decision_over_streams_is_handled_once() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var boxOffice = SeatDecider.define(store).build();
            Buy buy = new Buy("hamlet", 10, "anna");
            List<Outcome> outcomes =
                    Together.run(
                            16, thread -> boxOffice.handle(buy, trigger("orders", "m1")).outcome());
            assertEquals(1, Collections.frequency(outcomes, Outcome.STORED), "stored");
            assertEquals(15, Collections.frequency(outcomes, Outcome.DUPLICATE), "duplicates");
            assertEquals(1, boxOffice.load(buy), "seats sold");
        }
    }
}
