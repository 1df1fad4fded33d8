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

    /**
     * By position, which is one above the index. What is unreadable stands here as it was until it
     * is scavenged.
     */
    private final List<Backup.Place> places = new ArrayList<>();

    private final List<DatedAct> acts = new ArrayList<>();

    private final Map<StreamName, InMemoryStream> streams = new HashMap<>();
    private Instant lastRecordedAt = Instant.MIN;

    long head() {
        return places.size();
    }

    long version(StreamName stream) {
        return stream(stream).version();
    }

    InMemoryStream stream(StreamName stream) {
        return streams.getOrDefault(stream, NEVER_WRITTEN);
    }

    /** The event at a position up to the head, or null if it was truncated or deleted. */
    @Nullable RecordedEvent at(long position) {
        return placeAt(position) instanceof Backup.Kept kept ? kept.event() : null;
    }

    /** What a position up to the head shows. */
    private Backup.Place placeAt(long position) {
        Backup.Place place = places.get((int) position - 1);
        boolean isUnreadable = place.version() < stream(place.stream()).firstKeptVersion();
        return isUnreadable ? removed(place) : place;
    }

    private static Backup.Removed removed(Backup.Place place) {
        return new Backup.Removed(
                place.position(),
                place.stream(),
                place.version(),
                place.id(),
                place.recordedAt(),
                place.endsAppend());
    }

    /** An act, and the head when it was done. */
    private record DatedAct(long head, Backup.Act act) {}

    /** All entries of a backup, as of now. */
    List<Backup.Entry> history() {
        List<Backup.Entry> history = new ArrayList<>(places.size() + acts.size());
        int next = 0;
        for (long position = 1; position <= head(); position++) {
            Backup.Place place = placeAt(position);
            for (; next < acts.size() && acts.get(next).head() < position; next++) {
                history.add(acts.get(next).act());
            }
            history.add(place);
        }
        acts.subList(next, acts.size()).forEach(dated -> history.add(dated.act()));
        return history;
    }

    /** Adds a part of a backup, which has to continue what is here: all of it, or nothing. */
    void restore(List<Backup.Entry> part) {
        if (part.getFirst() instanceof Backup.Act act) {
            restoreAct(act);
            return;
        }
        List<Backup.Place> restored = new ArrayList<>();
        Map<StreamName, Long> versions = new HashMap<>();
        for (Backup.Entry entry : part) {
            if (entry instanceof Backup.Place place) {
                requireNext(place, head() + restored.size() + 1, versions);
                restored.add(place);
            }
        }
        restored.forEach(this::restorePlace);
    }

    private void requireNext(Backup.Place place, long next, Map<StreamName, Long> versions) {
        long version = versions.computeIfAbsent(place.stream(), this::version);
        if (place.position() != next || place.version() != version + 1) {
            throw InvalidRequestException.backup(
                    ("it goes on with position %d and version %d of stream '%s', where %d and %d should"
                                    + " follow")
                            .formatted(
                                    place.position(),
                                    place.version(),
                                    place.stream(),
                                    next,
                                    version + 1));
        }
        requireLater("position " + place.position(), place.recordedAt());
        versions.put(place.stream(), place.version());
    }

    private void restorePlace(Backup.Place place) {
        lastRecordedAt = place.recordedAt();
        streams.computeIfAbsent(place.stream(), name -> new InMemoryStream())
                .add(place.id(), place.position());
        places.add(place);
    }

    private void restoreAct(Backup.Act act) {
        long version = version(act.stream());
        if (act.firstKeptVersion() < 2 || act.firstKeptVersion() > version + 1) {
            throw InvalidRequestException.backup(
                    "it keeps stream '%s' from version %d on, where it is at version %d"
                            .formatted(act.stream(), act.firstKeptVersion(), version));
        }
        requireLater("an act of " + act.act().actor(), act.recordedAt());
        remove(act);
    }

    private void requireLater(String what, Instant recordedAt) {
        if (recordedAt.isBefore(lastRecordedAt)) {
            throw InvalidRequestException.backup(
                    "%s was recorded at %s, before what stands before it"
                            .formatted(what, recordedAt));
        }
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
        List<AppendResult.Written> written = new ArrayList<>();
        long last = head() + append.eventCount();
        for (StreamWrite write : append.writes()) {
            InMemoryStream stream =
                    streams.computeIfAbsent(write.stream(), name -> new InMemoryStream());
            long firstVersion = stream.version() + 1;
            long firstPosition = head() + 1;
            for (NewEvent event : write.events()) {
                long position = head() + 1;
                long version = stream.add(event.id(), position);
                places.add(
                        new Backup.Kept(
                                recorded(write.stream(), version, position, recordedAt, event),
                                position == last));
            }
            written.add(
                    new AppendResult.Written(
                            write.stream(), firstVersion, stream.version(), firstPosition, head()));
        }
        return new AppendResult(written, false);
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

    /** Makes the events of a stream below a version unreadable; places and ids remain. */
    void forget(StreamName stream, long firstKeptVersion, AdminAct act, InstantSource clock) {
        if (firstKeptVersion > stream(stream).firstKeptVersion()) { // else it is done already
            remove(new Backup.Act(stream, firstKeptVersion, act, recordingTime(clock)));
        }
    }

    private void remove(Backup.Act act) {
        InMemoryStream stream = stream(act.stream());
        stream.keepFrom(Math.max(stream.firstKeptVersion(), act.firstKeptVersion()));
        lastRecordedAt = act.recordedAt();
        acts.add(new DatedAct(head(), act));
    }

    /** The names of the streams that a retention concerns, in order. */
    List<StreamName> concerned(Retention retention) {
        return streams.keySet().stream().filter(retention::concerns).sorted().toList();
    }

    /**
     * Makes unreadable what a retention does not keep of one stream.
     *
     * @param youngFrom the earliest time of recording that is young enough
     * @param uncounted versions of it that do not count
     * @return whether anything became unreadable
     */
    boolean retain(
            StreamName name,
            Retention retention,
            Instant youngFrom,
            long[] uncounted,
            AdminAct act,
            InstantSource clock) {
        InMemoryStream stream = stream(name);
        long oldVersions = 0;
        while (oldVersions < stream.version()
                && recordedAt(stream.position(oldVersions + 1)).isBefore(youngFrom)) {
            oldVersions++;
        }
        long firstKeptBefore = stream.firstKeptVersion();
        long firstKept = retention.firstKeptVersion(stream.version(), oldVersions, uncounted);
        forget(name, firstKept, act, clock);
        return stream.firstKeptVersion() > firstKeptBefore;
    }

    private Instant recordedAt(long position) {
        return places.get((int) position - 1).recordedAt();
    }

    /** Drops what unreadable events held. */
    ScavengeReport scavenge() {
        long bytesBefore = statistics().bytes();
        long removed = 0;
        for (int index = 0; index < places.size(); index++) {
            Backup.Place shown = placeAt(index + 1L);
            if (shown instanceof Backup.Removed
                    && places.set(index, shown) instanceof Backup.Kept) {
                removed++;
            }
        }
        return new ScavengeReport(removed, bytesBefore, statistics().bytes());
    }

    StoreStatistics statistics() {
        long readable = 0;
        long bytes = 0;
        Map<StreamName, Long> byStream = new HashMap<>();
        Map<String, Long> byCategory = new TreeMap<>();
        Map<String, Long> byType = new TreeMap<>();
        for (Backup.Place place : places) {
            if (place instanceof Backup.Kept kept) {
                RecordedEvent event = kept.event();
                bytes += event.toNewEvent().sizeBytes();
                if (at(place.position()) == null) {
                    continue;
                }
                readable++;
                byStream.merge(event.stream(), 1L, Long::sum);
                byCategory.merge(event.stream().category(), 1L, Long::sum);
                byType.merge(event.type().value(), 1L, Long::sum);
            }
        }
        return new StoreStatistics(readable, byStream.size(), head(), bytes, byCategory, byType);
    }
}
