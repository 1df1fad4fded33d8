package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.AdminTck.ACT;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.OTHER_ORDER;
import static org.leftfold.testkit.tck.Samples.assertRefused;
import static org.leftfold.testkit.tck.Samples.between;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.history;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.restore;
import static org.leftfold.testkit.tck.Samples.tagged;
import static org.leftfold.testkit.tck.Samples.versions;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.VerificationReport;
import org.leftfold.testkit.random.Seeds;

/** Scavenging gives space back, and changes nothing that anybody can ask (G7). */
public interface ScavengeTck extends TckFixture {
    @Test
    default void what_is_readable_stays_as_it_was() {
        try (TckStore opened = openStore()) {
            givenRemovals(opened);
            List<List<RecordedEvent>> before = manyReads(opened.store());
            scavenge(opened);
            for (int round = 0; round < 2; round++) {
                assertEquals(before, manyReads(opened.store()));
                opened.reopen();
            }
            VerificationReport report = opened.admin().verify(progress -> {});
            assertTrue(report.isClean(), () -> report.problems().toString());
        }
    }

    @Test
    default void head_and_versions_stay_and_appends_go_on_counting() {
        try (TckStore opened = openStore()) {
            givenRemovals(opened);
            long head = opened.store().head();
            scavenge(opened);
            for (long round = 1; round <= 2; round++) {
                EventStore store = opened.store();
                assertEquals(head + round - 1, store.head());
                assertEquals(20, store.version(ORDER));
                AppendResult next =
                        store.append(ACCOUNT, ExpectedVersion.exactly(19 + round), event());
                assertEquals(20 + round, next.lastVersion());
                assertEquals(head + round, next.lastPosition());
                assertEquals(between(21, 20 + round), versions(read(store, ACCOUNT)));
                opened.reopen();
            }
        }
    }

    @Test
    default void statistics_stay() {
        try (TckStore opened = openStore()) {
            givenRemovals(opened);
            StoreStatistics before = opened.admin().statistics();
            scavenge(opened);
            for (int round = 0; round < 2; round++) {
                StoreStatistics after = opened.admin().statistics();
                assertEquals(before.events(), after.events());
                assertEquals(before.streams(), after.streams());
                assertEquals(before.head(), after.head());
                assertEquals(before.categories(), after.categories());
                assertEquals(before.types(), after.types());
                opened.reopen();
            }
        }
    }

    @Test
    default void an_append_is_recognised_after_its_events_were_removed() {
        try (TckStore opened = openStore()) {
            Append whole = Append.to(ORDER, ExpectedVersion.noStream(), events(3));
            Append parts =
                    Append.to(ACCOUNT, ExpectedVersion.any(), events(4))
                            .andTo(OTHER_ORDER, ExpectedVersion.any(), events(2));
            AppendResult firstWhole = opened.store().append(whole);
            AppendResult firstParts = opened.store().append(parts);
            opened.admin().delete(ORDER, ACT);
            opened.admin().truncate(ACCOUNT, 3, ACT);
            scavenge(opened);
            for (int round = 0; round < 2; round++) {
                EventStore store = opened.store();
                assertEquals(firstWhole.writes(), store.append(whole).writes());
                assertEquals(firstParts.writes(), store.append(parts).writes());
                assertTrue(store.append(whole).repeated());
                assertTrue(store.append(parts).repeated());
                assertEquals(9, store.head());
                opened.reopen();
            }
        }
    }

    @Test
    default void an_id_of_a_removed_event_stays_taken() {
        try (TckStore opened = openStore()) {
            List<NewEvent> removed = given(opened.store(), ORDER, 3);
            opened.admin().delete(ORDER, ACT);
            scavenge(opened);
            EventStore store = opened.reopen();
            List<NewEvent> mixed = List.of(removed.getFirst(), event());
            assertRefused(
                    InvalidRequestException.class,
                    "LF-1005",
                    () -> store.append(ORDER, ExpectedVersion.any(), mixed));
            assertEquals(3, store.head());
        }
    }

