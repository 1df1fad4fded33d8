package org.leftfold.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AppendRules;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.StreamPlace;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;

/**
 * The appends that are about to become durable together: what the index does not know yet. Writer
 * thread only.
 */
final class Group {
    private final List<Write> writes = new ArrayList<>();
    private final Map<StreamName, Write> newest = new HashMap<>();
    private final List<Truncation> truncations = new ArrayList<>();
    private final Set<StreamName> truncated = new HashSet<>();
    private final Map<Key, Place> places = new HashMap<>();
    private final EventIndex index;
    private final Restoration restoration;
    private int filed; // so many writes are in places
    private int eventCount;
    private int callCount;

    /**
     * Accepted events of one stream.
     *
     * @param events the events
     * @param firstVersion version of the first
     * @param firstPosition position of the first
     * @param location where their frame is
     * @param place where the stream was found before, if that was looked for
     */
    record Write(
            StreamName stream,
            List<NewEvent> events,
            long firstVersion,
            long firstPosition,
            long location,
            @Nullable StreamPlace place) {
        long lastVersion() {
            return firstVersion + events.size() - 1;
        }
    }

    Group(EventIndex index) {
        this.index = index;
        restoration = new Restoration(index);
    }

    /** The entries of a backup in this group, which then holds nothing else. */
    Restoration restoration() {
        return restoration;
    }

    void add(Write write) {
        writes.add(write);
        newest.put(write.stream(), write);
        eventCount += write.events().size();
    }

    /** An act that keeps a stream from a version on. */
    record Truncation(StreamName stream, long firstKeptVersion) {}

    void add(Truncation truncation) {
        truncations.add(truncation);
        truncated.add(truncation.stream());
    }

    /** Whether an act for a stream depends on nothing in this group. */
    boolean mayTruncate(StreamName stream) {
        return writes.isEmpty() && restoration.isEmpty() && !truncated.contains(stream);
    }

    boolean hasTruncations() {
        return !truncations.isEmpty();
    }

    boolean isEmpty() {
        return writes.isEmpty() && truncations.isEmpty() && restoration.isEmpty();
    }

    List<Write> writes() {
        return writes;
    }

    List<Truncation> truncations() {
        return truncations;
    }

    /** Number of calls whose outcome rests on this group. */
    int callCount() {
        return callCount;
    }

    /** Counts one more call. */
    void addCall() {
        callCount++;
    }

    int eventCount() {
        return eventCount + restoration.eventCount();
    }

    /** Version of a stream after this group, or -1 if the group does not write it. */
    long versionOf(StreamName stream) {
        Write own = newest.get(stream);
        return own == null ? -1 : own.lastVersion();
    }

    /** The event of this group with an id in a stream, if there is one. */
    AppendRules.@Nullable Known find(StreamName stream, NewEvent wanted) {
        if (!newest.containsKey(stream)) {
            return null;
        }
        for (; filed < writes.size(); filed++) { // only groups that are asked for ids pay for this
            Write write = writes.get(filed);
            for (int i = 0; i < write.events().size(); i++) {
                places.put(
                        new Key(write.stream(), write.events().get(i).id()), new Place(write, i));
            }
        }
        Place place = places.get(new Key(stream, wanted.id()));
        if (place == null) {
            return null;
        }
        Write write = place.write();
        boolean same = write.events().get(place.index()).equals(wanted);
        return new AppendRules.Known(
                write.firstVersion() + place.index(), write.firstPosition() + place.index(), same);
    }

    private record Key(StreamName stream, EventId id) {}

    private record Place(Write write, int index) {}

    /** Position of the first event of this group above {@code after} that matches, or -1. */
    long firstMatch(Query query, long after) {
        for (Write write : writes) {
            for (int i = 0; i < write.events().size(); i++) {
                NewEvent event = write.events().get(i);
                long position = write.firstPosition() + i;
                if (position > after && query.matches(write.stream(), event.type(), event.tags())) {
                    return position;
                }
            }
        }
        return -1;
    }

    /** Files everything in the index, once it is durable. */
    void index() {
        restoration.index();
        for (Write write : writes) {
            long version = write.firstVersion();
            long position = write.firstPosition();
            for (NewEvent event : write.events()) {
                index.add(
                        new IndexEntry(
                                position,
                                write.stream(),
                                version,
                                event.id(),
                                event.type(),
                                event.tags()),
                        write.location(),
                        write.place());
                version++;
                position++;
            }
        }
        for (Truncation truncation : truncations) {
            index.truncate(truncation.stream(), truncation.firstKeptVersion());
        }
    }

    void clear() {
        writes.clear();
        newest.clear();
        places.clear();
        filed = 0;
        truncations.clear();
        truncated.clear();
        restoration.clear();
        eventCount = 0;
        callCount = 0;
    }
}
