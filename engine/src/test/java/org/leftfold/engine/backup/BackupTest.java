package org.leftfold.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.BackupReport;
import org.leftfold.engine.RestoreReport;
import org.leftfold.engine.SimulatedBackup;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.backup.Stores.Content;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.DirectoryLock;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** What is in a backup, what is copied again, and what is refused. */
class BackupTest {
    private final SplittableRandom random = new SplittableRandom(1);
    private final SimulatedMachine store = SimulatedMachine.empty(1);
    private final SimulatedMachine backup = SimulatedMachine.empty(2);
    private final SimulatedMachine restored = SimulatedMachine.empty(3);

    @BeforeEach
    void fill_store() {
        Stores.extend(store, random, 30);
    }

    @Test
    void a_backup_is_a_closed_store_without_index() {
        store.disk().put("attachment-x", new byte[] {1});
        store.disk().put("attachment-y.tmp", new byte[] {1});
        store.disk().put("keys", new byte[] {1});

        BackupReport report = SimulatedBackup.take(store, backup);

        assertThat(backup.disk().names())
                .allMatch(name -> name.matches("lock|manifest|mark|attachment-x|\\d+\\.segment"))
                .contains("attachment-x", "manifest", "mark");
        Content content = Stores.content(store);
        assertThat(Stores.content(backup)).isEqualTo(content);
        assertThat(report.position()).isEqualTo(content.events().getLast().position());
        assertThat(report.segmentsCopied()).isEqualTo(segments(backup)).isGreaterThan(2);
        assertThat(report.remarks()).isEmpty();
        assertThat(content.history()).hasSizeGreaterThan(content.events().size());
    }

    private static long segments(SimulatedMachine machine) {
        return machine.disk().names().stream().filter(name -> name.endsWith(".segment")).count();
    }

    @Test
    void a_restored_store_has_the_same_history_in_another_epoch() throws Exception {
        SimulatedBackup.take(store, backup);
        RestoreReport report = SimulatedBackup.restore(backup, restored);

        Content content = Stores.content(store);
        assertThat(Stores.content(restored)).isEqualTo(content);
        assertThat(report.position()).isEqualTo(content.events().getLast().position());
        Manifest old = Manifest.load(store.disk()).orElseThrow();
        Manifest made = Manifest.load(restored.disk()).orElseThrow();
        assertThat(made.storeId()).isEqualTo(old.storeId());
        assertThat(made.epoch()).isNotEqualTo(old.epoch());
        assertThat(made.opening()).isGreaterThan(old.opening());
        Stores.extend(restored, random, 20);
        assertThat(Stores.content(restored).events().subList(0, content.events().size()))
                .hasSize(content.events().size());
        assertThatThrownBy(() -> SimulatedBackup.take(restored, backup))
                .hasMessageContaining("LF-1012")
                .hasMessageContaining("it was restored since");
    }

    @Test
    void a_store_without_events_is_backed_up_and_restored() {
        SimulatedMachine empty = SimulatedMachine.empty(9);
        SimulatedStore.open(empty).close();
        assertThat(SimulatedBackup.take(empty, backup).position()).isZero();
        assertThat(SimulatedBackup.restore(backup, restored).position()).isZero();
        Stores.extend(restored, random, 3);
        assertThat(Stores.content(restored).events()).isNotEmpty();
    }

    @Test
    void only_what_is_new_is_copied() {
        SimulatedBackup.take(store, backup);
        long before = segments(backup);
        BackupReport again = SimulatedBackup.take(store, backup);
        assertThat(again.bytesCopied()).isZero();
        assertThat(again.segmentsKept()).isEqualTo(before);

        Stores.extend(store, random, 30);
        BackupReport more = SimulatedBackup.take(store, backup);
        assertThat(more.segmentsKept()).isEqualTo(before - 1);
        assertThat(more.segmentsCopied()).isEqualTo(segments(backup) - before + 1);
        assertThat(Stores.content(backup)).isEqualTo(Stores.content(store));
    }

    @Test
    void attachments_follow_the_store() {
        store.disk().put("attachment-a", new byte[] {1});
        store.disk().put("attachment-b", new byte[] {1});
        SimulatedBackup.take(store, backup);
        store.disk().remove("attachment-a");
        store.disk().put("attachment-b", new byte[] {2});
        assertThat(SimulatedBackup.take(store, backup).bytesCopied()).isEqualTo(1);
        assertThat(backup.disk().names()).contains("attachment-b").doesNotContain("attachment-a");
        assertThat(backup.disk().contents("attachment-b")).containsExactly(2);
    }

