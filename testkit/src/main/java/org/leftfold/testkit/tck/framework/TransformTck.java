package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.transform.CopyReport;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.Provenance;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.framework.transform.TransformedCopy;
import org.leftfold.framework.transform.Verification;
import org.leftfold.testkit.random.Seeds;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.MemberDecider.Move;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;

/** A store is copied into another one, and each event becomes what it is to become (R75). */
public interface TransformTck extends TckFixture {
    /** Who copies, and why. */
    AdminAct ACT = new AdminAct("anna", "accounts have streams of their own");

    /** How many random copies are made; a slow store may do with fewer. */
    default int randomCopies() {
        return 8;
    }

    @Test
    default void a_copy_into_it_is_what_a_plain_list_says_wherever_runs_were_killed() {
        try (TckStore opened = openStore()) {
            EventStore target = opened.store();
            for (long seed : Seeds.range(1, randomCopies())) {
                CopyScript script = new CopyScript(seed);
                SplittableRandom random = new SplittableRandom(-seed);
                try (EventStore source = InMemoryEventStore.open()) {
                    for (int round = 0; round < 3; round++) {
                        script.fill(source, 15);
                        copyKilled(seed, script, source, target, random);
                        requireEqual(seed, script, source, target);
                    }
                }
            }
        }
    }

    /** Runs, each killed somewhere, until one comes through. */
    private static void copyKilled(
            long seed,
            CopyScript script,
            EventStore source,
            EventStore target,
            SplittableRandom random) {
        int most = 2;
        while (true) {
            EventStore killed = new CutStore(target, random, most++);
            var copy = new TransformedCopy(source, killed, "random", script, ACT).notingEvery(7);
            try {
                CopyReport report = copy.run(position -> {});
                assertEquals(List.of(), report.verification().differences(), "seed " + seed);
                return;
            } catch (OutcomeUnknownException e) {
                assertTrue(most < 10_000, "seed " + seed + ": runs come further and further");
            }
        }
    }

    private static void requireEqual(
            long seed, CopyScript script, EventStore source, EventStore target) {
        var copy = new TransformedCopy(source, target, "random", script, ACT);
        List<String> expected = script.expected(source, copy.sourceIdentity());
        List<String> copied = CopyScript.copied(target, copy.sourceIdentity());
        boolean sharded = CopyScript.isSharded(target);
        assertEquals(
                sharded ? CopyScript.byStream(expected) : expected,
                sharded ? CopyScript.byStream(copied) : copied,
                "seed " + seed);
        long head = target.head();
        CopyReport again = copy.run(position -> {});
        assertEquals(0, again.appended(), "seed " + seed);
        assertEquals(head, target.head(), "nothing is noted twice, seed " + seed);
        assertEquals(expected.size(), again.verification().found(), "seed " + seed);
        assertEquals(expected.size(), again.verification().expected(), "seed " + seed);
    }

    @Test
    default void a_copy_of_it_is_what_a_plain_list_says_and_it_stays_as_it_was() {
        try (TckStore opened = openStore();
                EventStore target = InMemoryEventStore.open()) {
            EventStore source = opened.store();
            CopyScript script = new CopyScript(Seeds.range(77, 1).getFirst());
            script.fill(source, 40);
            List<RecordedEvent> before = source.read(ReadRequest.all()).toList();
            var copy = new TransformedCopy(source, target, "random", script, ACT);
            CopyReport report = copy.run(position -> {});
            assertEquals(List.of(), report.verification().differences());
            assertEquals(
                    script.expected(source, copy.sourceIdentity()),
                    CopyScript.copied(target, copy.sourceIdentity()));
            assertEquals(before, source.read(ReadRequest.all()).toList());
        }
    }

    @Test
    default void the_copy_says_who_made_it_when_why_and_of_what() {
        try (TckStore opened = openStore();
                EventStore source = InMemoryEventStore.open()) {
            EventStore target = opened.store();
            StreamName stream = new StreamName("x-1");
            source.append(stream, ExpectedVersion.any(), event("A"), event("B"), event("B"));
            var copy = new TransformedCopy(source, target, "same", Transformation.asItIs(), ACT);
            Verification result = copy.run(position -> {}).verification();

            StreamName notes = StreamName.of("leftfold.copies", copy.sourceIdentity().toString());
            List<RecordedEvent> all = target.read(ReadRequest.stream(notes)).toList();
            assertEquals(
                    List.of(
                            "leftfold.copy-begun",
                            "leftfold.copy-progressed",
                            "leftfold.copy-verified"),
                    all.stream().map(note -> note.type().value()).toList());
            for (RecordedEvent note : all) {
                assertEquals(ACT.actor(), note.metadata().value(Metadata.ACTOR).orElse(""));
                assertEquals(ACT.reason(), note.metadata().value(Metadata.REASON).orElse(""));
            }
            assertEquals(
                    "{\"source\":\"%s\",\"transformation\":\"same\",\"from\":1,\"position\":3,\"read\":3,\"copied\":3,\"types\":{\"A\":1,\"B\":2},\"categories\":{\"x\":3},\"sha256\":\"%s\"}"
                            .formatted(source.checkpoint(), result.digest()),
                    all.getLast().payload().asText());
            RecordedEvent second = target.read(ReadRequest.stream(stream)).toList().get(1);
            RecordedEvent original = source.read(ReadRequest.stream(stream)).toList().get(1);
            assertEquals(original.id(), second.id());
            Provenance from = Provenance.of(second).orElseThrow();
            assertEquals(original.recordedAt(), from.recordedAt());
            assertEquals(original.version(), from.version());
        }
    }

