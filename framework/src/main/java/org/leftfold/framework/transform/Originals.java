package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;

/**
 * Finds what copied events were copied from, where that is in the same store: so who reads both can
 * take each fact once. As safe for threads as what looks them up.
 */
@FunctionalInterface
public interface Originals {
    /** The event that a provenance names, if it can be read here. */
    Optional<RecordedEvent> find(Provenance provenance);

    /** Those of a store. Each is one short read, by stream and version. */
    static Originals in(EventStore store) {
        return provenance -> {
            ReadRequest one =
                    ReadRequest.stream(provenance.stream())
                            .afterVersion(provenance.version() - 1)
                            .limit(1);
            try (Events events = store.read(one)) {
                return events.hasNext()
                        ? Optional.of(events.next()).filter(provenance::names)
                        : Optional.empty();
            }
        };
    }

    /** What an event was copied from by splits and merges of this store, newest first. */
    default List<RecordedEvent> of(RecordedEvent copy) {
        List<Provenance> chain = Provenance.chain(copy);
        if (chain.isEmpty()) {
            return List.of(); // as almost always
        }
        List<RecordedEvent> originals = new ArrayList<>();
        for (Provenance provenance : chain) {
            if (!provenance.names(copy)) { // it does if the whole store is a copy
                find(provenance).ifPresent(originals::add);
            }
        }
        return originals;
    }
}