    @Test
    void a_store_is_backed_up_at_every_step_of_its_writer() {
        SimulatedMachine live = SimulatedMachine.empty(4);
        int[] taken = {0};
        try (SimulatedStore open = SimulatedStore.open(live)) {
            Stores.fill(open, random, 2);
            FaultPlan plan = new FaultPlan();
            boolean[] inside = {false};
            plan.when(
                    call -> !inside[0] && (call.kind() == CallKind.FORCE || call.index() % 7 == 0),
                    new Fault.Before(() -> {
                        inside[0] = true;
                        SimulatedBackup.takeLive(live, backup);
                        assertEndsAtItsMark(backup.disk());
                        List<?> found = Stores.content(backup).events();
                        assertThat(found).isNotEmpty();
                        taken[0]++;
                        inside[0] = false;
                    }));
            live.disk().faults(plan);
            Stores.fill(open, random, 25);
            plan.clear();
            SimulatedBackup.takeLive(live, backup);
            assertThat(Stores.content(backup)).isEqualTo(Stores.content(open));
        }
        assertThat(taken[0]).isGreaterThan(30);
    }

    /** What a writer has begun behind the mark is not taken along. */
    private static void assertEndsAtItsMark(SimulatedDirectory disk) {
        try {
            UUID storeId = Manifest.load(disk).orElseThrow().storeId();
            MarkFile.Mark mark = MarkFile.load(disk, storeId).orElseThrow();
            byte[] bytes = disk.contents(StoreFiles.segment(mark.segment()));
            for (int i = (int) mark.offset(); i < bytes.length; i++) {
                assertThat(bytes[i]).as("offset " + i).isZero();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_store_that_was_killed_is_recovered_first() {
        SimulatedStore killed = SimulatedStore.open(store);
        Stores.fill(killed, random, 3);
        Content content = Stores.content(killed);
        SimulatedMachine next = Stores.machine(store.disk().afterProcessKill());
        SimulatedBackup.take(next, backup);
        assertThat(Stores.content(backup)).isEqualTo(content);
    }

    @Test
    void damage_in_the_store_is_refused_with_its_place_and_the_former_backup_stays()
            throws Exception {
        SimulatedBackup.take(store, backup);
        Content former = Stores.content(backup);
        Stores.extend(store, random, 60);
        Content after = Stores.content(store);
        MarkFile.Mark mark =
                MarkFile.load(store.disk(), Manifest.load(store.disk()).orElseThrow().storeId())
                        .orElseThrow();
        long first = segments(backup); // it grew, and is copied again
        assertThat(mark.segment()).isGreaterThan(first);
        int found = 0;
        for (int i = 0; i < 300; i++) {
            long number = first + random.nextLong(mark.segment() - first + 1);
            String name = "%010d.segment".formatted(number);
            int length = store.disk().contents(name).length;
            int offset = random.nextInt(number == mark.segment() ? (int) mark.offset() : length);
            SimulatedMachine damaged = Stores.machine(Stores.copyOf(store.disk()));
            damaged.disk().flipBit(name, offset, random.nextInt(8));
            SimulatedMachine target = Stores.machine(Stores.copyOf(backup.disk()));
            String where = "%s at %d".formatted(name, offset);
            try {
                SimulatedBackup.take(damaged, target);
                assertThat(Stores.content(target)).as(where + ", behind a seal").isEqualTo(after);
            } catch (Corruption e) {
                found++;
                assertThat(e.file()).as(where).isEqualTo(name);
                assertThat(e.offset()).as(where).isLessThanOrEqualTo(offset);
                assertThat(Stores.unverified(target)).as(where).isEqualTo(former);
            }
        }
        assertThat(found).isGreaterThan(200);
    }

    @Test
    void a_bit_that_flips_in_the_read_is_noticed() {
        FaultPlan plan = new FaultPlan();
        plan.when(
                call -> call.kind() == CallKind.READ && call.name().equals("0000000001.segment"),
                new Fault.BitFlip(300, 3));
        store.disk().faults(plan);
        assertThatThrownBy(() -> SimulatedBackup.take(store, backup))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("0000000001.segment is damaged at offset ");
        assertThat(plan.hits()).isNotEmpty();
        plan.clear();
        SimulatedBackup.take(store, backup);
        assertThat(Stores.content(backup)).isEqualTo(Stores.content(store));
    }

    @Test
    void a_bit_that_flips_in_the_write_is_noticed() {
        FaultPlan plan = new FaultPlan();
        plan.firstWhen(
                call -> call.kind() == CallKind.WRITE && call.name().equals("copy.tmp"),
                new Fault.BitFlip(300, 3));
        backup.disk().faults(plan);
        assertThatThrownBy(() -> SimulatedBackup.take(store, backup))
                .isInstanceOf(IntegrityException.class);
        plan.clear();
        SimulatedBackup.take(store, backup);
        assertThat(Stores.content(backup)).isEqualTo(Stores.content(store));
    }

    @Test
    void verify_all_repairs_a_damaged_backup() {
        SimulatedBackup.take(store, backup);
        backup.disk().flipBit("0000000001.segment", 400, 1);
        assertThat(SimulatedBackup.take(store, backup).segmentsCopied()).isZero();
        assertThat(SimulatedStore.verify(backup).problems()).isNotEmpty();
        assertThat(SimulatedBackup.take(store, backup, true).segmentsCopied()).isEqualTo(1);
        assertThat(Stores.content(backup)).isEqualTo(Stores.content(store));
        assertThat(SimulatedBackup.take(store, backup, true).segmentsCopied()).isZero();
    }

    @Test
    void a_damaged_backup_is_not_restored() {
        SimulatedBackup.take(store, backup);
        backup.disk().flipBit("0000000002.segment", 400, 1);
        assertThatThrownBy(() -> SimulatedBackup.restore(backup, restored))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("0000000002.segment");
        assertThat(restored.disk().names()).doesNotContain("manifest");
        assertThatThrownBy(() -> SimulatedStore.open(restored))
                .hasMessageContaining("LF-1009")
                .hasMessageContaining("a restore that was not finished");
        backup.disk().flipBit("0000000002.segment", 400, 1);
        SimulatedBackup.restore(backup, restored);
        assertThat(Stores.content(restored)).isEqualTo(Stores.content(store));
    }

    @Test
    void a_missing_segment_is_named() {
        SimulatedBackup.take(store, backup);
        backup.disk().remove("0000000002.segment");
        assertThatThrownBy(() -> SimulatedBackup.restore(backup, restored))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(
                        "0000000002.segment is damaged at offset 0: the file is missing");
        SimulatedBackup.take(store, backup);
        assertThat(Stores.content(backup)).isEqualTo(Stores.content(store));
    }

    @Test
    void a_backup_of_another_store_is_refused() {
        SimulatedMachine other = SimulatedMachine.empty(5);
        Stores.extend(other, random, 30);
        SimulatedBackup.take(other, backup);
        refused("it holds a backup of store");
    }

    @Test
    void a_backup_with_a_longer_past_is_refused() {
        SimulatedMachine older = Stores.machine(Stores.copyOf(store.disk()));
        Stores.extend(store, random, 1);
        SimulatedBackup.take(store, backup);
        assertThatThrownBy(() -> SimulatedBackup.take(older, backup))
                .hasMessageContaining("LF-1012")
                .hasMessageContaining("the store is an older copy");
    }

    @Test
    void a_backup_with_another_past_is_refused() {
        SimulatedMachine twin = Stores.machine(Stores.copyOf(store.disk()));
        for (int appends : new int[] {1, 30}) {
            Stores.extend(twin, random, appends);
            SimulatedMachine ofTwin = SimulatedMachine.empty(6);
            SimulatedBackup.take(twin, ofTwin);
            Stores.extend(store, random, 40);
            String before = ofTwin.disk().fingerprint();
            assertThatThrownBy(() -> SimulatedBackup.take(store, ofTwin))
                    .hasMessageContaining("LF-1012")
                    .hasMessageContaining("differs from that of the store");
            assertThat(ofTwin.disk().fingerprint()).isEqualTo(before);
        }
    }

    @Test
    void a_directory_with_other_files_is_refused() {
        backup.disk().put("thesis.txt", new byte[1]);
        refused("it holds other files: [thesis.txt]");
        backup.disk().remove("thesis.txt");
        backup.disk().put("attachment-x", new byte[1]);
        refused("it holds other files: [attachment-x]");
        backup.disk().remove("attachment-x");
        SimulatedBackup.take(store, backup);
        Stores.extend(backup, random, 1); // somebody appended to the backup
        refused("it holds other files");
    }

    private void refused(String why) {
        if (!backup.disk().names().contains("lock")) {
            backup.disk().put("lock", new byte[0]);
        }
        String before = backup.disk().fingerprint();
        assertThatThrownBy(() -> SimulatedBackup.take(store, backup))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1012")
                .hasMessageContaining(why);
        assertThat(backup.disk().fingerprint()).isEqualTo(before);
    }

    @Test
    void a_restore_does_not_go_over_a_store_or_out_of_one() {
        SimulatedBackup.take(store, backup);
        String before = store.disk().fingerprint();
        assertThatThrownBy(() -> SimulatedBackup.restore(backup, store))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1009");
        assertThat(store.disk().fingerprint()).isEqualTo(before);
        assertThatThrownBy(() -> SimulatedBackup.restore(SimulatedMachine.empty(7), restored))
                .hasMessageContaining("LF-1010");
        try (SimulatedStore open = SimulatedStore.open(store)) {
            assertThat(open.head()).isPositive();
            assertThatThrownBy(() -> SimulatedBackup.restore(store, restored))
                    .hasMessageContaining("LF-1012")
                    .hasMessageContaining("take a backup first");
        }
    }

    @Test
    void two_backups_at_a_time_do_not_meet_in_one_directory() throws Exception {
        SimulatedMachine source = SimulatedMachine.empty(8);
        SimulatedBackup.take(store, source);
        backup.disk().createIfMissing();
        try (DirectoryLock lock = backup.disk().tryLock("lock").orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> SimulatedBackup.take(store, backup))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("LF-3004");
            SimulatedMachine busy = backup;
            assertThatThrownBy(() -> SimulatedBackup.restore(source, busy))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("LF-3004");
        }
    }
}
