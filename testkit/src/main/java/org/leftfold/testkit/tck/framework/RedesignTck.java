package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.Provenance;
import org.leftfold.framework.transform.Redesigned;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.StreamSealedException;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.testkit.random.Seeds;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.Move;
import org.leftfold.testkit.tck.framework.MemberDecider.Rename;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;

/** Streams are split and merged; the old ones are sealed, and name those that go on (R79). */
public interface RedesignTck extends TckFixture {
    /** Who splits and merges, and why. */
    AdminAct ACT = new AdminAct("anna", "the address has a life of its own");

    /** How many random splits and merges are made; a slow store may do with fewer. */
    default int randomRedesigns() {
        return 20;
    }

    /** Makes one stream of the addresses of a member, and another one of the rest. */
    private static Transformation addressesApart(String name, String address) {
        return stored ->
                List.of(
                        Draft.of(stored)
                                .into(
                                        Members.stream(
                                                stored.type().value().equals("moved")
                                                        ? address
                                                        : name)));
    }

    @Test
    default void a_stream_is_split_in_two_and_the_states_are_those_of_its_events() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.define(store).cache(10).build();
            members.handle("anna", new Rename("Anna"));
            members.handle("anna", new Move("Elm Street"));
            members.handle("anna", new Visit());
            members.handle("anna", new Move("Oak Street"));
            var redesign = new StreamRedesign(store, ACT);
            StreamName old = Members.stream("anna");
            List<RecordedEvent> before = Members.stored(store, "anna");

            Redesigned result = redesign.split(old, addressesApart("who", "where"));

