package org.leftfold.engine.process;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/**
 * Main program of a child JVM: opens a store, checks that all that was acknowledged before is
 * there, and appends with several threads until it is killed. Says {@value #READY}, then each
 * {@link Ack}; or {@value #LOST} and why.
 */
final class AppenderChild {
    static final String READY = "ready";
    static final String LOST = "lost";

    /** How many events stand in one append; so an append that is only half there is noticed. */
    static final String SIZE = "size";

    /** Which append an event came with. */
    static final String APPEND = "append";

    static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().segmentBytes(16 << 10, 64 << 10);

    private static final int THREADS = 4;
    private static final int STREAMS = 5;

    private AppenderChild() {}

    /** Arguments: directory, file with the acknowledgements so far, seed. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream answers = System.out;
        try (EmbeddedEventStore store = EmbeddedEventStore.open(Path.of(arguments[0]), OPTIONS)) {
            String lost = firstLost(store, Files.readAllLines(Path.of(arguments[1])));
            answers.println(lost.isEmpty() ? READY : LOST + " " + lost);
            SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[2]));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom own = random.split();
                threads.add(Thread.ofPlatform().start(() -> appendForever(store, own, answers)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static String firstLost(EmbeddedEventStore store, List<String> acks) {
        Map<Long, Ack> stored = new HashMap<>();
        for (RecordedEvent event : store.read(ReadRequest.all())) {
            stored.put(event.position(), Ack.of(event));
        }
        for (String line : acks) {
            Ack ack = Ack.parse(line).orElseThrow();
            if (!ack.equals(stored.get(ack.position()))) {
                return ack + " became " + stored.get(ack.position());
            }
        }
        return "";
    }

    private static void appendForever(
            EmbeddedEventStore store, SplittableRandom random, PrintStream answers) {
        while (true) {
            Append append = next(random);
            AppendResult result = store.append(append);
            StringBuilder lines = new StringBuilder();
            Ack.of(append.writes(), result).forEach(ack -> lines.append(ack.toLine()).append('\n'));
            answers.print(lines);
            answers.flush();
        }
    }

    private static Append next(SplittableRandom random) {
        int stream = random.nextInt(STREAMS);
        int count = random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 1;
        boolean both = random.nextInt(4) == 0;
        Map<String, String> metadata = new HashMap<>();
        metadata.put(APPEND, UUID.randomUUID().toString());
        metadata.put(SIZE, Integer.toString(both ? count + 1 : count));
        NewEvent[] events = new NewEvent[count];
        Arrays.setAll(events, i -> event(metadata, random.nextInt(600)));
        Append one = Append.to(nameOf(stream), ExpectedVersion.any(), events);
        return both
                ? one.andTo(
                        nameOf((stream + 1) % STREAMS), ExpectedVersion.any(), event(metadata, 20))
                : one;
    }

    private static StreamName nameOf(int stream) {
        return new StreamName("account-" + stream);
    }

    private static NewEvent event(Map<String, String> metadata, int payloadBytes) {
        NewEvent event = NewEvent.ofJson("Moved", "\"" + "x".repeat(payloadBytes) + "\"");
        return event.withMetadata(org.leftfold.api.Metadata.of(metadata));
    }
}
