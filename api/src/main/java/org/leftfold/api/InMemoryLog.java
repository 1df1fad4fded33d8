package org.leftfold.api;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All events of an in-memory store, and the rules of appending. Not safe for threads: the store
 * holds its lock around every call.
 */
final class InMemoryLog {
    private static final InMemoryStream NEVER_WRITTEN = new InMemoryStream();

    /** By position, which is one above the index; null where an event was truncated or deleted. */
    private final List<@Nullable RecordedEvent> events = new ArrayList<>();

    private final Map<StreamName, InMemoryStream> streams = new HashMap<>();
    private Instant lastRecordedAt = Instant.MIN;

    long head() {
        return events.size();
    }

    long version(StreamName stream) {
        return stream(stream).version();
    }

    InMemoryStream stream(StreamName stream) {
        return streams.getOrDefault(stream, NEVER_WRITTEN);
    }

    /** The event at a position up to the head, or null if it was truncated or deleted. */
    @Nullable RecordedEvent at(long position) {
        return events.get((int) position - 1);
    }

    InMemoryCursor cursor(ReadRequest request) {
        return new InMemoryCursor(this, request);
    }

    /** The first readable event above {@code afterPosition} that matches, or null. */
    @Nullable RecordedEvent firstMatch(Query query, long afterPosition) {
        for (long position = Math.min(afterPosition, head()) + 1; position <= head(); position++) {
            RecordedEvent event = at(position);
            if (event != null && query.matches(event)) {
                return event;
            }
        }
        return null;
    }

    /**
     * Idempotency first, then versions, then conditions; nothing changes before all of them have
     * passed.
     */
    AppendResult append(Append append, InstantSource clock) {
        AppendResult earlier = new InMemoryRepetition(this, append).earlierResult();
        if (earlier != null) {
            return earlier;
        }
        checkVersions(append);
        checkConditions(append);
        return store(append, recordingTime(clock));
    }

    private void checkVersions(Append append) {
        for (StreamWrite write : append.writes()) {
            long actual = version(write.stream());
            if (!write.expected().accepts(actual)) {
                throw new VersionConflictException(
                        write.stream(), write.expected(), actual, head(), append.eventCount());
            }
        }
    }

    private void checkConditions(Append append) {
        for (AppendCondition condition : append.conditions()) {
            RecordedEvent found = firstMatch(condition.query(), condition.afterPosition());
            if (found != null) {
                throw new ConditionFailedException(
                        condition, found.position(), head(), append.eventCount());
            }
        }
    }

    private Instant recordingTime(InstantSource clock) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return now.isAfter(lastRecordedAt) ? now : lastRecordedAt;
    }

    private AppendResult store(Append append, Instant recordedAt) {
        lastRecordedAt = recordedAt;
        List<AppendResult.Written> places = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            InMemoryStream stream =
                    streams.computeIfAbsent(write.stream(), name -> new InMemoryStream());
            long firstVersion = stream.version() + 1;
            long firstPosition = head() + 1;
            for (NewEvent event : write.events()) {
                long position = head() + 1;
                long version = stream.add(event.id(), position);
                events.add(recorded(write.stream(), version, position, recordedAt, event));
            }
            places.add(
                    new AppendResult.Written(
                            write.stream(), firstVersion, stream.version(), firstPosition, head()));
        }
        return new AppendResult(places, false);
    }

    private static RecordedEvent recorded(
            StreamName stream, long version, long position, Instant recordedAt, NewEvent event) {
        return new RecordedEvent(
                position,
                stream,
                version,
                event.id(),
                event.type(),
                event.schemaVersion(),
                recordedAt,
                event.payload(),
                event.metadata(),
                event.tags());
    }

    /** Makes the events of a stream up to a version unreadable; places and ids remain. */
    void forget(StreamName name, long lastForgottenVersion) {
        InMemoryStream stream = stream(name);
        for (long version = 1; version <= lastForgottenVersion; version++) {
            events.set((int) stream.position(version) - 1, null);
        }
    }

    StoreStatistics statistics() {
        long readable = 0;
        long bytes = 0;
        Map<StreamName, Long> byStream = new HashMap<>();
        Map<String, Long> byCategory = new TreeMap<>();
        Map<String, Long> byType = new TreeMap<>();
        for (RecordedEvent event : events) {
            if (event != null) {
                readable++;
                bytes += event.toNewEvent().sizeBytes();
                byStream.merge(event.stream(), 1L, Long::sum);
                byCategory.merge(event.stream().category(), 1L, Long::sum);
                byType.merge(event.type().value(), 1L, Long::sum);
            }
        }
        return new StoreStatistics(readable, byStream.size(), head(), bytes, byCategory, byType);
    }
}
