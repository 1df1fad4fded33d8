package org.leftfold.engine.side;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * Every call of the disk goes wrong once, in several ways: the stores say so, and keep the rest.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SideFaultTest {
    private static final long SEED = 7100;
    private static final int STEPS = 60;
    private static final List<Fault> FAULTS =
            List.of(
                    new Fault.InputOutputError(),
                    new Fault.ErrorAfterEffect(),
                    new Fault.NoSpace(),
                    new Fault.ShortWrite(30),
                    new Fault.Interrupted(),
                    new Fault.OutOfMemory(),
                    new Fault.LateWriteBackError());

    private final LongAdder hits = new LongAdder();

    @Test
    void a_call_that_fails_loses_nothing_that_was_acknowledged(TestReporter reporter) {
        SimulatedMachine whole = SimulatedMachine.empty(SEED);
        SideBench.home(whole.machine(), new SideBench.Notices());
        new SideScript(SEED, whole).play(STEPS);
        int calls = whole.disk().callCount();
        IntStream.rangeClosed(2, calls)
                .parallel()
                .forEach(call -> FAULTS.forEach(fault -> run(call, fault)));
        reporter.publishEntry("{\"test\":\"side faults\",\"hits\":%d}".formatted(hits.sum()));
        assertThat(hits.sum()).isGreaterThan((long) calls * (FAULTS.size() - 1));
    }

    private void run(int call, Fault fault) {
        try {
            SimulatedMachine machine = SimulatedMachine.empty(SEED);
            SideBench.home(machine.machine(), new SideBench.Notices());
            FaultPlan plan = new FaultPlan().once(call, fault);
            machine.disk().faults(plan);
            SideScript script = new SideScript(SEED, machine);
            script.play(STEPS);
            hits.add(plan.hits().size());
            plan.clear();
            script.checkReads();
            SideModel model = script.model();
            CrashOutcome outcome = CrashOutcomes.random(call * 31L + fault.hashCode());
            for (CrashOutcome one : List.of(new CrashOutcome.NothingKept(), outcome)) {
                check(model, machine, machine.disk().crashPoint().image(one));
            }
            script.close();
            assertThat(machine.disk().openFiles()).isEmpty();
            SimulatedDirectory killed = machine.disk().afterProcessKill();
            SideBench bench = SideBench.open(machine.restartedWith(killed));
            model.checkReads(bench);
            check(model, machine, killed.crashPoint().image(new CrashOutcome.NothingKept()));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("call %d, %s: %s".formatted(call, fault, e), e);
        }
    }

    private static void check(SideModel model, SimulatedMachine machine, SimulatedDirectory disk) {
        model.checkDestroyed(disk);
        SideBench bench = SideBench.open(machine.restartedWith(disk));
        model.checkReads(bench);
        model.checkRefusals(bench);
        bench.close();
        assertThat(disk.openFiles()).isEmpty();
    }
}
