package org.leftfold.framework.transform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * Compares what stands in successors with what a rule makes of the old streams, stream by stream,
 * by digests: so with little memory. For one thread.
 */
final class SuccessorCheck {
    private final EventStore store;
    private final Outputs outputs;
    private final Map<StreamName, Sum> expected = new TreeMap<>();
    private final Map<String, Long> types = new TreeMap<>();
    private final Map<String, Long> categories = new TreeMap<>();
    private final ContentDigest all = new ContentDigest();
    private long expectedEvents;
    private long foundEvents;

    /** What should be in a stream, or is. */
    private static final class Sum {
        private final ContentDigest digest = new ContentDigest();
        private long events;
    }

    SuccessorCheck(EventStore store, Outputs outputs) {
        this.store = store;
        this.outputs = outputs;
    }

    /** An output that has to stand in its stream, behind those before. */
    void expect(Output output) {
        Sum sum = expected.computeIfAbsent(output.stream(), stream -> new Sum());
        sum.digest.add(output.stream(), output.event());
        sum.events++;
        expectedEvents++;
    }

    /**
     * Reads streams, and says which do not hold what is expected. To be called once.
     *
     * @param versions up to which version each is read; another run may be just adding to it
     */
    List<String> differences(Map<StreamName, Long> versions) {
        List<String> differences = new ArrayList<>();
        for (Map.Entry<StreamName, Long> each : versions.entrySet()) {
            StreamName stream = each.getKey();
            Sum sum = expected.getOrDefault(stream, new Sum());
            Sum found = found(stream, each.getValue());
            if (found.events != sum.events || !found.digest.hex().equals(sum.digest.hex())) {
                differences.add(
                        "stream '%s' has %d copied events, and not just the %d that the rule makes"
                                .formatted(stream, found.events, sum.events));
            }
        }
        return differences;
    }

    private Sum found(StreamName stream, long toVersion) {
        Sum found = new Sum();
        try (CopiedEvents events =
                new CopiedEvents(
                        store.read(ReadRequest.stream(stream).toVersion(toVersion)),
                        outputs.store(),
                        Long.MAX_VALUE)) {
            for (@Nullable RecordedEvent event = events.current();
                    event != null;
                    event = events.current()) {
                found.digest.add(event);
                found.events++;
                foundEvents++;
                all.add(event);
                types.merge(event.type().value(), 1L, Long::sum);
                categories.merge(event.stream().category(), 1L, Long::sum);
                events.advance();
            }
        }
        return found;
    }

    /** A report of it. */
    Verification report(long upTo, long read, Collection<StreamName> streams) {
        Map<StreamName, Long> whole = new TreeMap<>();
        streams.forEach(stream -> whole.put(stream, Long.MAX_VALUE));
        List<String> differences = differences(whole);
        return new Verification(
                upTo,
                read,
                expectedEvents,
                foundEvents,
                -1,
                types,
                categories,
                all.hex(),
                differences.stream().limit(Verification.MAX_DIFFERENCES).toList());
    }
}
