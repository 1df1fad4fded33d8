package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StreamName;
import org.leftfold.engine.Scavenged.Content;
import org.leftfold.engine.Scavenged.Made;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/** What a scavenge frees, and that nothing else can be told from it. */
class ScavengeTest {
    private static final int SEEDS = 12;

    @Test
    void a_scavenge_changes_nothing_that_can_be_asked() {
        Seeds.check(
                Seeds.range(21_000, SEEDS),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    List<Made> made;
                    Content before;
                    List<List<RecordedEvent>> answers;
                    long queries = random.nextLong();
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        made = Scavenged.fill(store, random, 60);
                        Scavenged.truncate(store, random, 70);
                        made.addAll(Scavenged.fill(store, random, 10));
                        before = Scavenged.content(store);
                        answers = answers(store, queries);
                        ScavengeReport report = store.admin().scavenge(position -> {});
                        assertThat(report.removedEvents()).isPositive();
                        compare(store, before, answers, queries, made);
                    }
                    assertThat(Opening.verify(machine.machine(), events -> {}).problems())
                            .isEmpty();
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        compare(store, before, answers, queries, made);
                    }
                    try (EmbeddedEventStore store = Scavenged.openForReading(machine)) {
                        assertThat(Scavenged.content(store)).isEqualTo(before);
                    }
                    Scavenged.deleteIndex(machine);
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        compare(store, before, answers, queries, made);
                    }
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        compare(store, before, answers, queries, made);
                    }
                });
    }

    private static void compare(
            EmbeddedEventStore store,
            Content before,
            List<List<RecordedEvent>> answers,
            long queries,
            List<Made> made) {
        assertThat(Scavenged.content(store)).isEqualTo(before);
        assertThat(answers(store, queries)).isEqualTo(answers);
        for (Made one : made) {
            AppendResult again = store.append(one.append());
            assertThat(again.repeated()).isTrue();
            assertThat(again.writes()).isEqualTo(one.result().writes());
        }
    }

    private static List<List<RecordedEvent>> answers(EmbeddedEventStore store, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<RecordedEvent>> answers = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            QueryItem item = QueryItem.everything();
            item =
                    switch (random.nextInt(5)) {
                        case 0 -> item.andStreams(stream(random));
                        case 1 -> item.andCategories(random.nextBoolean() ? "order" : "cart");
                        case 2 -> item.andTypes("T" + random.nextInt(3));
                        case 3 -> item.andTags("n:" + random.nextInt(5));
                        default -> item.andStreams(stream(random)).andTags("n:1");
                    };
            ReadRequest request = ReadRequest.of(Query.anyOf(item));
            request = random.nextBoolean() ? request.backward() : request;
            request = random.nextInt(3) == 0 ? request.after(random.nextLong(60)) : request;
            request = random.nextInt(3) == 0 ? request.limit(1 + random.nextInt(5)) : request;
            answers.add(store.read(request).toList());
        }
        return answers;
    }

    private static StreamName stream(SplittableRandom random) {
        return Scavenged.stream(random.nextInt(Scavenged.STREAMS));
    }

    @Test
    void a_store_of_which_nine_tenths_are_unreadable_shrinks_to_less_than_a_fifth() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        EmbeddedOptions options =
                EmbeddedOptions.defaults().clock(machine.time()).segmentBytes(64 << 10, 256 << 10);
        try (EmbeddedEventStore store =
                Opening.forWriting(
                        machine.machine(), options, EmbeddedEventStore.Execution.CALLER)) {
            for (int i = 0; i < 2000; i++) {
                store.append(
                        Append.to(
                                new StreamName("s-" + i % 20),
                                ExpectedVersion.any(),
                                NewEvent.of("Made", Payload.of(new byte[1024]))));
            }
            for (int i = 0; i < 18; i++) {
                store.admin().delete(new StreamName("s-" + i), Scavenged.ACT);
            }
            long before = Scavenged.sealedBytes(machine);
            List<Long> progress = new ArrayList<>();
            ScavengeReport report = store.admin().scavenge(progress::add);
            assertThat(report.removedEvents()).isEqualTo(1800);
            assertThat(Scavenged.sealedBytes(machine)).isLessThan(before / 5);
            assertThat(report.bytesAfter()).isLessThan(report.bytesBefore());
            assertThat(store.read(ReadRequest.all()).toList()).hasSize(200);
            ScavengeReport second = store.admin().scavenge(position -> {});
            assertThat(second.removedEvents()).isZero();
        }
    }

    @Test
    void segments_are_rewritten_again_when_more_is_unreadable() {
        Seeds.check(
                Seeds.range(21_100, SEEDS),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        List<Made> made = Scavenged.fill(store, random, 60);
                        for (int percent = 20; percent <= 100; percent += 20) {
                            Scavenged.truncate(store, random, percent);
                            Content before = Scavenged.content(store);
                            store.admin().scavenge(position -> {});
                            assertThat(Scavenged.content(store)).isEqualTo(before);
                            made.forEach(one ->
                                    assertThat(store.append(one.append()).repeated()).isTrue());
                            made.addAll(Scavenged.fill(store, random, 5));
                        }
                    }
                    assertThat(Opening.verify(machine.machine(), events -> {}).problems())
                            .isEmpty();
                });
    }

    @Test
    void a_store_goes_on_though_its_index_is_older_than_the_rewritten_segments() {
        Seeds.check(
                Seeds.range(21_200, SEEDS),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        Scavenged.fill(store, random, 80);
                        Scavenged.truncate(store, random, 60);
                    }
                    SimulatedMachine old = Scavenged.copyOf(machine);
                    Content before;
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        store.admin().scavenge(position -> {});
                        Scavenged.truncate(store, random, 80);
                        store.admin().scavenge(position -> {});
                        before = Scavenged.content(store);
                    }
                    Scavenged.deleteIndex(machine);
                    List<String> parts =
                            old.disk().names().stream()
                                    .filter(name -> name.endsWith(".index"))
                                    .toList();
                    for (String part : parts.subList(0, random.nextInt(parts.size() + 1))) {
                        machine.disk().put(part, old.disk().contents(part));
                    }
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        assertThat(Scavenged.content(store)).isEqualTo(before);
                    }
                });
    }

    @Test
    void every_changed_bit_of_a_rewritten_segment_is_found() {
        SimulatedMachine machine = SimulatedMachine.empty(3);
        SplittableRandom random = new SplittableRandom(3);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            Scavenged.fill(store, random, 40);
            Scavenged.truncate(store, random, 80);
            store.admin().scavenge(position -> {});
        }
        String name = "0000000001.segment";
        int bits = machine.disk().contents(name).length * 8;
        for (int bit = 0; bit < bits; bit++) {
            machine.disk().flipBit(name, bit / 8, bit % 8);
            assertThat(Opening.verify(machine.machine(), events -> {}).problems())
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isNotEmpty()
                    .allMatch(problem -> problem.file().endsWith(".segment"));
            machine.disk().flipBit(name, bit / 8, bit % 8);
        }
    }

    @Test
    void a_damaged_segment_is_left_alone() {
        SimulatedMachine machine = SimulatedMachine.empty(3);
        SplittableRandom random = new SplittableRandom(3);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            Scavenged.fill(store, random, 40);
            Scavenged.truncate(store, random, 80);
            machine.disk().flipBit("0000000001.segment", 400, 1);
            byte[] before = machine.disk().contents("0000000001.segment");
            assertThatThrownBy(() -> store.admin().scavenge(position -> {}))
                    .isInstanceOf(Corruption.class);
            assertThat(machine.disk().contents("0000000001.segment")).isEqualTo(before);
            assertThat(machine.disk().names()).doesNotContain("scavenge.tmp");
        }
    }

    @Test
    void small_stores_stay_small_however_often_they_are_scavenged() {
        SimulatedMachine machine = SimulatedMachine.empty(4);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            for (int i = 0; i < 30; i++) {
                store.append(
                        Append.to(
                                Scavenged.stream(i % 3),
                                ExpectedVersion.any(),
                                NewEvent.of("Made", Payload.of(new byte[200]))));
                store.admin().delete(Scavenged.stream(i % 3), Scavenged.ACT);
                machine.time().advance(Duration.ofMinutes(1));
                assertThat(store.admin().scavenge(position -> {}).removedEvents()).isEqualTo(1);
            }
            String last = "0000000031.segment";
            assertThat(machine.disk().contents(last)).hasSize(4096);
            assertThat(Scavenged.sealedBytes(machine)).isLessThan(30 * 400L);
        }
    }

    @Test
    void a_second_scavenge_at_the_same_time_is_refused() {
        SimulatedMachine machine = SimulatedMachine.empty(5);
        SplittableRandom random = new SplittableRandom(5);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            for (int i = 0; i < 3; i++) {
                Scavenged.fill(store, random, 1600);
            }
            Scavenged.truncate(store, random, 80);
            List<String> refused = new ArrayList<>();
            store.admin()
                    .scavenge(position ->
                            assertThatThrownBy(() -> store.admin().scavenge(inner -> {}))
                                    .satisfies(e -> refused.add(e.getMessage())));
            assertThat(refused).isNotEmpty().allMatch(text -> text.startsWith("LF-3008"));
        }
        try (EmbeddedEventStore reader = Scavenged.openForReading(machine)) {
            assertThatThrownBy(() -> reader.admin().scavenge(position -> {}))
                    .hasMessageContaining("LF-1008");
        }
    }

    /** Sealing the last segment takes space for a new one; rewriting others gives it. */
    @Test
    void on_a_full_disk_sealed_segments_are_rewritten_nevertheless() {
        for (int seed = 1; seed < 12; seed++) {
            SimulatedMachine machine = SimulatedMachine.empty(seed);
            try (EmbeddedEventStore store = Scavenged.open(machine)) {
                Scavenged.fill(store, new SplittableRandom(seed), 50 + seed);
                for (int i = 0; i < Scavenged.STREAMS; i++) {
                    store.admin().delete(Scavenged.stream(i), Scavenged.ACT);
                }
                long used = 0;
                for (String name : machine.disk().names()) {
                    used += machine.disk().contents(name).length;
                }
                machine.disk().capacity(used + 3500);
                long before = Scavenged.sealedBytes(machine);
                store.admin().scavenge(position -> {});
                assertThat(Scavenged.sealedBytes(machine))
                        .as("seed " + seed)
                        .isLessThan(before / 2);
            }
        }
    }

    /** The last segment cannot be sealed then, and that is not the disk of the moment. */
    @Test
    void a_store_that_stopped_says_so_to_a_scavenge() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            Scavenged.fill(store, new SplittableRandom(1), 5);
            for (int i = 0; i < Scavenged.STREAMS; i++) {
                if (store.version(Scavenged.stream(i)) > 0) {
                    store.admin().delete(Scavenged.stream(i), Scavenged.ACT);
                }
            }
            FaultPlan plan =
                    new FaultPlan()
                            .firstWhen(
                                    call -> call.kind() == CallKind.FORCE,
                                    new Fault.InputOutputError());
            machine.disk().faults(plan);
            assertThatThrownBy(() -> Scavenged.fill(store, new SplittableRandom(2), 1))
                    .hasMessageContaining("LF-3001");
            assertThatThrownBy(() -> store.admin().scavenge(position -> {}))
                    .hasMessageStartingWith("LF-3002");
        }
    }

    /** What is sealed while it runs is for the next one, or it would run behind a quick writer. */
    @Test
    void a_scavenge_ends_though_each_of_its_steps_is_followed_by_a_new_segment() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            List<NewEvent> events = new ArrayList<>();
            for (int i = 0; i < 4096; i++) {
                events.add(NewEvent.ofJson("Made", "1"));
            }
            store.append(Append.to(Scavenged.stream(0), ExpectedVersion.any(), events));
            store.admin().delete(Scavenged.stream(0), Scavenged.ACT);
            List<Long> passed = new ArrayList<>();
            store.admin()
                    .scavenge(position -> {
                        passed.add(position);
                        for (int i = 0; i < 2 && passed.size() < 20; i++) { // the second seals
                            List<NewEvent> others =
                                    events.stream().map(e -> e.withId(EventId.next())).toList();
                            store.append(
                                    Append.to(Scavenged.stream(1), ExpectedVersion.any(), others));
                        }
                    });
            assertThat(passed).hasSizeBetween(1, 5);
        }
    }
}
