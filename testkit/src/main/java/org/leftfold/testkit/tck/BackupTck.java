package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.AdminTck.ACT;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.OTHER_ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.assertRefused;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.history;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.restore;
import static org.leftfold.testkit.tck.Samples.tagged;

import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreStatistics;

/** Backup and restore: positions, versions, ids, times and gaps as they were. */
public interface BackupTck extends TckFixture {
    @Test
    default void a_restored_store_has_equal_events_at_equal_places() {
        try (TckStore from = openStore(ticking());
                TckStore to = openStore()) {
            givenHistory(from);
            List<RecordedEvent> before = readAll(from.store());
            assertEquals(before.size(), restore(from.admin(), to.admin()));
            for (int round = 0; round < 2; round++) {
                assertEquals(before, readAll(to.store()));
                assertEquals(read(from.store(), ORDER), read(to.store(), ORDER));
                ReadRequest odd = ReadRequest.of(Query.tags("is:odd")).backward();
                assertEquals(positions(from.store(), odd), positions(to.store(), odd));
                assertEquals(from.store().head(), to.store().head());
                assertEquals(from.store().version(ORDER), to.store().version(ORDER));
                to.reopen();
            }
            assertTrue(to.admin().verify(count -> {}).isClean());
        }
    }

    @Test
    default void what_was_truncated_or_deleted_stays_so() {
        try (TckStore from = openStore(ticking());
                TckStore to = openStore()) {
            givenHistory(from);
            from.admin().truncate(ORDER, 4, ACT);
            from.admin().delete(ACCOUNT, ACT);
            given(from.store(), ORDER, 1);
            restore(from.admin(), to.admin());
            for (int round = 0; round < 2; round++) {
                assertEquals(readAll(from.store()), readAll(to.store()));
                assertEquals(List.of(), read(to.store(), ACCOUNT));
                assertEquals(from.store().version(ACCOUNT), to.store().version(ACCOUNT));
                assertSameCounts(from.admin().statistics(), to.admin().statistics());
                assertEquals(history(from.admin()), history(to.admin()));
                to.reopen();
            }
            AppendResult next = to.store().append(ACCOUNT, ExpectedVersion.any(), event());
            assertEquals(from.store().version(ACCOUNT) + 1, next.lastVersion());
        }
    }

    private static void assertSameCounts(StoreStatistics wanted, StoreStatistics found) {
        assertEquals(wanted.events(), found.events());
        assertEquals(wanted.streams(), found.streams());
        assertEquals(wanted.categories(), found.categories());
        assertEquals(wanted.types(), found.types());
    }

    @Test
    default void a_backup_names_every_position_once_and_every_act_where_it_was_done() {
        try (TckStore opened = openStore(ticking())) {
            given(opened.store(), ORDER, 3);
            opened.admin().truncate(ORDER, 3, ACT);
            given(opened.store(), ORDER, 1);
            List<Backup.Entry> entries = history(opened.admin());
            assertEquals(5, entries.size());
            assertInstanceOf(Backup.Removed.class, entries.get(0));
            assertInstanceOf(Backup.Removed.class, entries.get(1));
            assertInstanceOf(Backup.Kept.class, entries.get(2));
            Backup.Act act = assertInstanceOf(Backup.Act.class, entries.get(3));
            assertEquals(ORDER, act.stream());
            assertEquals(3, act.firstKeptVersion());
            assertEquals(ACT, act.act());
            Backup.Kept last = assertInstanceOf(Backup.Kept.class, entries.get(4));
            assertEquals(4, last.position());
        }
    }

    @Test
    default void ids_of_restored_events_stay_known() {
        try (TckStore from = openStore(ticking());
                TckStore to = openStore()) {
            Append two =
                    Append.to(ORDER, ExpectedVersion.any(), events(3))
                            .andTo(OTHER_ORDER, ExpectedVersion.any(), events(2));
            AppendResult first = from.store().append(two);
            List<NewEvent> removed = events(2);
            AppendResult removedFirst =
                    from.store().append(ACCOUNT, ExpectedVersion.noStream(), removed);
            from.admin().delete(ACCOUNT, ACT);
            restore(from.admin(), to.admin());
            assertRepeatedAt(first, to.store().append(two), to.store());
            to.reopen();
            assertRepeatedAt(first, to.store().append(two), to.store());
            AppendResult again = to.store().append(ACCOUNT, ExpectedVersion.noStream(), removed);
            assertRepeatedAt(removedFirst, again, to.store());
        }
    }

