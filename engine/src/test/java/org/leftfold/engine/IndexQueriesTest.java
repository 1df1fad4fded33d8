package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/**
 * An index that was built, merged, rebuilt or damaged gives the same answers as a plain filter over
 * the log, or says that it is damaged. Its files have a few events each.
 */
class IndexQueriesTest {
    private static final int SEEDS = 8;
    private static final int QUERIES = 2_600; // per seed, state of the index, and kind of hash
    private static final int EVENTS = 400;
    private static final int DAMAGES = 40;
    private static final String[] TYPES = {"Made", "Moved", "Paid", "Sent", "Gone"};
    private static final String[] CATEGORIES = {"order", "account", "item"};

    private final LongAdder asked = new LongAdder();
    private final LongAdder noticed = new LongAdder();
    private final StoreListener counting =
            new StoreListener() {
                @Override
                public void noticed(String text) {
                    noticed.increment();
                }
            };

    @Test
    void an_index_answers_like_a_filter_over_the_log() {
        Seeds.check(
                Seeds.range(9000, SEEDS),
                (seed, random) -> {
                    for (int hashBits : new int[] {40, 4}) {
                        IndexOptions options = new IndexOptions(16 << 10, hashBits);
                        SimulatedMachine machine = SimulatedMachine.empty(seed);
                        try (EmbeddedEventStore store = open(machine, options)) {
                            fill(store, random);
                            assertThat(parts(machine.disk()).size()).isBetween(1, 30);
                            compare(store, random, QUERIES); // built and merged
                        }
                        try (EmbeddedEventStore store = open(machine, options)) {
                            compare(store, random, QUERIES); // opened
                        }
                        deleteAll(machine.disk());
                        try (EmbeddedEventStore store = open(machine, options)) {
                            compare(store, random, QUERIES / 2); // rebuilt
                        }
                    }
                });
        if (Seeds.range(0, 2).size() > 1) {
            assertThat(asked.sum()).as("queries").isGreaterThanOrEqualTo(100_000);
        }
    }

    @Test
    void a_damaged_index_answers_rightly_or_says_that_it_is_damaged() {
        LongAdder refused = new LongAdder();
        Seeds.check(
                Seeds.range(9100, 3),
                (seed, random) -> {
                    IndexOptions options = new IndexOptions(16 << 10, 40);
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    try (EmbeddedEventStore store = open(machine, options)) {
                        fill(store, random);
                    }
                    for (int i = 0; i < DAMAGES; i++) {
                        SimulatedDirectory disk = machine.disk().crashPoint().image(KEPT);
                        damage(disk, random);
                        try (EmbeddedEventStore store =
                                open(machine.restartedWith(disk), options)) {
                            compare(store, random, 60);
                        } catch (IntegrityException e) {
                            assertThat(e.getMessage()).contains(".index");
                            refused.increment();
                        }
                        deleteAll(disk);
                        try (EmbeddedEventStore store =
                                open(machine.restartedWith(disk), options)) {
                            compare(store, random, 20);
                        }
                    }
                });
        assertThat(refused.sum() + noticed.sum()).as("damages that were met").isPositive();
    }

    private static final org.leftfold.testkit.disk.CrashOutcome KEPT =
            new org.leftfold.testkit.disk.CrashOutcome.EverythingKept();

    private static void damage(SimulatedDirectory disk, SplittableRandom random) throws Exception {
        List<String> parts = parts(disk);
        String name = parts.get(random.nextInt(parts.size()));
        byte[] bytes = disk.contents(name);
        try (var file = disk.open(name, org.leftfold.io.Directory.Access.WRITE)) {
            switch (random.nextInt(3)) {
                case 0 -> file.truncate(random.nextInt(bytes.length));
                case 1 -> {
                    int at = random.nextInt(bytes.length);
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                    file.write(at, java.nio.ByteBuffer.wrap(bytes, at, 1));
                }
                default -> {
                    int page = 4096 * random.nextInt(bytes.length / 4096);
                    file.write(page, java.nio.ByteBuffer.allocate(4096));
                }
            }
            file.force();
        }
    }

    private EmbeddedEventStore open(SimulatedMachine machine, IndexOptions options) {
        return Opening.forWriting(
                machine.machine(),
                EmbeddedOptions.defaults()
                        .clock(machine.time())
                        .segmentBytes(16 << 10, 64 << 10)
                        .listener(counting),
                Execution.CALLER,
                options);
    }

    private static List<String> parts(SimulatedDirectory disk) {
        return disk.names().stream().filter(name -> name.endsWith(".index")).toList();
    }

