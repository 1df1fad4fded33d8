package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.spi.Trying.assertRefused;
import static org.leftfold.testkit.tck.spi.Trying.elsewhere;
import static org.leftfold.testkit.tck.spi.ViewWork.ORDERS;
import static org.leftfold.testkit.tck.spi.ViewWork.ask;
import static org.leftfold.testkit.tck.spi.ViewWork.at;
import static org.leftfold.testkit.tck.spi.ViewWork.parked;
import static org.leftfold.testkit.tck.spi.ViewWork.progress;
import static org.leftfold.testkit.tck.spi.ViewWork.rows;
import static org.leftfold.testkit.tck.spi.ViewWork.run;
import static org.leftfold.testkit.tck.spi.ViewWork.text;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Limits;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.testkit.random.Seeds;

/**
 * Everything that a view store promises: here about transactions, locks, progress and headers,
 * above about rows and parked events.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface ViewStoreTck extends ViewParkedTck {
    /** One change of each kind. */
    private static void changeEverything(ViewTransaction transaction, String by) {
        transaction.lock(ORDERS, 0);
        transaction.save(ORDERS, 0, progress(by.length()));
        transaction.lockHeader("orders");
        transaction.saveHeader("orders", Payload.ofText(by));
        transaction.put(ORDERS, List.of(ViewWork.row(0, "changed", by)));
        transaction.remove(ORDERS, List.of("removed"));
        transaction.park(ORDERS, parked(0, by.length(), "changed", State.FAILED));
    }

    /** All that a transaction sees of what {@link #changeEverything} changes. */
    private static List<Object> everything(ViewTransaction transaction) {
        return List.of(
                transaction.progress(ORDERS),
                transaction.header("orders"),
                transaction.names(),
                transaction.find(ORDERS, List.of("changed", "removed")),
                transaction.page(ORDERS, -1, "", 10),
                transaction.count(ORDERS),
                transaction.parked(ORDERS, 0, "", 0, 10),
                transaction.parkedKeys(ORDERS, 0),
                transaction.lastParked(ORDERS, 0));
    }

    @Test
    default void what_a_transaction_does_is_there_when_it_ends_and_after_reopening() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            String given =
                    store.inTransaction(t -> {
                        changeEverything(t, "me");
                        return "given";
                    });
            assertEquals("given", given);
            List<Object> now = ask(store, ViewStoreTck::everything);
            assertEquals(Map.of(0, progress(2)), now.get(0));
            assertEquals(Optional.of(Payload.ofText("me")), now.get(1));
            assertEquals(List.of(parked(0, 2, "changed", State.FAILED)), now.get(6));
            assertEquals(now, ask(opened.reopen(), ViewStoreTck::everything));
        }
    }

    @Test
    default void work_that_throws_anything_has_changed_nothing() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<Object> nothing = ask(store, ViewStoreTck::everything);
            assertUndone(store, new ViewWork.Refused());
            assertEquals(nothing, ask(store, ViewStoreTck::everything));
            run(store, t -> t.put(ORDERS, rows(List.of("removed", "changed"))));
            run(store, t -> changeEverything(t, "first"));
            run(store, t -> t.put(ORDERS, rows(List.of("removed"))));
            List<Object> before = ask(store, ViewStoreTck::everything);
            for (Throwable why :
                    List.of(
                            new ViewWork.Refused(),
                            new IOException("on purpose"),
                            new IllegalStateException("on purpose"),
                            new AssertionError("on purpose"))) {
                assertUndone(store, why);
                assertEquals(before, ask(store, ViewStoreTck::everything), "after " + why);
            }
            assertEquals(before, ask(opened.reopen(), ViewStoreTck::everything));
        }
    }

    private static void assertUndone(ViewStore store, Throwable why) {
        Throwable thrown =
                assertThrows(
                        Throwable.class,
                        () ->
                                store.inTransaction(t -> {
                                    changeEverything(t, "undone");
                                    if (why instanceof Exception exception) {
                                        throw exception;
                                    }
                                    throw (Error) why;
                                }));
        assertSame(why, thrown);
    }

    @Test
    default void changes_are_seen_by_their_own_transaction_and_by_others_once_committed() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            run(store, t -> t.put(ORDERS, rows(List.of("removed", "changed"))));
            List<Object> before = ask(store, ViewStoreTck::everything);
            List<Object> own =
                    ask(
                            store,
                            t -> {
                                changeEverything(t, "me");
                                assertEquals(
                                        before,
                                        elsewhere(() -> ask(store, ViewStoreTck::everything)));
                                return everything(t);
                            });
            assertEquals(Map.of("changed", Payload.ofText("me")), own.get(3));
            assertEquals(1L, own.get(5));
            assertEquals(List.of("orders"), own.get(2));
            assertEquals(own, ask(store, ViewStoreTck::everything));
        }
    }

    @Test
    default void a_transaction_sees_what_others_have_committed_since_it_began() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<Object> seen =
                    ask(
                            store,
                            t -> {
                                assertEquals(0, t.count(ORDERS));
                                elsewhere(() -> {
                                    run(store, other -> changeEverything(other, "other"));
                                    return true;
                                });
                                return everything(t);
                            });
            assertEquals(ask(store, ViewStoreTck::everything), seen);
            assertEquals(1L, seen.get(5));
        }
    }

    /**
     * Each adds 1 to what it reads behind the lock: an update that is lost is missing at the end.
     */
    @Test
    default void transactions_that_lock_a_part_come_one_after_the_other() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            assertAdds(
                    store,
                    t -> {
                        long before = t.lock(ORDERS, 3).events();
                        t.save(
                                ORDERS,
                                3,
                                new Progress(Optional.empty(), 0, before + 1, before + 1));
                        long rows = text(t, ORDERS, "sum").map(Long::valueOf).orElse(0L);
                        t.put(ORDERS, List.of(ViewWork.row(3, "sum", "" + (rows + 1))));
                    });
            assertEquals(3L * Trying.THREADS, ask(store, t -> t.lock(ORDERS, 3)).events());
            assertEquals(
                    Optional.of("" + 3 * Trying.THREADS), ask(store, t -> text(t, ORDERS, "sum")));
        }
    }

    @Test
    default void transactions_that_lock_a_header_come_one_after_the_other() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            assertAdds(
                    store,
                    t -> {
                        long before =
                                t.lockHeader("sum")
                                        .map(Payload::asText)
                                        .map(Long::valueOf)
                                        .orElse(0L);
                        t.saveHeader("sum", Payload.ofText("" + (before + 1)));
                    });
            assertEquals(
                    Optional.of(Payload.ofText("" + 3 * Trying.THREADS)),
                    ask(store, t -> t.header("sum")));
        }
    }

    private static void assertAdds(ViewStore store, Consumer<ViewTransaction> addsOne) {
        List<Integer> done =
                Trying.atOnce(thread -> {
                    for (int i = 0; i < 3; i++) {
                        run(store, addsOne);
                    }
                    return thread;
                });
        assertEquals(Trying.THREADS, done.size());
    }

    @Test
    default void other_parts_generations_and_views_are_not_locked_with_one() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            for (int round = 0; round < 2; round++) { // without rows, and with them
                Progress saved = progress(round);
                run(
                        store,
                        t -> {
                            t.lock(ORDERS, 0);
                            t.lockHeader("orders");
                            boolean through =
                                    elsewhere(() ->
                                            ask(
                                                    store,
                                                    other -> {
                                                        for (View view :
                                                                List.of(
                                                                        new View("orders", 2),
                                                                        new View("Orders", 1))) {
                                                            other.lock(view, 0);
                                                            other.save(view, 0, saved);
                                                        }
                                                        other.lock(ORDERS, 1);
                                                        other.save(ORDERS, 1, saved);
                                                        other.lockHeader("Orders");
                                                        other.saveHeader("Orders", Payload.empty());
                                                        return true;
                                                    }));
                            assertTrue(through);
                        });
                run(
                        store,
                        t -> {
                            t.lock(ORDERS, 0);
                            t.save(ORDERS, 0, saved);
                            t.lockHeader("orders");
                            t.saveHeader("orders", Payload.empty());
                        });
            }
            Map<Integer, Progress> saved = Map.of(0, progress(1), 1, progress(1));
            assertEquals(saved, ask(store, t -> t.progress(ORDERS)));
        }
    }

    @Test
    default void progress_is_none_until_it_is_saved_and_comes_back_as_it_was() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            assertEquals(Progress.NONE, ask(store, t -> t.lock(ORDERS, 0)));
            assertEquals(Map.of(), ask(store, t -> t.progress(ORDERS)), "locked, never saved");
            long most = Long.MAX_VALUE;
            Checkpoint ofShards = Checkpoint.ofShards(List.of(at(3), at(most), at(5)));
            Map<Integer, Progress> saved =
                    Map.of(
                            0,
                            Progress.NONE,
                            1,
                            new Progress(Optional.of(at(most)), most, most, most),
                            Integer.MAX_VALUE,
                            new Progress(Optional.of(ofShards), 0, 1, 0));
            run(
                    store,
                    t ->
                            saved.forEach((part, progress) -> {
                                assertEquals(Progress.NONE, t.lock(ORDERS, part));
                                t.save(ORDERS, part, progress(77));
                                t.save(ORDERS, part, progress);
                                assertEquals(progress, t.lock(ORDERS, part), "its own");
                            }));
            assertEquals(saved, ask(store, t -> t.progress(ORDERS)));
            assertEquals(Map.of(), ask(store, t -> t.progress(new View("orders", 2))));
            saved.forEach((part, progress) ->
                    assertEquals(progress, ask(opened.reopen(), t -> t.lock(ORDERS, part))));
            assertRefused("LF-1003", () -> new Progress(Optional.empty(), -1, 0, 0));
        }
    }

    @Test
    default void all_parts_that_are_held_at_once_are_as_they_were_saved_and_may_be_saved() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            run(
                    store,
                    t -> {
                        t.lock(ORDERS, 1);
                        t.save(ORDERS, 1, progress(3));
                    });
            run(
                    store,
                    t -> {
                        assertEquals(
                                List.of(Progress.NONE, progress(3), Progress.NONE),
                                t.lockAll(ORDERS, 3));
                        t.save(ORDERS, 2, progress(4));
                        assertEquals(progress(4), t.lock(ORDERS, 2), "its own");
                        t.save(ORDERS, 0, progress(5));
                        assertEquals(
                                List.of(progress(5), progress(3), progress(4)),
                                t.lockAll(ORDERS, 3));
                    });
            assertEquals(
                    Map.of(0, progress(5), 1, progress(3), 2, progress(4)),
                    ask(store, t -> t.progress(ORDERS)));
        }
    }

    @Test
    default void headers_come_back_and_names_are_in_order() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            Set<String> names = new TreeSet<>(KEYS);
            assertEquals(List.of(), ask(store, ViewTransaction::names));
            for (String name : names) {
                run(
                        store,
                        t -> {
                            assertEquals(Optional.empty(), t.lockHeader(name));
                            t.saveHeader(name, Payload.ofText("first"));
                            t.saveHeader(name, Payload.ofText("header of " + name));
                        });
            }
            Payload large = Payload.of(new byte[Limits.MAX_PAYLOAD_BYTES]);
            run(
                    store,
                    t -> {
                        assertEquals(Optional.empty(), t.header("never written"));
                        assertEquals(Optional.empty(), t.lockHeader("locked only"));
                        assertTrue(t.lockHeader("a").isPresent());
                        t.saveHeader("a", large);
                        assertEquals(List.copyOf(names), t.names());
                    });
            assertEquals(List.copyOf(names), ask(opened.reopen(), ViewTransaction::names));
            ViewStore again = opened.store();
            for (String name : names) {
                Payload header = name.equals("a") ? large : Payload.ofText("header of " + name);
                assertEquals(Optional.of(header), ask(again, t -> t.header(name)));
                assertEquals(Optional.of(header), ask(again, t -> t.lockHeader(name)));
            }
        }
    }

    @Test
    default void what_is_not_locked_cannot_be_saved_and_what_has_ended_cannot_be_used() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            assertNotNow(() -> run(store, t -> t.save(ORDERS, 0, progress(1))));
            assertNotNow(() ->
                    run(
                            store,
                            t -> {
                                t.lock(ORDERS, 1);
                                t.lock(new View("orders", 2), 0);
                                t.save(ORDERS, 0, progress(1));
                            }));
            assertNotNow(() -> run(store, t -> t.saveHeader("orders", Payload.empty())));
            assertNotNow(() ->
                    run(
                            store,
                            t -> {
                                t.lockHeader("order");
                                t.saveHeader("orders", Payload.empty());
                            }));
            AtomicReference<ViewTransaction> ended = new AtomicReference<>();
            run(store, ended::set);
            assertNotNow(() -> ended.get().count(ORDERS));
            assertNotNow(() -> ended.get().put(ORDERS, rows(List.of("late"))));
            assertNotNow(() -> ended.get().lock(ORDERS, 0));
            assertEquals(0, ViewWork.count(store, ORDERS));
            assertEquals(Map.of(), ask(store, t -> t.progress(ORDERS)));
            assertEquals(List.of(), ask(store, ViewTransaction::names));
            assertEquals(Optional.empty(), ask(store, t -> t.unwrap(StringBuilder.class)));
        }
    }

    private static void assertNotNow(Runnable call) {
        assertThrows(IllegalStateException.class, call::run);
    }

    @Test
    default void a_view_is_cleared_in_pieces_and_nothing_else() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            View next = new View("orders", 2);
            for (View view : List.of(ORDERS, next)) {
                run(
                        store,
                        t -> {
                            t.put(view, rows(KEYS));
                            for (int part = 0; part < 3; part++) {
                                t.lock(view, part);
                                t.save(view, part, progress(part));
                                t.park(view, parked(part, 1 + part, "k", State.HELD));
                            }
                            t.lockHeader("orders");
                            t.saveHeader("orders", Payload.ofText("header"));
                        });
            }
            run(store, t -> t.lock(ORDERS, 4));
            int removed = 0;
            int piece;
            do {
                piece = ask(store, t -> t.clear(ORDERS, 7));
                assertTrue(piece <= 7, "a piece of " + piece);
                removed += piece;
            } while (piece > 0);
            assertEquals(KEYS.size() + 6, removed);
            assertEquals(0, ViewWork.count(store, ORDERS));
            assertEquals(Map.of(), ask(store, t -> t.progress(ORDERS)));
            assertEquals(List.of(), ask(store, t -> t.parked(ORDERS, 0, "", 0, 9)));
            assertEquals(Progress.NONE, ask(store, t -> t.lock(ORDERS, 0)));
            assertEquals(List.of("orders"), ask(store, ViewTransaction::names));
            assertEquals(KEYS.size(), ViewWork.count(store, next));
            assertEquals(3, ask(store, t -> t.progress(next)).size());
            run(
                    store,
                    t -> {
                        t.lock(next, 0);
                        t.park(next, parked(9, 1, "k", State.HELD));
                        assertEquals(
                                KEYS.size() + 7, t.clear(next, 10_000), "with its own changes");
                        assertEquals(0, t.clear(next, 10_000));
                        t.save(next, 0, progress(1));
                    });
            assertEquals(Map.of(0, progress(1)), ask(store, t -> t.progress(next)));
            assertEquals(Progress.NONE, ask(store, t -> t.lock(next, 1)));
        }
    }

    /** How many random scripts are run, more in the long build. */
    default int viewScripts() {
        return 6;
    }

    @Test
    default void random_transactions_some_of_them_undone_do_what_a_plain_map_would() {
        Seeds.check(
                Seeds.range(1, viewScripts()),
                (seed, random) -> {
                    try (var opened = openViews()) {
                        new ViewScript(random).play(opened);
                    }
                });
    }
}
