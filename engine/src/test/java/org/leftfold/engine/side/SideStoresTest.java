package org.leftfold.engine.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.Payload;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** What the durable stores do beyond their contracts: forces, failures, limits, memory. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SideStoresTest {
    private final SimulatedMachine machine = SimulatedMachine.empty(4);
    private final SimulatedDirectory disk = machine.disk();
    private final SideBench.Notices notices = new SideBench.Notices();
    private final SideHome home = SideBench.home(machine.machine(), notices);

    private static boolean isForceOf(Call call, String file) {
        return call.kind() == CallKind.FORCE && call.name().startsWith(file);
    }

    @Test
    void threads_that_wait_share_a_force() throws InterruptedException, ExecutionException {
        try (var store = DurableCheckpointStore.open(home)) {
            int before = disk.callCount(CallKind.FORCE);
            GroupOfSaves.save(store, disk, new CrashPoint[1]);
            assertThat(GroupOfSaves.known(store)).hasSize(GroupOfSaves.THREADS);
            assertThat(disk.callCount(CallKind.FORCE) - before).isEqualTo(2);
        }
    }

    @Test
    void nothing_is_served_before_it_is_durable() throws InterruptedException, ExecutionException {
        try (var store = DurableKeyStore.open(home, SideBench.wrapping())) {
            List<FutureTask<Optional<SubjectKey>>> other = new ArrayList<>();
            FaultPlan plan =
                    new FaultPlan()
                            .firstWhen(
                                    call -> isForceOf(call, SideFiles.KEYS),
                                    new Fault.Before(() -> {
                                        FutureTask<Optional<SubjectKey>> find =
                                                new FutureTask<>(() -> store.find("17", 1));
                                        other.add(find);
                                        Thread thread = Thread.ofPlatform().daemon().start(find);
                                        while (thread.getState() != Thread.State.WAITING) {
                                            assertThat(find.isDone()).isFalse();
                                            Thread.onSpinWait();
                                        }
                                    }))
                            .firstWhen(
                                    call -> isForceOf(call, SideFiles.KEYS),
                                    new Fault.InputOutputError());
            disk.faults(plan);
            assertThatThrownBy(() -> store.currentOrNew("17"))
                    .isInstanceOf(OutcomeUnknownException.class);
            assertThat(other.getFirst().get()).isEmpty();
        }
    }

    @Test
    void after_a_failed_force_reading_goes_on_and_writing_needs_an_opening() {
        try (var store = DurableCheckpointStore.open(home)) {
            assertThat(store.save("mails", SideModel.at(1), 1)).isTrue();
            disk.faults(
                    new FaultPlan()
                            .firstWhen(
                                    call -> isForceOf(call, SideFiles.CHECKPOINTS),
                                    new Fault.InputOutputError()));
            assertThatThrownBy(() -> store.save("mails", SideModel.at(2), 1))
                    .isInstanceOf(OutcomeUnknownException.class);
            assertThatThrownBy(() -> store.save("mails", SideModel.at(3), 1))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo("LF-3002"));
            assertThat(store.load("mails")).contains(SideModel.at(1));
            assertThat(notices.stops).hasSize(1);
        }
        try (var store = DurableCheckpointStore.open(home)) {
            assertThat(store.save("mails", SideModel.at(3), 1)).isTrue();
        }
    }

    @Test
    void on_a_full_disk_nothing_is_stored_and_writing_resumes_by_itself() {
        try (var store = DurableLeaseStore.open(home)) {
            Lease first = store.acquire("a", "x", SideModel.LONG).orElseThrow();
            disk.capacity(0);
            assertThatThrownBy(() -> store.acquire("b", "x", SideModel.LONG))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo("LF-3003"));
            assertThat(store.renew(first, SideModel.LONG)).isPresent();
            disk.capacity(Long.MAX_VALUE);
            assertThat(store.acquire("b", "y", SideModel.LONG)).isPresent();
        }
    }

    @Test
    void a_failed_write_does_not_prolong_running_leases() {
        try (var store = DurableLeaseStore.open(home)) {
            assertThat(store.acquire("a", "x", Duration.ofMinutes(1))).isPresent();
            machine.time().advance(Duration.ofSeconds(50));
            disk.capacity(0);
            assertThatThrownBy(() -> store.acquire("b", "x", SideModel.LONG))
                    .isInstanceOf(StoreUnavailableException.class);
            disk.capacity(Long.MAX_VALUE);
            machine.time().advance(Duration.ofSeconds(10));
            assertThat(store.acquire("a", "y", SideModel.LONG)).isPresent();
        }
    }

    @Test
    void files_are_made_anew_before_they_grow_without_end() {
        try (var checkpoints = DurableCheckpointStore.open(home);
                var leases = DurableLeaseStore.open(home)) {
            for (int i = 0; i < 3_000; i++) {
                checkpoints.save("mails", SideModel.at(i), i);
                Lease lease = leases.acquire("lease", "owner", SideModel.LONG).orElseThrow();
                if (i % 2 == 0) {
                    leases.release(lease);
                }
            }
            long most = RecordStore.COMPACTION_FLOOR_BYTES + 1024;
            assertThat(disk.contents(SideFiles.CHECKPOINTS).length).isLessThan((int) most);
            assertThat(disk.contents(SideFiles.LEASES).length).isLessThan((int) most);
            assertThat(disk.callCount(CallKind.RENAME)).isGreaterThan(4);
        }
        try (var checkpoints = DurableCheckpointStore.open(home)) {
            assertThat(checkpoints.load("mails")).contains(SideModel.at(2_999));
        }
        assertThat(notices.texts).isEmpty();
    }

    @Test
    void leases_that_ran_out_take_no_room_for_ever() {
        try (var store = DurableLeaseStore.open(home)) {
            for (int i = 0; i < 20_000; i++) {
                store.acquire("lease " + i, "owner", Duration.ofMillis(1));
                machine.time().advance(Duration.ofMillis(1));
            }
            assertThat(disk.contents(SideFiles.LEASES).length).isLessThan(400_000);
        }
        try (var store = DurableLeaseStore.open(home)) {
            long fence = store.acquire("one more", "owner", SideModel.LONG).orElseThrow().fence();
            assertThat(fence).isEqualTo(20_001);
        }
    }

    @Test
    void snapshots_keep_their_limits_and_the_oldest_go_first() {
        SnapshotLimits limits = new SnapshotLimits(100_000, 50);
        try (var store = DurableSnapshotStore.open(home, limits)) {
            for (int i = 1; i <= 500; i++) {
                store.save(SideModel.snapshot("order-" + i, i, i));
                assertThat(disk.contents(SideFiles.SNAPSHOTS).length).isLessThan(101_000);
            }
            int kept = 0;
            for (int i = 1; i <= 500; i++) {
                StreamName stream = new StreamName("order-" + i);
                boolean found = store.newest(stream, "total", 1_000).isPresent();
                assertThat(found).as("order-" + i).isEqualTo(i > 450);
                kept += found ? 1 : 0;
            }
            assertThat(kept).isEqualTo(50);
        }
        try (var store = DurableSnapshotStore.open(home, new SnapshotLimits(4096, 50))) {
            assertThat(store.newest(new StreamName("order-500"), "total", 500)).isPresent();
            assertThat(store.newest(new StreamName("order-451"), "total", 500)).isEmpty();
        }
        assertThatThrownBy(() -> new SnapshotLimits(1, 1))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new SnapshotLimits(1 << 20, 0))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void keys_that_collide_are_told_apart() {
        Map<String, SubjectKey> made = new HashMap<>();
        SubjectKey forgotten = new SubjectKey("nobody", 1, Payload.empty());
        SplittableRandom random = new SplittableRandom(9);
        for (int round = 0; round < 4; round++) {
            try (var store = DurableKeyStore.open(home, SideBench.wrapping(), 4096, 4)) {
                for (int i = 0; i < 150; i++) {
                    String subject = "subject " + random.nextInt(200);
                    if (random.nextInt(5) == 0) {
                        store.forget(subject);
                        made.put(subject, forgotten);
                    } else {
                        Optional<SubjectKey> key = store.currentOrNew(subject);
                        SubjectKey before = made.get(subject);
                        if (before == null) {
                            made.put(subject, key.orElseThrow());
                        } else if (before.equals(forgotten)) {
                            assertThat(key).as(subject).isEmpty();
                        } else {
                            assertThat(key).as(subject).contains(before);
                        }
                    }
                }
            }
        }
    }

    @Test
    void ids_of_subjects_are_nowhere_in_the_file_and_keys_unwrap() {
        try (var store = DurableKeyStore.open(home, SideBench.wrapping())) {
            SubjectKey key = store.currentOrNew("Erika Mustermann").orElseThrow();
            assertThat(SideBench.wrapping().unwrap(key)).hasSize(DurableKeyStore.KEY_BYTES);
            store.forget("Erika Mustermann");
            store.currentOrNew("Max Mustermann");
        }
        String text = new String(disk.contents(SideFiles.KEYS), StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain("Mustermann");
    }

    @Test
    void memory_of_keys_is_a_few_bytes_a_subject() {
        SubjectTable table = new SubjectTable(SubjectTable.HASH_BITS);
        SplittableRandom random = new SplittableRandom(1);
        byte[] hash = new byte[KeyRecords.HASH_BYTES];
        for (int i = 1; i <= 200_000; i++) {
            random.nextBytes(hash);
            table.add(hash, i * 128L);
            assertThat(table.candidates(hash)).contains(i * 128L);
        }
        assertThat(table.slotCount() * 8L / 200_000).isBetween(10L, 27L);
    }

    @Test
    void a_closed_store_refuses_everything_and_closes_again() {
        var store = DurableCheckpointStore.open(home);
        store.close();
        store.close();
        assertThatThrownBy(() -> store.load("mails"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("LF-1007"));
        assertThat(disk.openFiles()).isEmpty();
    }

    @Test
    void the_names_of_its_files_are_known() {
        assertThat(SideFiles.isKnown("keys")).isTrue();
        assertThat(SideFiles.isKnown("leases.tmp")).isTrue();
        assertThat(SideFiles.isKnown("0000000001.segment")).isFalse();
    }
}