    @Test
    default void a_condition_does_not_see_what_was_removed() {
        try (TckStore opened = openStore()) {
            NewEvent registered = tagged("Registered", "email:a@b.c");
            opened.store().append(ORDER, ExpectedVersion.any(), registered, event());
            opened.admin().truncate(ORDER, 2, ACT);
            scavenge(opened);
            EventStore store = opened.reopen();
            Query taken = Query.tags("email:a@b.c");
            NewEvent again = tagged("Registered", "email:a@b.c");
            Append claim =
                    Append.to(ACCOUNT, ExpectedVersion.any(), again)
                            .onlyIf(AppendCondition.none("email is unique", taken));
            assertEquals(3, store.append(claim).lastPosition());
            assertEquals(List.of(3L), positions(store, ReadRequest.of(taken)));
        }
    }

    @Test
    default void a_follower_passes_over_what_was_removed() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            Checkpoint middle = opened.store().checkpoint();
            given(opened.store(), ORDER, 5);
            given(opened.store(), ACCOUNT, 2);
            opened.admin().truncate(ORDER, 9, ACT);
            scavenge(opened);
            EventStore store = opened.store();
            for (FollowRequest request :
                    List.of(
                            FollowRequest.fromStart(Query.all()),
                            FollowRequest.after(Query.all(), middle))) {
                Recorder recorder = new Recorder();
                try (Subscription running = store.follow(request, recorder)) {
                    recorder.expectPositions(between(9, 12));
                    assertEquals(store.checkpoint(), recorder.awaitCaughtUp());
                    assertFalse(running.completion().isDone());
                }
            }
        }
    }

    @Test
    default void a_read_that_began_before_goes_on_to_its_end() {
        try (TckStore opened = openStore()) {
            givenRemovals(opened);
            List<RecordedEvent> wanted = readAll(opened.store());
            List<RecordedEvent> forward = new ArrayList<>();
            List<RecordedEvent> backward = new ArrayList<>();
            try (Events up = opened.store().read(ReadRequest.all());
                    Events down = opened.store().read(ReadRequest.all().backward())) {
                forward.add(up.next());
                backward.add(down.next());
                scavenge(opened);
                up.forEachRemaining(forward::add);
                down.forEachRemaining(backward::add);
            }
            assertEquals(wanted, forward);
            assertEquals(wanted.reversed(), backward);
        }
    }

    @Test
    default void appends_reads_and_followers_go_on_meanwhile() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            givenLarge(store, ORDER, 60);
            opened.admin().truncate(ORDER, 51, ACT);
            Recorder recorder = new Recorder();
            Query accounts = Query.category("account");
            try (Subscription running = store.follow(FollowRequest.fromStart(accounts), recorder)) {
                Together.run(
                        3,
                        thread -> {
                            for (int n = 0; n < 10; n++) {
                                switch (thread) {
                                    case 0 -> {
                                        opened.admin().truncate(ORDER, 51 + n, ACT);
                                        scavenge(opened);
                                    }
                                    case 1 -> given(store, ACCOUNT, 5);
                                    default -> {
                                        List<RecordedEvent> orders = read(store, ORDER);
                                        assertEquals(60, orders.getLast().version());
                                    }
                                }
                            }
                            return thread;
                        });
                assertEquals(between(1, 50), versions(recorder.next(50)));
                assertFalse(running.completion().isDone());
            }
            assertEquals(List.of(60L), versions(read(store, ORDER)));
        }
    }

    @Test
    default void a_backup_is_the_same_before_and_after() {
        try (TckStore opened = openStore()) {
            givenRemovals(opened);
            List<Backup.Entry> before = history(opened.admin());
            scavenge(opened);
            assertEquals(before, history(opened.admin()));
            opened.reopen();
            assertEquals(before, history(opened.admin()));
        }
    }

    @Test
    default void an_unreadable_event_is_recognised_by_its_id_alone() {
        try (TckStore opened = openStore()) {
            NewEvent first = NewEvent.ofJson("Opened", "{\"a\":1}");
            NewEvent altered = NewEvent.ofJson("Renamed", "{\"a\":2}").withId(first.id());
            AppendResult result = opened.store().append(ORDER, ExpectedVersion.any(), first);
            opened.admin().delete(ORDER, ACT);
            for (int round = 0; round < 2; round++) { // before a scavenge, and after it
                AppendResult again = opened.store().append(ORDER, ExpectedVersion.any(), altered);
                assertTrue(again.repeated());
                assertEquals(result.writes(), again.writes());
                scavenge(opened);
            }
        }
    }

    @Test
    default void a_scavenged_store_can_be_restored_elsewhere_and_scavenged_there() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            List<NewEvent> removed = givenRemovals(from);
            scavenge(from);
            restore(from.admin(), to.admin());
            for (int round = 0; round < 2; round++) {
                EventStore store = to.reopen();
                assertEquals(manyReads(from.store()), manyReads(store));
                assertEquals(history(from.admin()), history(to.admin()));
                long head = store.head();
                assertTrue(store.append(ACCOUNT, ExpectedVersion.any(), removed).repeated());
                assertEquals(head, store.head());
                scavenge(to);
            }
        }
    }

    @Test
    default void the_space_of_large_events_comes_back() {
        int large = 512;
        try (TckStore opened = openStore()) {
            givenLarge(opened.store(), ORDER, large);
            given(opened.store(), ACCOUNT, 1);
            opened.admin().delete(ORDER, ACT);
            ScavengeReport report = scavenge(opened);
            String text = report.toString();
            assertTrue(report.removedEvents() > 0 && report.removedEvents() <= large, text);
            assertTrue(report.bytesAfter() < report.bytesBefore() / 2, text);
            opened.reopen();
            assertEquals(List.of(large + 1L), positions(readAll(opened.store())));
            long again = scavenge(opened).removedEvents();
            assertTrue(report.removedEvents() + again <= large, "no event is removed twice");
        }
    }

    @Test
    default void where_nothing_is_unreadable_nothing_is_removed() {
        try (TckStore opened = openStore()) {
            assertEquals(0, scavenge(opened).removedEvents());
            given(opened.store(), ORDER, 10);
            assertEquals(0, scavenge(opened).removedEvents());
            opened.reopen();
            assertEquals(10, readAll(opened.store()).size());
        }
    }

    @Test
    default void progress_grows_up_to_the_head() {
        try (TckStore opened = openStore()) {
            givenRemovals(opened);
            List<Long> told = new ArrayList<>();
            opened.admin().scavenge(told::add);
            assertEquals(told.stream().sorted().toList(), told);
            long head = opened.store().head();
            assertTrue(told.stream().allMatch(position -> position <= head), told::toString);
        }
    }

    @Test
    default void a_second_scavenge_at_the_same_time_is_refused() {
        try (TckStore opened = openStore()) {
            givenRemovals(opened);
            AtomicInteger told = new AtomicInteger();
            StoreAdmin other = opened.admin();
            opened.admin()
                    .scavenge(position -> {
                        told.incrementAndGet();
                        assertRefused(
                                StoreUnavailableException.class,
                                "LF-3008",
                                () -> other.scavenge(progress -> {}));
                    });
            assertEquals(0, scavenge(opened).removedEvents(), "refusals leave nothing behind");
        }
    }

    @Test
    default void of_several_scavenges_each_is_made_or_refused() {
        try (TckStore opened = openStore()) {
            List<RecordedEvent> before;
            givenLarge(opened.store(), ORDER, 40);
            opened.admin().truncate(ORDER, 39, ACT);
            before = readAll(opened.store());
            List<Long> removed =
                    Together.run(
                            4,
                            thread -> {
                                try {
                                    return scavenge(opened).removedEvents();
                                } catch (StoreUnavailableException refusal) {
                                    assertEquals("LF-3008", refusal.code());
                                    return -1L;
                                }
                            });
            assertTrue(removed.stream().anyMatch(count -> count >= 0), "one of them is made");
            long sum = removed.stream().mapToLong(count -> Math.max(0, count)).sum();
            assertTrue(sum <= 38, () -> "removed twice: " + removed);
            assertEquals(before, readAll(opened.store()));
        }
    }

    @Test
    default void any_history_reads_the_same_after_any_number_of_scavenges() {
        Seeds.check(
                Seeds.range(1, 20),
                (seed, random) -> {
                    try (TckStore opened = openStore()) {
                        for (int round = 0; round < 4; round++) {
                            anySteps(opened, random);
                            List<List<RecordedEvent>> before = manyReads(opened.store());
                            List<Backup.Entry> history = history(opened.admin());
                            scavenge(opened);
                            if (random.nextBoolean()) {
                                opened.reopen();
                            }
                            assertEquals(before, manyReads(opened.store()));
                            assertEquals(history, history(opened.admin()));
                        }
                        assertTrue(opened.admin().verify(progress -> {}).isClean());
                    }
                });
    }

    private static void anySteps(TckStore opened, SplittableRandom random) {
        EventStore store = opened.store();
        List<StreamName> streams = List.of(ORDER, OTHER_ORDER, ACCOUNT);
        for (int step = 0; step < 15; step++) {
            StreamName stream = streams.get(random.nextInt(streams.size()));
            long version = store.version(stream);
            int choice = random.nextInt(10);
            if (choice < 4 || version == 0) {
                givenTagged(store, stream, random.nextInt(1, 6));
            } else if (choice < 6) {
                givenLarge(store, stream, random.nextInt(1, 4));
            } else if (choice < 9) {
                opened.admin().truncate(stream, random.nextLong(2, version + 2), ACT);
            } else {
                opened.admin().delete(stream, ACT);
            }
        }
    }

    /** Sixty events in three streams; of one the half, of one everything is unreadable. */
    private static List<NewEvent> givenRemovals(TckStore opened) {
        EventStore store = opened.store();
        List<NewEvent> accounts = events(4);
        store.append(ACCOUNT, ExpectedVersion.any(), accounts);
        for (int n = 0; n < 4; n++) {
            givenTagged(store, ORDER, 5);
            givenTagged(store, OTHER_ORDER, 5);
            givenTagged(store, ACCOUNT, 4);
        }
        opened.admin().truncate(ORDER, 11, ACT);
        opened.admin().delete(ACCOUNT, ACT);
        return accounts;
    }

    private static void givenTagged(EventStore store, StreamName stream, int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            events.add(n % 2 == 0 ? tagged("Even", "is:even") : tagged("Odd", "is:odd"));
        }
        store.append(stream, ExpectedVersion.any(), events);
    }

    /** Events of 16 KiB each, sixteen to an append. */
    private static void givenLarge(EventStore store, StreamName stream, int count) {
        for (int from = 0; from < count; from += 16) {
            List<NewEvent> some = new ArrayList<>();
            for (int n = from; n < Math.min(count, from + 16); n++) {
                byte[] content = new byte[16 << 10];
                new SplittableRandom(n).nextBytes(content);
                some.add(NewEvent.of("Large", Payload.wrap(content)));
            }
            store.append(stream, ExpectedVersion.any(), some);
        }
    }

    /** What several kinds of reads give. */
    private static List<List<RecordedEvent>> manyReads(EventStore store) {
        List<ReadRequest> requests =
                List.of(
                        ReadRequest.all(),
                        ReadRequest.all().backward(),
                        ReadRequest.all().after(7).limit(9),
                        ReadRequest.stream(ORDER),
                        ReadRequest.stream(ORDER).backward().limit(3),
                        ReadRequest.stream(ACCOUNT).afterVersion(2),
                        ReadRequest.of(Query.types("Odd")),
                        ReadRequest.of(Query.tags("is:even")).backward(),
                        ReadRequest.of(Query.category("order")));
        return requests.stream().map(request -> store.read(request).toList()).toList();
    }

    private static ScavengeReport scavenge(TckStore opened) {
        return opened.admin().scavenge(progress -> {});
    }
}
