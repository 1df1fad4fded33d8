package org.leftfold.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Backup;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.FrameHeader;

/**
 * The entries of a backup that are about to become durable together, and the rules that each has to
 * keep: it continues the log. Writer thread only.
 */
final class Restoration {
    private final EventIndex index;
    private final Map<StreamName, Long> versions = new HashMap<>(); // of what the index lacks
    private final List<Item> items = new ArrayList<>();
    private int eventCount;

    Restoration(EventIndex index) {
        this.index = index;
    }

    /** A part that is in the log, to be filed when it is durable. */
    private record Item(RestoredPart part, long location) {}

    static long micros(Instant time) {
        return Math.addExact(
                Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
    }

    /**
     * Why a part cannot be the next one, or null if it can.
     *
     * @param next position of the next event
     * @param lastMicros time of the last frame
     */
    @Nullable InvalidRequestException whyNotNext(RestoredPart part, long next, long lastMicros) {
        if (part.body().byteCount() > FrameHeader.MAX_BODY_BYTES) {
            return InvalidRequestException.backup(
                    "what was appended together has %d bytes, %d are possible"
                            .formatted(part.body().byteCount(), FrameHeader.MAX_BODY_BYTES));
        }
        Backup.Act act = part.act();
        if (act != null) {
            return whyNotNext(act, lastMicros);
        }
        Map<StreamName, Long> inPart = new HashMap<>();
        long position = next;
        for (Backup.Place place : part.places()) {
            InvalidRequestException why = whyNotNext(place, inPart, position, lastMicros);
            if (why != null) {
                return why;
            }
            inPart.put(place.stream(), place.version());
            position++;
        }
        return null;
    }

    private @Nullable InvalidRequestException whyNotNext(
            Backup.Place place, Map<StreamName, Long> inPart, long next, long lastMicros) {
        Long before = inPart.get(place.stream());
        long version = before == null ? versionOf(place.stream()) : before;
        if (place.position() != next || place.version() != version + 1) {
            return InvalidRequestException.backup(
                    ("it goes on with position %d and version %d of stream '%s', where %d and %d should"
                                    + " follow")
                            .formatted(
                                    place.position(),
                                    place.version(),
                                    place.stream(),
                                    next,
                                    version + 1));
        }
        return micros(place.recordedAt()) < lastMicros
                ? earlier("position " + place.position(), place.recordedAt())
                : null;
    }

    private @Nullable InvalidRequestException whyNotNext(Backup.Act act, long lastMicros) {
        long version = versionOf(act.stream());
        if (act.firstKeptVersion() < 2 || act.firstKeptVersion() > version + 1) {
            return InvalidRequestException.backup(
                    "it keeps stream '%s' from version %d on, where it is at version %d"
                            .formatted(act.stream(), act.firstKeptVersion(), version));
        }
        return micros(act.recordedAt()) < lastMicros
                ? earlier("an act of " + act.act().actor(), act.recordedAt())
                : null;
    }

    private static InvalidRequestException earlier(String what, Instant recordedAt) {
        return InvalidRequestException.backup(
                "%s was recorded at %s, before what stands before it".formatted(what, recordedAt));
    }

    private long versionOf(StreamName stream) {
        Long own = versions.get(stream);
        return own == null ? index.version(stream) : own;
    }

    /** Adds a part that is in the log, not yet durable. */
    void add(RestoredPart part, long location) {
        items.add(new Item(part, location));
        eventCount += part.places().size();
        for (Backup.Place place : part.places()) {
            versions.put(place.stream(), place.version());
        }
    }

    int eventCount() {
        return eventCount;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Files everything that was added, which is durable now. */
    void index() {
        for (Item item : items) {
            Backup.Act act = item.part().act();
            if (act != null) {
                index.truncate(act.stream(), act.firstKeptVersion());
            }
            for (Backup.Place place : item.part().places()) {
                index.add(entryOf(place), item.location());
            }
        }
    }

    private static IndexEntry entryOf(Backup.Place place) {
        Backup.@Nullable Kept kept = place instanceof Backup.Kept found ? found : null;
        return new IndexEntry(
                place.position(),
                place.stream(),
                place.version(),
                place.id(),
                kept == null ? null : kept.event().type(),
                kept == null ? Set.of() : kept.event().tags());
    }

    void clear() {
        items.clear();
        versions.clear();
        eventCount = 0;
    }
}
