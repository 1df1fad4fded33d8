package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.spi.Trying.assertRefused;
import static org.leftfold.testkit.tck.spi.ViewWork.ORDERS;
import static org.leftfold.testkit.tck.spi.ViewWork.all;
import static org.leftfold.testkit.tck.spi.ViewWork.ask;
import static org.leftfold.testkit.tck.spi.ViewWork.bodies;
import static org.leftfold.testkit.tck.spi.ViewWork.keys;
import static org.leftfold.testkit.tck.spi.ViewWork.row;
import static org.leftfold.testkit.tck.spi.ViewWork.rows;
import static org.leftfold.testkit.tck.spi.ViewWork.run;
import static org.leftfold.testkit.tck.spi.ViewWork.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.Limits;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;

/** What a view store promises about rows. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface ViewRowsTck {
    /** Opens an empty store that shares nothing with any other. */
    SpiTckStore<ViewStore> openViews();

    /** Keys that are all different, though some databases take some of them for the same. */
    List<String> KEYS =
            List.of(
                    "a",
                    "A",
                    "a ",
                    "a  ",
                    " a",
                    "a\u00a0",
                    "\u00e4",
                    "a\u0308",
                    "\u00c4",
                    "ss",
                    "\u00df",
                    "\u0130",
                    "i",
                    "I",
                    "\uff21",
                    "\ufb01",
                    "\uffee",
                    "\ue000",
                    "\ud83d\ude00",
                    "\ud83d\ude01",
                    "\ud800\udc00",
                    "\udbff\udffd",
                    "1",
                    "01",
                    "10",
                    "9",
                    "a'b\"c\\d%_",
                    "a\u200b",
                    "\ud55c",
                    "\u1112\u1161\u11ab",
                    "x".repeat(255),
                    "x".repeat(254) + "y",
                    "\u00e9".repeat(127),
                    "\ud83d\ude00".repeat(63));

    @Test
    default void a_row_comes_back_as_it_was_put_until_it_is_replaced_or_removed() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            run(store, t -> t.put(ORDERS, List.of(row(0, "k", "first"), row(7, "l", ""))));
            assertEquals(Optional.of("first"), ask(store, t -> text(t, ORDERS, "k")));
            assertEquals(Optional.of(""), ask(store, t -> text(t, ORDERS, "l")), "an empty body");
            run(store, t -> t.put(ORDERS, List.of(row(3, "k", "second"))));
            List<Row> now = List.of(row(3, "k", "second"), row(7, "l", ""));
            assertEquals(
                    new HashSet<>(now), new HashSet<>(ask(store, t -> t.page(ORDERS, -1, "", 9))));
            assertEquals(now.subList(0, 1), ask(store, t -> t.page(ORDERS, 3, "", 9)));
            assertEquals(List.of(), ask(store, t -> t.page(ORDERS, 0, "", 9)), "it has moved");
            run(store, t -> t.remove(ORDERS, List.of("k", "never there")));
            assertEquals(Optional.empty(), ask(store, t -> text(t, ORDERS, "k")));
            assertEquals(now.subList(1, 2), ask(store, t -> t.page(ORDERS, -1, "", 9)));
            assertEquals(Map.of(), ask(opened.reopen(), t -> t.find(ORDERS, List.of("k"))));
        }
    }

    @Test
    default void keys_that_look_alike_are_different_rows() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<Row> rows = new ArrayList<>();
            for (String key : KEYS) {
                rows.add(row(0, key, "body of " + rows.size()));
            }
            run(store, t -> t.put(ORDERS, rows.subList(0, KEYS.size() / 2)));
            run(store, t -> t.put(ORDERS, rows));
            assertEquals(KEYS.size(), ViewWork.count(store, ORDERS));
            assertEquals(bodies(rows), ask(store, t -> t.find(ORDERS, KEYS)));
            for (Row row : rows) {
                assertEquals(
                        Map.of(row.key(), row.body()),
                        ask(store, t -> t.find(ORDERS, List.of(row.key()))));
            }
            for (Row row : rows) {
                run(store, t -> t.remove(ORDERS, List.of(row.key())));
                assertEquals(KEYS.size() - 1 - rows.indexOf(row), ViewWork.count(store, ORDERS));
            }
        }
    }

    @Test
    default void rows_of_other_views_and_generations_are_apart() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<View> views = new ArrayList<>();
            for (String name : Trying.NAMES) {
                views.add(new View(name, 1));
                views.add(new View(name, Integer.MAX_VALUE));
            }
            run(store, t -> views.forEach(v -> t.put(v, List.of(row(0, "k", v.toString())))));
            run(store, t -> t.remove(views.getFirst(), List.of("k")));
            for (View view : views.subList(1, views.size())) {
                assertEquals(Optional.of(view.toString()), ask(store, t -> text(t, view, "k")));
                assertEquals(1, ViewWork.count(store, view));
                assertEquals(
                        List.of(row(0, "k", view.toString())),
                        ask(store, t -> t.page(view, -1, "", 9)));
            }
            assertEquals(0, ViewWork.count(store, views.getFirst()));
        }
    }

    @Test
    default void large_bodies_come_back_as_they_were_put() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            Random random = new Random(7);
            List<Row> rows = new ArrayList<>();
            for (int bytes : List.of(Limits.MAX_PAYLOAD_BYTES, 0, 1, 255, 256, 8_191, 70_000)) {
                byte[] body = new byte[bytes];
                random.nextBytes(body);
                rows.add(new Row(0, "random " + bytes, Payload.of(body)));
                rows.add(new Row(0, "zeros " + bytes, Payload.of(new byte[bytes])));
            }
            for (int i = 0; i < 5; i++) {
                rows.add(new Row(0, "large " + i, rows.getFirst().body()));
            }
            run(store, t -> t.put(ORDERS, rows));
            List<String> keys = keys(rows);
            assertEquals(bodies(rows), ask(opened.reopen(), t -> t.find(ORDERS, keys)));
            assertEquals(
                    new HashSet<>(rows),
                    new HashSet<>(ask(opened.store(), t -> t.page(ORDERS, -1, "", 100))));
        }
    }

    /** Databases limit the parameters of a statement. */
    @Test
    default void thousands_of_rows_go_in_one_call() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<Row> rows =
                    IntStream.range(0, 7_000)
                            .mapToObj(i -> row(i % 4, "key " + i, "b" + i))
                            .toList();
            List<String> keys = keys(rows);
            run(store, t -> t.put(ORDERS, rows));
            List<String> more = new ArrayList<>(keys);
            IntStream.range(0, 7_000).forEach(i -> more.add("absent " + i));
            assertEquals(bodies(rows), ask(store, t -> t.find(ORDERS, more)));
            assertEquals(7_000, ask(store, t -> t.page(ORDERS, -1, "", 10_000)).size());
            run(store, t -> t.remove(ORDERS, more.subList(1_000, more.size())));
            assertEquals(1_000, ViewWork.count(store, ORDERS));
            assertEquals(bodies(rows.subList(0, 1_000)), ask(store, t -> t.find(ORDERS, keys)));
            run(store, t -> t.put(ORDERS, List.of()));
            run(store, t -> t.remove(ORDERS, List.of()));
            assertEquals(Map.of(), ask(store, t -> t.find(ORDERS, List.of())));
        }
    }

    @Test
    default void pages_continue_each_other_in_one_order_whatever_the_keys() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<String> keys = new ArrayList<>(KEYS);
            IntStream.range(0, 40).forEach(i -> keys.add("key " + i));
            View other = new View("other", 1);
            run(store, t -> t.put(ORDERS, rows(keys)));
            Collections.shuffle(keys, new Random(3));
            keys.forEach(key -> run(store, t -> t.put(other, rows(List.of(key)))));
            List<String> order = keys(ask(store, t -> t.page(ORDERS, -1, "", 1_000)));
            assertEquals(new HashSet<>(keys), new HashSet<>(order));
            assertEquals(keys.size(), order.size(), "each once");
            for (int limit : List.of(1, 2, 7, order.size(), order.size() + 1)) {
                assertEquals(order, keys(ask(store, t -> all(t, ORDERS, -1, limit))));
                assertEquals(order, keys(ask(store, t -> all(t, other, -1, limit))));
            }
            ViewStore again = opened.reopen();
            for (String key : order) {
                List<String> behind = order.subList(order.indexOf(key) + 1, order.size());
                assertEquals(behind, keys(ask(again, t -> t.page(ORDERS, -1, key, 1_000))));
            }
            assertEquals(List.of(), ask(again, t -> t.page(ORDERS, -1, "", 0)));
            run(again, t -> t.remove(ORDERS, order.subList(3, 6)));
            assertEquals(
                    order.get(6),
                    ask(again, t -> t.page(ORDERS, -1, order.get(4), 1)).getFirst().key(),
                    "behind a key that has no row");
        }
    }

    @Test
    default void pages_show_a_part_and_what_the_transaction_has_changed() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            List<Row> rows =
                    IntStream.range(100, 160).mapToObj(i -> row(i % 3, "k" + i, "b")).toList();
            run(store, t -> t.put(ORDERS, rows));
            for (int limit : List.of(1, 4, 100)) {
                List<Row> part = ask(store, t -> all(t, ORDERS, 1, limit));
                assertEquals(20, part.size(), "each once");
                assertEquals(
                        rows.stream().filter(row -> row.part() == 1).collect(Collectors.toSet()),
                        new HashSet<>(part));
            }
            run(
                    store,
                    t -> {
                        t.put(ORDERS, List.of(row(1, "k100", "mine"), row(0, "k1005", "new")));
                        t.remove(ORDERS, List.of("k101", "k102"));
                        List<Row> expected = new ArrayList<>(rows.subList(3, rows.size()));
                        expected.add(row(0, "k1005", "new"));
                        expected.add(row(1, "k100", "mine"));
                        for (int part : List.of(-1, 0, 1, 2)) {
                            List<Row> page = all(t, ORDERS, part, 5);
                            assertEquals(
                                    expected.stream()
                                            .filter(row -> part < 0 || row.part() == part)
                                            .collect(Collectors.toSet()),
                                    new HashSet<>(page));
                            assertEquals(t.page(ORDERS, part, "", 1_000), page, "in one order");
                        }
                    });
        }
    }

    @Test
    default void rows_are_counted_with_what_the_transaction_has_changed() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            assertEquals(0, ViewWork.count(store, ORDERS));
            run(store, t -> t.put(ORDERS, rows(List.of("a", "b", "c"))));
            run(
                    store,
                    t -> {
                        assertEquals(3, t.count(ORDERS));
                        t.put(ORDERS, rows(List.of("a", "d", "e")));
                        assertEquals(5, t.count(ORDERS));
                        t.remove(ORDERS, List.of("b", "e", "z"));
                        assertEquals(3, t.count(ORDERS));
                        t.put(ORDERS, rows(List.of("b")));
                        assertEquals(4, t.count(ORDERS));
                    });
            assertEquals(4, ViewWork.count(store, ORDERS));
        }
    }

    @Test
    default void what_is_named_wrongly_is_refused_and_changes_nothing() {
        try (var opened = openViews()) {
            ViewStore store = opened.store();
            run(store, t -> t.put(ORDERS, rows(List.of("k"))));
            for (String name : Trying.NO_NAMES) {
                assertRefused("LF-1001", () -> new View(name, 1));
                assertRefused("LF-1001", () -> row(0, name, "b"));
                Collection<String> keys = List.of("k", name);
                assertRefused("LF-1001", () -> run(store, t -> t.find(ORDERS, keys)));
                assertRefused("LF-1001", () -> run(store, t -> t.remove(ORDERS, keys)));
                assertRefused("LF-1001", () -> run(store, t -> t.header(name)));
                assertRefused("LF-1001", () -> run(store, t -> t.lockHeader(name)));
                if (!name.isEmpty()) {
                    assertRefused("LF-1001", () -> run(store, t -> t.page(ORDERS, -1, name, 1)));
                    assertRefused(
                            "LF-1001", () -> run(store, t -> t.parked(ORDERS, 0, name, 0, 1)));
                }
            }
            assertRefused("LF-1003", () -> new View("orders", 0));
            assertRefused("LF-1003", () -> row(-1, "k", "b"));
            List<Row> twice = List.of(row(0, "l", "b"), row(0, "k", "b"), row(1, "k", "c"));
            assertThrows(
                    IllegalArgumentException.class, () -> run(store, t -> t.put(ORDERS, twice)));
            Payload large = Payload.of(new byte[Limits.MAX_PAYLOAD_BYTES + 1]);
            assertRefused("LF-1002", () -> new Row(0, "k", large));
            assertRefused(
                    "LF-1002",
                    () ->
                            run(
                                    store,
                                    t -> {
                                        assertEquals(Optional.empty(), t.lockHeader("orders"));
                                        t.saveHeader("orders", large);
                                    }));
            assertEquals(rows(List.of("k")), ask(store, t -> t.page(ORDERS, -1, "", 9)));
            assertTrue(ask(store, t -> t.header("orders")).isEmpty());
        }
    }
}
