package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.contents;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;

/**
 * Runs a script against several programs over some shards, and against one store in memory that
 * knows no shards. Stream by stream both must answer the same.
 */
final class ScriptRun implements AutoCloseable {
    static final int STREAMS = 3;
    static final int PROGRAMS = 3;

    /** What a step does; the numbers of a step say with what. */
    enum Kind {
        APPEND,
        APPEND_MANY,
        APPEND_TWO,
        APPEND_IF,
        REPEAT,
        MIX_IDS,
        MOVE,
        CUT_MOVE,
        RESTART,
        TRUNCATE,
        TRUNCATE_HERE,
        TRUNCATE_ELSEWHERE,
        DELETE,
        RETAIN,
        SCAVENGE,
        READ,
        CHECKPOINT
    }

    record Step(Kind kind, int a, int b, int c, int d) {}

    private final Fleet fleet;
    private final int shards;
    private final InMemoryEventStore model = InMemoryEventStore.open();
    private final List<ShardedEventStore> programs = new ArrayList<>();
    private final List<Append> stored = new ArrayList<>();
    private final Map<EventId, RecordedEvent> all = new LinkedHashMap<>(); // as acknowledged first
    private final Map<Checkpoint, Set<EventId>> checkpoints = new HashMap<>();

    /** Streams of which something was taken away in one shard only: reads over all may differ. */
    private final Set<StreamName> uneven = new HashSet<>();

    ScriptRun(int shards) {
        this.shards = shards;
        this.fleet = new Fleet(shards);
        for (int n = 0; n < PROGRAMS; n++) {
            programs.add(open());
        }
    }

    private ShardedEventStore open() {
        return fleet.open(ShardedOptions.defaults().checkingConditionsWithinShard());
    }

    @Override
    public void close() {
        model.close();
        fleet.close();
    }

    void run(List<Step> script) {
        script.forEach(this::run);
        programs.forEach(this::assertSame);
        assertSame(open());
        checkpoints.forEach(this::assertFollowed);
    }

    private void run(Step step) {
        ShardedEventStore store = programs.get(step.d() % PROGRAMS);
        StreamName stream = stream(step.a());
        switch (step.kind()) {
            case APPEND -> compare(store, append(stream, step, 1 + step.b() % 3));
            case APPEND_MANY -> compare(store, append(stream, step, 200 + step.b() % 100));
            case APPEND_TWO ->
                    compare(
                            store,
                            append(stream, step, 1)
                                    .andTo(stream(step.a() + 1), ExpectedVersion.any(), event()));
            case APPEND_IF -> appendIf(store, stream, step);
            case REPEAT -> {
                if (!stored.isEmpty()) {
                    compare(store, stored.get(step.b() % stored.size()));
                }
            }
            case MIX_IDS -> mixIds(store, step);
            case MOVE -> move(store, stream, step.b());
            case CUT_MOVE -> cutMove(stream, step);
            case RESTART -> programs.set(step.d() % PROGRAMS, open());
            case TRUNCATE -> truncate(stream, step.b(), -1);
            case TRUNCATE_HERE -> truncate(stream, step.b(), Fleet.shardOf(store, stream));
            case TRUNCATE_ELSEWHERE -> truncateElsewhere(store, stream, step.b());
            case DELETE -> delete(stream);
            case RETAIN -> retain(1 + step.b() % 6);
            case SCAVENGE -> fleet.store(step.b() % shards).admin().scavenge(count -> {});
            case READ -> compareRead(store, stream, step);
            case CHECKPOINT -> checkpoints.put(store.checkpoint(), Set.copyOf(all.keySet()));
        }
    }

    private static StreamName stream(int number) {
        return StreamName.of("s", String.valueOf(number % STREAMS));
    }

    private Append append(StreamName stream, Step step, int count) {
        long version = model.version(stream);
        ExpectedVersion expected =
                switch (step.c() % 8) {
                    case 0 -> ExpectedVersion.noStream();
                    case 1 -> ExpectedVersion.streamExists();
                    case 2, 3 -> ExpectedVersion.any();
                    case 4 -> ExpectedVersion.exactly(step.b() % (version + 6));
                    default -> ExpectedVersion.exactly(version);
                };
        return Append.to(stream, expected, events(count));
    }

    private void compare(ShardedEventStore store, Append append) {
        compare(store, append, append);
    }

