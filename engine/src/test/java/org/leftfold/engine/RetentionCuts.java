package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.Scavenged.Made;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.io.Machine;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedMachine;

/** One store, one retention with a scavenge, and the power cut at every call of them. */
final class RetentionCuts {
    private static final AdminAct ACT = new AdminAct("ann", "thirty days");
    private static final int STREAMS = 24;
    private static final int APPENDS = 110;
    private static final int INDEX_BYTES = 40 << 10;

    private final SplittableRandom random;
    private final Execution execution;
    private final SimulatedMachine machine;
    private final Retention retention;
    private final List<Made> made = new ArrayList<>();
    private final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();
    private List<Backup.Act> expected = List.of();

    /** So many acts of the retention were durable when the disk had had so many calls. */
    private record Acknowledged(int calls, int acts) {}

    /** All that can be asked. */
    private record Content(
            List<RecordedEvent> events,
            List<Backup.Entry> history,
            Map<StreamName, Long> versions,
            long head) {
        List<Backup.Act> acts() {
            List<Backup.Act> acts = new ArrayList<>();
            for (Backup.Entry entry : history) {
                if (entry instanceof Backup.Act act && act.act().equals(ACT)) {
                    acts.add(act);
                }
            }
            return acts;
        }
    }

    RetentionCuts(long seed, SplittableRandom random, Execution execution) {
        this.random = random;
        this.execution = execution;
        this.machine = SimulatedMachine.empty(seed);
        Retention rule =
                random.nextInt(3) == 0 ? Retention.ofCategory("order") : Retention.ofAllStreams();
        int rules = 1 + random.nextInt(3);
        rule = (rules & 1) == 0 ? rule : rule.maxCount(1 + random.nextInt(3));
        this.retention = (rules & 2) == 0 ? rule : rule.maxAge(Duration.ofMinutes(90));
    }

    /** Gives the number of images. */
    long check() {
        Content before;
        try (EmbeddedEventStore store = open(machine, Execution.CALLER)) {
            prepare(store);
            before = content(store);
        }
        expected = expectedActs(before);
        assertThat(expected).as("acts of " + retention).hasSizeGreaterThan(3);
        Journal journal;
        Content after;
        try (EmbeddedEventStore store = open(machine, execution)) {
            journal = machine.disk().record();
            acknowledged.clear();
            if (execution == Execution.THREADS) {
                holdWriterUntilAllActsWait();
            }
            assertThat(retain(store)).isEqualTo(expected.size());
            assertThat(store.admin().scavenge(position -> {}).removedEvents()).isPositive();
            after = content(store);
        }
        machine.disk().faults(new FaultPlan());
        checkEnds(before, after);
        return cut(journal, before, after);
    }

    private EmbeddedEventStore open(SimulatedMachine on, Execution with) {
        StoreListener counting =
                new StoreListener() {
                    @Override
                    public void committed(int calls, int events, long bytes, Duration took) {
                        int acts = acknowledged.isEmpty() ? 0 : acknowledged.getLast().acts();
                        acknowledged.add(new Acknowledged(on.disk().callCount(), acts + calls));
                    }
                };
        EmbeddedOptions options =
                EmbeddedOptions.defaults()
                        .clock(on.time())
                        .segmentBytes(4 << 10, 16 << 10)
                        .listener(counting);
        Machine opened = on.machine();
        if (with == Execution.THREADS) { // a writer that waits for callers needs a time that passes
            opened = opened.withTime(Machine.system(Path.of(".")).time());
        }
        EmbeddedEventStore store =
                Opening.forWriting(opened, options, with, IndexOptions.of(INDEX_BYTES));
        store.scavengeFrom(0);
        return store;
    }

    private static StreamName stream(int number) {
        return StreamName.of(number % 3 == 0 ? "cart" : "order", "s" + number);
    }

