package org.leftfold.testkit.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;

/**
 * The events of a scenario of a projection, and the keys of the personal data in them. Immutable.
 */
final class GivenEvents {
    private final List<Given> all;
    private final ScenarioKeys keys;

    /** An event of a stream. */
    record Given(StreamName stream, Object event, Metadata metadata) {}

    private GivenEvents(List<Given> all, ScenarioKeys keys) {
        this.all = List.copyOf(all);
        this.keys = keys;
    }

    static GivenEvents none() {
        return new GivenEvents(List.of(), new ScenarioKeys());
    }

    /** The same and some more. */
    GivenEvents and(String stream, Metadata metadata, Object... events) {
        List<Given> more = new ArrayList<>(all);
        for (Object event : events) {
            more.add(new Given(new StreamName(stream), event, metadata));
        }
        return new GivenEvents(more, new ScenarioKeys());
    }

    List<Given> all() {
        return all;
    }

    ScenarioKeys keys() {
        return keys;
    }

    /** A store with all of them. */
    InMemoryEventStore filled(EventSchema<?> schema) {
        InMemoryEventStore store = InMemoryEventStore.open();
        all.forEach(each -> append(store, schema, each));
        return store;
    }

    <E> void append(EventStore store, EventSchema<E> schema, Given each) {
        EventCodec<E> codec = keys.on(store).codec(schema);
        E event = schema.root().cast(each.event());
        NewEvent encoded = codec.encode(each.stream(), event, each.metadata(), Set.of());
        store.append(each.stream(), ExpectedVersion.any(), encoded);
    }

    /** The data subjects that they name. */
    <E> Set<String> subjects(EventStore store, EventSchema<E> schema) {
        return keys.on(store)
                .codec(schema)
                .subjectsOf(all.stream().map(each -> schema.root().cast(each.event())).toList());
    }
}
