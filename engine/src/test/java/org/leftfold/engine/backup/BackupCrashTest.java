package org.leftfold.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.engine.SimulatedBackup;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.backup.Stores.Content;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/**
 * A backup and a restore are cut at any call, by loss of power or by a failing disk: the store is
 * untouched, the former backup or the new one is whole, a half restore is no store, and the same
 * call made again completes the work (P3).
 */
class BackupCrashTest {
    private static final List<Fault> FAULTS =
            List.of(
                    new Fault.InputOutputError(),
                    new Fault.ErrorAfterEffect(),
                    new Fault.NoSpace(),
                    new Fault.ShortWrite(100),
                    new Fault.Interrupted());

    private static List<CrashOutcome> outcomes(SplittableRandom random) {
        return List.of(
                new CrashOutcome.NothingKept(),
                new CrashOutcome.EverythingKept(),
                CrashOutcomes.random(random.nextLong()),
                CrashOutcomes.random(random.nextLong()));
    }

    @Test
    void a_first_backup_survives_power_cuts() {
        Seeds.check(
                Seeds.range(9000, 3),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    Stores.extend(store, random, 25);
                    Content content = Stores.content(store);
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    Journal journal = backup.disk().record();
                    SimulatedBackup.take(store, backup);
                    for (int call : journal.callIndexes()) {
                        for (CrashOutcome outcome : outcomes(random)) {
                            SimulatedMachine image =
                                    Stores.machine(journal.at(call).image(outcome));
                            String where = "call %d, %s".formatted(call, outcome);
                            boolean isWhole = image.disk().names().contains("manifest");
                            if (isWhole) {
                                assertThat(Stores.content(image)).as(where).isEqualTo(content);
                            } else {
                                assertIsNoStore(image, where);
                            }
                            SimulatedBackup.take(store, image);
                            assertThat(Stores.content(image)).as(where).isEqualTo(content);
                            assertThat(temporaries(image)).as(where).isEmpty();
                        }
                    }
                });
    }

    private static void assertIsNoStore(SimulatedMachine image, String where) {
        assertThat(codeOf(() -> SimulatedStore.openForReading(image)))
                .as(where)
                .isEqualTo("LF-1010");
        if (image.disk().names().stream().anyMatch(name -> name.endsWith(".segment"))) {
            String before = image.disk().fingerprint();
            assertThat(codeOf(() -> SimulatedStore.open(image))).as(where).isEqualTo("LF-1009");
            assertThat(image.disk().fingerprint()).as(where).isEqualTo(before);
        }
    }

    private static String codeOf(Runnable call) {
        try {
            call.run();
            return "no error";
        } catch (LeftfoldException e) {
            return e.code();
        }
    }

    private static List<String> temporaries(SimulatedMachine machine) {
        return machine.disk().names().stream().filter(name -> name.endsWith(".tmp")).toList();
    }

    @Test
    void a_backup_that_extends_another_survives_power_cuts() {
        Seeds.check(
                Seeds.range(9100, 3),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    Stores.extend(store, random, 10);
                    store.disk().put("attachment-x", new byte[] {1});
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    SimulatedBackup.take(store, backup);
                    Content before = Stores.content(backup);
                    Stores.extend(store, random, 20);
                    store.disk().put("attachment-x", new byte[] {2});
                    Content after = Stores.content(store);
                    String untouched = store.disk().fingerprint();
                    Journal journal = backup.disk().record();
                    SimulatedBackup.take(store, backup);
                    for (int call : journal.callIndexes()) {
                        for (CrashOutcome outcome : outcomes(random)) {
                            SimulatedDirectory image = journal.at(call).image(outcome);
                            String where = "call %d, %s".formatted(call, outcome);
                            Content found = Stores.content(Stores.machine(image));
                            assertThat(found).as(where).isIn(before, after);
                            SimulatedMachine restored = SimulatedMachine.empty(seed + 2);
                            SimulatedBackup.restore(Stores.machine(image), restored);
                            assertThat(Stores.content(restored)).as(where).isEqualTo(found);
                            SimulatedBackup.take(store, Stores.machine(image));
                            assertThat(Stores.content(Stores.machine(image)))
                                    .as(where)
                                    .isEqualTo(after);
                        }
                    }
                    assertThat(store.disk().fingerprint()).isEqualTo(untouched);
                });
    }

    @Test
    void a_restore_survives_power_cuts() {
        Seeds.check(
                Seeds.range(9200, 3),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    Stores.extend(store, random, 20);
                    store.disk().put("attachment-x", new byte[] {1, 2});
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    SimulatedBackup.take(store, backup);
                    Content content = Stores.content(backup);
                    SimulatedMachine restored = SimulatedMachine.empty(seed + 2);
                    Journal journal = restored.disk().record();
                    SimulatedBackup.restore(backup, restored);
                    int last = journal.callIndexes().getLast();
                    for (int call : journal.callIndexes()) {
                        for (CrashOutcome outcome : outcomes(random)) {
                            SimulatedMachine image =
                                    Stores.machine(journal.at(call).image(outcome));
                            String where = "call %d, %s".formatted(call, outcome);
                            if (!image.disk().names().contains("manifest")) {
                                assertThat(call).as(where).isLessThan(last);
                                assertIsNoStore(image, where);
                                SimulatedBackup.restore(backup, image);
                            }
                            assertThat(Stores.content(image)).as(where).isEqualTo(content);
                            assertThat(image.disk().contents("attachment-x")).containsExactly(1, 2);
                            assertThat(temporaries(image)).as(where).isEmpty();
                            Stores.extend(image, random, 2);
                            assertThat(Stores.content(image).events())
                                    .as(where)
                                    .hasSizeGreaterThan(content.events().size());
                        }
                    }
                });
    }

    @Test
    void a_backup_survives_failing_disks() {
        Seeds.check(
                Seeds.range(9300, 1),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    Stores.extend(store, random, 10);
                    SimulatedMachine former = SimulatedMachine.empty(seed + 1);
                    SimulatedBackup.take(store, former);
                    Content before = Stores.content(former);
                    Stores.extend(store, random, 10);
                    Content after = Stores.content(store);
                    String untouched = store.disk().fingerprint();
                    for (Fault fault : FAULTS) {
                        for (boolean inStore : List.of(true, false)) {
                            boolean reached = true;
                            for (int call = 1; reached; call++) {
                                SimulatedMachine backup =
                                        Stores.machine(Stores.copyOf(former.disk()));
                                SimulatedDirectory failing = inStore ? store.disk() : backup.disk();
                                String where =
                                        "call %d, %s, in store %s".formatted(call, fault, inStore);
                                reached =
                                        fails(
                                                failing,
                                                call,
                                                fault,
                                                where,
                                                () -> SimulatedBackup.take(store, backup));
                                assertThat(Stores.content(backup)).as(where).isIn(before, after);
                                SimulatedBackup.take(store, backup);
                                assertThat(Stores.content(backup)).as(where).isEqualTo(after);
                                assertThat(backup.disk().openFiles()).as(where).isEmpty();
                                assertThat(backup.disk().heldLocks()).as(where).isEmpty();
                                assertThat(store.disk().openFiles()).as(where).isEmpty();
                            }
                        }
                    }
                    assertThat(store.disk().fingerprint()).isEqualTo(untouched);
                });
    }

    /** Lets one call fail, and gives whether there is a call of this number. */
    private static boolean fails(
            SimulatedDirectory disk, int call, Fault fault, String where, Runnable work) {
        FaultPlan plan = new FaultPlan().once(disk.callCount() + call, fault);
        disk.faults(plan);
        boolean failed = false;
        try {
            work.run();
        } catch (LeftfoldException e) {
            failed = true;
            assertThat(e.code()).as(where).isIn("LF-3003", "LF-3005", "LF-3006");
        } finally {
            disk.faults(new FaultPlan());
        }
        boolean reached = !plan.hits().isEmpty();
        assertThat(failed).as(where).isEqualTo(reached);
        return reached;
    }

    @Test
    void a_restore_survives_failing_disks() {
        Seeds.check(
                Seeds.range(9400, 1),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    Stores.extend(store, random, 15);
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    SimulatedBackup.take(store, backup);
                    Content content = Stores.content(backup);
                    for (Fault fault : FAULTS) {
                        for (boolean inBackup : List.of(true, false)) {
                            boolean reached = true;
                            for (int call = 1; reached; call++) {
                                SimulatedMachine restored = SimulatedMachine.empty(seed + 2);
                                SimulatedDirectory failing =
                                        inBackup ? backup.disk() : restored.disk();
                                String where =
                                        "call %d, %s, in backup %s"
                                                .formatted(call, fault, inBackup);
                                reached =
                                        fails(
                                                failing,
                                                call,
                                                fault,
                                                where,
                                                () -> SimulatedBackup.restore(backup, restored));
                                if (!restored.disk().names().contains("manifest")) {
                                    SimulatedBackup.restore(backup, restored);
                                }
                                assertThat(Stores.content(restored)).as(where).isEqualTo(content);
                                assertThat(restored.disk().openFiles()).as(where).isEmpty();
                                assertThat(restored.disk().heldLocks()).as(where).isEmpty();
                            }
                        }
                    }
                });
    }

    @Test
    void a_full_disk_leaves_the_former_backup() {
        Seeds.check(
                Seeds.range(9500, 2),
                (seed, random) -> {
                    SimulatedMachine store = SimulatedMachine.empty(seed);
                    Stores.extend(store, random, 10);
                    SimulatedMachine backup = SimulatedMachine.empty(seed + 1);
                    SimulatedBackup.take(store, backup);
                    Content before = Stores.content(backup);
                    Stores.extend(store, random, 15);
                    List<String> codes = new ArrayList<>();
                    for (int room = 4096; room < 48 * 4096; room += 4096) {
                        backup.disk().capacity(room);
                        codes.add(codeOf(() -> SimulatedBackup.take(store, backup)));
                        if (codes.getLast().equals("LF-3003")) {
                            assertThat(Stores.content(backup)).isEqualTo(before);
                        }
                    }
                    assertThat(codes)
                            .contains("LF-3003", "no error")
                            .containsOnly("LF-3003", "no error");
                    assertThat(Stores.content(backup)).isEqualTo(Stores.content(store));
                });
    }

    @Test
    void what_only_looks_like_a_restore_is_left_alone() {
        SimulatedMachine store = SimulatedMachine.empty(1);
        Stores.extend(store, new SplittableRandom(1), 3);
        SimulatedMachine backup = SimulatedMachine.empty(2);
        SimulatedBackup.take(store, backup);
        SimulatedMachine other = SimulatedMachine.empty(3);
        other.disk().put("restoring.tmp", new byte[10]);
        other.disk().put("thesis.txt", new byte[10]);
        String before = other.disk().fingerprint();
        assertThatThrownBy(() -> SimulatedBackup.restore(backup, other))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1009")
                .hasMessageContaining("thesis.txt");
        assertThat(other.disk().fingerprint()).isEqualTo(before);
    }
}
