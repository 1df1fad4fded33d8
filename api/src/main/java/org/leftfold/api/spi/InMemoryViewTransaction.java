package org.leftfold.api.spi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.InMemoryViewStore.Stored;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;

/** A transaction on views in memory: what it changes lies beside what is committed. One thread. */
final class InMemoryViewTransaction implements ViewTransaction {
    /** What a transaction has changed in one view; an empty optional is a removal. */
    private static final class Changes {
        final NavigableMap<String, Optional<Row>> rows = new TreeMap<>();
        final Map<Integer, Optional<Progress>> progress = new TreeMap<>();
        final Map<Integer, NavigableMap<Long, Optional<ParkedEvent>>> parked = new HashMap<>();
    }

    private record Part(View view, int part) {}

    private record Header(String name) {}

    private final InMemoryViewStore store;
    private final Consumer<Object> lock;
    private final Set<Object> locked = new HashSet<>();
    private final Map<View, Changes> changed = new HashMap<>();
    private final Map<String, Payload> headers = new HashMap<>();
    private boolean ended;
    private @Nullable StoreUnavailableException failure;

    InMemoryViewTransaction(InMemoryViewStore store, Consumer<Object> lock) {
        this.store = store;
        this.lock = lock;
    }

    /** Shows what was changed; nobody looks meanwhile. */
    void commit() {
        store.headers.putAll(headers);
        changed.forEach((view, changes) -> {
            Stored stored = store.views.computeIfAbsent(view, any -> new Stored());
            changes.rows.forEach((key, row) -> put(stored.rows, key, row));
            changes.progress.forEach((part, progress) -> put(stored.progress, part, progress));
            changes.parked.forEach((part, events) -> {
                NavigableMap<Long, ParkedEvent> kept =
                        stored.parked.computeIfAbsent(part, any -> new TreeMap<>());
                events.forEach((sequence, event) -> put(kept, sequence, event));
            });
        });
    }

    private static <K, V> void put(Map<K, V> into, K key, Optional<V> value) {
        value.ifPresentOrElse(some -> into.put(key, some), () -> into.remove(key));
    }

    void end() {
        ended = true;
    }

    /** What the store could not do in it; null if it could do everything. */
    @Nullable StoreUnavailableException failure() {
        return failure;
    }

