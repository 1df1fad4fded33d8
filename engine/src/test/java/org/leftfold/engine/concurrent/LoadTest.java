package org.leftfold.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/** Readers and followers beside many writers, across many segments, against a model. */
@Timeout(120)
class LoadTest {
    private static final int APPENDS = Boolean.getBoolean("leftfold.long") ? 50_000 : 2_000;
    private static final int WRITERS = 8;
    private static final int READERS = 8;
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().segmentBytes(8 << 10, 32 << 10);
    private static final List<Query> QUERIES =
            List.of(
                    Query.all(),
                    Query.stream(new StreamName("s-1")),
                    Query.category("s"),
                    Query.types("T1", "T3"),
                    Query.tags("mod:2"),
                    Query.anyOf(
                            QueryItem.everything().andTypes("T0").andTags("mod:1"),
                            QueryItem.everything().andStreams(new StreamName("s-2"))));

    @TempDir private Path directory;

    /** What was acknowledged, by position. */
    private final Map<Long, NewEvent> model = new ConcurrentHashMap<>();

    private volatile boolean ending; // written by the test, read by the readers

    @Test
    void readers_and_followers_see_what_was_acknowledged_and_nothing_else(TestReporter reporter)
            throws Exception {
        long seed = Long.getLong("leftfold.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        SplittableRandom random = new SplittableRandom(seed);
        List<SeenEvents> followers = new ArrayList<>();
        List<RecordedEvent> all;
        long reads = 0;
        try (ExecutorService threads = Executors.newCachedThreadPool();
                EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS)) {
            for (Query query : QUERIES.subList(0, 4)) {
                SeenEvents seen = new SeenEvents();
                followers.add(seen);
                store.follow(FollowRequest.fromStart(query), seen);
            }
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                SplittableRandom own = random.split();
                readers.add(threads.submit(() -> readUntilTheEnd(store, own)));
            }
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                SplittableRandom own = random.split();
                writers.add(threads.submit(() -> write(store, own)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            ending = true;
            for (Future<Long> reader : readers) {
                reads += reader.get();
            }
            all = store.read(ReadRequest.all()).toList();
            for (int i = 0; i < followers.size(); i++) {
                List<RecordedEvent> expected = filter(all, QUERIES.get(i));
                followers.get(i).awaitCount(expected.size());
                assertThat(followers.get(i).events()).as("seed " + seed).isEqualTo(expected);
            }
        }
        checkModel(all, seed);
        reporter.publishEntry("load", "%d events, %d reads".formatted(all.size(), reads));
        assertThat(reads).isGreaterThan(READERS);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS)) {
            assertThat(store.read(ReadRequest.all()).toList()).isEqualTo(all);
        }
    }

    private void checkModel(List<RecordedEvent> all, long seed) {
        assertThat(all).as("seed " + seed).hasSize(model.size());
        Map<StreamName, Long> versions = new TreeMap<>();
        long position = 0;
        for (RecordedEvent event : all) {
            assertThat(event.position()).isEqualTo(++position);
            assertThat(event.hasContentOf(model.get(position))).as("seed " + seed).isTrue();
            assertThat(event.version()).isEqualTo(versions.merge(event.stream(), 1L, Long::sum));
        }
    }

    private void write(EmbeddedEventStore store, SplittableRandom random) {
        for (int done = 0; done < APPENDS / WRITERS; done++) {
            List<NewEvent> events = new ArrayList<>();
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                events.add(
                        NewEvent.of(
                                        "T" + random.nextInt(5),
                                        Payload.ofText("x".repeat(random.nextInt(300))))
                                .withTags("mod:" + random.nextInt(4)));
            }
            StreamName stream = new StreamName("s-" + random.nextInt(6));
            boolean optimistic = random.nextBoolean();
            ExpectedVersion expected =
                    optimistic
                            ? ExpectedVersion.exactly(store.version(stream))
                            : ExpectedVersion.any();
            try {
                AppendResult result = store.append(Append.to(stream, expected, events));
                long position = result.writes().getFirst().firstPosition();
                for (NewEvent event : events) {
                    model.put(position++, event);
                }
                assertThat(store.head()).isGreaterThanOrEqualTo(result.lastPosition());
            } catch (VersionConflictException e) {
                assertThat(optimistic).as("an append that expected a version").isTrue();
            }
        }
    }

    /** Each read is what the model says, as far as the model knows already. */
    private long readUntilTheEnd(EmbeddedEventStore store, SplittableRandom random) {
        long reads = 0;
        while (!ending) {
            Query query = QUERIES.get(random.nextInt(QUERIES.size()));
            long head = store.head();
            long after = head == 0 ? 0 : random.nextLong(head);
            ReadRequest request = ReadRequest.of(query).after(after).to(head);
            List<RecordedEvent> forward = new ArrayList<>();
            try (Events events = store.read(request)) {
                events.forEachRemaining(forward::add);
            }
            List<RecordedEvent> backward = store.read(request.backward()).toList();
            assertThat(backward.reversed()).isEqualTo(forward);
            long last = after;
            for (RecordedEvent event : forward) {
                assertThat(event.position()).isGreaterThan(last).isLessThanOrEqualTo(head);
                assertThat(query.matches(event)).isTrue();
                NewEvent known = model.get(event.position());
                assertThat(known == null || event.hasContentOf(known)).isTrue();
                last = event.position();
            }
            if (query.isEverything()) {
                assertThat(forward).hasSize((int) (head - after));
            }
            reads++;
        }
        return reads;
    }

    private static List<RecordedEvent> filter(List<RecordedEvent> all, Query query) {
        return all.stream().filter(query::matches).toList();
    }
}
