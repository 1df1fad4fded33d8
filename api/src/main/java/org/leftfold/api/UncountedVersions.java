package org.leftfold.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Versions that a sharded store took for itself, in streams that it moved to or from this store: a
 * retention by count does not count them, or it would keep less of somebody's events than it says.
 * They are known by the notes of moves, which stand in a stream that is never truncated. For
 * stores; for one thread. Memory: 8 bytes for each version, and a map.
 */
public final class UncountedVersions {
    /** Where a shard says which one it is, and which streams were moved. */
    static final StreamName NOTES = new StreamName("leftfold.shards");

    /** Metadata of a note: the stream that was moved. */
    public static final String STREAM_KEY = "leftfold.shards.stream";

    /** Metadata of a note: the version in that stream that the move took here. */
    public static final String VERSION_KEY = "leftfold.shards.version";

    private static final long[] NONE = {};

    private final Map<StreamName, long[]> versions = new HashMap<>();
    private long readTo;

    /** Knows of no version yet. */
    public UncountedVersions() {}

    /**
     * Reads the notes up to a position, if there can be new ones. What a retention is told of a
     * stream must not be newer than that, for a version that is not known here is counted.
     *
     * @param head the last position of the store
     * @param store reads
     */
    public void readTo(long head, Function<ReadRequest, Events> store) {
        if (head <= readTo) {
            return;
        }
        try (Events notes = store.apply(ReadRequest.stream(NOTES).after(readTo).to(head))) {
            notes.forEachRemaining(this::add);
        }
        readTo = head;
    }

    private void add(RecordedEvent note) {
        String stream = note.metadata().value(STREAM_KEY).orElse("");
        String version = note.metadata().value(VERSION_KEY).orElse("");
        if (!stream.isEmpty() && !version.isEmpty()) {
            long taken;
            try {
                taken = Long.parseLong(version);
            } catch (NumberFormatException e) {
                throw unreadable(note);
            }
            versions.merge(
                    StreamName.ofStored(stream),
                    new long[] {taken},
                    (before, one) -> {
                        long[] more = Arrays.copyOf(before, before.length + 1);
                        more[before.length] = taken;
                        return more;
                    });
        }
    }

    private static IntegrityException unreadable(RecordedEvent note) {
        return new IntegrityException(
                "LF-4401",
                ("the note of a move at position %d has no number in its metadata '%s'. Nothing was changed. Nobody"
                                + " but the sharded store may append to a shard.")
                        .formatted(note.position(), VERSION_KEY),
                null);
    }

    /** The versions of a stream that do not count, rising. */
    public long[] of(StreamName stream) {
        return versions.getOrDefault(stream, NONE).clone();
    }
}