    private void take(Object what) {
        requireOpen();
        try {
            lock.accept(what);
        } catch (StoreUnavailableException e) {
            failure = e;
            throw e;
        }
        locked.add(what);
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("this transaction has ended");
        }
        if (failure != null) {
            throw new IllegalStateException("this transaction has failed", failure);
        }
    }

    private void requireLock(Object what) {
        requireOpen();
        if (!locked.contains(what)) {
            throw new IllegalStateException("%s is not locked by this transaction".formatted(what));
        }
    }

    private Changes changes(View view) {
        requireOpen();
        return changed.computeIfAbsent(view, any -> new Changes());
    }

    @Override
    public Optional<Payload> header(String name) {
        requireOpen();
        NameRule.check("view name", name);
        Payload own = headers.get(name);
        return own == null ? store.look(() -> store.header(name)) : Optional.of(own);
    }

    @Override
    public Optional<Payload> lockHeader(String name) {
        requireOpen();
        NameRule.check("view name", name);
        take(new Header(name));
        return header(name);
    }

    @Override
    public void saveHeader(String name, Payload header) {
        requireLock(new Header(name));
        headers.put(name, ViewStore.checkSize("header", header));
    }

    @Override
    public List<String> names() {
        requireOpen();
        Set<String> names = new TreeSet<>(store.look(() -> List.copyOf(store.headers.keySet())));
        names.addAll(headers.keySet());
        return List.copyOf(names);
    }

    @Override
    public Progress lock(View view, int part) {
        take(new Part(view, part));
        return progress(view).getOrDefault(part, Progress.NONE);
    }

    @Override
    public void save(View view, int part, Progress progress) {
        requireLock(new Part(view, part));
        changes(view).progress.put(part, Optional.of(progress));
    }

    @Override
    public Map<Integer, Progress> progress(View view) {
        Changes own = changes(view);
        Map<Integer, Progress> all =
                new TreeMap<>(store.look(() -> Map.copyOf(store.stored(view).progress)));
        own.progress.forEach((part, progress) -> put(all, part, progress));
        return all;
    }

    @Override
    public Map<String, Payload> find(View view, Collection<String> keys) {
        Changes own = changes(view);
        return store.look(() -> {
            Stored stored = store.stored(view);
            Map<String, Payload> found = new HashMap<>();
            for (String key : keys) {
                Optional<Row> row = own.rows.get(NameRule.check("view key", key));
                if (row == null) {
                    row = Optional.ofNullable(stored.rows.get(key));
                }
                row.ifPresent(one -> found.put(key, one.body()));
            }
            return found;
        });
    }

    @Override
    public void put(View view, Collection<Row> rows) {
        Changes own = changes(view);
        requireDistinct(rows);
        rows.forEach(row -> own.rows.put(row.key(), Optional.of(row)));
    }

    private static void requireDistinct(Collection<Row> rows) {
        Set<String> keys = new HashSet<>();
        for (Row row : rows) {
            if (!keys.add(row.key())) {
                throw new IllegalArgumentException(
                        "two rows have the key '%s'".formatted(row.key()));
            }
        }
    }

    @Override
    public void remove(View view, Collection<String> keys) {
        Changes own = changes(view);
        keys.forEach(key -> NameRule.check("view key", key));
        keys.forEach(key -> own.rows.put(key, Optional.empty()));
    }

    @Override
    public List<Row> page(View view, int part, String after, int limit) {
        Changes own = changes(view);
        checkKeyOrNone(after);
        return store.look(() -> {
            NavigableMap<String, Row> rows = store.stored(view).rows;
            List<Row> page = new ArrayList<>();
            String at = after;
            while (page.size() < limit) {
                String stored = rows.higherKey(at);
                String changedKey = own.rows.higherKey(at);
                if (stored == null && changedKey == null) {
                    break;
                }
                at = lower(stored, changedKey);
                Optional<Row> row = own.rows.getOrDefault(at, Optional.ofNullable(rows.get(at)));
                row.filter(one -> part < 0 || one.part() == part).ifPresent(page::add);
            }
            return page;
        });
    }

    private static void checkKeyOrNone(String key) {
        if (!key.isEmpty()) {
            NameRule.check("view key", key);
        }
    }

    private static String lower(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) {
            return one == null ? Objects.requireNonNull(other) : one;
        }
        return one.compareTo(other) <= 0 ? one : other;
    }

    @Override
    public long count(View view) {
        Changes own = changes(view);
        return store.look(() -> {
            NavigableMap<String, Row> rows = store.stored(view).rows;
            long count = rows.size();
            for (Map.Entry<String, Optional<Row>> change : own.rows.entrySet()) {
                boolean before = rows.containsKey(change.getKey());
                boolean now = change.getValue().isPresent();
                count += (now ? 1 : 0) - (before ? 1 : 0);
            }
            return count;
        });
    }

    @Override
    public void park(View view, ParkedEvent event) {
        changes(view)
                .parked
                .computeIfAbsent(event.part(), any -> new TreeMap<>())
                .put(event.sequence(), Optional.of(event));
    }

    @Override
    public void unpark(View view, int part, long sequence) {
        changes(view)
                .parked
                .computeIfAbsent(part, any -> new TreeMap<>())
                .put(sequence, Optional.empty());
    }

    private Stream<ParkedEvent> parked(View view, int part) {
        Changes own = changes(view);
        NavigableMap<Long, ParkedEvent> all =
                store.look(() ->
                        new TreeMap<>(
                                store.stored(view).parked.getOrDefault(part, new TreeMap<>())));
        own.parked
                .getOrDefault(part, new TreeMap<>())
                .forEach((sequence, event) -> put(all, sequence, event));
        return all.values().stream();
    }

    @Override
    public List<ParkedEvent> parked(View view, int part, String key, long after, int limit) {
        checkKeyOrNone(key);
        return parked(view, part)
                .filter(event -> event.sequence() > after)
                .filter(event -> key.isEmpty() || event.key().equals(key))
                .limit(limit)
                .toList();
    }

    @Override
    public Set<String> parkedKeys(View view, int part) {
        Set<String> keys = new TreeSet<>();
        parked(view, part)
                .filter(event -> event.state() != State.SKIPPED)
                .forEach(event -> keys.add(event.key()));
        return keys;
    }

    @Override
    public long lastParked(View view, int part) {
        return parked(view, part).mapToLong(ParkedEvent::sequence).max().orElse(0);
    }

    @Override
    public int clear(View view, int limit) {
        int left = limit;
        for (Row row : page(view, -1, "", left)) {
            changes(view).rows.put(row.key(), Optional.empty());
            left--;
        }
        Set<Integer> parts =
                new TreeSet<>(store.look(() -> List.copyOf(store.stored(view).parked.keySet())));
        parts.addAll(changes(view).parked.keySet());
        for (int part : parts) {
            for (ParkedEvent event : parked(view, part, "", 0, left)) {
                unpark(view, part, event.sequence());
                left--;
            }
        }
        for (int part : progress(view).keySet()) {
            if (left > 0) {
                changes(view).progress.put(part, Optional.empty());
                left--;
            }
        }
        return limit - left;
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        requireOpen();
        return Optional.empty();
    }
}
