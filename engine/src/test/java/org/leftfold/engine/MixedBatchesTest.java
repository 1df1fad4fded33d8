package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/** Truncations and appends in one batch, in any order: as if they came one after the other. */
class MixedBatchesTest {
    private static final AdminAct ACT = new AdminAct("ann", "why");
    private static final int STREAMS = 3;
    private static final int BATCHES = 25;
    private static final int MOST_CALLS = 9;
    private static final int SEEDS = 60;
    private static final int FAULTY_SEEDS = 25;

    /** A call that a writer can be given; one of the two. */
    private record Wish(@Nullable Append append, StreamName stream, long firstKept) {
        Pending<?> of(EmbeddedEventStore store) {
            return append == null
                    ? new Pending.OfTruncation(stream, firstKept, ACT)
                    : store.pendingOf(append);
        }
    }

    private static EmbeddedEventStore open(SimulatedMachine machine, int segmentBytes) {
        return Opening.forWriting(
                machine.machine(),
                EmbeddedOptions.defaults()
                        .clock(machine.time())
                        .segmentBytes(segmentBytes, segmentBytes),
                Execution.CALLER);
    }

    private static StreamName stream(int number) {
        return StreamName.of("order", "s" + number);
    }

    private static List<Wish> batch(
            EmbeddedEventStore store, SplittableRandom random, List<Append> earlier) {
        List<Wish> batch = new ArrayList<>();
        int calls = 2 + random.nextInt(MOST_CALLS - 1);
        for (int i = 0; i < calls; i++) {
            StreamName stream = stream(random.nextInt(STREAMS));
            if (random.nextInt(2) == 0) {
                long version = store.version(stream) + random.nextInt(3);
                long first = random.nextInt(5) == 0 ? 0 : 2 + random.nextLong(version + 1);
                batch.add(new Wish(null, stream, first));
            } else {
                batch.add(new Wish(append(store, random, stream, earlier), stream, 0));
            }
        }
        return batch;
    }