    private static void deleteAll(SimulatedDirectory disk) throws Exception {
        for (String name : parts(disk)) {
            disk.delete(name);
        }
    }

    private static void fill(EmbeddedEventStore store, SplittableRandom random) {
        for (int i = 0; i < EVENTS; ) {
            int count = 1 + random.nextInt(3);
            List<NewEvent> events = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                NewEvent event = NewEvent.ofJson(TYPES[random.nextInt(TYPES.length)], "{}");
                if (random.nextInt(3) > 0) {
                    event = event.withTags("n:" + random.nextInt(12));
                }
                if (random.nextInt(4) == 0) {
                    event = event.withTags("hot:1");
                }
                events.add(event);
            }
            Append append = Append.to(stream(random), ExpectedVersion.any(), events);
            store.append(append);
            if (random.nextInt(10) == 0) {
                assertThat(store.append(append).repeated()).isTrue();
            }
            StreamName truncated = stream(random);
            long version = store.version(truncated);
            if (random.nextInt(40) == 0 && version > 0) {
                store.admin()
                        .truncate(
                                truncated,
                                2 + random.nextLong(version),
                                new AdminAct("test", "random"));
            }
            i += count;
        }
    }

    private static StreamName stream(SplittableRandom random) {
        int skewed = random.nextInt(1 + random.nextInt(60));
        return StreamName.of(CATEGORIES[skewed % 3], "%d".formatted(skewed));
    }

    private void compare(EmbeddedEventStore store, SplittableRandom random, int queries) {
        List<RecordedEvent> all = store.read(ReadRequest.all()).toList();
        for (int i = 0; i < queries; i++) {
            ReadRequest request = request(random, store.head());
            assertThat(positions(store.read(request)))
                    .as("%s", request)
                    .isEqualTo(filter(all, request));
        }
        asked.add(queries);
        for (int i = 0; i < 20; i++) {
            StreamName stream = stream(random);
            long last =
                    all.stream()
                            .filter(event -> event.stream().equals(stream))
                            .mapToLong(RecordedEvent::version)
                            .max()
                            .orElse(0);
            assertThat(store.version(stream)).as("%s", stream).isGreaterThanOrEqualTo(last);
        }
        for (int i = 0; i < 20; i++) {
            RecordedEvent event = all.get(random.nextInt(all.size()));
            assertThat(
                            store.append(event.stream(), ExpectedVersion.any(), event.toNewEvent())
                                    .lastPosition())
                    .isEqualTo(event.position());
        }
        assertThat(store.admin().statistics().events()).isEqualTo(all.size());
    }

    private static List<Long> positions(Events events) {
        return events.toList().stream().map(RecordedEvent::position).toList();
    }

    private static List<Long> filter(List<RecordedEvent> all, ReadRequest request) {
        List<RecordedEvent> ordered = request.isBackward() ? all.reversed() : all;
        return ordered.stream()
                .filter(request::covers)
                .limit(request.limit())
                .map(RecordedEvent::position)
                .toList();
    }

    private static ReadRequest request(SplittableRandom random, long head) {
        QueryItem[] items = new QueryItem[1 + random.nextInt(3) / 2 * random.nextInt(3)];
        for (int i = 0; i < items.length; i++) {
            items[i] = item(random);
        }
        ReadRequest request = ReadRequest.of(Query.anyOf(items));
        if (random.nextInt(3) == 0) {
            request = request.after(random.nextLong(head + 10));
        }
        if (random.nextInt(3) == 0) {
            request = request.to(random.nextLong(head + 10));
        }
        if (random.nextInt(4) == 0) {
            request = request.afterVersion(random.nextLong(30));
        }
        if (random.nextInt(4) == 0) {
            request = request.toVersion(random.nextLong(60));
        }
        if (random.nextBoolean()) {
            request = request.backward();
        }
        return random.nextInt(3) == 0 ? request.limit(random.nextInt(20)) : request;
    }

    private static QueryItem item(SplittableRandom random) {
        QueryItem item = QueryItem.everything();
        if (random.nextInt(3) == 0) {
            item = item.andStreams(stream(random), stream(random));
        } else if (random.nextInt(3) == 0) {
            item = item.andStreams(stream(random));
        }
        if (random.nextInt(4) == 0) {
            item = item.andCategories(CATEGORIES[random.nextInt(3)]);
        }
        if (random.nextInt(3) == 0) {
            item = item.andTypes(TYPES[random.nextInt(5)], TYPES[random.nextInt(5)]);
        }
        if (random.nextInt(3) == 0) {
            item = item.andTags("n:" + random.nextInt(13));
        }
        return random.nextInt(6) == 0 ? item.andTags("hot:1") : item;
    }
}
