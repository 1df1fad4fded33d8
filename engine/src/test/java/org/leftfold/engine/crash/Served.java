package org.leftfold.engine.crash;

import java.util.List;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** What was shown to anybody, by whatever opening, is there after the power went. */
final class Served {
    private final long seed;
    private final List<Step> script;
    private final Tally tally;

    Served(long seed, int steps, Tally tally) {
        this.seed = seed;
        this.script = Scripts.random(seed, steps);
        this.tally = tally;
    }

    /** Kills the process before every {@code stride}-th call. */
    void killAndCut(int stride, int random) {
        int calls = ScriptRun.of(seed, script).disk().callCount();
        for (int call = 2; call < calls && tally.isGood(); call += stride) {
            int at = call;
            tally.faults.increment();
            SimulatedDirectory[] killed = new SimulatedDirectory[1];
            FaultPlan plan = new FaultPlan();
            ScriptRun run = new ScriptRun(seed, plan);
            plan.once(at, new Fault.Before(() -> killed[0] = run.disk().afterProcessKill()));
            boolean ended = playUntilKilled(run);
            if (killed[0] == null || !ended) {
                continue;
            }
            tally.count(
                    "seed %d, killed before call %d".formatted(seed, at),
                    () -> readAndCut(run, killed[0], at, random));
        }
    }

    private boolean playUntilKilled(ScriptRun run) {
        try {
            run.play(script);
            return false;
        } catch (RuntimeException | AssertionError e) {
            return true;
        }
    }

    private void readAndCut(ScriptRun run, SimulatedDirectory killed, int call, int random) {
        SimulatedMachine machine = run.machine().restartedWith(killed);
        boolean reading = call % 3 == 0 && killed.names().contains(StoreFiles.MANIFEST);
        SimulatedStore store =
                reading ? SimulatedStore.openForReading(machine) : ImageCheck.recover(machine);
        int most = run.units().size();
        int found = new ImageCheck(run, run.acknowledgedUnits(), most, 0).identify(store);
        cut(run, killed.crashPoint(), found, found, random);
    }

    private void cut(ScriptRun run, CrashPoint point, int least, int most, int random) {
        for (CrashOutcome outcome : CrashOutcomes.exhaustiveAndRandom(point, random, seed)) {
            tally.count(
                    "seed %d, served, then %s, %s".formatted(seed, point, outcome),
                    () ->
                            new ImageCheck(run, least, most, 0)
                                    .check(point.image(outcome), seed + outcome.hashCode()));
        }
    }

    /** Opens for reading beside the writer, in the middle of every {@code stride}-th call. */
    void readBeside(int stride, int random) {
        FaultPlan plan = new FaultPlan();
        ScriptRun run = new ScriptRun(seed, plan);
        plan.when(
                call -> ScriptRun.changesTheLog(call) && call.index() % stride == 0,
                new Fault.Before(() -> readNow(run, random)));
        tally.count("seed %d".formatted(seed), () -> run.play(script));
        tally.acked.add(run.units().size());
    }

    private void readNow(ScriptRun run, int random) {
        if (!run.disk().names().contains(StoreFiles.MANIFEST) || run.disk().heldLocks().isEmpty()) {
            return;
        }
        tally.faults.increment();
        try (SimulatedStore reader = SimulatedStore.openForReading(run.machine())) {
            int most = run.units().size();
            int found = new ImageCheck(run, 0, most, 0).identify(reader);
            cut(run, run.disk().crashPoint(), found, most, random);
        }
    }
}