    /** Streams of all ages, some of which lost events before. */
    private void prepare(EmbeddedEventStore store) {
        for (int i = 0; i < APPENDS; i++) {
            List<NewEvent> events = new ArrayList<>();
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                String text = "\"" + "x".repeat(random.nextInt(200)) + "\"";
                events.add(NewEvent.ofJson("T" + random.nextInt(3), text));
            }
            StreamName stream = stream(random.nextInt(STREAMS));
            Append append = Append.to(stream, ExpectedVersion.any(), events);
            made.add(new Made(append, store.append(append)));
            machine.time().advance(Duration.ofSeconds(random.nextInt(180)));
            if (i % 20 == 10) {
                store.admin().truncate(stream, 1 + store.version(stream), Scavenged.ACT);
            }
            if (i == APPENDS / 2) {
                store.admin().scavenge(position -> {});
            }
        }
    }

    private long retain(EmbeddedEventStore store) {
        return store.admin().retain(retention, ACT, looked -> {});
    }

    /** The first act has a force of its own; all others have come when that begins. */
    private void holdWriterUntilAllActsWait() {
        Thread caller = Thread.currentThread();
        FaultPlan plan = new FaultPlan();
        plan.firstWhen(
                call ->
                        call.kind() == CallKind.FORCE
                                && Thread.currentThread().getName().startsWith("leftfold-writer"),
                new Fault.Before(() -> {
                    while (caller.getState() != Thread.State.WAITING) {
                        Thread.onSpinWait();
                    }
                }));
        machine.disk().faults(plan);
    }

    private static Content content(EmbeddedEventStore store) {
        List<Backup.Entry> history = new ArrayList<>();
        try (Backup backup = store.admin().backup()) {
            backup.forEachRemaining(history::add);
        }
        Map<StreamName, Long> versions = new TreeMap<>();
        for (int i = 0; i < STREAMS; i++) {
            versions.put(stream(i), store.version(stream(i)));
        }
        List<RecordedEvent> events = store.read(ReadRequest.all()).toList();
        return new Content(events, history, versions, store.head());
    }

    /** What the retention has to do, by a plain look at all events; streams by their names. */
    private List<Backup.Act> expectedActs(Content before) {
        Instant now = machine.time().instant();
        Map<StreamName, Long> lost = new TreeMap<>();
        for (RecordedEvent event : before.events()) {
            long behind = before.versions().get(event.stream()) - event.version();
            boolean tooMany = retention.maxCount().orElse(Long.MAX_VALUE) <= behind;
            boolean tooOld =
                    retention.maxAge().isPresent()
                            && event.recordedAt().isBefore(now.minus(retention.maxAge().get()));
            boolean concerned =
                    retention.category().isEmpty()
                            || retention.category().get().equals(event.stream().category());
            if (concerned && (tooMany || tooOld)) {
                lost.merge(event.stream(), event.version(), Math::max);
            }
        }
        List<Backup.Act> acts = new ArrayList<>();
        lost.forEach((stream, last) -> acts.add(new Backup.Act(stream, last + 1, ACT, now)));
        return acts;
    }

    /** What can be read when so many acts of the retention were done, and no others. */
    private List<RecordedEvent> eventsAfter(int acts, Content before) {
        Map<StreamName, Long> firstKept = new TreeMap<>();
        for (Backup.Act act : expected.subList(0, acts)) {
            firstKept.put(act.stream(), act.firstKeptVersion());
        }
        return before.events().stream()
                .filter(event -> event.version() >= firstKept.getOrDefault(event.stream(), 1L))
                .toList();
    }

    private void checkEnds(Content before, Content after) {
        assertThat(after.acts()).isEqualTo(expected);
        assertThat(after.events()).isEqualTo(eventsAfter(expected.size(), before));
        assertThat(after.versions()).isEqualTo(before.versions());
        assertThat(acknowledged.getLast().acts()).isEqualTo(expected.size());
        if (execution == Execution.THREADS) {
            assertThat(acknowledged).as("groups").hasSizeLessThan(expected.size());
        }
    }

    private long cut(Journal journal, Content before, Content after) {
        List<Acknowledged> groups = List.copyOf(acknowledged);
        long images = 0;
        for (int call : journal.callIndexes()) {
            int atLeast = 0;
            for (Acknowledged group : groups) {
                atLeast = group.calls() <= call ? group.acts() : atLeast;
            }
            List<CrashOutcome> outcomes =
                    List.of(
                            new CrashOutcome.NothingKept(),
                            new CrashOutcome.EverythingKept(),
                            CrashOutcomes.random(random.nextLong()));
            for (CrashOutcome outcome : outcomes) {
                String where = "call %d, %s".formatted(call, outcome);
                SimulatedMachine restarted = machine.restartedWith(journal.at(call).image(outcome));
                check(restarted, atLeast, before, after, where);
                images++;
            }
        }
        return images;
    }

    private void check(
            SimulatedMachine restarted, int atLeast, Content before, Content after, String where) {
        try (EmbeddedEventStore store = open(restarted, Execution.CALLER)) {
            Content found = content(store);
            List<Backup.Act> acts = found.acts();
            assertThat(acts.size()).as(where).isBetween(atLeast, expected.size());
            assertThat(acts).as(where).isEqualTo(expected.subList(0, acts.size()));
            assertThat(found.events()).as(where).isEqualTo(eventsAfter(acts.size(), before));
            assertThat(found.versions()).as(where).isEqualTo(before.versions());
            assertThat(found.head()).as(where).isEqualTo(before.head());
            assertThat(retain(store)).as(where).isEqualTo(expected.size() - acts.size());
            assertThat(content(store)).as(where).isEqualTo(after);
            assertThat(retain(store)).as(where).isZero();
            store.admin().scavenge(position -> {});
            assertThat(store.admin().scavenge(position -> {}).removedEvents()).as(where).isZero();
            assertThat(content(store)).as(where).isEqualTo(after);
            ScavengeCuts.requireRepeated(store, made, where);
        }
        assertThat(restarted.disk().names()).as(where).doesNotContain("scavenge.tmp");
        assertThat(restarted.disk().openFiles()).as(where).isEmpty();
        assertThat(Opening.verify(restarted.machine(), events -> {}).problems())
                .as(where)
                .isEmpty();
    }
}
