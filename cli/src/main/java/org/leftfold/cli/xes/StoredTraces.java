package org.leftfold.cli.xes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.cli.intake.StreamTable;

/**
 * The traces of a category in the order of their first events. One pass over the category finds
 * where traces start; each trace is then read from its stream. Memory holds a few events, and about
 * 13 bytes a stream. For one thread.
 */
final class StoredTraces implements AutoCloseable {
    private static final byte[] CASE_FIELD = "\"case\":".getBytes(StandardCharsets.US_ASCII);

    private final EventStore store;
    private final Events pass;
    private final StreamTable met = new StreamTable();
    private final long head;
    private long eventCount;

    /** The traces as they are now. */
    StoredTraces(EventStore store, String category) {
        this.store = store;
        this.head = store.head();
        this.pass = store.read(ReadRequest.of(Query.category(category)).to(head));
    }

    /** Writes the next traces, at most so many. */
    void write(XmlWriter xml, long maxTraces) throws IOException {
        long written = 0;
        while (written < maxTraces && pass.hasNext()) {
            RecordedEvent event = pass.next();
            boolean isFirstOfStream = met.markNew(event.stream());
            if (isFirstOfStream || startsTrace(event)) {
                writeTrace(xml, event);
                written++;
            }
        }
    }

    private static boolean startsTrace(RecordedEvent event) {
        return mentionsCase(event.payload().toByteArray())
                && XesEvents.toXes(event).caseAttributes() != null;
    }

    /** Whether it is worth looking closer. */
    private static boolean mentionsCase(byte[] payload) {
        for (int i = 0; i + CASE_FIELD.length <= payload.length; i++) {
            if (payload[i] == '"' && matchesAt(payload, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesAt(byte[] payload, int start) {
        for (int i = 0; i < CASE_FIELD.length; i++) {
            if (payload[start + i] != CASE_FIELD[i]) {
                return false;
            }
        }
        return true;
    }

    private void writeTrace(XmlWriter xml, RecordedEvent first) throws IOException {
        xml.start("trace");
        ReadRequest request =
                ReadRequest.stream(first.stream()).afterVersion(first.version() - 1).to(head);
        try (Events events = store.read(request)) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                boolean isFirst = event.version() == first.version();
                if (!isFirst && startsTrace(event)) {
                    break;
                }
                XesPayload payload = XesEvents.toXes(event);
                if (isFirst) {
                    XesAttributes.write(xml, caseAttributes(first, payload));
                }
                xml.start("event");
                XesAttributes.write(xml, payload.attributes());
                xml.end();
                eventCount++;
            }
        }
        xml.end();
    }

    private static List<XesAttribute> caseAttributes(RecordedEvent first, XesPayload payload) {
        List<XesAttribute> attributes = payload.caseAttributes();
        return attributes != null ? attributes : List.of(XesEvents.nameOf(first.stream()));
    }

    /** Events that were written. */
    long eventCount() {
        return eventCount;
    }

    @Override
    public void close() {
        pass.close();
    }
}
