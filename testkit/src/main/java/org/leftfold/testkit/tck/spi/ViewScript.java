package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.leftfold.testkit.tck.spi.ViewWork.all;
import static org.leftfold.testkit.tck.spi.ViewWork.ask;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;

/**
 * Random transactions on a few views, the same on plain maps, and a look at everything after each.
 * For one thread.
 */
final class ViewScript {
    private static final int TRANSACTIONS = 40;
    private static final int MOST_STEPS = 12;
    private static final int PARTS = 3;
    private static final List<View> VIEWS =
            List.of(new View("orders", 1), new View("orders", 2), new View("Orders", 1));

    /** What is there, as it has to be. */
    private static final class Model {
        final Map<View, Map<String, Row>> rows = new HashMap<>();
        final Map<View, Map<Integer, Progress>> progress = new HashMap<>();
        final Map<View, Map<Integer, NavigableMap<Long, ParkedEvent>>> parked = new HashMap<>();
        final Map<String, Payload> headers = new TreeMap<>();

        Model copy() {
            Model copy = new Model();
            rows.forEach((view, of) -> copy.rows.put(view, new HashMap<>(of)));
            progress.forEach((view, of) -> copy.progress.put(view, new HashMap<>(of)));
            parked.forEach((view, parts) ->
                    parts.forEach((part, of) -> copy.parked(view, part).putAll(of)));
            copy.headers.putAll(headers);
            return copy;
        }

        Map<String, Row> rows(View view) {
            return rows.computeIfAbsent(view, any -> new HashMap<>());
        }

        Map<Integer, Progress> progress(View view) {
            return progress.computeIfAbsent(view, any -> new HashMap<>());
        }

        NavigableMap<Long, ParkedEvent> parked(View view, int part) {
            return parked.computeIfAbsent(view, any -> new HashMap<>())
                    .computeIfAbsent(part, any -> new TreeMap<>());
        }

        int size(View view) {
            int size = rows(view).size() + progress(view).size();
            for (int part = 0; part < PARTS; part++) {
                size += parked(view, part).size();
            }
            return size;
        }

        void clear(View view) {
            rows.remove(view);
            progress.remove(view);
            parked.remove(view);
        }
    }

    private final SplittableRandom random;
    private Model model = new Model();

    ViewScript(SplittableRandom random) {
        this.random = random;
    }

    /** Thrown to undo a transaction. */
    private static final class Undone extends IOException {
        private static final long serialVersionUID = 1L;
    }

    void play(SpiTckStore<ViewStore> opened) {
        for (int i = 0; i < TRANSACTIONS; i++) {
            ViewStore store = random.nextInt(8) == 0 ? opened.reopen() : opened.store();
            Model changed = model.copy();
            int steps = random.nextInt(MOST_STEPS);
            if (random.nextInt(3) == 0) {
                assertThrows(
                        Undone.class,
                        () ->
                                store.inTransaction(t -> {
                                    play(t, changed, steps);
                                    throw new Undone();
                                }));
            } else {
                ask(store, t -> play(t, changed, steps));
                model = changed;
            }
            boolean same = ask(store, t -> compare(t, model));
            assertEquals(true, same);
        }
    }

    private boolean play(ViewTransaction transaction, Model changed, int steps) {
        for (int i = 0; i < steps; i++) {
            step(transaction, changed, pick(VIEWS));
        }
        return compare(transaction, changed);
    }

