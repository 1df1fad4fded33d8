package org.leftfold.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.Touch;
import org.leftfold.benchmarks.stores.WrongVersionException;

/**
 * Whether a store does what it is measured at: it refuses an append whose expected version is too
 * low or too high, and gives back what was appended, in order and byte for byte.
 */
final class TrustCheck {
    private static final String FIRST = Workload.stream(0);
    private static final String SECOND = Workload.stream(1);
    private static final String NEVER_WRITTEN = Workload.stream(2);
    private static final int EVENTS_PER_STREAM = 10;

    private final BenchStore store;
    private final boolean isFindingStreams;
    private final List<PlacedEvent> appended = new ArrayList<>();

    private TrustCheck(BenchStore store, boolean isFindingStreams) {
        this.store = store;
        this.isFindingStreams = isFindingStreams;
    }

    /**
     * Checks a new store, which holds 20 events afterwards.
     *
     * @param isFindingStreams whether it has to read single streams
     */
    static void run(BenchStore store, boolean isFindingStreams) throws Exception {
        new TrustCheck(store, isFindingStreams).run();
    }

    private void run() throws Exception {
        for (int i = 0; i < EVENTS_PER_STREAM; i++) {
            append(FIRST, i, 1);
            if (i == EVENTS_PER_STREAM / 2) {
                append(SECOND, 0, EVENTS_PER_STREAM);
            }
        }
        if (store.checksVersions()) {
            checkRefused(FIRST, 0);
            checkRefused(FIRST, EVENTS_PER_STREAM - 1);
        }
        if (store.refusesGaps()) {
            checkRefused(FIRST, EVENTS_PER_STREAM + 1);
            checkRefused(NEVER_WRITTEN, 1);
        }
        if (store.canReplay()) {
            checkReplay();
        }
        if (isFindingStreams) {
            checkStreams();
        }
    }

    private void append(String stream, long expectedVersion, int eventCount) throws Exception {
        List<SampleEvent> events = new ArrayList<>();
        for (int i = 0; i < eventCount; i++) {
            SampleEvent event = Workload.event(appended.size());
            events.add(event);
            appended.add(new PlacedEvent(stream, expectedVersion + 1 + i, event));
        }
        store.append(stream, expectedVersion, events);
    }

    private void checkRefused(String stream, long expectedVersion) throws Exception {
        try {
            store.append(stream, expectedVersion, List.of(Workload.event(0)));
        } catch (WrongVersionException e) {
            return;
        }
        throw new IllegalStateException(
                "stream '%s' took an append that expected version %d"
                        .formatted(stream, expectedVersion));
    }

    private void checkReplay() throws Exception {
        List<PlacedEvent> read = new ArrayList<>();
        store.replay(inOrder(read));
        compare(read, appended);
    }

    private void checkStreams() throws Exception {
        try (StreamReader reader = store.openReader()) {
            for (String stream : List.of(FIRST, SECOND, NEVER_WRITTEN)) {
                List<PlacedEvent> read = new ArrayList<>();
                reader.read(stream, inOrder(read));
                List<PlacedEvent> expected = new ArrayList<>(appended);
                expected.removeIf(event -> !event.stream().equals(stream));
                compare(read, expected);
                if (reader.load(stream, new Touch()) != expected.size()) {
                    throw new IllegalStateException("a load has another number of events");
                }
            }
        }
    }

    private static EventSink inOrder(List<PlacedEvent> read) {
        long[] lastPosition = {-1};
        return (position, stream, version, type, payload, metadata) -> {
            if (position <= lastPosition[0]) {
                throw new IllegalStateException("positions are not in order");
            }
            lastPosition[0] = position;
            var event = new SampleEvent(type, payload, metadata, "", "");
            read.add(new PlacedEvent(stream, version, event));
        };
    }

    private void compare(List<PlacedEvent> read, List<PlacedEvent> expected) {
        boolean isSame = read.size() == expected.size();
        for (int i = 0; isSame && i < read.size(); i++) {
            isSame = isSame(read.get(i), expected.get(i));
        }
        if (!isSame) {
            throw new IllegalStateException("what was read is not what was appended: " + read);
        }
    }

    private boolean isSame(PlacedEvent read, PlacedEvent given) {
        SampleEvent event = given.event();
        return read.stream().equals(given.stream())
                && read.version() == given.version()
                && read.event().type().equals(event.type())
                && Arrays.equals(read.event().payload(), store.givenBack(event.payload()))
                && Arrays.equals(read.event().metadata(), store.givenBack(event.metadata()));
    }
}
