package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;

/** Each call of the disk fails in turn. */
class PartFaultTest {
    private static final String NAME = "new";
    private static final List<Fault> FAULTS =
            List.of(
                    new Fault.InputOutputError(),
                    new Fault.ErrorAfterEffect(),
                    new Fault.NoSpace(),
                    new Fault.ShortWrite(100),
                    new Fault.Interrupted(),
                    new Fault.OutOfMemory(),
                    new Fault.LateWriteBackError());

    private final List<PartModel> models = new ArrayList<>();
    private final PartModel joined;

    /** What is tried on a disk with the old parts. */
    private interface Script {
        void run(SimulatedDirectory disk) throws IOException;
    }

    PartFaultTest() {
        StoreModel store = new StoreModel(new SplittableRandom(3), 64, 0);
        for (int i = 0; i < 3; i++) {
            models.add(store.next(500));
        }
        joined = PartModel.join(models);
    }

    private SimulatedDirectory disk() throws IOException {
        SimulatedDirectory disk = new SimulatedDirectory();
        disk.createIfMissing();
        for (int i = 0; i < models.size(); i++) {
            models.get(i).write(disk, "old-" + i);
        }
        return disk;
    }

    @Test
    void a_writer_whose_disk_fails_says_so_and_leaves_nothing() throws IOException {
        check(disk -> models.get(1).write(disk, NAME, PartModel.LITTLE), models.get(1));
    }

    @Test
    void a_merge_whose_disk_fails_says_so_and_leaves_nothing() throws IOException {
        check(this::merge, joined);
    }

    private void merge(SimulatedDirectory disk) throws IOException {
        List<Part> parts = new ArrayList<>();
        try {
            for (int i = 0; i < models.size(); i++) {
                parts.add(Part.open(disk, "old-" + i, new PageCache(0), StoreModel.STORE_ID));
            }
            PartMerge.merge(parts, disk, NAME, () -> false, PartModel.LITTLE);
        } finally {
            for (Part part : parts) {
                closeInAnyCase(part);
            }
        }
    }

    private static void closeInAnyCase(Part part) {
        try {
            part.close();
        } catch (IOException | OutOfMemoryError e) {
            // Closing is not what is tried here; whether the file is closed is looked at later.
        }
    }

    private void check(Script script, PartModel model) throws IOException {
        SimulatedDirectory first = disk();
        int before = first.callCount();
        script.run(first);
        int calls = first.callCount() - before;
        assertThat(calls).isGreaterThan(15);
        byte[] expected = first.contents(NAME);
        Questions questions = new Questions(model, 20, first, NAME);
        for (Fault fault : FAULTS) {
            for (int call = before + 1; call <= before + calls; call++) {
                String what = "call %d: %s".formatted(call - before, fault);
                SimulatedDirectory disk = disk();
                FaultPlan plan = new FaultPlan().once(call, fault);
                disk.faults(plan);
                boolean failed = fails(script, disk, what);
                assertThat(plan.hits()).as(what).hasSize(1);
                CallKind kind = plan.hits().getFirst().kind();
                assertThat(disk.openFiles()).as("%s %s", what, kind).isEmpty();
                if (!failed) {
                    assertThat(disk.contents(NAME)).as(what).isEqualTo(expected);
                } else if (disk.names().contains(NAME)) {
                    assertThat(kind)
                            .as(what)
                            .isIn(CallKind.RENAME, CallKind.FORCE_DIRECTORY, CallKind.CLOSE);
                    assertThat(questions.check(disk, NAME)).isZero();
                }
                if (kind != CallKind.DELETE && kind != CallKind.CREATE) {
                    assertThat(disk.names()).as(what).noneMatch(name -> name.endsWith(".tmp"));
                }
                script.run(disk);
                assertThat(disk.contents(NAME)).as("%s, again", what).isEqualTo(expected);
                assertThat(disk.names()).as(what).noneMatch(name -> name.endsWith(".tmp"));
            }
        }
    }

    private static boolean fails(Script script, SimulatedDirectory disk, String what) {
        try {
            script.run(disk);
            return false;
        } catch (IOException e) {
            return true;
        } catch (StoreUnavailableException e) {
            assertThat(e.code()).as(what).isIn("LF-3005", "LF-3006");
            return true;
        } catch (OutOfMemoryError e) {
            assertThat(e).hasMessage("simulated");
            return true;
        } catch (RuntimeException e) {
            return fail(what, e);
        }
    }

    @Test
    void an_answer_that_cannot_be_read_is_refused_and_given_when_the_disk_is_well()
            throws IOException {
        SimulatedDirectory disk = disk();
        Questions questions = new Questions(models.get(1), 20, disk, "old-1");
        int before = disk.callCount();
        assertThat(questions.check(disk, "old-1")).isZero();
        int calls = disk.callCount() - before;
        for (int call = 1; call <= calls; call++) {
            disk.faults(new FaultPlan().once(disk.callCount() + call, FAULTS.getFirst()));
            try {
                int refused = questions.check(disk, "old-1", PartFaultTest::isUnreadable, false);
                assertThat(refused).isBetween(0, 1);
            } catch (IOException e) {
                assertThat(e).hasMessage("Input/output error");
            }
            disk.faults(new FaultPlan());
            assertThat(disk.openFiles()).isEmpty();
        }
        assertThat(questions.check(disk, "old-1")).isZero();
    }

    private static boolean isUnreadable(RuntimeException e) {
        return e instanceof StoreUnavailableException unavailable
                && unavailable.code().equals("LF-3005")
                && unavailable.getMessage().contains("old-1");
    }

    @Test
    void a_bit_that_is_wrong_on_the_way_in_is_noticed_and_not_kept() throws IOException {
        SimulatedDirectory disk = disk();
        Questions questions = new Questions(models.get(1), 20, disk, "old-1");
        for (int offset = 0; offset < disk.contents("old-1").length; offset += 1023) {
            Fault flip = new Fault.BitFlip(offset, offset % 8);
            disk.faults(new FaultPlan().when(call -> call.kind() == CallKind.READ, flip));
            assertThat(questions.check(disk, "old-1", e -> e instanceof Corruption, false))
                    .as("refused, offset %d", offset)
                    .isPositive();
            disk.faults(new FaultPlan());
            assertThat(questions.check(disk, "old-1")).isZero();
        }
    }

    @Test
    void numbers_put_aside_that_come_back_changed_are_noticed() throws IOException {
        SimulatedDirectory disk = disk();
        for (int offset = 0; offset < 400; offset += 13) {
            Fault flip = new Fault.BitFlip(offset, offset % 8);
            disk.faults(
                    new FaultPlan()
                            .when(
                                    call ->
                                            call.kind() == CallKind.READ
                                                    && call.name().endsWith(".spool.tmp"),
                                    flip));
            assertThatThrownBy(() -> models.get(1).write(disk, NAME, PartModel.LITTLE))
                    .isInstanceOf(Corruption.class)
                    .hasMessageContaining(NAME + ".spool.tmp");
            assertThat(disk.names()).noneMatch(name -> name.startsWith(NAME));
            assertThat(disk.openFiles()).isEmpty();
        }
    }
}
