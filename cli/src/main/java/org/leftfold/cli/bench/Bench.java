package org.leftfold.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.cli.bench.Measure.Recorder;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.io.DataFile;
import org.leftfold.io.Machine;

/** Measures a store in an empty directory, and the disk below it. For one thread. */
public final class Bench {
    /** Events of each stream of the store that is read. */
    static final int EVENTS_PER_STREAM = 20;

    private static final int MAX_STREAMS_PER_APPEND = 200;
    private static final int MAX_APPENDED_BYTES = 8 << 20;
    private static final int EVENT_BYTES = 256; // more than an event takes beside its payload
    private static final int BLOCK_BYTES = 4096;
    private static final int PROBE_BLOCKS = 2048; // 8 MiB, written round and round
    private static final int FOLLOWER_WAIT_SECONDS = 10; // far more than a follower ever needs
    private static final long SEED = 7; // the same payloads and streams each time

    private final Machine machine;
    private final Path directory;
    private final Plan plan;
    private final Consumer<Measure> done;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Payload payload;

    /**
     * A measurement.
     *
     * @param directory an empty directory, which gets a store and a file
     * @param done told of each measure when it has ended
     */
    public Bench(Path directory, Plan plan, Consumer<Measure> done) {
        this.machine = Machine.system(directory);
        this.directory = directory;
        this.plan = plan;
        this.done = done;
        byte[] content = new byte[plan.payloadBytes()];
        random.nextBytes(content);
        this.payload = Payload.wrap(content);
    }

    /** Measures everything. */
    public void run() throws IOException, InterruptedException {
        done.accept(disk());
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory.resolve("store"))) {
            fill(store);
            done.accept(load(store));
            done.accept(scan(store));
            done.accept(oneCaller(store));
            done.accept(manyCallers(store));
            done.accept(follower(store));
        }
    }

    private Stopwatch watch() {
        return new Stopwatch(machine.time(), plan.events());
    }

    private static Measure measure(
            String name, String title, String remark, Stopwatch.Result result) {
        return new Measure(name, title, remark, result.perSecond(), result.recorder().times());
    }

    private Measure disk() throws IOException, InterruptedException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        try (DataFile file = machine.directory().create("probe")) {
            file.writeZeros(0, (long) PROBE_BLOCKS * BLOCK_BYTES);
            file.force();
            Stopwatch.Result result =
                    watch().measure(number -> {
                        block.clear();
                        block.putLong(0, number + 1);
                        file.write(number % PROBE_BLOCKS * BLOCK_BYTES, block);
                        file.force();
                    });
            return measure(
                    "disk",
                    "disk: write and force 4 KiB",
                    "without the store; one append waits for at least this",
                    result);
        }
    }

    private NewEvent event() {
        return NewEvent.of("Measured", payload);
    }

    private static StreamName stream(int number) {
        return StreamName.of("load", String.valueOf(number));
    }

    /** The events of one stream do not stand together, as in a store that was used. */
    private void fill(EventStore store) {
        int streamsPerAppend =
                Math.clamp(
                        MAX_APPENDED_BYTES / (plan.payloadBytes() + EVENT_BYTES),
                        1,
                        MAX_STREAMS_PER_APPEND);
        for (int round = 0; round < EVENTS_PER_STREAM; round++) {
            for (int from = 0; from < plan.streams(); from += streamsPerAppend) {
                Append append = Append.to(stream(from), ExpectedVersion.any(), event());
                int end = Math.min(plan.streams(), from + streamsPerAppend);
                for (int number = from + 1; number < end; number++) {
                    append = append.andTo(stream(number), ExpectedVersion.any(), event());
                }
                store.append(append);
            }
        }
    }

    private Measure load(EventStore store) throws IOException, InterruptedException {
        Stopwatch.Result result =
                watch().measure(number -> {
                    StreamName one = stream(random.nextInt(plan.streams()));
                    int events = count(store, ReadRequest.stream(one));
                    if (events != EVENTS_PER_STREAM) {
                        throw new IOException(one + " has " + events + " events");
                    }
                });
        return measure(
                "load",
                "load a stream of " + EVENTS_PER_STREAM + " events",
                "picked at random from %,d streams".formatted(plan.streams()),
                result);
    }

    private static int count(EventStore store, ReadRequest request) {
        int count = 0;
        try (Events events = store.read(request)) {
            while (events.hasNext()) {
                events.next();
                count++;
            }
        }
        return count;
    }

    private Measure scan(EventStore store) throws IOException, InterruptedException {
        long[] events = new long[1];
        Stopwatch.Result result =
                watch().measure(number -> events[0] = count(store, ReadRequest.all()));
        return new Measure(
                "scan",
                "read everything",
                "%,d events in order, several times over".formatted(events[0]),
                result.perSecond() * events[0],
                null);
    }

    private Measure oneCaller(EventStore store) throws IOException, InterruptedException {
        StreamName one = StreamName.of("append", "one");
        Stopwatch.Result result =
                watch().measure(number -> store.append(one, ExpectedVersion.any(), event()));
        return measure("append1", "append, 1 caller", "one event each, durable on return", result);
    }

    private Measure manyCallers(EventStore store) throws IOException, InterruptedException {
        List<Future<Stopwatch.Result>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < plan.callers(); caller++) {
                StreamName own = StreamName.of("append", String.valueOf(caller));
                Stopwatch watch =
                        new Stopwatch(machine.time(), Math.max(1, plan.events() / plan.callers()));
                running.add(
                        threads.submit(() ->
                                watch.measure(number ->
                                        store.append(own, ExpectedVersion.any(), event()))));
            }
        }
        Recorder all = new Recorder();
        double perSecond = 0;
        for (Future<Stopwatch.Result> caller : running) {
            Stopwatch.Result result = resultOf(caller);
            all.addAll(result.recorder());
            perSecond += result.perSecond();
        }
        return measure(
                "appendMany",
                "append, %,d callers".formatted(plan.callers()),
                "the same, each caller to a stream of its own",
                new Stopwatch.Result(all, perSecond));
    }

    private static <T> T resultOf(Future<T> caller) throws IOException, InterruptedException {
        try {
            return caller.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IOException("an append failed: " + e.getCause(), e.getCause());
        }
    }

    private Measure follower(EventStore store) throws IOException, InterruptedException {
        SynchronousQueue<Long> handled = new SynchronousQueue<>();
        StreamName followed = StreamName.of("followed", "one");
        FollowRequest request = FollowRequest.fromNow(Query.stream(followed));
        try (Subscription subscription =
                store.follow(request, event -> handled.put(event.version()))) {
            Stopwatch.Result result =
                    watch().measure(number -> {
                        store.append(followed, ExpectedVersion.any(), event());
                        Long version = handled.poll(FOLLOWER_WAIT_SECONDS, TimeUnit.SECONDS);
                        if (version == null || version != number + 1) {
                            throw new IOException(
                                    "the follower did not get the event: "
                                            + subscription.completion());
                        }
                    });
            return measure(
                            "follow",
                            "append to handler",
                            "from the call of append until a follower has the event",
                            result)
                    .rate(0);
        }
    }
}