    private static void assertRepeatedAt(AppendResult first, AppendResult again, EventStore store) {
        assertEquals(first.writes(), again.writes());
        assertTrue(again.repeated());
        assertEquals(7, store.head());
    }

    @Test
    default void appends_go_on_behind_what_was_restored() {
        try (TckStore from = openStore(ticking());
                TckStore to = openStore()) {
            givenHistory(from);
            restore(from.admin(), to.admin());
            long head = to.store().head();
            long version = to.store().version(ORDER);
            AppendResult result =
                    to.store().append(ORDER, ExpectedVersion.exactly(version), event());
            assertEquals(head + 1, result.lastPosition());
            List<RecordedEvent> all = readAll(to.store());
            Instant last = all.get(all.size() - 2).recordedAt();
            assertFalse(all.getLast().recordedAt().isBefore(last), "time must not fall");
        }
    }

    @Test
    default void a_backup_is_what_was_there_when_it_was_opened() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            given(from.store(), ORDER, 1500);
            List<RecordedEvent> before = readAll(from.store());
            Checkpoint checkpoint = from.store().checkpoint();
            try (Backup backup = from.admin().backup()) {
                given(from.store(), ORDER, 700);
                given(from.store(), ACCOUNT, 10);
                assertEquals(checkpoint, backup.checkpoint());
                assertEquals(1500, to.admin().restore(backup, count -> {}));
            }
            assertEquals(before, readAll(to.store()));
        }
    }

    @Test
    default void an_empty_store_can_be_backed_up_and_restored() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            assertEquals(0, restore(from.admin(), to.admin()));
            assertEquals(0, to.store().head());
            try (Backup backup = from.admin().backup()) {
                assertFalse(backup.hasNext());
                assertThrows(NoSuchElementException.class, backup::next);
            }
        }
    }

    @Test
    default void a_restore_that_was_cut_short_goes_on_where_it_stopped() {
        try (TckStore from = openStore(ticking());
                TckStore to = openStore()) {
            givenHistory(from);
            from.admin().truncate(ORDER, 3, ACT);
            given(from.store(), OTHER_ORDER, 5);
            int all = history(from.admin()).size();
            for (int cut = 0; cut <= all; cut += 3) {
                CutBackup backup = new CutBackup(from.admin().backup(), cut);
                assertThrows(
                        IllegalStateException.class, () -> to.admin().restore(backup, count -> {}));
            }
            restore(from.admin(), to.admin());
            assertEquals(history(from.admin()), history(to.admin()));
            assertEquals(0, restore(from.admin(), to.admin()));
            assertEquals(history(from.admin()), history(to.admin()));
        }
    }

    @Test
    default void a_store_with_another_history_is_not_restored_into() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            given(from.store(), ORDER, 3);
            given(to.store(), ORDER, 2);
            assertNotRestored(from.admin(), to);
        }
    }

    @Test
    default void a_store_that_went_on_is_not_restored_into() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            given(from.store(), ORDER, 3);
            restore(from.admin(), to.admin());
            given(to.store(), ORDER, 1);
            assertNotRestored(from.admin(), to);
            given(from.store(), ORDER, 5);
            assertNotRestored(from.admin(), to);
        }
    }

    private static void assertNotRestored(StoreAdmin from, TckStore to) {
        assertNothingStored(
                to.store(),
                InvalidRequestException.class,
                "LF-1011",
                () -> restore(from, to.admin()));
    }

    @Test
    default void a_backup_that_contradicts_itself_is_refused() {
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        Backup.Entry first = kept(1, 1, time);
        List<List<Backup.Entry>> wrong =
                List.of(
                        List.of(kept(2, 1, time)),
                        List.of(kept(1, 2, time)),
                        List.of(first, kept(3, 2, time)),
                        List.of(first, kept(2, 3, time)),
                        List.of(first, kept(2, 1, time)),
                        List.of(first, kept(1, 2, time)),
                        List.of(first, kept(2, 2, time.minusNanos(1000))),
                        List.of(first, kept(2, 2, time), kept(4, 3, time)),
                        List.of(first, new Backup.Act(ORDER, 3, ACT, time)),
                        List.of(first, new Backup.Act(ORDER, 1, ACT, time)),
                        List.of(first, new Backup.Act(ORDER, 2, ACT, time.minusSeconds(1))),
                        List.of(first, new Backup.Act(ACCOUNT, 2, ACT, time)));
        for (List<Backup.Entry> entries : wrong) {
            try (TckStore to = openStore()) {
                assertRefused(
                        InvalidRequestException.class,
                        "LF-1011",
                        () -> to.admin().restore(new ListBackup(entries), count -> {}));
                assertEquals(entries.size() - 1, to.store().head());
                given(to.store(), ACCOUNT, 2); // the store goes on
                List<RecordedEvent> stored = readAll(to.reopen());
                assertEquals(entries.size() + 1, stored.size());
                assertEquals(
                        entries.subList(0, entries.size() - 1),
                        stored.stream()
                                .limit(entries.size() - 1)
                                .map(event -> new Backup.Kept(event, true))
                                .toList());
            }
        }
    }

    private static Backup.Kept kept(long position, long version, Instant time) {
        NewEvent event = tagged("Odd", "is:odd");
        return new Backup.Kept(
                new RecordedEvent(
                        position,
                        ORDER,
                        version,
                        event.id(),
                        event.type(),
                        1,
                        time,
                        event.payload(),
                        event.metadata(),
                        Set.of()),
                true);
    }

    @Test
    default void checkpoints_of_the_store_that_was_backed_up_are_refused() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            given(from.store(), ORDER, 3);
            Checkpoint checkpoint = from.store().checkpoint();
            restore(from.admin(), to.admin());
            FollowRequest request = FollowRequest.after(Query.all(), checkpoint);
            assertRefused(
                    IntegrityException.class,
                    "LF-4002",
                    () -> to.store().follow(request, event -> {}).close());
        }
    }

    @Test
    default void followers_of_a_store_see_what_is_restored_into_it() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            given(from.store(), ORDER, 100);
            Recorder recorder = new Recorder();
            try (var subscription =
                    to.store().follow(FollowRequest.fromStart(Query.all()), recorder)) {
                restore(from.admin(), to.admin());
                assertEquals(readAll(from.store()), recorder.next(100));
                assertFalse(subscription.completion().isDone());
            }
        }
    }

    @Test
    default void the_audit_policy_is_not_asked_about_history() {
        try (TckStore from = openStore();
                TckStore to =
                        openStore(
                                TckOptions.standard()
                                        .withPolicy(AuditPolicy.requiring("actor", "reason")))) {
            given(from.store(), ORDER, 3);
            assertEquals(3, restore(from.admin(), to.admin()));
            assertEquals(readAll(from.store()), readAll(to.store()));
        }
    }

    @Test
    default void any_kind_of_store_takes_the_backup_of_any_other() {
        try (TckStore from = openStore(ticking());
                InMemoryEventStore between = InMemoryEventStore.open();
                TckStore to = openStore()) {
            givenHistory(from);
            from.admin().truncate(ORDER, 3, ACT);
            restore(from.admin(), between.admin());
            assertEquals(readAll(from.store()), readAll(between));
            restore(between.admin(), to.admin());
            assertEquals(history(from.admin()), history(to.admin()));
            assertEquals(history(from.admin()), history(between.admin()));
        }
    }

    @Test
    default void a_closed_backup_gives_nothing() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            Backup backup = opened.admin().backup();
            backup.next();
            backup.close();
            backup.close();
            assertRefused(InvalidRequestException.class, "LF-1007", backup::next);
        }
    }

    private static TckOptions ticking() {
        long[] now = {1_767_225_600_000_123L};
        return TckOptions.standard()
                .withClock(() -> Instant.EPOCH.plusNanos((now[0] += 17) * 1000));
    }

    /** Events of all shapes in three streams. */
    private static void givenHistory(TckStore opened) {
        EventStore store = opened.store();
        for (int n = 1; n <= 5; n++) {
            store.append(
                    Append.to(
                                    ORDER,
                                    ExpectedVersion.any(),
                                    List.of(tagged("Odd", "is:odd", "n:" + n)))
                            .andTo(ACCOUNT, ExpectedVersion.any(), events(2)));
        }
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        store.append(
                OTHER_ORDER,
                ExpectedVersion.noStream(),
                NewEvent.of("Large", Payload.of(bytes)),
                NewEvent.of("Empty", Payload.empty()),
                event("Newer")
                        .withSchemaVersion(7)
                        .withMetadata("actor", "ünï")
                        .withMetadata("reason", ""));
    }
}
