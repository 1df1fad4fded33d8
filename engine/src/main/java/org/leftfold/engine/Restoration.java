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

    /** An entry that is in the log, to be filed when it is durable. */
    private record Item(Backup.Entry entry, long location) {}

    static long micros(Instant time) {
        return Math.addExact(
                Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
    }

    /**
     * Why an entry cannot be the next one, or null if it can.
     *
     * @param next position of the next event
     * @param lastMicros time of the last frame
     */
    @Nullable InvalidRequestException whyNotNext(
            Pending.OfRestore.Item item, long next, long lastMicros) {
        if (item.body().byteCount() > FrameHeader.MAX_BODY_BYTES) {
            return InvalidRequestException.backup(
                    "an event has %d bytes, %d are possible"
                            .formatted(item.body().byteCount(), FrameHeader.MAX_BODY_BYTES));
        }
        return switch (item.entry()) {
            case Backup.Place place -> whyNotNext(place, next, lastMicros);
            case Backup.Act act -> whyNotNext(act, lastMicros);
        };
    }

    private @Nullable InvalidRequestException whyNotNext(
            Backup.Place place, long next, long lastMicros) {
        long version = versionOf(place.stream());
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

    /** Adds an entry that is in the log, not yet durable. */
    void add(Backup.Entry entry, long location) {
        items.add(new Item(entry, location));
        if (entry instanceof Backup.Place place) {
            eventCount++;
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
            switch (item.entry()) {
                case Backup.Place place -> index.add(entryOf(place), item.location());
                case Backup.Act act -> index.truncate(act.stream(), act.firstKeptVersion());
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
