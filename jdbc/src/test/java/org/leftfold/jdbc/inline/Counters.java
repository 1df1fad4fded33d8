package org.leftfold.jdbc.inline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Rows;

/** The domain of these tests: counters, of which a view knows each, and one knows all together. */
final class Counters {
    static final EventSchema<CounterEvent> SCHEMA = EventSchema.of(CounterEvent.class);

    private static final EventCodec<CounterEvent> CODEC =
            Leftfold.on(InMemoryEventStore.open()).codec(SCHEMA);

    private Counters() {}

    sealed interface CounterEvent {}

    @EventName("counted")
    record Counted(int by) implements CounterEvent {}

    @EventName("renamed")
    record Renamed(String name) implements CounterEvent {}

    /** A counter; order matters: the versions it was told are in it. */
    record Counter(long sum, List<Long> versions) {}

    /** All counters. */
    record Total(long sum, long events) {}

    /** A row for each counter, in three parts. Negative numbers fail. */
    static Projection.Builder<CounterEvent, Counter> each() {
        return Projection.of("each", Counter.class, SCHEMA, Counters::count, Counted.class)
                .parts(3);
    }

    /** One row for all of them. */
    static Projection.Builder<CounterEvent, Total> total() {
        return Projection.of("total", Total.class, SCHEMA, Counters::add, Counted.class)
                .keyedBy(Keying.single("all"));
    }

    private static Counter count(
            @Nullable Counter row, DomainEvent<CounterEvent> event, String key) {
        int by = ((Counted) event.event()).by();
        if (by < 0) {
            throw new IllegalArgumentException("it counts by " + by);
        }
        List<Long> versions = new ArrayList<>(row == null ? List.of() : row.versions());
        versions.add(event.version());
        return new Counter((row == null ? 0 : row.sum()) + by, versions);
    }

    private static Total add(@Nullable Total row, DomainEvent<CounterEvent> event, String key) {
        Total before = row == null ? new Total(0, 0) : row;
        return new Total(before.sum() + ((Counted) event.event()).by(), before.events() + 1);
    }

    static StreamName stream(Object id) {
        return StreamName.of("counter", "" + id);
    }

    static NewEvent event(CounterEvent event) {
        return CODEC.encode(event, Metadata.none(), Set.of());
    }

    static Append counts(Object id, int... by) {
        List<NewEvent> events = new ArrayList<>();
        for (int each : by) {
            events.add(event(new Counted(each)));
        }
        return Append.to(stream(id), ExpectedVersion.any(), events);
    }

    static <V> Map<String, V> rows(Rows<V> rows) {
        Map<String, V> all = new TreeMap<>();
        rows.stream().forEach(entry -> all.put(entry.key(), entry.row()));
        return all;
    }

    /** What the view would be if it were folded from the log now. */
    static <V> Map<String, V> folded(EventStore store, Projection<V> projection) {
        return new TreeMap<>(Leftfold.on(store).fold(projection).all());
    }
}
