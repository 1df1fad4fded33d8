package org.leftfold.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Backup;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Limits;
import org.leftfold.engine.log.BodyEncoder;
import org.leftfold.engine.log.EncodedBody;

/**
 * A part of a backup, and the frame that it becomes: the events of one append, or one act.
 *
 * @param places the events, in order; none for an act
 * @param act the act, or null for events
 * @param body what goes into the log
 * @param firstVersions for each run of events of one stream, the version of the first
 */
record RestoredPart(
        List<Backup.Place> places,
        Backup.@Nullable Act act,
        EncodedBody body,
        List<Long> firstVersions) {
    /**
     * Encodes a part.
     *
     * @throws InvalidRequestException if it has more streams than an append can have (LF-1011)
     */
    static RestoredPart of(List<Backup.Entry> entries) {
        List<List<Backup.Place>> runs = new ArrayList<>();
        List<Backup.Place> places = new ArrayList<>();
        for (Backup.Entry entry : entries) {
            switch (entry) {
                case Backup.Act act -> {
                    return ofAct(act);
                }
                case Backup.Place place -> {
                    if (places.isEmpty() || !places.getLast().stream().equals(place.stream())) {
                        runs.add(new ArrayList<>());
                    }
                    runs.getLast().add(place);
                    places.add(place);
                }
            }
        }
        if (runs.size() > Limits.MAX_STREAMS_PER_APPEND) {
            throw InvalidRequestException.backup(
                    "events of %d streams were appended together, of %d are possible"
                            .formatted(runs.size(), Limits.MAX_STREAMS_PER_APPEND));
        }
        return new RestoredPart(
                places,
                null,
                BodyEncoder.encodeRuns(runs),
                runs.stream().map(run -> run.getFirst().version()).toList());
    }

    private static RestoredPart ofAct(Backup.Act act) {
        EncodedBody body =
                BodyEncoder.encodeTruncation(act.stream(), act.firstKeptVersion(), act.act());
        return new RestoredPart(List.of(), act, body, List.of());
    }

    /** When it was recorded, in microseconds since 1970. */
    long micros() {
        return Restoration.micros(act == null ? places.getFirst().recordedAt() : act.recordedAt());
    }

    /** The position of its last event; 0 for an act. */
    long lastPosition() {
        return places.isEmpty() ? 0 : places.getLast().position();
    }

    /** The versions of {@link #firstVersions} as the log takes them. */
    long[] versions() {
        return firstVersions.stream().mapToLong(Long::longValue).toArray();
    }
}