    private void step(ViewTransaction transaction, Model changed, View view) {
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                List<Row> rows =
                        keys().stream()
                                .map(key -> new Row(random.nextInt(PARTS), key, payload()))
                                .toList();
                transaction.put(view, rows);
                rows.forEach(row -> changed.rows(view).put(row.key(), row));
            }
            case 2 -> {
                Set<String> keys = keys();
                transaction.remove(view, keys);
                changed.rows(view).keySet().removeAll(keys);
            }
            case 3 -> {
                int part = random.nextInt(PARTS);
                Progress before = transaction.lock(view, part);
                assertEquals(changed.progress(view).getOrDefault(part, Progress.NONE), before);
                if (random.nextBoolean()) {
                    Progress now = ViewWork.progress(random.nextInt(1_000));
                    transaction.save(view, part, now);
                    changed.progress(view).put(part, now);
                }
            }
            case 4 -> {
                ParkedEvent event = parked();
                transaction.park(view, event);
                changed.parked(view, event.part()).put(event.sequence(), event);
            }
            case 5 -> {
                int part = random.nextInt(PARTS);
                long sequence = 1L + random.nextInt(20);
                transaction.unpark(view, part, sequence);
                changed.parked(view, part).remove(sequence);
            }
            case 6 -> {
                String name = pick(ViewRowsTck.KEYS);
                assertEquals(
                        Optional.ofNullable(changed.headers.get(name)),
                        transaction.lockHeader(name));
                Payload header = payload();
                transaction.saveHeader(name, header);
                changed.headers.put(name, header);
            }
            default -> {
                if (random.nextInt(4) == 0) {
                    assertEquals(changed.size(view), transaction.clear(view, 1_000));
                    changed.clear(view);
                }
            }
        }
    }

    private boolean compare(ViewTransaction transaction, Model expected) {
        for (View view : VIEWS) {
            Map<String, Row> rows = expected.rows(view);
            assertEquals(ViewWork.bodies(rows.values()), transaction.find(view, ViewRowsTck.KEYS));
            assertEquals(rows.size(), transaction.count(view));
            int part = random.nextInt(PARTS + 1) - 1;
            List<Row> found = all(transaction, view, part, 1 + random.nextInt(20));
            Set<Row> ofPart =
                    rows.values().stream()
                            .filter(row -> part < 0 || row.part() == part)
                            .collect(Collectors.toSet());
            assertEquals(ofPart, new HashSet<>(found));
            assertEquals(ofPart.size(), found.size(), "each once");
            assertEquals(expected.progress(view), transaction.progress(view));
            compareParked(transaction, expected, view);
        }
        assertEquals(List.copyOf(expected.headers.keySet()), transaction.names());
        String name = pick(ViewRowsTck.KEYS);
        assertEquals(Optional.ofNullable(expected.headers.get(name)), transaction.header(name));
        return true;
    }

    private void compareParked(ViewTransaction transaction, Model expected, View view) {
        int part = random.nextInt(PARTS);
        NavigableMap<Long, ParkedEvent> events = expected.parked(view, part);
        assertEquals(List.copyOf(events.values()), transaction.parked(view, part, "", 0, 1_000));
        long after = random.nextInt(20);
        String key = pick(ViewRowsTck.KEYS);
        assertEquals(
                events.tailMap(after, false).values().stream()
                        .filter(event -> event.key().equals(key))
                        .limit(2)
                        .toList(),
                transaction.parked(view, part, key, after, 2));
        assertEquals(
                events.values().stream()
                        .filter(event -> event.state() != State.SKIPPED)
                        .map(ParkedEvent::key)
                        .collect(Collectors.toSet()),
                transaction.parkedKeys(view, part));
        assertEquals(events.isEmpty() ? 0 : events.lastKey(), transaction.lastParked(view, part));
    }

    private ParkedEvent parked() {
        return new ParkedEvent(
                random.nextInt(PARTS),
                1 + random.nextInt(20),
                pick(ViewRowsTck.KEYS),
                pick(List.of(State.values())),
                new StreamName("order-" + random.nextInt(9)),
                1 + random.nextLong(Long.MAX_VALUE),
                "Type" + random.nextInt(9),
                random.nextInt(9),
                "error ".repeat(random.nextInt(9)),
                random.nextBoolean() ? Optional.of(payload()) : Optional.empty(),
                Instant.EPOCH.plusNanos(1_000 * random.nextLong(1L << 50)));
    }

    private Set<String> keys() {
        Set<String> keys = new HashSet<>();
        int count = random.nextInt(9);
        for (int i = 0; i < count; i++) {
            keys.add(pick(ViewRowsTck.KEYS));
        }
        return keys;
    }

    private Payload payload() {
        byte[] bytes =
                new byte[random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(60)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        return Payload.of(bytes);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
