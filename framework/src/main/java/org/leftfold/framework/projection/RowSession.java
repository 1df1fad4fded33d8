package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.framework.codec.DomainEvent;

/** Folds events into rows: each is read once and written once in a transaction. Of one thread. */
final class RowSession<E, V> implements Session<E> {
    /** How rows are folded. Safe for any thread. */
    interface Fold<E, V> {
        /** The row behind an event; null if there is none then. */
        @Nullable V evolve(@Nullable V row, DomainEvent<E> event, String key) throws Exception;

        /** Reads a row. */
        V read(Payload body);

        /**
         * Reads the row of a key.
         *
         * @throws UnreadableRowException if it does not fit the class (LF-5004)
         */
        default V read(String view, String key, Payload body) {
            try {
                return read(body);
            } catch (RuntimeException e) {
                throw new UnreadableRowException(view, key, type(), e);
            }
        }

        /** The class of the rows. */
        Class<?> type();

        /** Writes a row. */
        Payload write(V row);
    }

    /** A row in work. */
    private static final class Slot<V> {
        @Nullable Payload stored; // as it is in the store
        @Nullable V row;
        boolean isChanged;
    }

    private final Fold<E, V> fold;
    private final Place place;
    private final @Nullable Emitter<E, V, ?> emitter;
    private final Map<String, Slot<V>> slots = new LinkedHashMap<>();
    private String failedKey = "";

    RowSession(Fold<E, V> fold, Place place, @Nullable Emitter<E, V, ?> emitter) {
        this.emitter = emitter;
        this.fold = fold;
        this.place = place;
    }

    @Override
    public boolean hasRows() {
        return true;
    }

    @Override
    public void prepare(Collection<String> keys) {
        List<String> unknown = keys.stream().filter(key -> !slots.containsKey(key)).toList();
        if (unknown.isEmpty()) {
            return;
        }
        Map<String, Payload> found = place.transaction().find(place.view(), unknown);
        for (String key : unknown) {
            Slot<V> slot = new Slot<>();
            slot.stored = found.get(key);
            slots.put(key, slot);
        }
    }

    @Override
    public void apply(String key, DomainEvent<E> event) throws Exception {
        Slot<V> slot = slots.get(key);
        if (slot == null) {
            prepare(List.of(key));
            slot = Objects.requireNonNull(slots.get(key), "it was just read");
        }
        if (!slot.isChanged && slot.stored != null) {
            slot.row = fold.read(place.view().name(), key, slot.stored);
        }
        slot.isChanged = true;
        V row = fold.evolve(slot.row, event, key);
        slot.row = row;
        if (emitter != null && row != null) {
            emitter.after(row, event, key);
        }
    }

    @Override
    public void flush() {
        if (emitter != null) {
            emitter.flush(key -> failedKey = key); // durable before the place behind its cause is
            failedKey = "";
        }
        List<Row> rows = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        for (Map.Entry<String, Slot<V>> entry : slots.entrySet()) {
            Slot<V> slot = entry.getValue();
            if (!slot.isChanged) {
                continue;
            }
            V row = slot.row;
            if (row == null) {
                if (slot.stored != null) {
                    gone.add(entry.getKey());
                }
                continue;
            }
            failedKey = entry.getKey();
            Payload body = fold.write(row);
            Payload stored = slot.stored;
            if (stored == null || !body.equals(stored)) {
                int part = Keying.part(entry.getKey(), place.parts());
                rows.add(new Row(part, entry.getKey(), body)); // it may be too large
            }
            failedKey = "";
        }
        if (!rows.isEmpty()) {
            place.transaction().put(place.view(), rows);
        }
        if (!gone.isEmpty()) {
            place.transaction().remove(place.view(), gone);
        }
    }

    @Override
    public String failedKey() {
        return failedKey;
    }

    @Override
    public List<Runnable> effects() {
        return List.of();
    }
}
