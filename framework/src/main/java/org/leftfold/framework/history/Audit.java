package org.leftfold.framework.history;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.Metadata;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;

/**
 * Who did what, when and why, over a whole store (R84). The period is found by halving; within it
 * every event that matches the query is read, for actors and reasons are not indexed. Immutable.
 *
 * <pre>{@code
 * Audit.of(store).by("anna").from(monday).to(tuesday).forEach(event -> ...);
 * }</pre>
 */
public final class Audit {
    private final EventStore store;
    private final Query query;
    private final Instant from;
    private final Instant to;
    private final Predicate<RecordedEvent> filter;

    private Audit(
            EventStore store,
            Query query,
            Instant from,
            Instant to,
            Predicate<RecordedEvent> filter) {
        this.store = store;
        this.query = query;
        this.from = from;
        this.to = to;
        this.filter = filter;
    }

    /** Everything in a store. */
    public static Audit of(EventStore store) {
        return new Audit(store, Query.all(), Instant.MIN, Instant.MAX, event -> true);
    }

    /** Only events that match a query: a stream, a category, types, tags. */
    public Audit matching(Query other) {
        return new Audit(store, other, from, to, filter);
    }

    /** Only what this actor did. */
    public Audit by(String actor) {
        return that(event -> actor.equals(event.metadata().value(Metadata.ACTOR).orElse(null)));
    }

    /** Only events whose reason contains this text, in whatever case. */
    public Audit because(String text) {
        String part = text.toLowerCase(java.util.Locale.ROOT);
        return that(event -> {
            Optional<String> reason = event.metadata().value(Metadata.REASON);
            return reason.isPresent()
                    && reason.get().toLowerCase(java.util.Locale.ROOT).contains(part);
        });
    }

    /** Only events that this holds for. */
    public Audit that(Predicate<RecordedEvent> condition) {
        return new Audit(store, query, from, to, filter.and(condition));
    }

    /** Only events recorded at this time or later. */
    public Audit from(Instant time) {
        return new Audit(store, query, time, to, filter);
    }

    /** Only events recorded before this time. */
    public Audit to(Instant time) {
        return new Audit(store, query, from, time, filter);
    }

    /** Visits them, oldest first. */
    public void forEach(Consumer<? super RecordedEvent> visitor) {
        ReadRequest request = ReadRequest.of(query).after(lastBefore(from)).to(lastBefore(to));
        try (Events events = store.read(request)) {
            events.forEachRemaining(event -> {
                if (filter.test(event)) {
                    visitor.accept(event);
                }
            });
        }
    }

    /** How many they are. */
    public long count() {
        long[] count = {0};
        forEach(event -> count[0]++);
        return count[0];
    }

    /** The last position recorded before a time, or 0: times never decrease with positions. */
    private long lastBefore(Instant time) {
        long head = store.head();
        if (time.equals(Instant.MAX)) {
            return head;
        }
        long low = 0; // recorded before
        long high = head + 1; // recorded at the time or later, or there is none
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            Optional<RecordedEvent> at = firstFrom(middle, high);
            if (at.isPresent() && at.get().recordedAt().isBefore(time)) {
                low = at.get().position();
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * The first event that is still there, of the positions from {@code from} up to {@code end}.
     */
    private Optional<RecordedEvent> firstFrom(long first, long end) {
        try (Events events = store.read(ReadRequest.all().after(first - 1).to(end - 1).limit(1))) {
            return events.hasNext() ? Optional.of(events.next()) : Optional.empty();
        }
    }

    /** What is asked; not who or why, which are looked at event by event. */
    @Override
    public String toString() {
        return "audit of %s from %s to %s".formatted(query, from, to);
    }
}
