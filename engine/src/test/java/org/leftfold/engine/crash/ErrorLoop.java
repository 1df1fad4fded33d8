package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Lets each call of a script fail in turn, once or from then on. */
final class ErrorLoop {
    private static final List<Fault> ONCE =
            List.of(
                    new Fault.InputOutputError(),
                    new Fault.ErrorAfterEffect(),
                    new Fault.NoSpace(),
                    new Fault.ShortWrite(100),
                    new Fault.Interrupted(),
                    new Fault.OutOfMemory(),
                    new Fault.LateWriteBackError());
    private static final List<Fault> FOR_GOOD =
            List.of(
                    new Fault.InputOutputError(),
                    new Fault.NoSpace(),
                    new Fault.ShortWrite(100),
                    new Fault.Interrupted(),
                    new Fault.OutOfMemory());

    private final List<Step> script;

    ErrorLoop(List<Step> script) {
        this.script = new ArrayList<>(script);
        this.script.add(new Step.Reopen());
    }

    /** The number of calls of a run without faults. */
    int calls() {
        FaultyRun run = new FaultyRun(SimulatedMachine.empty(1), new FaultPlan(), false);
        run.play(script);
        return run.disk().callCount();
    }

    /** From how many places of the engine the disk is called. */
    int callSites() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        machine.disk().traceCallSites();
        FaultyRun run = new FaultyRun(machine, new FaultPlan(), false);
        run.play(script);
        run.close();
        return machine.disk().callSites().size();
    }

    /** Runs the script for each fault at every {@code stride}-th call. */
    void check(int stride, Tally tally) {
        int calls = calls();
        IntStream.rangeClosed(1, calls)
                .parallel()
                .filter(call -> call % stride == 0 && tally.isGood())
                .forEach(call -> {
                    for (Fault fault : ONCE) {
                        tally.count(
                                "call %d fails once: %s".formatted(call, fault),
                                () ->
                                        run(
                                                call,
                                                new FaultPlan().once(call, fault),
                                                isLate(fault),
                                                tally));
                    }
                    for (Fault fault : FOR_GOOD) {
                        tally.count(
                                "calls from %d on fail: %s".formatted(call, fault),
                                () -> run(call, new FaultPlan().from(call, fault), true, tally));
                    }
                });
    }

    /** The three faults that most mistakes show in, at every call. */
    void checkBriefly(Tally tally) {
        List<Fault> faults =
                List.of(
                        new Fault.InputOutputError(),
                        new Fault.ErrorAfterEffect(),
                        new Fault.LateWriteBackError());
        int calls = calls();
        for (int i = 1; i < calls && tally.isGood(); i++) {
            int call = i;
            for (Fault fault : faults) {
                tally.count(
                        "call %d fails once: %s".formatted(call, fault),
                        () -> run(call, new FaultPlan().once(call, fault), isLate(fault), tally));
            }
        }
    }

    /** A late error may show in any later call. */
    private static boolean isLate(Fault fault) {
        return fault instanceof Fault.LateWriteBackError;
    }

    private void run(int call, FaultPlan plan, boolean persistent, Tally tally) {
        FaultyRun run = new FaultyRun(SimulatedMachine.empty(1), plan, persistent);
        run.play(script);
        Violation.check(!plan.hits().isEmpty(), Kind.WRONG, "call %d was not reached", call);
        tally.faults.increment();
        CrashPoint end = run.disk().crashPoint();
        if (call % 2 == 0) {
            run.repair();
        }
        tally.acked.add(run.model().units().size());
        plan.clear();
        run.restart(run.disk().afterProcessKill());
        Model served = Model.of(run.model().units());
        for (CrashOutcome outcome :
                List.of(new CrashOutcome.NothingKept(), CrashOutcomes.random(call))) {
            SimulatedDirectory image = run.disk().crashPoint().image(outcome);
            try (var store = ImageCheck.recover(ImageCheck.machineFor(image, call))) {
                Readings.checkFrom(store, served, 0);
            }
        }
        if (call % 2 == 1) { // without a restart in between
            SimulatedDirectory image = end.image(CrashOutcomes.random(call));
            ImageCheck.recover(ImageCheck.machineFor(image, call)).close();
        }
    }
}
