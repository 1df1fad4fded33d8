package org.leftfold.api;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Gathers what all stores restore together or not at all: the events of one append, or one act. */
final class HistoryParts {
    private HistoryParts() {}

    static List<Backup.Entry> next(Backup backup) {
        if (!backup.hasNext()) {
            throw new NoSuchElementException("the backup has no further entries");
        }
        List<Backup.Entry> part = new ArrayList<>();
        Backup.@Nullable Place open = null;
        do {
            Backup.Entry entry = backup.next();
            part.add(entry);
            open = open(entry, open);
            if (part.size() > Limits.MAX_EVENTS_PER_APPEND) {
                throw InvalidRequestException.backup(
                        "more than %d events were appended together"
                                .formatted(Limits.MAX_EVENTS_PER_APPEND));
            }
        } while (open != null && backup.hasNext());
        if (open != null) {
            throw InvalidRequestException.backup(
                    "it ends in the middle of an append, with position " + open.position());
        }
        return part;
    }

    /** What the entry leaves open of an append of which {@code before} was the last so far. */
    private static Backup.@Nullable Place open(Backup.Entry entry, Backup.@Nullable Place before) {
        if (entry instanceof Backup.Place place) {
            if (before != null && !before.recordedAt().equals(place.recordedAt())) {
                throw InvalidRequestException.backup(
                        "positions %d and %d are of one append, but were recorded at different times"
                                .formatted(before.position(), place.position()));
            }
            return place.endsAppend() ? null : place;
        }
        if (before != null) {
            throw InvalidRequestException.backup(
                    "an act stands in the middle of an append, behind position "
                            + before.position());
        }
        return null;
    }
}
