package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.spi.Trying.assertRefused;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.SnapshotStore.Snapshot;

/**
 * Everything that a snapshot store promises. A store may lose snapshots to save room; here it is
 * asked to keep a few dozen, and to lose none of those that its contract lets a load find.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface SnapshotStoreTck {
    /** Opens an empty store that shares nothing with any other, with room for 64 MiB. */
    SpiTckStore<SnapshotStore> openSnapshots();

    /** The stream of most tests. */
    StreamName ORDER = new StreamName("order-17");

    private static Snapshot snapshot(StreamName stream, long version, String stateType) {
        return new Snapshot(
                stream, version, stateType, 1, Payload.ofText(stream + " at " + version));
    }

    private static Snapshot order(long version) {
        return snapshot(ORDER, version, "total");
    }

    @Test
    default void a_stream_without_a_snapshot_has_none() {
        try (var opened = openSnapshots()) {
            assertEquals(Optional.empty(), opened.store().newest(ORDER, "total", Long.MAX_VALUE));
            opened.store().drop(ORDER);
            assertEquals(Optional.empty(), opened.store().newest(ORDER, "total", Long.MAX_VALUE));
        }
    }

    @Test
    default void a_snapshot_comes_back_as_it_was_saved_also_after_reopening() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            byte[] bytes = new byte[300_000];
            new Random(1).nextBytes(bytes);
            Snapshot large =
                    new Snapshot(
                            ORDER, Long.MAX_VALUE, "total", Integer.MAX_VALUE, Payload.of(bytes));
            Snapshot empty = new Snapshot(ORDER, 1, "lines", 1, Payload.empty());
            store.save(large);
            store.save(empty);
            for (int i = 0; i < 2; i++) {
                assertEquals(Optional.of(large), store.newest(ORDER, "total", Long.MAX_VALUE));
                assertEquals(Optional.of(empty), store.newest(ORDER, "lines", 1));
                store = opened.reopen();
            }
        }
    }

    @Test
    default void streams_and_state_types_are_apart_whatever_their_names() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            for (String name : Trying.NAMES) {
                store.save(snapshot(ORDER, 1 + name.length(), name));
                store.save(snapshot(new StreamName("x-" + name.hashCode()), 3, "total"));
            }
            store = opened.reopen();
            for (String name : Trying.NAMES) {
                assertEquals(
                        Optional.of(snapshot(ORDER, 1 + name.length(), name)),
                        store.newest(ORDER, name, Long.MAX_VALUE));
                StreamName stream = new StreamName("x-" + name.hashCode());
                assertEquals(
                        Optional.of(snapshot(stream, 3, "total")),
                        store.newest(stream, "total", Long.MAX_VALUE));
            }
        }
    }

    @Test
    default void the_newest_at_or_below_a_version_is_found() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            store.save(order(10));
            store.save(order(20));
            for (int i = 0; i < 2; i++) {
                assertEquals(Optional.of(order(20)), store.newest(ORDER, "total", Long.MAX_VALUE));
                assertEquals(Optional.of(order(20)), store.newest(ORDER, "total", 20));
                assertEquals(Optional.of(order(10)), store.newest(ORDER, "total", 19));
                assertEquals(Optional.of(order(10)), store.newest(ORDER, "total", 10));
                assertEquals(Optional.empty(), store.newest(ORDER, "total", 9));
                assertEquals(Optional.empty(), store.newest(ORDER, "total", 0));
                assertEquals(Optional.empty(), store.newest(ORDER, "total", Long.MIN_VALUE));
                store = opened.reopen();
            }
        }
    }

    @Test
    default void a_newer_snapshot_is_never_replaced_by_an_older_one() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            store.save(order(100));
            for (int version = 1; version < 100; version += 7) {
                store.save(order(version));
                assertEquals(Optional.of(order(100)), store.newest(ORDER, "total", 1000));
            }
            assertEquals(Optional.of(order(100)), opened.reopen().newest(ORDER, "total", 1000));
        }
    }

    @Test
    default void of_two_with_one_version_the_later_counts() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            store.save(order(10));
            Snapshot upgraded = new Snapshot(ORDER, 10, "total", 2, Payload.ofText("upgraded"));
            store.save(upgraded);
            assertEquals(Optional.of(upgraded), store.newest(ORDER, "total", 10));
            assertEquals(Optional.of(upgraded), opened.reopen().newest(ORDER, "total", 10));
        }
    }

    @Test
    default void what_is_found_was_saved_and_is_never_above_the_version_asked_for() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            Random random = new Random(7);
            for (int i = 0; i < 400; i++) {
                store.save(order(1 + random.nextInt(100)));
                long most = random.nextInt(120);
                Optional<Snapshot> found = store.newest(ORDER, "total", most);
                found.ifPresent(one -> {
                    assertTrue(one.version() <= most, "version " + one.version());
                    assertEquals(order(one.version()), one);
                });
            }
        }
    }

    @Test
    default void a_dropped_stream_has_no_snapshot_of_any_type_until_one_is_saved() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            StreamName other = new StreamName("order-18");
            store.save(order(10));
            store.save(order(20));
            store.save(snapshot(ORDER, 20, "lines"));
            store.save(snapshot(other, 5, "total"));
            store.drop(ORDER);
            store.drop(ORDER);
            for (int i = 0; i < 2; i++) {
                assertEquals(Optional.empty(), store.newest(ORDER, "total", Long.MAX_VALUE));
                assertEquals(Optional.empty(), store.newest(ORDER, "lines", Long.MAX_VALUE));
                assertEquals(
                        Optional.of(snapshot(other, 5, "total")), store.newest(other, "total", 5));
                store = opened.reopen();
            }
            store.save(order(3));
            assertEquals(Optional.of(order(3)), store.newest(ORDER, "total", Long.MAX_VALUE));
        }
    }

    @Test
    default void many_threads_save_and_find_at_once() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            Trying.atOnce(thread -> {
                StreamName mine = new StreamName("mine-" + thread);
                for (int version = 1; version <= 30; version++) {
                    store.save(snapshot(mine, version, "total"));
                    store.save(order(version));
                    assertEquals(
                            Optional.of(snapshot(mine, version, "total")),
                            store.newest(mine, "total", Long.MAX_VALUE));
                    long least = version;
                    store.newest(ORDER, "total", Long.MAX_VALUE)
                            .ifPresent(found ->
                                    assertTrue(found.version() >= least, "it never falls"));
                    if (version % 10 == 0) {
                        store.drop(mine);
                        assertEquals(Optional.empty(), store.newest(mine, "total", Long.MAX_VALUE));
                    }
                }
                return thread;
            });
            assertEquals(Optional.of(order(30)), store.newest(ORDER, "total", Long.MAX_VALUE));
        }
    }

    @Test
    default void snapshot_calls_that_make_no_sense_are_refused() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            for (String name : Trying.NO_NAMES) {
                assertRefused("LF-1001", () -> snapshot(ORDER, 1, name));
                assertRefused("LF-1001", () -> store.newest(ORDER, name, 1));
            }
            assertRefused("LF-1003", () -> order(0));
            assertRefused("LF-1003", () -> new Snapshot(ORDER, 1, "total", 0, Payload.empty()));
            byte[] most = new byte[SnapshotStore.MAX_STATE_BYTES];
            store.save(new Snapshot(ORDER, 1, "total", 1, Payload.wrap(most)));
            assertEquals(
                    most.length, store.newest(ORDER, "total", 1).orElseThrow().state().sizeBytes());
            Payload tooMuch = Payload.wrap(new byte[SnapshotStore.MAX_STATE_BYTES + 1]);
            assertRefused("LF-1002", () -> new Snapshot(ORDER, 1, "total", 1, tooMuch));
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // on purpose
    default void snapshot_calls_refuse_null() {
        try (var opened = openSnapshots()) {
            SnapshotStore store = opened.store();
            assertThrows(NullPointerException.class, () -> store.save(null));
            assertThrows(NullPointerException.class, () -> store.newest(null, "total", 1));
            assertRefused("LF-1001", () -> store.newest(ORDER, null, 1));
            assertThrows(NullPointerException.class, () -> store.drop(null));
            Payload state = Payload.empty();
            assertThrows(
                    NullPointerException.class, () -> new Snapshot(null, 1, "total", 1, state));
            assertThrows(
                    NullPointerException.class, () -> new Snapshot(ORDER, 1, "total", 1, null));
        }
    }
}
