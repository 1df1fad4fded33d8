package org.leftfold.cli.xes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.AppendPipeline;
import org.leftfold.cli.intake.Batch;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.intake.StreamTable;

/**
 * Makes batches of events from the pieces of one trace after the other. A trace is one batch, or
 * several if it is long; where it is cut depends on its content alone, so that importing it again
 * repeats the same appends. For one thread.
 */
final class TraceAssembler {
    private static final int MAX_BATCH_EVENTS = 1000;
    private static final long MAX_BATCH_BYTES = 8L << 20; // half of what one append may have

    private final String file;
    private final String category;
    private final AppendPipeline pipeline;
    private final StreamTable occurrences = new StreamTable();

    private final List<XesAttribute> attributes = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private long pendingBytes;
    private long ordinal;
    private int occurrence;
    private int appendedEvents;
    private @Nullable StreamName stream; // known from the first batch of a trace on

    /** An event whose batch is not complete. */
    private record Pending(List<XesAttribute> attributes, long line) {}

    /** An assembler of the traces of {@code file} for the streams of {@code category}. */
    TraceAssembler(String file, String category, AppendPipeline pipeline) {
        this.file = file;
        this.category = category;
        this.pipeline = pipeline;
    }

    /** A new trace begins. */
    void begin() {
        ordinal++;
        attributes.clear();
        pending.clear();
        pendingBytes = 0;
        appendedEvents = 0;
        stream = null;
    }

    /** The trace has this attribute. */
    void attribute(XesAttribute attribute, long line) {
        if (stream != null) {
            throw InputException.expected(
                    file,
                    line,
                    "an event",
                    "an attribute of the trace behind its first %d events"
                            .formatted(appendedEvents));
        }
        attributes.add(attribute);
    }

    /** The trace has this event. */
    void event(List<XesAttribute> event, long line) {
        if (pending.size() >= MAX_BATCH_EVENTS || pendingBytes >= MAX_BATCH_BYTES) {
            flush();
        }
        pending.add(new Pending(List.copyOf(event), line));
        pendingBytes += sizeBytes(event);
    }

    private static long sizeBytes(List<XesAttribute> attributes) {
        long sizeBytes = 0;
        for (XesAttribute attribute : attributes) {
            sizeBytes += 16 + attribute.key().length() + 3L * attribute.value().length();
            sizeBytes += sizeBytes(attribute.nested());
            List<XesAttribute> items = attribute.items();
            sizeBytes += items == null ? 0 : sizeBytes(items);
        }
        return sizeBytes;
    }

    /** The trace ends; whether it had events. */
    boolean end() {
        if (!pending.isEmpty()) {
            flush();
        }
        return stream != null;
    }

    /** The attributes of the trace that ended. */
    List<XesAttribute> attributes() {
        return List.copyOf(attributes);
    }

    private void flush() {
        StreamName target = stream;
        if (target == null) {
            target = XesEvents.stream(category, attributes, ordinal);
            stream = target;
            occurrence = occurrences.nextOccurrence(target);
        }
        boolean mustWait = occurrence > 0 || appendedEvents > 0;
        List<Batch.Sourced> events = new ArrayList<>(pending.size());
        for (Pending event : pending) {
            events.add(toEvent(target, event));
            appendedEvents++;
        }
        pipeline.submit(new Batch(target, file, events, mustWait));
        pending.clear();
        pendingBytes = 0;
    }

    private Batch.Sourced toEvent(StreamName target, Pending event) {
        EventId id = XesEvents.id(target, occurrence, appendedEvents);
        List<XesAttribute> ofCase = appendedEvents == 0 ? List.copyOf(attributes) : null;
        try {
            return new Batch.Sourced(
                    XesEvents.toEvent(id, new XesPayload(event.attributes(), ofCase)),
                    event.line());
        } catch (InvalidRequestException e) {
            throw InputException.refused(file, event.line(), e);
        }
    }
}