    /** What was said of both; a condition has other positions in each. */
    private void compare(ShardedEventStore store, Append append, Append modelAppend) {
        String outcome = outcome(store, append);
        if (outcome.equals("LF-1401")) {
            assertThat(stored).doesNotContain(append);
            assertThat(append.writes().stream().map(write -> store.shardOf(write.stream())))
                    .as("they are apart")
                    .doesNotHaveDuplicates();
            return;
        }
        assertThat(outcome).as("%s", append).isEqualTo(outcome(model, modelAppend));
        if (outcome.endsWith("stored")) {
            stored.add(append);
            for (RecordedEvent each : readAll(store)) {
                all.putIfAbsent(each.id(), each);
            }
        }
    }

    /** All of an answer that does not depend on positions. */
    private static String outcome(EventStore store, Append append) {
        try {
            AppendResult result = store.append(append);
            StringBuilder text = new StringBuilder();
            for (AppendResult.Written written : result.writes()) {
                text.append("%d to %d, ".formatted(written.firstVersion(), written.lastVersion()));
            }
            return text + (result.repeated() ? "repeated" : "stored");
        } catch (VersionConflictException conflict) {
            return "conflict at %d, missed %s"
                    .formatted(
                            conflict.actualVersion(),
                            contents(store.read(conflict.missed()).toList()));
        } catch (ConditionFailedException failed) {
            return "broken by version "
                    + store
                            .read(
                                    ReadRequest.of(failed.condition().query())
                                            .after(failed.foundPosition() - 1)
                                            .to(failed.foundPosition()))
                            .toList()
                            .stream()
                            .map(RecordedEvent::version)
                            .toList();
        } catch (LeftfoldException refusal) {
            return refusal.code();
        }
    }

    /** An append that depends on what was read of the one stream. */
    private void appendIf(ShardedEventStore store, StreamName stream, Step step) {
        List<RecordedEvent> here = read(store, stream);
        List<RecordedEvent> there = read(model, stream);
        if (here.isEmpty()) {
            return;
        }
        int back = step.c() % 3 == 0 ? step.b() % here.size() : 0;
        int at = here.size() - 1 - back;
        Append plain = Append.to(stream, ExpectedVersion.any(), events(1));
        Query query = Query.stream(stream);
        compare(
                store,
                plain.onlyIf(AppendCondition.noneAfter("new", query, here.get(at).position())),
                plain.onlyIf(AppendCondition.noneAfter("new", query, there.get(at).position())));
        stored.removeIf(each -> !each.conditions().isEmpty()); // its positions are the one's only
    }

    private void mixIds(ShardedEventStore store, Step step) {
        if (!stored.isEmpty()) {
            Append known = stored.get(step.b() % stored.size());
            NewEvent first = known.writes().getFirst().events().getFirst();
            Append mixed =
                    Append.to(
                            known.writes().getFirst().stream(),
                            ExpectedVersion.any(),
                            List.of(first, event()));
            compare(store, mixed);
        }
    }

    private void move(ShardedEventStore store, StreamName stream, int target) {
        if (model.version(stream) > 0) {
            String shard = Fleet.name(target % shards);
            store.move(stream, shard, ACT);
            assertThat(store.shardOf(stream)).isEqualTo(shard);
        }
    }

    private void cutMove(StreamName stream, Step step) {
        if (model.version(stream) > 0) {
            Cuts cuts = Cuts.ofCalls(step.c() % 40, step.d() % 2 == 0);
            try {
                fleet.open(cuts).move(stream, Fleet.name(step.b() % shards), ACT);
            } catch (LeftfoldException killed) {
                assertThat(cuts.isReached()).as("%s", killed).isTrue();
            }
        }
    }

    /**
     * @param only the one shard where it is done, or -1 for all
     */
    private void truncate(StreamName stream, int number, int only) {
        long version = model.version(stream);
        if (version == 0) {
            return;
        }
        long firstKept = 2 + number % version;
        Set<EventId> gone = new HashSet<>();
        for (RecordedEvent each : all.values()) {
            if (each.stream().equals(stream) && each.version() < firstKept) {
                gone.add(each.id());
            }
        }
        model.admin().truncate(stream, firstKept, ACT);
        for (int shard = 0; shard < shards; shard++) {
            if (only < 0 || shard == only) {
                truncateIn(shard, stream, gone);
            }
        }
        if (only >= 0) {
            uneven.add(stream);
        }
    }

    /** Up to the last of these events that a shard has. */
    private void truncateIn(int shard, StreamName stream, Set<EventId> gone) {
        long last = 0;
        for (RecordedEvent each : read(fleet.store(shard), stream)) {
            if (gone.contains(each.id())) {
                last = each.version();
            }
        }
        if (last > 0) {
            fleet.store(shard).admin().truncate(stream, last + 1, ACT);
        }
    }

