package org.leftfold.engine.process;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;

/**
 * Main program of a child JVM with little memory: gives many streams two events each, the second
 * ones when all streams have their first, and loads streams at random, before and after the store
 * was closed. Says what it did, line by line.
 */
final class ManyStreamsChild {
    private static final int IN_FLIGHT = 4096;
    private static final int LOADS = 20_000;

    private final int streams;
    private final PrintStream answers = System.out;

    private ManyStreamsChild(int streams) {
        this.streams = streams;
    }

    /** Arguments: directory, streams, seed of the choice of streams. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        ManyStreamsChild child = new ManyStreamsChild(Integer.parseInt(arguments[1]));
        long seed = Long.parseLong(arguments[2]);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            child.append(store, 0);
            child.append(store, 1);
            child.load(store, seed);
        }
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            child.load(store, seed + 1);
        }
    }

    private StreamName stream(int number) {
        return StreamName.of("account", Integer.toString(number));
    }

    private static String payload(int number, long version) {
        return "{\"account\":%d,\"version\":%d}".formatted(number, version);
    }

    private void append(EmbeddedEventStore store, long version) throws InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        ExpectedVersion expected =
                version == 0 ? ExpectedVersion.noStream() : ExpectedVersion.exactly(version);
        for (int number = 0; number < streams && failure.get() == null; number++) {
            room.acquire();
            NewEvent event = NewEvent.ofJson("Moved", payload(number, version + 1));
            CompletableFuture<AppendResult> unused =
                    store.appendAsync(Append.to(stream(number), expected, event))
                            .whenComplete((result, error) -> {
                                if (error != null) {
                                    failure.compareAndSet(null, error);
                                }
                                room.release();
                            });
        }
        room.acquire(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("an append failed", failure.get());
        }
        System.gc();
        answers.printf(
                "appended %d, %d MiB used%n",
                store.head(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20);
    }

    private void load(EmbeddedEventStore store, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < LOADS; i++) {
            int number = random.nextInt(streams);
            List<RecordedEvent> events = store.read(ReadRequest.stream(stream(number))).toList();
            boolean isWhole =
                    events.size() == 2
                            && isEvent(events.getFirst(), number, 1)
                            && isEvent(events.getLast(), number, 2);
            if (!isWhole) {
                throw new IllegalStateException("stream " + number + " gave " + events);
            }
        }
        int missing = streams + random.nextInt(streams);
        if (store.version(stream(missing)) != 0) {
            throw new IllegalStateException("stream " + missing + " is there");
        }
        answers.println("loaded");
    }

    private static boolean isEvent(RecordedEvent event, int number, long version) {
        return event.version() == version
                && event.payload().asText().equals(payload(number, version));
    }
}
