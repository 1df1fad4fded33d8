package org.leftfold.testkit.tck.framework;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.framework.Members.snapshotsEvery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.testkit.random.Seeds;
import org.leftfold.testkit.tck.TckFixture;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.MemberDecider.Member;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberCommand;
import org.leftfold.testkit.tck.framework.MemberDecider.MemberEvent;
import org.leftfold.testkit.tck.framework.MemberDecider.Visit;
import org.leftfold.testkit.tck.framework.MemberModel.Step;

/** The state is what the events make, whatever a load begins with (R1, R45, R53, R85). */
public interface StateTck extends TckFixture {
    @Test
    default void the_state_at_every_version_of_random_streams_is_what_a_plain_model_says() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            AtomicInteger runs = new AtomicInteger();
            AtomicReference<String> difference = new AtomicReference<>("");
            String failure =
                    Seeds.smallestFailure(
                            Seeds.range(1, 12),
                            StateTck::script,
                            steps -> fails(store, runs.incrementAndGet(), steps, difference));
            assertEquals("", failure, difference::get);
        }
    }

    private static List<Step> script(SplittableRandom random) {
        List<Step> steps = new ArrayList<>();
        for (int n = 10 + random.nextInt(30); n > 0; n--) {
            steps.add(Step.random(random));
        }
        return steps;
    }

    /**
     * Runs a script on streams of its own, in every way to load.
     *
     * @param difference gets the first one, if there is one
     */
    private static boolean fails(
            EventStore store, int run, List<Step> steps, AtomicReference<String> difference) {
        for (Map.Entry<String, RepositoryBuilder<MemberCommand, Member, MemberEvent>> way :
                waysToLoad(store).entrySet()) {
            MemberModel model = new MemberModel(way.getValue().build(), way.getKey() + run + "-");
            String first = model.run(steps);
            if (!first.isEmpty()) {
                difference.set(first);
                return true;
            }
        }
        return false;
    }

    private static Map<String, RepositoryBuilder<MemberCommand, Member, MemberEvent>> waysToLoad(
            EventStore store) {
        Map<String, RepositoryBuilder<MemberCommand, Member, MemberEvent>> ways =
                new LinkedHashMap<>();
        ways.put("plain", Members.define(store));
        ways.put(
                "snapshots",
                Members.define(store).snapshots(snapshotsEvery(3, new InMemorySnapshotStore())));
        ways.put("cache", Members.define(store).cache(2)); // for three members
        ways.put(
                "both",
                Members.define(store)
                        .snapshots(snapshotsEvery(2, new InMemorySnapshotStore()))
                        .cache(1));
        return ways;
    }

    @Test
    default void a_load_reads_only_what_came_behind_the_snapshot() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
            var writer = Members.define(store).snapshots(snapshotsEvery(4, snapshots)).build();
            for (int n = 0; n < 10; n++) {
                writer.handle("anna", new Visit());
            }
            assertReads(2, Members.define(store).snapshots(snapshotsEvery(4, snapshots)));
            snapshots.drop(Members.stream("anna"));
            assertReads(10, Members.define(store).snapshots(snapshotsEvery(4, snapshots)));
        }
    }

    private static void assertReads(
            long events, RepositoryBuilder<MemberCommand, Member, MemberEvent> builder) {
        Members.Counts counts = new Members.Counts();
        var members = builder.listener(counts).build();
        assertEquals(10, members.load("anna").state().visits());
        assertEquals(events, counts.eventsRead.sum(), "events read");
    }

    @Test
    default void a_cached_state_is_only_where_a_load_begins() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Members.Counts counts = new Members.Counts();
            var others = Members.repository(store);
            var members = Members.define(store).cache(1).listener(counts).build();
            members.handle("anna", new Visit());
            members.handle("anna", new Visit());
            assertEquals(0, counts.eventsRead.sum(), "events read");
            others.handle("anna", new Visit());
            others.handle("anna", new Visit());
            assertEquals(5, members.handle("anna", new Visit()).state().visits());
            assertEquals(2, counts.eventsRead.sum(), "events read");
            members.handle("ben", new Visit()); // anna's state has to go
            assertEquals(5, members.load("anna").state().visits());
            assertEquals(7, counts.eventsRead.sum(), "events read");
        }
    }

    @Test
    default void what_was_stored_is_the_same_after_the_store_was_opened_again() {
        try (TckStore opened = openStore()) {
            MemberModel model = new MemberModel(Members.repository(opened.store()), "first");
            List<Step> steps = script(new SplittableRandom(7));
            assertEquals("", model.run(steps));
            StateTree before = StateTree.of(Members.repository(opened.store()).load("first0"));
            EventStore store = opened.reopen();
            assertEquals(before, StateTree.of(Members.repository(store).load("first0")));
            assertTrue(store.head() > 0);
            assertEquals("", model.compare(Members.repository(store)));
        }
    }
}
