package org.leftfold.jdbc.faults;

import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.VersionConflictException;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;

/**
 * One process of {@link ProcessesTest}: threads that load a counter, add one and append, and decide
 * again on a conflict; and a follower. It says "ready", gets "go", says how many conflicts it had,
 * gets the end of the log, and says in which order its follower saw it.
 */
final class IncrementChild {
    private static final int THREADS = 8;

    private final EventStore store;
    private final AtomicInteger conflicts = new AtomicInteger();

    private IncrementChild(EventStore store) {
        this.store = store;
    }

    /**
     * Arguments: kind, address, user, password, number of counters, increments of a thread, seed.
     */
    public static void main(String[] arguments) throws Exception {
        Kind kind = Kind.valueOf(arguments[0]);
        int counters = Integer.parseInt(arguments[4]);
        int increments = Integer.parseInt(arguments[5]);
        long seed = Long.parseLong(arguments[6]);
        BufferedReader orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (HikariDataSource pool = Kind.pool(arguments[1], arguments[2], arguments[3], THREADS);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults())) {
            Witness witness = new Witness("the follower of a process");
            try (Subscription follower =
                    store.follow(FollowRequest.fromStart(Query.all()), witness)) {
                System.out.println("ready");
                orders.readLine();
                int conflicts = new IncrementChild(store).run(counters, increments, seed);
                System.out.println(conflicts);
                long end = Long.parseLong(orders.readLine());
                Waiting.until(
                        "the follower sees position " + end,
                        () -> witness.position() >= end || follower.completion().isDone());
            }
            System.out.println(ProcessesTest.order(witness.seen()));
        }
    }

    private int run(int counters, int increments, long seed) throws InterruptedException {
        Crew crew = new Crew();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(seed * THREADS + i);
            crew.start(
                    "increments " + i,
                    () -> {
                        for (int n = 0; n < increments; n++) {
                            increment(new StreamName("counter-" + random.nextInt(counters)));
                        }
                    });
        }
        crew.join();
        return conflicts.get();
    }

    private void increment(StreamName stream) {
        while (true) {
            List<RecordedEvent> last =
                    store.read(ReadRequest.stream(stream).backward().limit(1)).toList();
            long value = last.isEmpty() ? 0 : ProcessesTest.value(last.getFirst());
            long version = last.isEmpty() ? 0 : last.getFirst().version();
            try {
                store.append(
                        stream,
                        ExpectedVersion.exactly(version),
                        NewEvent.ofJson("Incremented", Long.toString(value + 1)));
                return;
            } catch (VersionConflictException e) {
                conflicts.incrementAndGet();
            }
        }
    }
}
