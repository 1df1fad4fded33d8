package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventId;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VersionConflictException;

/**
 * Makes sure that stores are the shards of one sharded store. The first two events of a shard say
 * so: the first which set it belongs to, its index and the number of shards, the second that all
 * shards have the first. A first opening that was cut short is ended by the next one; behind the
 * second event a shard without the first is one that was lost or exchanged.
 */
final class ShardOpening {
    private static final int MAX_SHARDS = 64; // a read over all shards holds one read of each
    private static final int MAX_ATTEMPTS = 16; // others may open the same set for the first time

    private static final String SHARD_TYPE = Marks.PREFIX + "Shard";
    private static final String COMPLETE_TYPE = Marks.PREFIX + "Complete";
    private static final String SET = Marks.PREFIX + "set";
    private static final String INDEX = Marks.PREFIX + "index";
    private static final String COUNT = Marks.PREFIX + "count";

    private final List<Shard> shards;
    private final Metadata own;
    private final List<@Nullable Marker> markers = new ArrayList<>();

    /** What the first events of a shard say. */
    private record Marker(String set, long index, long count, boolean isComplete) {}

    private ShardOpening(List<Shard> shards, Metadata own) {
        this.shards = shards;
        this.own = own;
    }

    /**
     * Marks empty shards, and checks marked ones.
     *
     * @throws InvalidRequestException if these are not all shards of one store in their order
     *     (LF-1403)
     */
    static void open(List<Shard> shards, Metadata own) {
        requireNames(shards);
        requireOneEach(shards);
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            ShardOpening opening = new ShardOpening(shards, own);
            opening.look();
            if (opening.isSettled() && opening.isCompleted()) {
                return;
            }
        }
        throw ShardErrors.moving(Marks.OWN_STREAM);
    }

    private static void requireNames(List<Shard> shards) {
        if (shards.isEmpty() || shards.size() > MAX_SHARDS) {
            throw InvalidRequestException.number(
                    "number of shards",
                    shards.size(),
                    "a store has 1 to %d shards".formatted(MAX_SHARDS));
        }
        Set<String> names = new HashSet<>();
        for (Shard shard : shards) {
            if (!names.add(shard.name())) {
                throw ShardErrors.mismatch(
                        "two of them have the name '%s'".formatted(shard.name()));
            }
        }
    }

    /** A store that is given twice would be marked as both, and be neither from then on. */
    private static void requireOneEach(List<Shard> shards) {
        Map<Checkpoint, Shard> known = new HashMap<>();
        for (Shard shard : shards) {
            // The beginning of a history: it has the epoch, which no two stores have in common.
            Shard other = known.put(shard.store().checkpoint().beginning(), shard);
            if (other != null) {
                throw ShardErrors.mismatch(
                        "'%s' and '%s' are the same store, or copies of one"
                                .formatted(other.name(), shard.name()));
            }
        }
    }

    private void look() {
        for (int i = 0; i < shards.size(); i++) {
            List<RecordedEvent> first = firstEvents(i);
            markers.add(first.isEmpty() ? null : marker(first));
        }
    }

    private List<RecordedEvent> firstEvents(int index) {
        return shards.get(index)
                .store()
                .read(ReadRequest.stream(Marks.OWN_STREAM).limit(2))
                .toList();
    }

    private static Marker marker(List<RecordedEvent> first) {
        Metadata metadata = first.getFirst().metadata();
        return new Marker(
                metadata.value(SET).orElse(""),
                Marks.number(metadata, INDEX),
                Marks.number(metadata, COUNT),
                first.size() > 1);
    }

    /** Checks what was seen; false if somebody else opens it at this moment. */
    private boolean isSettled() {
        String set = null;
        boolean isComplete = false;
        for (int i = 0; i < shards.size(); i++) {
            Marker marker = markers.get(i);
            if (marker == null) {
                continue;
            }
            if (marker.count != shards.size()) {
                throw ShardErrors.mismatch(
                        "'%s' is one of %d shards, and %d are given; their number is fixed for ever"
                                .formatted(name(i), marker.count, shards.size()));
            }
            if (marker.index != i) {
                throw ShardErrors.mismatch(
                        "'%s' stands in place %d, and is the shard of place %d"
                                .formatted(name(i), i + 1, marker.index + 1));
            }
            if (set != null && !set.equals(marker.set)) {
                throw ShardErrors.mismatch(
                        "'%s' belongs to another store than those before it".formatted(name(i)));
            }
            set = marker.set;
            isComplete |= marker.isComplete;
        }
        for (int i = 0; i < shards.size(); i++) {
            boolean isForeign = isComplete || shards.get(i).store().head() > 0;
            if (markers.get(i) == null && isForeign) {
                if (!firstEvents(i).isEmpty()) {
                    return false; // they came after the look
                }
                throw lacking(i, isComplete);
            }
        }
        return true;
    }

    private InvalidRequestException lacking(int index, boolean isComplete) {
        return ShardErrors.mismatch(
                isComplete
                        ? "'%s' does not say which shard it is, and the others have been in use with it"
                                .formatted(name(index))
                        : "'%s' holds events and is no shard; shards begin empty"
                                .formatted(name(index)));
    }

    /** Writes what is missing; false if somebody else does the same at this moment. */
    private boolean isCompleted() {
        try {
            complete();
            return true;
        } catch (VersionConflictException other) {
            return false;
        } catch (InvalidRequestException other) {
            if (!other.code().equals("LF-1005")) {
                throw other;
            }
            return false; // the same event, with other metadata of its own
        }
    }

    private void complete() {
        String set = null;
        for (Marker marker : markers) {
            set = set == null && marker != null ? marker.set : set;
        }
        String id = set == null ? EventId.next().toString() : set;
        for (int i = 0; i < shards.size(); i++) {
            if (markers.get(i) == null) {
                Metadata metadata =
                        own.with(SET, id)
                                .with(INDEX, String.valueOf(i))
                                .with(COUNT, String.valueOf(shards.size()));
                mark(i, 1, SHARD_TYPE, metadata, id);
            }
        }
        for (int i = 0; i < shards.size(); i++) {
            Marker marker = markers.get(i);
            if (marker == null || !marker.isComplete) {
                mark(i, 2, COMPLETE_TYPE, own.with(SET, id), id);
            }
        }
    }

    private void mark(int index, long position, String type, Metadata metadata, String set) {
        EventId id = EventId.fromName(UUID.fromString(set), type + index);
        AppendResult result =
                shards.get(index)
                        .store()
                        .append(
                                Marks.OWN_STREAM,
                                ExpectedVersion.exactly(position - 1),
                                Marks.own(id, type, metadata));
        if (result.lastPosition() != position) {
            throw ShardErrors.mismatch(
                    "somebody appended to '%s' while it was opened for the first time"
                            .formatted(name(index)));
        }
    }

    private String name(int index) {
        return shards.get(index).name();
    }
}
