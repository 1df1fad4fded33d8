package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.contents;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.testkit.random.Seeds;

/**
 * Random appends, repetitions and moves by three programs over three shards, beside one store that
 * knows no shards: stream by stream both answer the same.
 */
class ShardedModelTest {
    private static final int STREAMS = 5;
    private static final int STEPS = 120;

    @Test
    void whatever_is_done_each_stream_is_as_in_a_single_store() {
        Seeds.check(Seeds.range(1, Integer.getInteger("leftfold.scale", 1) * 150), this::run);
    }

    private void run(long seed, SplittableRandom random) {
        try (Fleet fleet = new Fleet(1 + random.nextInt(4));
                InMemoryEventStore model = InMemoryEventStore.open()) {
            int shards = fleet.shards(each -> each).size();
            List<ShardedEventStore> programs = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                programs.add(fleet.open());
            }
            List<Append> made = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                ShardedEventStore store = programs.get(random.nextInt(programs.size()));
                StreamName stream = stream(random);
                switch (random.nextInt(10)) {
                    case 0, 1 -> {
                        if (model.version(stream) > 0) {
                            store.move(stream, Fleet.name(random.nextInt(shards)), ACT);
                        }
                    }
                    case 2 -> programs.set(random.nextInt(3), fleet.open());
                    case 3 -> compareReads(store, model, stream, random);
                    case 4 -> {
                        if (!made.isEmpty()) {
                            compare(store, model, made.get(random.nextInt(made.size())));
                        }
                    }
                    default -> {
                        Append append = randomAppend(model, stream, random);
                        made.add(append);
                        compare(store, model, append);
                    }
                }
            }
            assertSame(programs.getFirst(), model);
            assertSame(fleet.open(), model);
        }
    }

    private static StreamName stream(SplittableRandom random) {
        return StreamName.of("s", String.valueOf(random.nextInt(STREAMS)));
    }

    private static Append randomAppend(
            EventStore model, StreamName stream, SplittableRandom random) {
        long version = model.version(stream);
        ExpectedVersion expected =
                switch (random.nextInt(8)) {
                    case 0 -> ExpectedVersion.noStream();
                    case 1 -> ExpectedVersion.streamExists();
                    case 2, 3 -> ExpectedVersion.any();
                    case 4 -> ExpectedVersion.exactly(random.nextLong(version + 3));
                    default -> ExpectedVersion.exactly(version);
                };
        return Append.to(stream, expected, events(1 + random.nextInt(3)));
    }

    private static void compare(EventStore store, EventStore model, Append append) {
        assertThat(outcome(store, append)).as("%s", append).isEqualTo(outcome(model, append));
    }

    /** All of an answer that does not depend on positions. */
    private static String outcome(EventStore store, Append append) {
        try {
            AppendResult result = store.append(append);
            AppendResult.Written written = result.writes().getFirst();
            return "%d to %d, %s"
                    .formatted(written.firstVersion(), written.lastVersion(), result.repeated());
        } catch (VersionConflictException conflict) {
            return "conflict at %d, missed %s"
                    .formatted(
                            conflict.actualVersion(),
                            contents(store.read(conflict.missed()).toList()));
        } catch (LeftfoldException refusal) {
            return refusal.code();
        }
    }

    private static void compareReads(
            EventStore store, EventStore model, StreamName stream, SplittableRandom random) {
        ReadRequest request =
                ReadRequest.stream(stream)
                        .afterVersion(random.nextInt(6))
                        .toVersion(random.nextInt(20))
                        .limit(random.nextInt(10));
        ReadRequest asked = random.nextBoolean() ? request.backward() : request;
        assertThat(contents(store.read(asked).toList()))
                .as("%s", asked)
                .isEqualTo(contents(model.read(asked).toList()));
        assertThat(store.version(stream)).isEqualTo(model.version(stream));
    }

    private static void assertSame(EventStore store, EventStore model) {
        List<RecordedEvent> all = new ArrayList<>();
        for (int n = 0; n < STREAMS; n++) {
            StreamName stream = StreamName.of("s", String.valueOf(n));
            assertThat(contents(read(store, stream))).isEqualTo(contents(read(model, stream)));
            all.addAll(read(store, stream));
        }
        assertThat(readAll(store)).containsExactlyInAnyOrderElementsOf(all);
    }
}
