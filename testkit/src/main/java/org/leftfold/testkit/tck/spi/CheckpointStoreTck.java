package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.spi.Trying.assertRefused;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.spi.CheckpointStore;

/** Everything that a checkpoint store promises. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface CheckpointStoreTck {
    /** Opens an empty store that shares nothing with any other. */
    SpiTckStore<CheckpointStore> openCheckpoints();

    private static Checkpoint at(long position) {
        return Checkpoint.of(UUID.fromString("5a0c0000-0000-4000-8000-000000000001"), position);
    }

    private static Optional<Checkpoint> found(long position) {
        return Optional.of(at(position));
    }

    @Test
    default void a_follower_without_a_checkpoint_has_none() {
        try (var opened = openCheckpoints()) {
            assertEquals(Optional.empty(), opened.store().load("mails"));
            opened.store().forget("mails");
            assertEquals(Optional.empty(), opened.store().load("mails"));
        }
    }

    @Test
    default void the_last_saved_checkpoint_is_loaded_also_after_reopening() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            for (int position = 0; position < 50; position++) {
                assertTrue(store.save("mails", at(position), 0));
                assertEquals(found(position), store.load("mails"));
            }
            Checkpoint ofAnotherEpoch = Checkpoint.of(new UUID(1, 2), Long.MAX_VALUE);
            assertTrue(store.save("bills", ofAnotherEpoch, Long.MAX_VALUE));
            store = opened.reopen();
            assertEquals(found(49), store.load("mails"));
            assertEquals(Optional.of(ofAnotherEpoch), store.load("bills"));
        }
    }

    @Test
    default void followers_are_apart_whatever_their_names() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            for (int i = 0; i < Trying.NAMES.size(); i++) {
                assertTrue(store.save(Trying.NAMES.get(i), at(i), i));
            }
            store = opened.reopen();
            for (int i = 0; i < Trying.NAMES.size(); i++) {
                assertEquals(found(i), store.load(Trying.NAMES.get(i)));
            }
        }
    }

    @Test
    default void a_stale_fence_is_refused_and_changes_nothing() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            assertTrue(store.save("mails", at(10), 5));
            assertFalse(store.save("mails", at(20), 4));
            assertFalse(store.save("mails", at(20), 0));
            assertEquals(found(10), store.load("mails"));
            assertTrue(store.save("bills", at(20), 4), "fences of other followers are others");
            store = opened.reopen();
            assertFalse(store.save("mails", at(20), 4), "after reopening");
            assertEquals(found(10), store.load("mails"));
        }
    }

    @Test
    default void an_equal_or_higher_fence_may_set_a_follower_back() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            assertTrue(store.save("mails", at(10), 5));
            assertTrue(store.save("mails", at(3), 5));
            assertEquals(found(3), store.load("mails"));
            assertTrue(store.save("mails", at(2), 6));
            assertEquals(found(2), store.load("mails"));
            assertFalse(store.save("mails", at(3), 5));
        }
    }

    @Test
    default void a_forgotten_follower_starts_again_but_its_fence_stays() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            assertTrue(store.save("mails", at(10), 5));
            assertTrue(store.save("bills", at(7), 1));
            store.forget("mails");
            store.forget("mails");
            assertEquals(Optional.empty(), store.load("mails"));
            assertEquals(found(7), store.load("bills"));
            assertFalse(store.save("mails", at(11), 4));
            store = opened.reopen();
            assertEquals(Optional.empty(), store.load("mails"));
            assertFalse(store.save("mails", at(11), 4), "after reopening");
            assertEquals(Optional.empty(), store.load("mails"));
            assertTrue(store.save("mails", at(1), 5));
            assertEquals(found(1), store.load("mails"));
        }
    }

    @Test
    default void of_racing_holders_the_one_with_the_newest_lease_wins() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            for (int round = 0; round < 5; round++) {
                long base = round * 100L + 1;
                List<Boolean> saved =
                        Trying.atOnce(
                                thread -> store.save("mails", at(base + thread), base + thread));
                assertTrue(saved.getLast(), "the highest fence is never refused");
                assertEquals(found(base + Trying.THREADS - 1), store.load("mails"));
            }
        }
    }

    @Test
    default void no_save_is_lost_when_many_followers_save_at_once() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            Trying.atOnce(thread -> {
                String follower = "follower " + thread;
                for (int position = 1; position <= 20; position++) {
                    assertTrue(store.save(follower, at(position), 1));
                    assertEquals(found(position), store.load(follower));
                }
                return thread;
            });
            CheckpointStore again = opened.reopen();
            for (int thread = 0; thread < Trying.THREADS; thread++) {
                assertEquals(found(20), again.load("follower " + thread));
            }
        }
    }

    @Test
    default void checkpoint_calls_that_make_no_sense_are_refused() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            for (String name : Trying.NO_NAMES) {
                assertRefused("LF-1001", () -> store.load(name));
                assertRefused("LF-1001", () -> store.save(name, at(1), 1));
                assertRefused("LF-1001", () -> store.forget(name));
            }
            assertRefused("LF-1003", () -> store.save("mails", at(1), -1));
            assertEquals(Optional.empty(), store.load("mails"));
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // on purpose
    default void checkpoint_calls_refuse_null() {
        try (var opened = openCheckpoints()) {
            CheckpointStore store = opened.store();
            assertRefused("LF-1001", () -> store.load(null));
            assertRefused("LF-1001", () -> store.save(null, at(1), 1));
            assertRefused("LF-1001", () -> store.forget(null));
            assertThrows(NullPointerException.class, () -> store.save("mails", null, 1));
            assertEquals(Optional.empty(), store.load("mails"));
        }
    }
}
