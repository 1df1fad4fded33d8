package org.leftfold.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory.Access;
import org.leftfold.io.DirectoryLock;

class SimulatedDirectoryTest {
    private static final int SECTOR = SimulatedDirectory.SECTOR_BYTES;

    private final SimulatedDirectory disk = new SimulatedDirectory();

    @BeforeEach
    void make() throws IOException {
        disk.createIfMissing();
    }

    @Test
    void a_file_behaves_as_on_a_real_disk() throws IOException {
        try (DataFile file = disk.create("a")) {
            file.write(3, bytes(1, 2));
            file.writeZeros(4, 3);
            assertThat(file.size()).isEqualTo(7);
            file.truncate(4);
            file.truncate(9);
            file.write(6, bytes(5));
            assertThat(disk.contents("a")).containsExactly(0, 0, 0, 1, 0, 0, 5);
            ByteBuffer target = ByteBuffer.allocate(4);
            assertThat(file.read(5, target)).isEqualTo(2);
            assertThat(file.read(7, ByteBuffer.allocate(1))).isZero();
            assertThatThrownBy(() -> disk.create("a"))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThatThrownBy(() -> disk.open("b", Access.READ))
                .isInstanceOf(NoSuchFileException.class);
        try (DataFile file = disk.open("a", Access.READ)) {
            assertThatThrownBy(() -> file.write(0, bytes(1))).isInstanceOf(IOException.class);
        }
        assertThat(disk.list()).containsExactly("a");
        assertThat(new SimulatedDirectory().list()).isEmpty();
    }

    @Test
    void a_forced_file_under_a_name_that_was_not_forced_is_gone() throws IOException {
        DataFile file = disk.create("a");
        file.write(0, bytes(1));
        file.force();
        assertThat(disk.crashPoint().image(new CrashOutcome.NothingKept()).names()).isEmpty();
        disk.force();
        file.write(1, bytes(2));
        SimulatedDirectory image = disk.crashPoint().image(new CrashOutcome.NothingKept());
        assertThat(image.contents("a")).containsExactly(1);
    }

    @Test
    void a_rename_is_kept_or_lost_as_one() throws IOException {
        disk.put("a", new byte[] {1});
        disk.put("b", new byte[] {2});
        disk.rename("b", "a");
        CrashPoint point = disk.crashPoint();
        SimulatedDirectory lost = point.image(new CrashOutcome.NamesPrefix(0, true));
        assertThat(lost.names()).containsExactly("a", "b");
        assertThat(lost.contents("a")).containsExactly(1);
        SimulatedDirectory kept = point.image(new CrashOutcome.NamesPrefix(1, false));
        assertThat(kept.names()).containsExactly("a");
        assertThat(kept.contents("a")).containsExactly(2);
    }

    @Test
    void sizes_and_bytes_are_lost_apart() throws IOException {
        disk.put("a", new byte[] {1});
        DataFile file = disk.open("a", Access.WRITE);
        file.write(0, bytes(7, 8, 9));
        CrashPoint point = disk.crashPoint();
        assertThat(point.image(new CrashOutcome.SizesKept()).contents("a"))
                .containsExactly(1, 0, 0);
        assertThat(point.image(new CrashOutcome.SizesLost()).contents("a")).containsExactly(7);
        file.force();
        file.truncate(1);
        point = disk.crashPoint();
        assertThat(point.image(new CrashOutcome.NothingKept()).contents("a"))
                .containsExactly(7, 8, 9);
        assertThat(point.image(new CrashOutcome.EverythingKept()).contents("a")).containsExactly(7);
    }

    @Test
    void each_changed_page_is_kept_alone_and_lost_alone() throws IOException {
        disk.put("a", new byte[4 * SECTOR]);
        DataFile file = disk.open("a", Access.WRITE);
        file.write(SECTOR - 1, bytes(1, 2));
        file.write(3 * SECTOR, bytes(3));
        file.write(2 * SECTOR, bytes(0)); // Changes nothing, so it is no page of its own.
        CrashPoint point = disk.crashPoint();
        assertThat(point.changedPages(SECTOR)).isEqualTo(3);
        assertThat(point.changedPages(4 * SECTOR)).isEqualTo(1);
        byte[] only = point.image(new CrashOutcome.OnlyPage(1, SECTOR)).contents("a");
        assertThat(only[SECTOR - 1]).isZero();
        assertThat(only[SECTOR]).isEqualTo((byte) 2);
        assertThat(only[3 * SECTOR]).isZero();
        byte[] but = point.image(new CrashOutcome.AllButPage(1, SECTOR)).contents("a");
        assertThat(but[SECTOR - 1]).isEqualTo((byte) 1);
        assertThat(but[SECTOR]).isZero();
        assertThat(but[3 * SECTOR]).isEqualTo((byte) 3);
    }

    @Test
    void a_random_image_holds_in_each_byte_a_value_the_byte_once_had_and_tears_sectors()
            throws IOException {
        disk.put("a", new byte[2 * SECTOR]);
        DataFile file = disk.open("a", Access.WRITE);
        for (byte value = 1; value <= 3; value++) {
            byte[] bytes = new byte[2 * SECTOR];
            Arrays.fill(bytes, value);
            file.write(0, ByteBuffer.wrap(bytes));
        }
        CrashPoint point = disk.crashPoint();
        int torn = 0;
        for (int seed = 0; seed < 500; seed++) {
            byte[] image = point.image(CrashOutcomes.random(seed)).contents("a");
            assertThat(point.image(CrashOutcomes.random(seed)).contents("a")).isEqualTo(image);
            assertThat(image).hasSize(2 * SECTOR);
            for (int i = 0; i < image.length; i++) {
                assertThat(image[i]).isBetween((byte) 0, (byte) 3);
                torn += i % SECTOR != 0 && image[i] != image[i - 1] ? 1 : 0;
            }
        }
        assertThat(torn).isBetween(50, 500);
    }

    @Test
    void the_journal_gives_the_same_points_as_stopping_at_each_call() throws IOException {
        SimulatedDirectory recorded = new SimulatedDirectory();
        Journal journal = recorded.record();
        List<String> live = new ArrayList<>();
        script(recorded, live);
        assertThat(journal.points()).hasSameSizeAs(journal.callIndexes());
        for (CrashPoint point : journal.points().toList()) {
            if (point.callIndex() > 0) {
                String fingerprint = fingerprints(point);
                assertThat(live.get(point.callIndex() - 1)).isEqualTo(fingerprint);
                assertThat(fingerprints(journal.at(point.callIndex()))).isEqualTo(fingerprint);
            }
        }
    }

    @Test
    void an_image_is_independent_of_its_point_and_of_other_images() throws IOException {
        disk.put("a", new byte[] {1, 1});
        CrashPoint point = disk.crashPoint();
        SimulatedDirectory first = point.image(new CrashOutcome.EverythingKept());
        SimulatedDirectory second = point.image(new CrashOutcome.EverythingKept());
        assertThat(first.sameContentsAs(second)).isTrue();
        first.open("a", Access.WRITE).write(0, bytes(9));
        second.flipBit("a", 1, 1);
        assertThat(first.contents("a")).containsExactly(9, 1);
        assertThat(second.contents("a")).containsExactly(1, 3);
        assertThat(disk.contents("a")).containsExactly(1, 1);
        assertThat(first.fingerprint()).isNotEqualTo(second.fingerprint());
    }

    @Test
    void faults_leave_what_they_promise() throws IOException {
        disk.put("a", new byte[] {1, 2, 3});
        DataFile file = disk.open("a", Access.WRITE);
        assertThatThrownBy(() -> write(file, new Fault.InputOutputError()))
                .hasMessage("Input/output error");
        assertThatThrownBy(() -> write(file, new Fault.NoSpace()))
                .hasMessage("No space left on device");
        assertThatThrownBy(() -> write(file, new Fault.OutOfMemory()))
                .isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> write(file, new Fault.Interrupted()))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(disk.contents("a")).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> write(file, new Fault.ShortWrite(1)))
                .hasMessageContaining("space");
        assertThat(disk.contents("a")).containsExactly(7, 2, 3);
        assertThatThrownBy(() -> write(file, new Fault.ErrorAfterEffect()))
                .hasMessage("Input/output error");
        assertThat(disk.contents("a")).containsExactly(7, 7, 3);
        write(file, new Fault.BitFlip(1, 3));
        assertThat(disk.contents("a")).containsExactly(7, 15, 3);
    }

    @Test
    void a_late_write_back_error_shows_once_and_its_bytes_never_become_durable()
            throws IOException {
        disk.put("a", new byte[] {1, 2, 3});
        DataFile file = disk.open("a", Access.WRITE);
        write(file, new Fault.LateWriteBackError());
        assertThatThrownBy(file::force).hasMessage("Input/output error");
        file.force();
        assertThat(disk.contents("a")).containsExactly(7, 7, 3);
        file.write(2, bytes(9));
        SimulatedDirectory image = disk.powerCut(new CrashOutcome.EverythingKept());
        assertThat(image.contents("a")).containsExactly(1, 2, 9);
    }

    @Test
    void a_lying_force_forces_nothing() throws IOException {
        disk.put("a", new byte[] {1});
        DataFile file = disk.open("a", Access.WRITE);
        file.write(0, bytes(2));
        disk.faults(new FaultPlan().when(call -> true, new Fault.LyingForce()));
        file.force();
        assertThat(disk.powerCut(new CrashOutcome.NothingKept()).contents("a")).containsExactly(1);
    }

    @Test
    void reads_can_be_stale_or_flipped() throws IOException {
        byte[] older = new byte[SECTOR + 10];
        disk.put("a", older);
        DataFile file = disk.open("a", Access.WRITE);
        byte[] newer = new byte[SECTOR + 10];
        Arrays.fill(newer, (byte) 1);
        file.write(0, ByteBuffer.wrap(newer));
        FaultPlan plan =
                new FaultPlan()
                        .once(disk.callCount() + 1, new Fault.StaleSector(1, older))
                        .once(disk.callCount() + 2, new Fault.BitFlip(5, 1));
        disk.faults(plan);
        ByteBuffer target = ByteBuffer.allocate(SECTOR + 10);
        file.read(0, target);
        assertThat(target.get(SECTOR - 1)).isEqualTo((byte) 1);
        assertThat(target.get(SECTOR)).isZero();
        file.read(5, target.clear());
        assertThat(target.get(0)).isEqualTo((byte) 3);
        assertThat(plan.hits())
                .extracting(Call::kind)
                .containsExactly(CallKind.READ, CallKind.READ);
    }

    @Test
    void a_full_disk_writes_what_fits_and_goes_on_when_space_returns() throws IOException {
        disk.capacity(4);
        DataFile file = disk.create("a");
        assertThatThrownBy(() -> file.write(0, bytes(1, 2, 3, 4, 5))).hasMessageContaining("space");
        assertThat(disk.contents("a")).containsExactly(1, 2, 3, 4);
        file.write(0, bytes(9));
        assertThatThrownBy(() -> file.writeZeros(4, 1)).hasMessageContaining("space");
        disk.capacity(5);
        file.writeZeros(4, 1);
        assertThat(file.size()).isEqualTo(5);
    }

    @Test
    void hooks_run_before_their_call() throws IOException {
        disk.put("a", new byte[1]);
        DataFile file = disk.open("a", Access.WRITE);
        List<Integer> seen = new ArrayList<>();
        Fault.Before hook = new Fault.Before(() -> seen.add((int) disk.contents("a")[0]));
        disk.faults(new FaultPlan().firstWhen(call -> call.kind() == CallKind.WRITE, hook));
        file.write(0, bytes(1));
        file.write(0, bytes(2));
        assertThat(seen).containsExactly(0);
    }

    @Test
    void a_kill_frees_locks_ends_handles_and_keeps_what_is_pending_pending() throws IOException {
        DirectoryLock lock = disk.tryLock("lock").orElseThrow();
        assertThat(disk.tryLock("lock")).isEmpty();
        disk.force();
        disk.put("a", new byte[] {1});
        DataFile file = disk.open("a", Access.WRITE);
        file.write(0, bytes(2));
        assertThat(disk.openFiles()).containsExactly("a");
        SimulatedDirectory next = disk.afterProcessKill();
        assertThatThrownBy(() -> file.write(0, bytes(3))).hasMessageContaining("ended");
        assertThatThrownBy(disk::list).hasMessageContaining("ended");
        lock.close();
        assertThat(next.tryLock("lock")).isPresent();
        assertThat(next.contents("a")).containsExactly(2);
        SimulatedDirectory image = next.powerCut(new CrashOutcome.NothingKept());
        assertThat(image.contents("a")).containsExactly(1);
        assertThat(image.names()).containsExactly("a", "lock");
    }

    @Test
    void call_sites_and_kinds_are_counted() throws IOException {
        disk.traceCallSites();
        disk.create("a").close();
        disk.create("b").close();
        disk.force();
        assertThat(disk.callCount(CallKind.CREATE)).isEqualTo(2);
        assertThat(disk.callSites())
                .hasSize(5)
                .anyMatch(site -> site.startsWith("CREATE org.leftfold"));
    }

    private void write(DataFile file, Fault fault) throws IOException {
        disk.faults(new FaultPlan().once(disk.callCount() + 1, fault));
        file.write(0, bytes(7, 7));
    }

    private static void script(SimulatedDirectory target, List<String> live) throws IOException {
        List<Step> steps =
                List.of(
                        target::createIfMissing,
                        () -> target.create("a"),
                        () -> target.open("a", Access.WRITE).write(0, bytes(1, 2, 3)),
                        () -> target.open("a", Access.WRITE).force(),
                        target::force,
                        () -> target.create("b"),
                        () -> target.open("b", Access.WRITE).writeZeros(0, 5000),
                        () -> target.open("b", Access.WRITE).write(4000, bytes(4, 5)),
                        () -> target.rename("b", "a"),
                        () -> target.open("a", Access.WRITE).truncate(4001),
                        target::force,
                        () -> target.delete("a"));
        for (Step step : steps) {
            step.run();
            while (live.size() < target.callCount()) {
                live.add(fingerprints(target.crashPoint()));
            }
        }
    }

    private static String fingerprints(CrashPoint point) {
        StringBuilder text = new StringBuilder();
        for (CrashOutcome outcome : CrashOutcomes.exhaustiveAndRandom(point, 5, 1)) {
            text.append(outcome).append(point.image(outcome).fingerprint());
        }
        return text.toString();
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    private interface Step {
        void run() throws IOException;
    }
}