    /** To make room in a shard where the stream is not. */
    private void truncateElsewhere(ShardedEventStore store, StreamName stream, int number) {
        if (model.version(stream) == 0) {
            return;
        }
        int here = Fleet.shardOf(store, stream);
        move(store, stream, here); // ends a move that was cut short
        int shard = number % shards;
        long version = fleet.store(shard).version(stream);
        if (shard != Fleet.shardOf(store, stream) && version > 0) {
            fleet.store(shard).admin().truncate(stream, 2 + number % version, ACT);
            uneven.add(stream);
        }
    }

    private void delete(StreamName stream) {
        if (model.version(stream) > 0) {
            model.admin().delete(stream, ACT);
            for (int shard = 0; shard < shards; shard++) {
                if (fleet.store(shard).version(stream) > 0) {
                    fleet.store(shard).admin().delete(stream, ACT);
                }
            }
        }
    }

    private void retain(int count) {
        Retention retention = Retention.ofAllStreams().maxCount(count);
        model.admin().retain(retention, ACT, unused -> {});
        for (int shard = 0; shard < shards; shard++) {
            fleet.store(shard).admin().retain(retention, ACT, unused -> {});
        }
        for (int n = 0; n < STREAMS; n++) {
            uneven.add(stream(n)); // each shard keeps the last that it has
        }
    }

    private void compareRead(ShardedEventStore store, StreamName stream, Step step) {
        ReadRequest request =
                ReadRequest.stream(stream)
                        .afterVersion(step.b() % 8)
                        .toVersion(step.c())
                        .limit(step.b() % 11);
        ReadRequest asked = step.c() % 2 == 0 ? request.backward() : request;
        assertThat(contents(store.read(asked).toList()))
                .as("%s", asked)
                .isEqualTo(contents(model.read(asked).toList()));
        assertThat(store.version(stream)).isEqualTo(model.version(stream));
        assertOverAll(store);
    }

    private void assertSame(ShardedEventStore store) {
        for (int n = 0; n < STREAMS; n++) {
            StreamName stream = stream(n);
            List<RecordedEvent> here = read(store, stream);
            List<RecordedEvent> there = read(model, stream);
            assertThat(contents(here)).as("%s", stream).isEqualTo(contents(there));
            assertThat(Streams.versions(here)).isEqualTo(Streams.versions(there));
            assertThat(store.version(stream)).isEqualTo(model.version(stream));
            assertThat(here).as("as they were at first").allMatch(this::isAsAtFirst);
        }
        assertOverAll(store);
    }

    private boolean isAsAtFirst(RecordedEvent each) {
        return each.equals(all.get(each.id()));
    }

    private void assertOverAll(ShardedEventStore store) {
        List<RecordedEvent> over = readAll(store);
        assertThat(over.stream().map(RecordedEvent::id)).doesNotHaveDuplicates();
        assertThat(over).allMatch(this::isAsAtFirst);
        for (int n = 0; n < STREAMS; n++) {
            StreamName stream = stream(n);
            if (!uneven.contains(stream)) {
                assertThat(over.stream().filter(each -> each.stream().equals(stream)))
                        .containsExactlyInAnyOrderElementsOf(read(store, stream));
            }
        }
    }

    /** Behind a checkpoint comes what was appended later, in the order of each stream. */
    private void assertFollowed(Checkpoint checkpoint, Set<EventId> before) {
        ShardedEventStore store = open();
        List<RecordedEvent> expected =
                readAll(store).stream().filter(each -> !before.contains(each.id())).toList();
        List<RecordedEvent> came = new ArrayList<>();
        CompletableFuture<Void> all = new CompletableFuture<>();
        EventHandler handler =
                new EventHandler() {
                    @Override
                    public void handle(RecordedEvent event) {
                        came.add(event);
                    }

                    @Override
                    public void caughtUp(Checkpoint end) {
                        all.complete(null);
                    }
                };
        try (Subscription running =
                store.follow(FollowRequest.after(Query.all(), checkpoint), handler)) {
            CompletableFuture.anyOf(all, running.completion()).get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the follower has not caught up", e);
        }
        assertThat(came).containsExactlyInAnyOrderElementsOf(expected);
        for (int n = 0; n < STREAMS; n++) {
            StreamName stream = stream(n);
            assertThat(came.stream().filter(each -> each.stream().equals(stream)))
                    .isSortedAccordingTo(
                            java.util.Comparator.comparingLong(RecordedEvent::version));
        }
    }
}
