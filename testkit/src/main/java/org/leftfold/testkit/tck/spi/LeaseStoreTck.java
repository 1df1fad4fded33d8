package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.spi.Trying.assertRefused;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.testkit.disk.ManualTime;

/** Everything that a lease store promises. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface LeaseStoreTck {
    /** Opens an empty store that shares nothing with any other and lives by this clock. */
    SpiTckStore<LeaseStore> openLeases(ManualTime time);

    /**
     * Whether leases run on undisturbed when the wall clock is set forward. Where they do not, they
     * may end early.
     */
    default boolean leasesIgnoreTheWallClock() {
        return false;
    }

    /** The duration of most leases here. */
    Duration MINUTE = Duration.ofMinutes(1);

    private static Lease taken(LeaseStore store, String owner) {
        Optional<Lease> lease = store.acquire("mails", owner, MINUTE);
        assertTrue(lease.isPresent(), owner + " gets the lease");
        assertEquals("mails", lease.get().name());
        assertEquals(owner, lease.get().owner());
        return lease.get();
    }

    private static void assertHeld(LeaseStore store) {
        assertEquals(Optional.empty(), store.acquire("mails", "somebody else", MINUTE));
    }

    private static void assertRises(Lease earlier, Lease later) {
        assertTrue(
                later.fence() > earlier.fence(),
                "fence " + later.fence() + " comes after " + earlier.fence());
    }

    @Test
    default void a_free_lease_is_taken_and_held_until_it_runs_out() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            Lease first = taken(store, "a");
            assertEquals(time.instant().plus(MINUTE), first.expiresAt());
            assertHeld(store);
            time.advance(MINUTE.minusMillis(1));
            assertHeld(store);
            time.advance(Duration.ofMillis(1));
            assertRises(first, taken(store, "b"));
            assertEquals(Optional.empty(), store.renew(first, MINUTE));
        }
    }

    @Test
    default void leases_are_apart_whatever_their_names() {
        try (var opened = openLeases(new ManualTime())) {
            LeaseStore store = opened.store();
            for (String name : Trying.NAMES) {
                assertTrue(store.acquire(name, "owner of " + name.hashCode(), MINUTE).isPresent());
            }
            for (String name : Trying.NAMES) {
                assertEquals(Optional.empty(), store.acquire(name, "somebody else", MINUTE));
            }
        }
    }

    @Test
    default void whoever_looks_on_sees_the_holder_and_changes_nothing() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            assertEquals(Optional.empty(), store.holder("mails"));
            Lease first = taken(store, "a");
            assertEquals(Optional.of(first), store.holder("mails"));
            assertEquals(Optional.empty(), store.holder("Mails"));
            time.advance(Duration.ofSeconds(20));
            assertHeld(store);
            assertEquals(Optional.of(first), store.holder("mails"));
            Lease renewed = store.renew(first, MINUTE.multipliedBy(2)).orElseThrow();
            assertEquals(Optional.of(renewed), store.holder("mails"));
            time.advance(MINUTE.multipliedBy(2).minusMillis(1));
            assertEquals(Optional.of(renewed), store.holder("mails"));
            time.advance(Duration.ofMillis(1));
            assertEquals(Optional.empty(), store.holder("mails"), "it has run out");
            Lease second = taken(store, "b");
            assertEquals(Optional.of(second), store.holder("mails"));
            Lease third = taken(store, "b");
            assertEquals(Optional.of(third), store.holder("mails"));
            store.release(second);
            LeaseStore again = opened.reopen();
            Lease held = again.holder("mails").orElseThrow();
            assertEquals("b", held.owner());
            assertEquals(third.fence(), held.fence());
            assertTrue(again.renew(held, MINUTE).isPresent(), "as good as the holder's own");
            again.release(held);
            assertEquals(Optional.empty(), again.holder("mails"));
        }
    }

    @Test
    default void a_renewed_lease_lasts_from_then_on_under_the_same_fence() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            Lease lease = taken(store, "a");
            for (int i = 1; i <= 5; i++) {
                time.advance(MINUTE.minusMillis(1));
                Duration duration = MINUTE.plusSeconds(i / 2);
                Lease renewed = store.renew(lease, duration).orElseThrow();
                assertEquals(lease.fence(), renewed.fence());
                assertEquals("a", renewed.owner());
                assertEquals(time.instant().plus(duration), renewed.expiresAt());
                assertHeld(store);
            }
            assertTrue(store.renew(lease, Duration.ofSeconds(5)).isPresent(), "shorter");
            time.advance(Duration.ofSeconds(5));
            taken(store, "b");
        }
    }

    @Test
    default void a_lease_that_ran_out_is_lost_even_if_nobody_took_it() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            Lease lease = taken(store, "a");
            time.advance(MINUTE);
            assertEquals(Optional.empty(), store.renew(lease, MINUTE));
            store.release(lease);
            Lease again = taken(store, "a");
            assertRises(lease, again);
            assertEquals(Optional.empty(), store.renew(lease, MINUTE), "the old token");
            assertTrue(store.renew(again, MINUTE).isPresent());
        }
    }

    @Test
    default void a_lease_that_was_given_back_is_free_at_once() {
        try (var opened = openLeases(new ManualTime())) {
            LeaseStore store = opened.store();
            Lease first = taken(store, "a");
            store.release(first);
            assertEquals(Optional.empty(), store.renew(first, MINUTE));
            Lease second = taken(store, "b");
            assertRises(first, second);
            store.release(first);
            assertHeld(store);
            assertTrue(store.renew(second, MINUTE).isPresent(), "a lost lease frees nothing");
            store.release(new Lease("mails", "c", second.fence(), second.expiresAt()));
            assertHeld(store);
            store.release(new Lease("never taken", "c", 1, second.expiresAt()));
        }
    }

    @Test
    default void an_owner_takes_over_from_himself_with_a_higher_fence() {
        try (var opened = openLeases(new ManualTime())) {
            LeaseStore store = opened.store();
            Lease first = taken(store, "a");
            Lease second = taken(store, "a");
            assertRises(first, second);
            assertEquals(Optional.empty(), store.renew(first, MINUTE));
            store.release(first);
            assertHeld(store);
        }
    }

    @Test
    default void a_lease_is_held_after_reopening_and_runs_out_then() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            Lease lease = taken(opened.store(), "a");
            time.advance(MINUTE.dividedBy(2));
            LeaseStore store = opened.reopen();
            assertHeld(store);
            Lease renewed = store.renew(lease, MINUTE).orElseThrow();
            assertEquals(lease.fence(), renewed.fence());
            store = opened.reopen();
            time.advance(MINUTE);
            assertRises(lease, taken(store, "b"));
        }
    }

    @Test
    default void fences_rise_for_ever() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            Lease last = taken(store, "a");
            for (int i = 0; i < 60; i++) {
                switch (i % 4) {
                    case 0 -> store.release(last);
                    case 1 -> time.advance(MINUTE);
                    case 2 -> {
                        store.release(last);
                        store = opened.reopen();
                    }
                    default -> {
                        store = opened.reopen();
                        time.advance(MINUTE);
                    }
                }
                Lease next = taken(store, "owner " + i);
                assertRises(last, next);
                last = next;
            }
        }
    }

    @Test
    default void a_clock_that_is_set_back_neither_ends_nor_prolongs_a_lease() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            Lease first = taken(store, "a");
            time.setWall(time.instant().minus(Duration.ofDays(400)));
            assertHeld(store);
            assertTrue(store.renew(first, MINUTE).isPresent());
            time.advance(MINUTE.minusMillis(1));
            assertHeld(store);
            time.advance(Duration.ofMillis(1));
            Lease second = taken(store, "b");
            assertRises(first, second);
            assertEquals(Optional.empty(), store.renew(first, MINUTE));
        }
    }

    @Test
    default void a_clock_that_is_set_forward_never_lets_two_hold_a_lease() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            Lease first = taken(store, "a");
            time.setWall(time.instant().plus(Duration.ofDays(400)));
            Optional<Lease> second = store.acquire("mails", "b", MINUTE);
            if (leasesIgnoreTheWallClock()) {
                assertEquals(Optional.empty(), second);
            }
            second.ifPresent(lease -> assertRises(first, lease));
            assertEquals(second.isEmpty(), store.renew(first, MINUTE).isPresent());
            time.advance(MINUTE);
            assertRises(second.orElse(first), taken(store, "c"));
        }
    }

    @Test
    default void of_racing_threads_one_gets_the_lease() {
        ManualTime time = new ManualTime();
        try (var opened = openLeases(time)) {
            LeaseStore store = opened.store();
            long lastFence = 0;
            for (int round = 0; round < 10; round++) {
                List<Optional<Lease>> got =
                        Trying.atOnce(thread -> store.acquire("mails", "thread " + thread, MINUTE));
                List<Lease> winners = got.stream().flatMap(Optional::stream).toList();
                assertEquals(1, winners.size());
                Lease winner = winners.getFirst();
                assertTrue(winner.fence() > lastFence, "fences strictly rise");
                lastFence = winner.fence();
                if (round % 2 == 0) {
                    store.release(winner);
                } else {
                    time.advance(MINUTE);
                }
            }
        }
    }

    @Test
    default void racing_threads_that_take_and_release_never_share_a_fence() {
        try (var opened = openLeases(new ManualTime())) {
            LeaseStore store = opened.store();
            List<List<Long>> fences =
                    Trying.atOnce(thread ->
                            java.util.stream.IntStream.range(0, 20)
                                    .mapToObj(i -> store.acquire("mails", "t" + thread, MINUTE))
                                    .flatMap(Optional::stream)
                                    .peek(store::release)
                                    .map(Lease::fence)
                                    .toList());
            List<Long> all = fences.stream().flatMap(List::stream).toList();
            assertTrue(!all.isEmpty(), "somebody got it");
            assertEquals(all.size(), all.stream().distinct().count());
            for (List<Long> one : fences) {
                assertEquals(one.stream().sorted().toList(), one);
            }
        }
    }

    @Test
    default void lease_calls_that_make_no_sense_are_refused() {
        try (var opened = openLeases(new ManualTime())) {
            LeaseStore store = opened.store();
            for (String name : Trying.NO_NAMES) {
                assertRefused("LF-1001", () -> store.acquire(name, "a", MINUTE));
                assertRefused("LF-1001", () -> store.acquire("mails", name, MINUTE));
                assertRefused("LF-1001", () -> store.holder(name));
                assertRefused("LF-1001", () -> new Lease(name, "a", 1, Instant.EPOCH));
                assertRefused("LF-1001", () -> new Lease("mails", name, 1, Instant.EPOCH));
            }
            assertRefused("LF-1003", () -> new Lease("mails", "a", 0, Instant.EPOCH));
            List<Duration> durations =
                    List.of(
                            Duration.ZERO,
                            Duration.ofSeconds(-1),
                            LeaseStore.MIN_DURATION.minusNanos(1),
                            LeaseStore.MAX_DURATION.plusNanos(1),
                            Duration.ofSeconds(Long.MAX_VALUE));
            for (Duration duration : durations) {
                assertRefused("LF-1003", () -> store.acquire("mails", "a", duration));
            }
            Lease lease = taken(store, "a");
            for (Duration duration : durations) {
                assertRefused("LF-1003", () -> store.renew(lease, duration));
            }
            assertTrue(store.renew(lease, LeaseStore.MIN_DURATION).isPresent());
            assertTrue(store.renew(lease, LeaseStore.MAX_DURATION).isPresent());
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // on purpose
    default void lease_calls_refuse_null() {
        try (var opened = openLeases(new ManualTime())) {
            LeaseStore store = opened.store();
            assertRefused("LF-1001", () -> store.acquire(null, "a", MINUTE));
            assertRefused("LF-1001", () -> store.acquire("mails", null, MINUTE));
            assertRefused("LF-1001", () -> store.holder(null));
            assertThrows(NullPointerException.class, () -> store.acquire("mails", "a", null));
            Lease lease = taken(store, "a");
            assertThrows(NullPointerException.class, () -> store.renew(lease, null));
            assertThrows(NullPointerException.class, () -> store.renew(null, MINUTE));
            assertThrows(NullPointerException.class, () -> store.release(null));
            assertHeld(store);
        }
    }
}