    private static Append append(
            EmbeddedEventStore store,
            SplittableRandom random,
            StreamName stream,
            List<Append> earlier) {
        if (!earlier.isEmpty() && random.nextInt(5) == 0) {
            return earlier.get(random.nextInt(earlier.size()));
        }
        List<NewEvent> events = new ArrayList<>();
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            events.add(
                    NewEvent.of("T" + random.nextInt(3), Payload.of(new byte[random.nextInt(90)])));
        }
        ExpectedVersion expected =
                random.nextInt(3) == 0
                        ? ExpectedVersion.exactly(store.version(stream) + random.nextInt(2))
                        : ExpectedVersion.any();
        Append append = Append.to(stream, expected, events);
        if (random.nextInt(3) == 0) {
            Query query = Query.types("T" + random.nextInt(3));
            append = append.onlyIf(AppendCondition.none("none", query));
        }
        earlier.add(append);
        return append;
    }

    private static String answer(CompletableFuture<?> pending) {
        assertThat(pending.isDone()).isTrue();
        return pending.handle((result, failure) ->
                        failure instanceof LeftfoldException known
                                ? known.code()
                                : failure == null ? String.valueOf(result) : failure.toString())
                .join();
    }

    private static List<Backup.Entry> history(EmbeddedEventStore store) {
        List<Backup.Entry> entries = new ArrayList<>();
        try (Backup backup = store.admin().backup()) {
            backup.forEachRemaining(entries::add);
        }
        return entries;
    }

    @Test
    void a_batch_is_answered_like_its_calls_one_by_one() {
        Seeds.check(
                Seeds.range(41_000, SEEDS),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    SimulatedMachine other = SimulatedMachine.empty(seed + 1);
                    int segmentBytes = random.nextBoolean() ? 4 << 10 : 64 << 10;
                    EmbeddedEventStore store = open(machine, segmentBytes);
                    EmbeddedEventStore expected = open(other, 64 << 10);
                    List<Append> earlier = new ArrayList<>();
                    for (int i = 0; i < BATCHES; i++) {
                        List<Wish> batch = batch(store, random, earlier);
                        List<String> answers = together(store, batch);
                        assertThat(answers).isEqualTo(oneByOne(expected, batch));
                        assertThat(history(store)).isEqualTo(history(expected));
                        if (random.nextInt(8) == 0) {
                            store.close();
                            store = open(machine, segmentBytes);
                            assertThat(history(store)).isEqualTo(history(expected));
                        }
                    }
                    store.close();
                    expected.close();
                });
    }

    private static List<String> together(EmbeddedEventStore store, List<Wish> batch) {
        List<Pending<?>> pending = new ArrayList<>();
        batch.forEach(wish -> pending.add(wish.of(store)));
        store.submitTogether(pending);
        return pending.stream().map(MixedBatchesTest::answer).toList();
    }

    private static List<String> oneByOne(EmbeddedEventStore store, List<Wish> batch) {
        List<String> answers = new ArrayList<>();
        for (Wish wish : batch) {
            answers.addAll(together(store, List.of(wish)));
        }
        return answers;
    }

    /**
     * Of a batch in which a call of the disk fails there is a beginning, which has all promised.
     */
    @Test
    void a_failing_call_leaves_a_beginning_of_the_batch() {
        Seeds.check(
                Seeds.range(42_000, FAULTY_SEEDS),
                (seed, random) -> {
                    SimulatedMachine before = SimulatedMachine.empty(seed);
                    List<Wish> batch;
                    List<String> expected;
                    List<List<Backup.Entry>> states = new ArrayList<>();
                    try (EmbeddedEventStore store = open(before, 64 << 10)) {
                        List<Append> earlier = new ArrayList<>();
                        for (int i = 0; i < 3; i++) {
                            together(store, batch(store, random, earlier));
                        }
                        batch = batch(store, random, earlier);
                    }
                    SimulatedMachine other = Scavenged.copyOf(before);
                    expected = new ArrayList<>();
                    try (EmbeddedEventStore store = open(other, 64 << 10)) {
                        states.add(history(store));
                        for (Wish wish : batch) {
                            expected.addAll(together(store, List.of(wish)));
                            states.add(history(store));
                        }
                    }
                    List<Fault> faults =
                            List.of(
                                    new Fault.InputOutputError(),
                                    new Fault.ErrorAfterEffect(),
                                    new Fault.ShortWrite(random.nextInt(100)),
                                    new Fault.OutOfMemory());
                    for (Fault fault : faults) {
                        for (int failing = 1;
                                fails(before, batch, expected, states, fault, failing);
                                failing++) {
                            assertThat(failing).isLessThan(1000);
                        }
                    }
                });
    }

    private static boolean fails(
            SimulatedMachine before,
            List<Wish> batch,
            List<String> expected,
            List<List<Backup.Entry>> states,
            Fault fault,
            int failing) {
        SimulatedMachine machine = Scavenged.copyOf(before);
        List<String> answers;
        FaultPlan plan = new FaultPlan();
        try (EmbeddedEventStore store = open(machine, 64 << 10)) {
            List<Pending<?>> pending = new ArrayList<>();
            batch.forEach(wish -> pending.add(wish.of(store)));
            int from = machine.disk().callCount() + failing;
            plan.firstWhen( // a call that cannot look something up is refused alone
                    call -> call.index() >= from && call.kind() != CallKind.READ, fault);
            machine.disk().faults(plan);
            store.submitTogether(pending);
            machine.disk().faults(new FaultPlan());
            answers = pending.stream().map(MixedBatchesTest::answer).toList();
        }
        String where = "%s at call %d: %s of %s".formatted(fault, failing, answers, expected);
        int least = 0;
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.get(i).startsWith("LF-3")) {
                assertThat(answers.get(i)).as(where).isEqualTo(expected.get(i));
                least = i + 1;
            }
        }
        try (EmbeddedEventStore store = open(machine, 64 << 10)) {
            assertThat(states.subList(least, states.size())).as(where).contains(history(store));
        }
        return !plan.hits().isEmpty();
    }
}
