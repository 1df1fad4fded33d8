package org.leftfold.engine.crash;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;

/** A store in memory, and the answers it gives: what the engine is compared with. One thread. */
final class Model implements Contents.Known {
    private final List<Unit> units = new ArrayList<>();
    private final List<RecordedEvent> events = new ArrayList<>();
    private final Map<StreamName, List<RecordedEvent>> streams = new HashMap<>();
    private final Map<StreamName, Long> firstKept = new HashMap<>();
    private long lastMicros = Long.MIN_VALUE;

    /**
     * What a call is answered.
     *
     * @param code of the refusal, empty if there is none
     * @param result of an append that is not refused
     * @param unit what was stored, null if nothing was
     */
    record Outcome(String code, @Nullable AppendResult result, @Nullable Unit unit) {
        static Outcome refused(String code) {
            return new Outcome(code, null, null);
        }
    }

    /** The store that holds these units. */
    static Model of(List<Unit> units) {
        Model model = new Model();
        units.forEach(model::take);
        return model;
    }

    List<Unit> units() {
        return units;
    }

    /** All events, the unreadable ones included. */
    List<RecordedEvent> events() {
        return events;
    }

    @Override
    public List<Append> appends() {
        return units.stream().filter(unit -> unit.append() != null).map(Unit::append).toList();
    }

    @Override
    public long head() {
        return events.size();
    }

    @Override
    public long version(StreamName stream) {
        return streams.getOrDefault(stream, List.of()).size();
    }

    long firstKept(StreamName stream) {
        return firstKept.getOrDefault(stream, 1L);
    }

    boolean isReadable(RecordedEvent event) {
        return event.version() >= firstKept(event.stream());
    }

    /** The readable events in order. */
    List<RecordedEvent> readable() {
        return firstKept.isEmpty()
                ? List.copyOf(events)
                : events.stream().filter(this::isReadable).toList();
    }

    /** Stores a unit without asking. */
    void take(Unit unit) {
        units.add(unit);
        for (RecordedEvent event : unit.events()) {
            events.add(event);
            streams.computeIfAbsent(event.stream(), key -> new ArrayList<>()).add(event);
            lastMicros = ChronoUnit.MICROS.between(Instant.EPOCH, event.recordedAt());
        }
        if (unit.truncated() != null) {
            firstKept.merge(unit.truncated(), unit.firstKeptVersion(), Math::max);
        }
    }

    /** Advances the time of the last frame, which truncations and seals do too. */
    void timePassed(long micros) {
        lastMicros = Math.max(lastMicros, micros);
    }

    /** Time of the last frame. */
    long lastMicros() {
        return lastMicros;
    }

    /** Decides on an append, and stores it where it is accepted. */
    Outcome append(Append append, long nowMicros) {
        Outcome repeated = repeated(append);
        if (repeated != null) {
            return repeated;
        }
        for (StreamWrite write : append.writes()) {
            if (!write.expected().accepts(version(write.stream()))) {
                return Outcome.refused("LF-2001");
            }
        }
        for (AppendCondition condition : append.conditions()) {
            if (holdsMatch(condition)) {
                return Outcome.refused("LF-2002");
            }
        }
        lastMicros = Math.max(lastMicros, nowMicros);
        return store(append);
    }

    private boolean holdsMatch(AppendCondition condition) {
        return events.stream()
                .skip(condition.afterPosition())
                .anyMatch(event -> isReadable(event) && condition.query().matches(event));
    }

    private Outcome store(Append append) {
        Instant recordedAt = Instant.EPOCH.plus(lastMicros, ChronoUnit.MICROS);
        List<RecordedEvent> stored = new ArrayList<>();
        List<AppendResult.Written> written = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            long version = version(write.stream());
            long position = head() + stored.size();
            int count = write.events().size();
            for (int i = 0; i < count; i++) {
                stored.add(
                        recorded(
                                position + i + 1,
                                write.stream(),
                                version + i + 1,
                                recordedAt,
                                write.events().get(i)));
            }
            written.add(
                    new AppendResult.Written(
                            write.stream(),
                            version + 1,
                            version + count,
                            position + 1,
                            position + count));
        }
        AppendResult result = new AppendResult(written, false);
        Unit unit = Unit.of(append, result, List.copyOf(stored));
        long time = lastMicros;
        take(unit);
        lastMicros = time;
        return new Outcome("", result, unit);
    }

    private static RecordedEvent recorded(
            long position, StreamName stream, long version, Instant time, NewEvent event) {
        return new RecordedEvent(
                position,
                stream,
                version,
                event.id(),
                event.type(),
                event.schemaVersion(),
                time,
                event.payload(),
                event.metadata(),
                event.tags());
    }

    private @Nullable Outcome repeated(Append append) {
        List<AppendResult.Written> found = new ArrayList<>();
        boolean anyNew = false;
        for (StreamWrite write : append.writes()) {
            boolean exact =
                    write.expected().toString().startsWith("version ")
                            || write.expected().toString().startsWith("no ");
            boolean met = write.expected().accepts(version(write.stream()));
            List<RecordedEvent> known = new ArrayList<>();
            for (NewEvent event : write.events()) {
                RecordedEvent before = exact && met ? null : find(write.stream(), event.id());
                if (before == null) {
                    anyNew = true;
                } else if (isReadable(before) && !before.hasContentOf(event)) {
                    return Outcome.refused("LF-1005");
                } else {
                    known.add(before);
                }
            }
            if (!known.isEmpty()) {
                found.add(placeOf(write.stream(), known));
            }
        }
        if (found.isEmpty()) {
            return null;
        }
        return anyNew || !standTogether(found)
                ? Outcome.refused("LF-1005")
                : new Outcome("", new AppendResult(found, true), null);
    }

    private static boolean standTogether(List<AppendResult.Written> found) {
        for (int i = 1; i < found.size(); i++) {
            if (found.get(i).firstPosition() != found.get(i - 1).lastPosition() + 1) {
                return false;
            }
        }
        return true;
    }

    private static AppendResult.Written placeOf(StreamName stream, List<RecordedEvent> known) {
        RecordedEvent first = known.getFirst();
        RecordedEvent last = known.getLast();
        return new AppendResult.Written(
                stream, first.version(), last.version(), first.position(), last.position());
    }

    private @Nullable RecordedEvent find(StreamName stream, EventId id) {
        for (RecordedEvent event : streams.getOrDefault(stream, List.of())) {
            if (event.id().equals(id)) {
                return event;
            }
        }
        return null;
    }

    /** Decides on a truncation; a first kept version of 0 stands for a deletion. */
    Outcome truncate(StreamName stream, long firstKeptVersion, long nowMicros) {
        long version = version(stream);
        long first = firstKeptVersion == 0 ? version + 1 : firstKeptVersion;
        boolean invalid = firstKeptVersion != 0 && firstKeptVersion < 2;
        if (invalid || version == 0 || first > version + 1) {
            return Outcome.refused("LF-1003");
        }
        if (first <= firstKept(stream)) {
            return new Outcome("", null, null);
        }
        Unit unit = Unit.of(stream, first);
        take(unit);
        timePassed(nowMicros);
        return new Outcome("", null, unit);
    }
}
