package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.AdminTck.ACT;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.OTHER_ORDER;
import static org.leftfold.testkit.tck.Samples.assertRefused;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.history;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.restore;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.Backup;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Limits;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;

/** Backup and restore keep what was appended together. */
public interface BackupTogetherTck extends TckFixture {
    @Test
    default void a_backup_names_the_last_event_of_each_append() {
        try (TckStore opened = openStore()) {
            givenAppends(opened.store());
            assertEquals(List.of(1L, 4L, 5L, 10L, 11L), ends(opened.admin()));
            opened.reopen();
            assertEquals(List.of(1L, 4L, 5L, 10L, 11L), ends(opened.admin()));
        }
    }

    @Test
    default void a_restored_store_has_what_was_appended_together() {
        try (TckStore from = openStore();
                InMemoryEventStore between = InMemoryEventStore.open();
                TckStore to = openStore()) {
            givenAppends(from.store());
            restore(from.admin(), between.admin());
            assertEquals(ends(from.admin()), ends(between.admin()));
            assertEquals(11, restore(between.admin(), to.admin()));
            given(to.store(), ORDER, 2);
            for (int round = 0; round < 2; round++) {
                assertEquals(List.of(1L, 4L, 5L, 10L, 11L, 13L), ends(to.admin()));
                assertTrue(to.admin().verify(count -> {}).isClean());
                to.reopen();
            }
        }
    }

    @Test
    default void what_was_removed_is_still_known_to_have_been_appended_together() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            givenAppends(from.store());
            from.admin().delete(ACCOUNT, ACT);
            from.admin().truncate(ORDER, 4, ACT);
            assertEquals(List.of(1L, 4L, 5L, 10L, 11L), ends(from.admin()));
            from.admin().scavenge(position -> {});
            assertEquals(List.of(1L, 4L, 5L, 10L, 11L), ends(from.admin()));
            restore(from.admin(), to.admin());
            assertEquals(history(from.admin()), history(to.admin()));
            to.reopen();
            assertEquals(history(from.admin()), history(to.admin()));
        }
    }

    @Test
    default void the_largest_append_is_restored_as_one() {
        try (TckStore from = openStore();
                TckStore to = openStore()) {
            given(from.store(), ORDER, 2);
            from.store()
                    .append(ACCOUNT, ExpectedVersion.any(), events(Limits.MAX_EVENTS_PER_APPEND));
            Append wide = Append.to(ORDER, ExpectedVersion.any(), events(2));
            for (int i = 1; i < Limits.MAX_STREAMS_PER_APPEND; i++) {
                wide = wide.andTo(new StreamName("wide-" + i), ExpectedVersion.any(), events(2));
            }
            from.store().append(wide);
            long second = 2 + Limits.MAX_EVENTS_PER_APPEND;
            List<Long> wanted = List.of(2L, second, second + 2 * Limits.MAX_STREAMS_PER_APPEND);
            assertEquals(wanted, ends(from.admin()));
            restore(from.admin(), to.admin());
            assertEquals(wanted, ends(to.admin()));
            assertEquals(readAll(from.store()), readAll(to.store()));
        }
    }

    @Test
    default void a_restore_that_was_cut_short_leaves_no_half_of_an_append() {
        try (TckStore from = openStore()) {
            givenAppends(from.store());
            List<Long> ends = ends(from.admin());
            for (int cut = 0; cut <= 11; cut++) {
                try (TckStore to = openStore()) {
                    CutBackup backup = new CutBackup(from.admin().backup(), cut);
                    assertThrows(
                            IllegalStateException.class,
                            () -> to.admin().restore(backup, count -> {}));
                    long head = to.store().head();
                    assertTrue(head == 0 || ends.contains(head), "half an append, up to " + head);
                    assertTrue(head <= cut, "more than was given");
                    restore(from.admin(), to.admin());
                    assertEquals(history(from.admin()), history(to.admin()));
                }
            }
        }
    }

    @Test
    default void a_store_with_the_same_events_appended_otherwise_is_not_restored_into() {
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        NewEvent one = event();
        NewEvent two = event();
        List<Backup.Entry> apart = List.of(kept(1, one, time, true), kept(2, two, time, true));
        List<Backup.Entry> together = List.of(kept(1, one, time, false), kept(2, two, time, true));
        try (TckStore to = openStore()) {
            assertEquals(2, to.admin().restore(new ListBackup(apart), count -> {}));
            assertEquals(0, to.admin().restore(new ListBackup(apart), count -> {}));
            assertNotRestored(to, together, 2);
        }
    }

    @Test
    default void a_backup_that_breaks_an_append_is_refused() {
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        Backup.Entry first = kept(1, event(), time, true);
        Backup.Entry open = kept(2, event(), time, false);
        List<List<Backup.Entry>> wrong =
                List.of(
                        List.of(first, open),
                        List.of(first, open, new Backup.Act(ORDER, 2, ACT, time)),
                        List.of(first, open, kept(3, event(), time.plusSeconds(1), true)),
                        List.of(first, open, kept(4, event(), time, true)),
                        List.of(first, open, kept(2, event(), time, true)));
        for (List<Backup.Entry> entries : wrong) {
            try (TckStore to = openStore()) {
                assertNotRestored(to, entries, 1);
            }
        }
    }

    private static void assertNotRestored(TckStore to, List<Backup.Entry> entries, long head) {
        assertRefused(
                InvalidRequestException.class,
                "LF-1011",
                () -> to.admin().restore(new ListBackup(entries), count -> {}));
        assertEquals(head, to.store().head());
        given(to.store(), ACCOUNT, 2); // the store goes on
        assertEquals(head + 2, to.reopen().head());
    }

    /** An event of one stream, whose version is its position. */
    private static Backup.Kept kept(
            long position, NewEvent event, Instant time, boolean endsAppend) {
        return new Backup.Kept(
                new RecordedEvent(
                        position,
                        ORDER,
                        position,
                        event.id(),
                        event.type(),
                        event.schemaVersion(),
                        time,
                        event.payload(),
                        event.metadata(),
                        event.tags()),
                endsAppend);
    }

    /** The positions with which appends end. */
    private static List<Long> ends(StoreAdmin admin) {
        return history(admin).stream()
                .filter(entry -> entry instanceof Backup.Place place && place.endsAppend())
                .map(entry -> ((Backup.Place) entry).position())
                .toList();
    }

    private static void givenAppends(EventStore store) {
        given(store, ORDER, 1);
        given(store, ACCOUNT, 3);
        given(store, ORDER, 1);
        store.append(
                Append.to(ORDER, ExpectedVersion.any(), events(2))
                        .andTo(OTHER_ORDER, ExpectedVersion.any(), events(1))
                        .andTo(ACCOUNT, ExpectedVersion.any(), events(2)));
        given(store, OTHER_ORDER, 1);
    }
}
