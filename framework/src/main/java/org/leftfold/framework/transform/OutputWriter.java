package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.VersionConflictException;

/**
 * Appends outputs in their order, each once. Outputs come with rising keys; an output is there
 * already if the last event of its stream is this one or a later one. One append follows the other:
 * so what is stored is always the beginning of all outputs, whatever cuts the run short. Each
 * append expects the versions of its streams, so of two runs at once one is refused. For one
 * thread.
 *
 * <p>An append has the events of a stream side by side. To keep the order of outputs it ends where
 * a stream comes up again that is not the last one.
 */
final class OutputWriter {
    /** Enough that a force costs little for each, few enough for a short wait of others. */
    private static final int MAX_EVENTS = 1000;

    private static final long MAX_BYTES = 4L << 20; // a largest event more stays below the limits

    /** Far below the limit of an append, which finds each of them. */
    private static final int MAX_STREAMS = 128;

    private static final String ID_REUSE = "LF-1005";
    private static final List<StreamWrite> NONE = List.of();

    private final EventStore target;
    private final Places places;
    private final int maxStreams;
    private Map<StreamName, List<NewEvent>> pending = new LinkedHashMap<>();
    private @Nullable StreamName lastStream;
    private int pendingEvents;
    private long pendingBytes;
    private long appended;
    private long known;

    /**
     * A writer into a target.
     *
     * @param fills whether streams begin with the mark that they are being filled
     */
    OutputWriter(EventStore target, UUID source, boolean fills) {
        this.target = target;
        this.places = new Places(target, source, fills);
        this.maxStreams = Outputs.isSharded(target) ? 1 : MAX_STREAMS; // two may be in two shards
    }

    /** Takes the next output. */
    void add(Output output) {
        StreamName stream = output.stream();
        Places.Place place = places.of(stream);
        if (output.key().compareTo(place.last()) <= 0) {
            known++;
            return;
        }
        boolean isNew = !pending.containsKey(stream);
        if (isNew ? pending.size() >= maxStreams : !Objects.equals(stream, lastStream)) {
            flush();
        } else if (pendingEvents >= MAX_EVENTS || pendingBytes >= MAX_BYTES) {
            flush();
        }
        pending.computeIfAbsent(stream, name -> new ArrayList<>()).add(output.event());
        lastStream = stream;
        pendingEvents++;
        pendingBytes += output.event().sizeBytes();
        places.put(stream, new Places.Place(place.version() + 1, output.key()));
    }

    /** Appends what was taken and not appended yet. */
    void flush() {
        if (!pending.isEmpty()) {
            int events = pendingEvents;
            if (append(target, new Append(takePending(), List.of())).repeated()) {
                known += events; // another run was as far, and cut them alike
            } else {
                appended += events;
            }
        }
    }

    /**
     * Appends with expected versions. Where another run has stored the same events and cut them
     * into other appends, that is the conflict that it would be with other ids.
     *
     * @throws VersionConflictException if a stream is not at its expected version (LF-2001)
     */
    static AppendResult append(EventStore target, Append append) {
        try {
            return target.append(append);
        } catch (InvalidRequestException e) {
            for (StreamWrite write : e.code().equals(ID_REUSE) ? append.writes() : NONE) {
                long version = target.version(write.stream());
                if (!write.expected().accepts(version)) {
                    var conflict =
                            new VersionConflictException(
                                    write.stream(),
                                    write.expected(),
                                    version,
                                    target.head(),
                                    append.eventCount());
                    conflict.addSuppressed(e);
                    throw conflict;
                }
            }
            throw e;
        }
    }

    private List<StreamWrite> takePending() {
        List<StreamWrite> writes = new ArrayList<>(pending.size());
        pending.forEach((stream, events) -> {
            long before = places.of(stream).version() - events.size();
            writes.add(new StreamWrite(stream, ExpectedVersion.exactly(before), events));
        });
        pending = new LinkedHashMap<>();
        lastStream = null;
        pendingEvents = 0;
        pendingBytes = 0;
        return writes;
    }

    /** How many outputs were appended. */
    long appended() {
        return appended;
    }

    /** How many were there already. */
    long known() {
        return known;
    }
}