            List<StreamName> successors = List.of(Members.stream("who"), Members.stream("where"));
            assertEquals(new Redesigned(List.of(old), successors, 4, false), result);
            assertEquals(new Member("Anna", "", 1), members.load("who").state());
            assertEquals(new Member("", "Oak Street", 0), members.load("where").state());
            assertEquals(new Member("Anna", "Oak Street", 1), members.load("anna").state());
            assertEquals(before, Members.stored(store, "anna").subList(0, 4), "the old stays");
            assertEquals(
                    List.of(2L, 4L),
                    Members.stored(store, "where").stream()
                            .map(event -> Provenance.of(event).orElseThrow().version())
                            .toList());
            var sealed =
                    assertThrows(
                            StreamSealedException.class, () -> members.handle("anna", new Visit()));
            assertEquals(successors, sealed.successors());
            assertEquals(2, members.handle("who", new Visit()).state().visits());
            assertEquals(
                    new Redesigned(List.of(old), successors, 0, true),
                    redesign.split(old, addressesApart("who", "where")));
            assertEquals(5, store.version(old));
        }
    }

    @Test
    default void streams_are_merged_in_the_order_of_their_positions() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            members.handle("b", new Rename("Anna"));
            members.handle("a", new Rename("Anne"));
            members.handle("b", new Move("Elm Street"));
            members.handle("a", new Visit());
            members.handle("b", new Rename("Anna B."));
            List<StreamName> old = List.of(Members.stream("b"), Members.stream("a"));
            Redesigned result = new StreamRedesign(store, ACT).merge(old, Members.stream("c"));

            assertEquals(5, result.events());
            assertEquals(new Member("Anna B.", "Elm Street", 1), members.load("c").state());
            List<Long> positions =
                    Members.stored(store, "c").stream()
                            .map(event -> Provenance.of(event).orElseThrow().position())
                            .toList();
            assertEquals(positions.stream().sorted().toList(), positions);
            for (String id : List.of("a", "b")) {
                assertThrows(
                        StreamSealedException.class, () -> members.handle(id, new Visit()), id);
            }
        }
    }

    @Test
    default void what_others_append_meanwhile_goes_on_too() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            InterposedStore store = new InterposedStore(inner);
            var members = Members.repository(inner);
            for (int portion : List.of(1, 100)) {
                String id = "m" + portion;
                members.handle(id, new Rename("Anna"));
                members.handle(id, new Visit());
                int copies = portion == 1 ? 2 : 0; // the mark and the events come first
                for (int i = 0; i < copies; i++) {
                    store.next(EventStore::append);
                }
                store.nextIsOvertaken(() -> members.handle(id, new Visit()));
                StreamName into = Members.stream("into" + portion);
                new StreamRedesign(store, ACT)
                        .inPortionsAbove(portion)
                        .merge(List.of(Members.stream(id)), into);
                assertTrue(store.isThrough());
                assertEquals(new Member("Anna", "", 2), members.load("into" + portion).state());
                assertThrows(StreamSealedException.class, () -> members.handle(id, new Visit()));
            }
        }
    }

    @Test
    default void of_two_runs_at_once_both_end_and_it_is_done_once() {
        try (TckStore opened = openStore()) {
            EventStore inner = opened.store();
            var members = Members.repository(inner);
            for (int appends = 0; appends < 6; appends++) {
                String id = "m" + appends;
                for (int i = 0; i < 8; i++) {
                    members.handle(id, new Visit());
                }
                List<StreamName> from = List.of(Members.stream(id));
                StreamName into = Members.stream("into" + appends);
                InterposedStore store = new InterposedStore(inner);
                for (int i = 0; i < appends; i++) {
                    store.next(EventStore::append);
                }
                store.nextIsOvertaken(() -> new StreamRedesign(inner, ACT).merge(from, into));

                new StreamRedesign(store, ACT).inPortionsAbove(1).merge(from, into);

                assertEquals(new Member("", "", 8), members.load(into.id()).state());
                assertEquals(
                        8,
                        Members.stored(inner, into.id()).stream()
                                .filter(event -> Provenance.of(event).isPresent())
                                .count());
                assertThrows(StreamSealedException.class, () -> members.handle(id, new Visit()));
                assertEquals(9, members.handle(into.id(), new Visit()).state().visits());
            }
        }
    }

    @Test
    default void a_redesign_that_cannot_be_made_leaves_the_streams_as_they_are() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            StreamName anna = Members.stream("anna");
            StreamName ben = Members.stream("ben");
            members.handle("anna", new Rename("Anna"));
            members.handle("ben", new Rename("Ben"));
            var redesign = new StreamRedesign(store, ACT);
            assertRefused(() -> redesign.merge(List.of(anna), ben), "has events of its own");
            assertRefused(() -> redesign.merge(List.of(anna), anna), "would stay there");
            assertRefused(() -> redesign.merge(List.of(anna, anna), ben), "stands twice");
            assertRefused(() -> redesign.split(anna, stored -> List.of()), "none of their events");
            StreamName nobody = Members.stream("nobody");
            assertRefused(() -> redesign.merge(List.of(nobody), anna), "has no event");
            assertRefused(() -> redesign.merge(List.of(), anna), "they are 0");
            assertEquals(1, store.version(anna));
            assertEquals("Anna!", members.handle("anna", new Rename("Anna!")).state().name());

            redesign.merge(List.of(anna), nobody);
            assertRefused(
                    () -> redesign.merge(List.of(anna, ben), Members.stream("x")),
                    "was sealed when [member-anna] became [member-nobody]");
            assertEquals("Ben!", members.handle("ben", new Rename("Ben!")).state().name());
        }
    }

    private static void assertRefused(Runnable redesign, String text) {
        var refused = assertThrows(InvalidRequestException.class, redesign::run);
        assertEquals("LF-1233", refused.code());
        assertTrue(String.valueOf(refused.getMessage()).contains(text), refused.getMessage());
    }

    @Test
    default void views_are_the_same_behind_a_split_and_a_merge_followed_or_rebuilt()
            throws InterruptedException {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.repository(store);
            try (MemberViews live = new MemberViews(store)) {
                for (int i = 0; i < 12; i++) {
                    String id = "m" + i % 3;
                    members.handle(id, i % 4 == 0 ? new Move("Elm Street " + i) : new Visit());
                }
                Map<String, MemberViews.Tally> club = live.ofTheClub();
                Map<String, MemberViews.Tally> streams = live.ofStreams();

                var redesign = new StreamRedesign(store, ACT).inPortionsAbove(2);
                redesign.split(Members.stream("m0"), addressesApart("who", "where"));
                redesign.merge(
                        List.of(Members.stream("m1"), Members.stream("m2"), Members.stream("who")),
                        Members.stream("all"));

                assertEquals(club, live.ofTheClub(), "each fact counts once");
                Map<String, MemberViews.Tally> more = live.ofStreams();
                assertEquals(11, MemberViews.events(more, "member-all"), "a row for each stream");
                assertEquals(streams.get("member-m0"), more.get("member-m0"));
                assertEquals(List.of(club, more), MemberViews.rebuilt(store));
                assertEquals(List.of(club, more), MemberViews.folded(store));

                members.handle("all", new Visit());
                assertEquals(
                        MemberViews.events(club, "all") + 1,
                        MemberViews.events(live.ofTheClub(), "all"),
                        "new events count");
                assertEquals(
                        List.of(live.ofTheClub(), live.ofStreams()), MemberViews.rebuilt(store));
            }
        }
    }

    @Test
    default void random_redesigns_are_what_a_plain_list_says_wherever_they_were_killed() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            var members = Members.define(store).cache(3).build();
            int refused = 0;
            for (long seed : Seeds.range(1, randomRedesigns())) {
                RedesignScript script = new RedesignScript(seed, store, members);
                script.run();
                refused += script.refusedWhileFilling();
            }
            assertFalse(
                    refused == 0 && randomRedesigns() >= 20,
                    "some were killed in the middle of it");
        }
    }
}
