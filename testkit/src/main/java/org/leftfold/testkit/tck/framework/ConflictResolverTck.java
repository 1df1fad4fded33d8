package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.framework.repository.CommandOptions.none;
import static org.leftfold.framework.repository.CommandOptions.trigger;
import static org.leftfold.testkit.tck.framework.Members.assertContiguous;
import static org.leftfold.testkit.tck.framework.Members.between;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.repository.Conflict;
import org.leftfold.framework.repository.ConflictResolver.Resolution;
import org.leftfold.framework.repository.Repository;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.Together;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;
import org.leftfold.testkit.tck.framework.MemberDecider.Move;
import org.leftfold.testkit.tck.framework.MemberDecider.Moved;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.RenameAndMove;
import org.leftfold.testkit.tck.framework.MemberDecider.Renamed;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;
import org.leftfold.testkit.tck.framework.MemberDecider.Visited;

/** A resolver sees precisely the events that were missed, in order (R39). */
public interface ConflictResolverTck extends TckFixture {
    @Test
    default void a_rename_is_merged_with_a_change_of_address() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var others = Members.repository(opened.store());
            RecordingResolver resolver = new RecordingResolver();
            var members = Members.define(store).resolve(resolver).build();
            others.handle("anna", new RenameAndMove("Anna", "Elm Street"));
            store.nextIsOvertaken(() -> others.handle("anna", new Move("Oak Street")));

            var renamed = members.handle("anna", new Rename("Anna B."));