    private static NewEvent event(String type) {
        return NewEvent.ofJson(type, "{}");
    }

    @Test
    default void a_copy_that_is_not_what_it_should_be_is_noticed() {
        try (TckStore opened = openStore();
                EventStore source = InMemoryEventStore.open()) {
            EventStore target = opened.store();
            StreamName stream = new StreamName("x-1");
            for (int i = 0; i < 5; i++) {
                source.append(stream, ExpectedVersion.any(), event("E" + i));
            }
            copy(source, target, Transformation.asItIs()).run(position -> {});

            assertDiffers(source, target, other("E1", 0), "no counterpart in the source");
            assertDiffers(source, target, other("E4", 0), "no counterpart in the source");
            assertDiffers(source, target, other("E1", 2), "is missing", "an id");
            assertDiffers(source, target, other("E3", 1), "a type or schema version");
            assertTrue(
                    copy(source, target, Transformation.asItIs()).verify(position -> {}).isEqual());
        }
    }

    private static TransformedCopy copy(
            EventStore source, EventStore target, Transformation transformation) {
        return new TransformedCopy(source, target, "same", transformation, ACT);
    }

    /** What makes of one type so many events of another one. */
    private static Transformation other(String type, int count) {
        return stored ->
                stored.type().value().equals(type)
                        ? java.util.Collections.nCopies(
                                count, Draft.of(stored).with(event("Other")))
                        : List.of(Draft.of(stored));
    }

    private static void assertDiffers(
            EventStore source, EventStore target, Transformation changed, String... texts) {
        Verification result = copy(source, target, changed).verify(position -> {});
        assertFalse(result.isEqual());
        for (String text : texts) {
            assertTrue(
                    result.differences().stream().anyMatch(each -> each.contains(text)),
                    text + " in " + result.differences());
        }
    }

    @Test
    default void of_two_runs_at_once_one_ends_and_nothing_is_doubled() {
        try (TckStore opened = openStore();
                EventStore source = InMemoryEventStore.open()) {
            EventStore inner = opened.store();
            CopyScript script = new CopyScript(Seeds.range(5, 1).getFirst());
            script.fill(source, 30);
            for (int appends = 0; appends < 8; appends++) {
                InterposedStore store = new InterposedStore(inner);
                for (int i = 0; i < appends; i++) {
                    store.next(EventStore::append);
                }
                store.nextIsOvertaken(() -> overtake(source, inner, script));
                script.fill(source, 10);
                try {
                    new TransformedCopy(source, store, "random", script, ACT).run(position -> {});
                    assertFalse(store.isThrough(), "it had nothing more to append");
                } catch (VersionConflictException e) {
                    assertTrue(store.isThrough(), "it was overtaken");
                }
                overtake(source, inner, script);
                requireEqual(5, script, source, inner);
            }
        }
    }

    private static void overtake(EventStore source, EventStore target, CopyScript script) {
        new TransformedCopy(source, target, "random", script, ACT).run(position -> {});
    }

    @Test
    default void streams_with_other_events_are_left_alone() {
        try (TckStore opened = openStore();
                EventStore source = InMemoryEventStore.open()) {
            EventStore target = opened.store();
            StreamName stream = new StreamName("x-1");
            source.append(stream, ExpectedVersion.any(), event("A"));
            target.append(stream, ExpectedVersion.any(), event("B"));
            var refused =
                    assertThrows(
                            InvalidRequestException.class,
                            () ->
                                    copy(source, target, Transformation.asItIs())
                                            .run(position -> {}));
            assertEquals("LF-1234", refused.code());
            assertEquals(1, target.version(stream));

            Transformation elsewhere = Transformation.into(new StreamName("y-1"));
            CopyReport report = copy(source, target, elsewhere).run(position -> {});
            assertTrue(report.verification().isEqual());
            assertEquals(1, report.verification().others());
        }
    }

    @Test
    default void views_of_a_copy_are_those_of_its_source() throws InterruptedException {
        try (TckStore opened = openStore();
                EventStore source = InMemoryEventStore.open();
                MemberViews before = new MemberViews(source);
                MemberViews after = new MemberViews(opened.store())) {
            EventStore target = opened.store();
            var members = Members.repository(source);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 12; i++) {
                    members.handle("m" + i % 5, i % 3 == 0 ? new Move("Elm " + i) : new Visit());
                }
                if (round == 1) {
                    var redesign = new StreamRedesign(source, ACT);
                    redesign.merge(
                            List.of(Members.stream("m1"), Members.stream("m2")),
                            Members.stream("merged"));
                }
                copy(source, target, Transformation.asItIs()).run(position -> {});
                assertEquals(before.ofTheClub(), after.ofTheClub(), "round " + round);
                assertEquals(before.ofStreams(), after.ofStreams(), "round " + round);
                List<Map<String, MemberViews.Tally>> rows =
                        List.of(after.ofTheClub(), after.ofStreams());
                assertEquals(rows, MemberViews.rebuilt(target), "round " + round);
                assertEquals(rows, MemberViews.folded(target), "round " + round);
            }
            try (EventStore other = InMemoryEventStore.open();
                    MemberViews without = new MemberViews(other)) {
                List<StreamName> sealed = List.of(Members.stream("m1"), Members.stream("m2"));
                Transformation rule =
                        stored ->
                                sealed.contains(stored.stream())
                                        ? List.of()
                                        : List.of(Draft.of(stored));
                copy(target, other, rule).run(position -> {});
                assertEquals(
                        before.ofTheClub(),
                        without.ofTheClub(),
                        "where the original is gone, what was copied from it counts");
                assertFalse(without.ofStreams().containsKey("member-m1"));
            }
        }
    }
}
