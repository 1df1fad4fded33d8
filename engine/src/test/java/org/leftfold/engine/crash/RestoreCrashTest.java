package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;
import org.leftfold.testkit.tck.ListBackup;

/**
 * A restore is cut at any call, by loss of power or by a failing disk: what it had acknowledged is
 * there, what is there is the beginning of the backup, and a restore made again completes it.
 */
class RestoreCrashTest {
    private static final AdminAct ACT = new AdminAct("ann", "retention");
    private static final int PORTION = 7;

    @Test
    void a_restore_survives_power_cuts() {
        Seeds.check(
                Seeds.range(8000, 6 * Scale.FACTOR),
                (seed, random) -> {
                    List<Backup.Entry> entries = history(random);
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    Journal journal = machine.disk().record();
                    List<int[]> acknowledged = new ArrayList<>(); // call, entries
                    try (SimulatedStore store = SimulatedStore.open(machine)) {
                        for (int end = PORTION; end - PORTION < entries.size(); end += PORTION) {
                            int count = wholeAppends(entries, end);
                            restore(store, entries.subList(0, count));
                            acknowledged.add(new int[] {machine.disk().callCount(), count});
                        }
                    }
                    for (int call : journal.callIndexes()) {
                        for (CrashOutcome outcome :
                                List.of(
                                        new CrashOutcome.NothingKept(),
                                        new CrashOutcome.EverythingKept(),
                                        CrashOutcomes.random(random.nextLong()))) {
                            int least =
                                    acknowledged.stream()
                                            .filter(ack -> ack[0] <= call)
                                            .mapToInt(ack -> ack[1])
                                            .max()
                                            .orElse(0);
                            check(journal.at(call).image(outcome), entries, least, "call " + call);
                        }
                    }
                });
    }

    /** So many entries, and those that were appended together with the last of them. */
    private static int wholeAppends(List<Backup.Entry> entries, int count) {
        int whole = Math.min(count, entries.size());
        while (entries.get(whole - 1) instanceof Backup.Place place && !place.endsAppend()) {
            whole++;
        }
        return whole;
    }

    private static void check(
            SimulatedDirectory image, List<Backup.Entry> entries, int least, String where) {
        try (SimulatedStore store = SimulatedStore.open(ImageCheck.machineFor(image, 5))) {
            List<Backup.Entry> found = history(store);
            assertThat(found.size()).as(where).isGreaterThanOrEqualTo(least);
            assertThat(found).as(where).isEqualTo(entries.subList(0, found.size()));
            restore(store, entries);
            assertThat(history(store)).as(where).isEqualTo(entries);
        }
    }

    @Test
    void a_restore_survives_a_failing_disk() {
        Seeds.check(
                Seeds.range(8100, 2 * Scale.FACTOR),
                (seed, random) -> {
                    List<Backup.Entry> entries = history(random);
                    for (Fault fault :
                            List.of(
                                    new Fault.InputOutputError(),
                                    new Fault.OutOfMemory(),
                                    new Fault.NoSpace())) {
                        boolean reached = true;
                        for (int call = 0; reached; call++) {
                            reached = failsAt(call, fault, entries, seed);
                        }
                    }
                });
    }

    /** False if the restore makes fewer calls than that. */
    private static boolean failsAt(int call, Fault fault, List<Backup.Entry> entries, long seed) {
        SimulatedMachine machine = SimulatedMachine.empty(seed);
        FaultPlan plan = new FaultPlan();
        SimulatedStore store = SimulatedStore.open(machine);
        machine.disk().faults(plan);
        plan.once(machine.disk().callCount() + call, fault);
        try {
            restore(store, entries);
        } catch (LeftfoldException e) {
            assertThat(e.code()).as("call " + call).startsWith("LF-3");
        }
        boolean reached = !plan.hits().isEmpty();
        plan.clear();
        if (store.stoppedBy() != null) {
            store.close();
            store = SimulatedStore.open(machine);
        }
        restore(store, entries);
        assertThat(history(store)).as("call " + call).isEqualTo(entries);
        store.close();
        assertThat(SimulatedStore.verify(machine).problems()).isEmpty();
        return reached;
    }

    @Test
    void a_store_that_is_open_for_reading_only_gives_a_backup_and_takes_none() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        List<Backup.Entry> entries = history(new SplittableRandom(1));
        try (SimulatedStore store = SimulatedStore.open(machine)) {
            restore(store, entries);
        }
        try (SimulatedStore reader = SimulatedStore.openForReading(machine)) {
            assertThat(history(reader)).isEqualTo(entries);
            List<Backup.Entry> more = new ArrayList<>(entries);
            more.add(new Backup.Act(stream(1), 2, ACT, entries.getLast().recordedAt()));
            assertThatThrownBy(() -> restore(reader, more)).hasMessageContaining("LF-1008");
        }
    }

    private static void restore(SimulatedStore store, List<Backup.Entry> entries) {
        store.admin().restore(new ListBackup(entries), position -> {});
    }

    private static List<Backup.Entry> history(SimulatedStore store) {
        List<Backup.Entry> entries = new ArrayList<>();
        try (Backup backup = store.admin().backup()) {
            backup.forEachRemaining(entries::add);
        }
        return entries;
    }

    /** Enough for several segments, with events that were removed and acts. */
    private static List<Backup.Entry> history(SplittableRandom random) {
        try (InMemoryEventStore source = InMemoryEventStore.open()) {
            for (int i = 0; i < 40; i++) {
                int bytes = random.nextInt(20) == 0 ? 5000 : random.nextInt(300);
                source.append(
                        Append.to(
                                stream(random.nextInt(4)),
                                ExpectedVersion.any(),
                                NewEvent.of("Made", Payload.of(new byte[bytes])),
                                NewEvent.ofJson("Small", "{}").withTags("n:" + i % 3)));
                StreamName stream = stream(random.nextInt(4));
                long version = source.version(stream);
                if (i % 9 == 8 && version > 0) {
                    source.admin().truncate(stream, 2 + random.nextLong(version), ACT);
                }
            }
            List<Backup.Entry> entries = new ArrayList<>();
            try (Backup backup = source.admin().backup()) {
                backup.forEachRemaining(entries::add);
            }
            return entries;
        }
    }

    private static StreamName stream(int number) {
        return new StreamName("s-" + number);
    }
}