            assertEquals(4, renamed.version());
            assertEquals(new Member("Anna B.", "Oak Street", 0), renamed.state());
            assertEquals(renamed.state(), members.load("anna").state());
            assertContiguous(store, "anna", 4);
            Conflict<MemberCommand, Member, MemberEvent> conflict = resolver.only();
            assertEquals(Members.stream("anna"), conflict.stream());
            assertEquals(new Rename("Anna B."), conflict.command());
            assertEquals(List.of(new Renamed("Anna B.")), conflict.attempted());
            assertEquals(2, conflict.decidedVersion());
            assertEquals(List.of(new Moved("Oak Street")), events(conflict));
            assertEquals(List.of(3L), versions(conflict));
            assertEquals(new Member("Anna", "Oak Street", 0), conflict.state());
        }
    }

    @Test
    default void of_two_renames_the_second_is_refused_and_nothing_of_it_is_stored() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var others = Members.repository(opened.store());
            var members = Members.define(store).resolve(new RecordingResolver()).build();
            others.handle("anna", new Rename("Anna"));
            store.nextIsOvertaken(() -> others.handle("anna", new Rename("Anna B.")));

            VersionConflictException refused =
                    assertThrows(
                            VersionConflictException.class,
                            () -> members.handle("anna", new RenameAndMove("Anne", "Elm Street")));

            assertEquals(2, refused.actualVersion());
            assertEquals(
                    List.of(2L), Members.versions(store.read(refused.missed()).toList()), "missed");
            assertContiguous(store, "anna", 2);
            assertEquals("Anna B.", members.load("anna").state().name());
        }
    }

    @Test
    default void a_resolver_that_is_overtaken_again_sees_all_that_was_missed_since() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var others = Members.repository(opened.store());
            RecordingResolver resolver = new RecordingResolver();
            var members = Members.define(store).resolve(resolver).build();
            others.handle("anna", new Rename("Anna"));
            store.nextIsOvertaken(() -> others.handle("anna", new Move("Oak Street")))
                    .nextIsOvertaken(() -> {
                        others.handle("anna", new Visit());
                        others.handle("anna", new Move("Ash Street"));
                    });

            var renamed = members.handle("anna", new Rename("Anna B."));

            assertTrue(store.isThrough());
            assertEquals(5, renamed.version());
            assertEquals(new Member("Anna B.", "Ash Street", 1), members.load("anna").state());
            assertEquals(2, resolver.conflicts().size(), "questions");
            assertEquals(List.of(new Moved("Oak Street")), events(resolver.conflicts().getFirst()));
            assertEquals(
                    List.of(new Moved("Oak Street"), new Visited(1), new Moved("Ash Street")),
                    events(resolver.conflicts().getLast()));
            assertEquals(between(2, 4), versions(resolver.conflicts().getLast()));
        }
    }

    @Test
    default void a_resolver_that_is_overtaken_again_may_refuse_then() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var others = Members.repository(opened.store());
            var members = Members.define(store).resolve(new RecordingResolver()).build();
            others.handle("anna", new Rename("Anna"));
            store.nextIsOvertaken(() -> others.handle("anna", new Move("Oak Street")))
                    .nextIsOvertaken(() -> others.handle("anna", new Rename("Anne")));
            assertThrows(
                    VersionConflictException.class,
                    () -> members.handle("anna", new Rename("Anna B.")));
            assertContiguous(store, "anna", 3);
            assertEquals(new Member("Anne", "Oak Street", 0), members.load("anna").state());
        }
    }

    @Test
    default void what_a_caller_missed_is_what_came_behind_the_version_that_it_saw() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            RecordingResolver resolver = new RecordingResolver();
            var members = Members.define(store).resolve(resolver).build();
            members.handle("anna", new RenameAndMove("Anna", "Elm Street"));
            members.handle("anna", new Visit());
            members.handle("anna", new Move("Oak Street"));

            members.handle("anna", new Rename("Anna B."), none().expecting(2));

            assertEquals(List.of(new Visited(1), new Moved("Oak Street")), events(resolver.only()));
            assertEquals(List.of(new Renamed("Anna B.")), resolver.only().attempted());
            assertContiguous(store, "anna", 5);
            assertThrows(
                    VersionConflictException.class,
                    () -> members.handle("anna", new Rename("Anne"), none().expecting(4)));
            assertContiguous(store, "anna", 5);
        }
    }

    @Test
    default void pseudo_events_are_not_among_the_missed_ones() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var others = Members.repository(opened.store());
            RecordingResolver resolver = new RecordingResolver();
            var members = Members.define(store).resolve(resolver).build();
            others.handle("anna", new Rename("Anna"));
            store.nextIsOvertaken(
                    () -> others.handle("anna", new Rename("Anna"), trigger("letters", "m1")));
            assertEquals(3, members.handle("anna", new Rename("Anna B.")).version());
            assertEquals(List.of(), resolver.conflicts(), "nothing that matters was missed");

            store.nextIsOvertaken(() -> {
                others.handle("anna", new Rename("Anna B."), trigger("letters", "m2"));
                others.handle("anna", new Visit());
            });
            assertEquals(6, members.handle("anna", new Rename("Anna C.")).version());
            assertEquals(List.of(new Visited(1)), events(resolver.only()));
            assertEquals(List.of(5L), versions(resolver.only()));
            assertContiguous(store, "anna", 6);
        }
    }

    @Test
    default void a_resolver_may_replace_the_events_or_let_it_be_decided_again() {
        try (TckStore opened = openStore()) {
            InterposedStore store = new InterposedStore(opened.store());
            var others = Members.repository(opened.store());
            var replacing =
                    Members.define(store)
                            .resolve(conflict ->
                                    new Resolution.Replace<>(
                                            List.of(new Visited(conflict.state().visits() + 1))))
                            .build();
            store.nextIsOvertaken(() -> others.handle("anna", new Visit()));
            assertEquals(List.of(new Visited(2)), replacing.handle("anna", new Visit()).events());

            var again =
                    Members.define(store)
                            .resolve(conflict -> new Resolution.DecideAgain<>())
                            .build();
            store.nextIsOvertaken(() -> others.handle("anna", new Visit()));
            assertEquals(List.of(new Visited(4)), again.handle("anna", new Visit()).events());
            assertContiguous(store, "anna", 4);
        }
    }

    @Test
    default void in_a_race_every_missed_event_is_seen_in_its_place() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Members.repository(store).handle("anna", new RenameAndMove("Anna", "Elm Street"));
            List<RecordingResolver> resolvers =
                    Together.run(
                            16,
                            thread -> {
                                RecordingResolver resolver =
                                        new RecordingResolver(new Resolution.Keep<>());
                                moveOften(store, resolver, thread);
                                return resolver;
                            });
            assertContiguous(store, "anna", 2 + 16 * 10);
            List<RecordedEvent> all = Members.stored(store, "anna");
            for (RecordingResolver resolver : resolvers) {
                for (var conflict : resolver.conflicts()) {
                    long first = conflict.decidedVersion() + 1;
                    long last = conflict.missed().getLast().version();
                    assertEquals(between(first, last), versions(conflict));
                    assertEquals(
                            all.subList((int) first - 1, (int) last),
                            conflict.missed().stream().map(DomainEvent::stored).toList());
                }
            }
        }
    }

    private static void moveOften(EventStore store, RecordingResolver resolver, int thread) {
        Repository<MemberCommand, Member, MemberEvent> members =
                Members.define(store).resolve(resolver).build();
        for (int n = 0; n < 10; n++) {
            Move move = new Move("thread %d, move %d".formatted(thread, n));
            var moved = members.handle("anna", move);
            assertEquals(List.of(new Moved(move.address())), moved.events());
            assertEquals(move.address(), moved.state().address());
        }
    }

    private static List<MemberEvent> events(Conflict<MemberCommand, Member, MemberEvent> conflict) {
        return conflict.missed().stream().map(DomainEvent::event).toList();
    }

    private static List<Long> versions(Conflict<MemberCommand, Member, MemberEvent> conflict) {
        return conflict.missed().stream().map(DomainEvent::version).toList();
    }
}
