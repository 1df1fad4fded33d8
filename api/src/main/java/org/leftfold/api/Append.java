package org.leftfold.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One atomic, durable, conditional write of events to one or several streams: all or none (G1, G2,
 * G4).
 *
 * <pre>{@code
 * Append.to(seat, exactly(4), reserved).andTo(account, any(), charged).onlyIf(none("email is unique", withThatEmail))
 * }</pre>
 *
 * @param writes 1 to {@value Limits#MAX_STREAMS_PER_APPEND} streams, each at most once; positions
 *     are given in this order
 * @param conditions at most {@value Limits#MAX_CONDITIONS_PER_APPEND} rules across streams, each
 *     with a name of its own
 */
public record Append(List<StreamWrite> writes, List<AppendCondition> conditions) {
    /**
     * @throws InvalidRequestException if there is nothing to write, a stream or a condition name
     *     stands twice (LF-1004), or a limit is passed: {@value Limits#MAX_EVENTS_PER_APPEND}
     *     events, {@value Limits#MAX_APPEND_BYTES} bytes (LF-1002); nothing was stored
     */
    public Append {
        writes = List.copyOf(writes);
        conditions = List.copyOf(conditions);
        if (writes.isEmpty()) {
            throw InvalidRequestException.append("it writes to no stream");
        }
        InvalidRequestException.limit(
                "streams of an append", writes.size(), Limits.MAX_STREAMS_PER_APPEND);
        InvalidRequestException.limit(
                "conditions of an append", conditions.size(), Limits.MAX_CONDITIONS_PER_APPEND);
        checkDistinct(writes, conditions);
        int eventCount = 0;
        long sizeBytes = 0;
        for (StreamWrite write : writes) {
            eventCount += write.events().size();
            for (NewEvent event : write.events()) {
                sizeBytes += event.sizeBytes();
            }
        }
        InvalidRequestException.limit(
                "events of an append", eventCount, Limits.MAX_EVENTS_PER_APPEND);
        InvalidRequestException.limit("bytes of an append", sizeBytes, Limits.MAX_APPEND_BYTES);
    }

    private static void checkDistinct(List<StreamWrite> writes, List<AppendCondition> conditions) {
        if (writes.size() > 1) {
            Set<StreamName> streams = HashSet.newHashSet(writes.size());
            for (StreamWrite write : writes) {
                if (!streams.add(write.stream())) {
                    throw InvalidRequestException.append(
                            "stream '%s' stands twice".formatted(write.stream()));
                }
            }
        }
        if (conditions.size() > 1) {
            Set<String> names = HashSet.newHashSet(conditions.size());
            for (AppendCondition condition : conditions) {
                if (!names.add(condition.name())) {
                    throw InvalidRequestException.append(
                            "condition '%s' stands twice".formatted(condition.name()));
                }
            }
        }
    }

    /** An append to one stream. */
    public static Append to(StreamName stream, ExpectedVersion expected, List<NewEvent> events) {
        return new Append(List.of(new StreamWrite(stream, expected, events)), List.of());
    }

    /** An append to one stream. */
    public static Append to(StreamName stream, ExpectedVersion expected, NewEvent... events) {
        return to(stream, expected, List.of(events));
    }

    /** This append, and these events to another stream. */
    public Append andTo(StreamName stream, ExpectedVersion expected, List<NewEvent> events) {
        List<StreamWrite> more = new ArrayList<>(writes);
        more.add(new StreamWrite(stream, expected, events));
        return new Append(more, conditions);
    }

    /** This append, and these events to another stream. */
    public Append andTo(StreamName stream, ExpectedVersion expected, NewEvent... events) {
        return andTo(stream, expected, List.of(events));
    }

    /** This append, under one more condition. */
    public Append onlyIf(AppendCondition condition) {
        List<AppendCondition> more = new ArrayList<>(conditions);
        more.add(condition);
        return new Append(writes, more);
    }

    /** Number of events over all streams. */
    public int eventCount() {
        int count = 0;
        for (StreamWrite write : writes) {
            count += write.events().size();
        }
        return count;
    }
}
