package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Backup;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.Scavenged.Content;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/** Backups of stores that are scavenged between them. */
class ScavengeBackupTest {
    private static final int SEEDS = 6;
    private static final int MOST_MIXED = 10; // calls of two renames with a mark between them

    private static BackupReport take(SimulatedMachine store, SimulatedMachine backup, boolean all) {
        return EmbeddedBackup.take(store.machine(), backup.machine(), all, bytes -> {});
    }

    private static void extend(
            SimulatedMachine machine, SplittableRandom random, int appends, int percent) {
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            Scavenged.fill(store, random, appends);
            if (percent > 0) {
                Scavenged.truncate(store, random, percent);
                store.admin().scavenge(position -> {});
            }
        }
    }

    private static Content read(SimulatedMachine machine) {
        assertThat(Opening.verify(machine.machine(), events -> {}).problems()).isEmpty();
        try (EmbeddedEventStore store = Scavenged.openForReading(machine)) {
            return Scavenged.content(store);
        }
    }

    private static Content restored(SimulatedMachine backup) {
        SimulatedMachine target = SimulatedMachine.empty(99);
        EmbeddedBackup.restore(backup.machine(), target.machine(), bytes -> {});
        Content content = read(target);
        extend(target, new SplittableRandom(1), 3, 0); // it can be opened for writing
        assertThat(Opening.verify(target.machine(), events -> {}).problems()).isEmpty();
        return content;
    }

    @Test
    void backups_before_and_after_scavenges_are_whole() {
        Seeds.check(
                Seeds.range(23_000, SEEDS),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    for (int percent : new int[] {0, 30, 60, 60, 0, 90}) {
                        extend(store, random, random.nextInt(25), percent);
                        Content content = read(store);
                        take(store, backup, random.nextBoolean());
                        assertThat(read(backup)).isEqualTo(content);
                        assertThat(restored(backup)).isEqualTo(content);
                        assertThat(take(store, backup, true).segmentsCopied()).isZero();
                    }
                });
    }

    @Test
    void rewritten_segments_are_copied_again_and_no_others() {
        SimulatedMachine store = SimulatedMachine.empty(1);
        SimulatedMachine backup = SimulatedMachine.empty(2);
        extend(store, new SplittableRandom(1), 60, 0);
        take(store, backup, false);
        long before = Scavenged.sealedBytes(backup);
        try (EmbeddedEventStore opened = Scavenged.open(store)) {
            Scavenged.truncate(opened, new SplittableRandom(3), 90);
        }
        assertThat(take(store, backup, false).segmentsCopied()).isEqualTo(1);
        extend(store, new SplittableRandom(2), 1, 90);
        BackupReport report = take(store, backup, false);
        assertThat(report.segmentsCopied()).isGreaterThan(2);
        assertThat(Scavenged.sealedBytes(backup)).isLessThan(before / 2);
        assertThat(take(store, backup, false).segmentsCopied()).isZero();
    }

    @Test
    void a_backup_cut_short_leaves_at_least_the_former_one() {
        Seeds.check(
                Seeds.range(23_100, SEEDS),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    extend(store, random, 20, 20);
                    extend(store, random, 5, 0);
                    take(store, backup, false);
                    long formerHead = read(backup).counts().head();
                    Map<Long, RecordedEvent> all = events(store);
                    extend(store, random, 4, 50);
                    extend(store, random, 8, 70);
                    all.putAll(events(store));
                    Content content = read(store);
                    Journal journal = backup.disk().record();
                    take(store, backup, false);
                    for (int call : journal.callIndexes()) {
                        for (CrashOutcome outcome :
                                List.of(
                                        new CrashOutcome.NothingKept(),
                                        new CrashOutcome.EverythingKept(),
                                        CrashOutcomes.random(random.nextLong()))) {
                            SimulatedMachine image =
                                    SimulatedMachine.with(journal.at(call).image(outcome), 3);
                            String where = "call %d, %s".formatted(call, outcome);
                            Content found = restored(image);
                            assertThat(found.counts().head())
                                    .as(where)
                                    .isBetween(formerHead, content.counts().head());
                            assertThat(found.events())
                                    .as(where)
                                    .allMatch(event -> event.equals(all.get(event.position())));
                            take(store, image, false);
                            assertThat(read(image)).as(where).isEqualTo(content);
                        }
                    }
                });
    }

    /**
     * What a restore gives at each call of a backup: the former state, or the new one. Only where
     * the segment in which the former ends was rewritten there are some calls between the two.
     */
    @Test
    void a_backup_cut_short_is_no_mixture_of_two_states() {
        Seeds.check(
                Seeds.range(23_300, SEEDS),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    extend(store, random, 40, 0);
                    take(store, backup, false);
                    Content former = restored(backup);
                    extend(store, random, 1, 70);
                    Journal journal = backup.disk().record();
                    take(store, backup, false);
                    Content next = restored(backup);
                    int mixed = 0;
                    for (int call : journal.callIndexes()) {
                        CrashOutcome outcome = new CrashOutcome.EverythingKept();
                        SimulatedMachine image =
                                SimulatedMachine.with(journal.at(call).image(outcome), 3);
                        List<RecordedEvent> now = restored(image).events();
                        boolean isOne = now.equals(former.events()) || now.equals(next.events());
                        mixed += isOne ? 0 : 1;
                    }
                    assertThat(mixed).isLessThanOrEqualTo(MOST_MIXED);
                });
    }

    @Test
    void segments_that_a_backup_has_lost_are_copied_also_if_they_were_rewritten() {
        SimulatedMachine store = SimulatedMachine.empty(1);
        SimulatedMachine backup = SimulatedMachine.empty(2);
        extend(store, new SplittableRandom(1), 60, 0);
        take(store, backup, false);
        extend(store, new SplittableRandom(2), 1, 90);
        backup.disk().remove(StoreFiles.segment(2));
        take(store, backup, false);
        assertThat(restored(backup)).isEqualTo(read(store));
    }

    @Test
    void acts_of_a_later_time_do_not_come_into_a_backup_that_is_open() {
        Seeds.check(
                Seeds.range(23_400, SEEDS),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        Scavenged.fill(store, random, 30 + random.nextInt(20));
                        Content content = Scavenged.content(store);
                        try (Backup backup = store.admin().backup()) {
                            store.admin().delete(Scavenged.stream(0), Scavenged.ACT);
                            store.admin().delete(Scavenged.stream(1), Scavenged.ACT);
                            store.admin().scavenge(position -> {});
                            List<Backup.Entry> entries = new ArrayList<>();
                            backup.forEachRemaining(entries::add);
                            assertThat(entries).noneMatch(Backup.Act.class::isInstance);
                            assertThat(entries).hasSameSizeAs(content.history());
                        }
                    }
                });
    }

    private static Map<Long, RecordedEvent> events(SimulatedMachine machine) {
        Map<Long, RecordedEvent> events = new HashMap<>();
        try (EmbeddedEventStore store = Scavenged.openForReading(machine)) {
            store.read(ReadRequest.all())
                    .forEachRemaining(event -> events.put(event.position(), event));
        }
        return events;
    }

    @Test
    void a_backup_that_a_scavenge_overtakes_is_taken_of_the_later_state() {
        SimulatedMachine machine = SimulatedMachine.empty(7);
        SimulatedMachine backup = SimulatedMachine.empty(8);
        SplittableRandom random = new SplittableRandom(7);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            Scavenged.fill(store, random, 40);
            Scavenged.truncate(store, random, 60);
            boolean[] done = {false};
            EmbeddedBackup.take(
                    machine.disk(),
                    backup.disk(),
                    false,
                    bytes -> {
                        if (!done[0]) { // behind the mark, and before the last segment
                            done[0] = true;
                            store.admin().scavenge(position -> {});
                        }
                    },
                    new ArrayList<>());
            assertThat(read(backup)).isEqualTo(Scavenged.content(store));
        }
    }

    @Test
    void a_logical_backup_of_a_scavenged_store_is_the_same_history() {
        Seeds.check(
                Seeds.range(23_200, SEEDS),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    try (EmbeddedEventStore store = Scavenged.open(machine);
                            EmbeddedEventStore target =
                                    Scavenged.open(SimulatedMachine.empty(seed + 1))) {
                        Scavenged.fill(store, random, 40);
                        Scavenged.truncate(store, random, 60);
                        Content content = Scavenged.content(store);
                        try (Backup backup = store.admin().backup()) {
                            List<Backup.Entry> entries = new ArrayList<>();
                            int first = random.nextInt(content.history().size());
                            while (entries.size() < first) {
                                entries.add(backup.next());
                            }
                            store.admin().scavenge(position -> {});
                            Scavenged.fill(store, random, 5); // behind the end of the backup
                            backup.forEachRemaining(entries::add);
                            assertThat(entries).isEqualTo(content.history());
                        }
                        Content later = Scavenged.content(store);
                        try (Backup backup = store.admin().backup()) {
                            target.admin().restore(backup, position -> {});
                        }
                        assertThat(Scavenged.content(target)).isEqualTo(later);
                        target.admin().scavenge(position -> {});
                        assertThat(Scavenged.content(target)).isEqualTo(later);
                    }
                });
    }

    @Test
    void a_backup_beside_a_scavenge_survives_a_failing_disk() {
        SimulatedMachine store = SimulatedMachine.empty(9);
        SimulatedMachine first = SimulatedMachine.empty(10);
        SplittableRandom random = new SplittableRandom(9);
        extend(store, random, 20, 0);
        take(store, first, false);
        extend(store, random, 6, 80);
        Content content = read(store);
        boolean isReached = true;
        for (int call = 1; isReached; call++) {
            SimulatedMachine backup = Scavenged.copyOf(first);
            FaultPlan plan = new FaultPlan();
            plan.once(backup.disk().callCount() + call, new Fault.InputOutputError());
            backup.disk().faults(plan);
            try {
                take(store, backup, false);
            } catch (LeftfoldException e) {
                assertThat(e.code()).as("call " + call).startsWith("LF-3");
            }
            isReached = !plan.hits().isEmpty();
            plan.clear();
            restored(backup);
            take(store, backup, false);
            assertThat(read(backup)).as("call " + call).isEqualTo(content);
        }
    }
}
