package org.leftfold.engine.crash;

import java.util.List;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Fills the disk of one store and frees it, in rounds. */
final class FullDisk {
    private static final int ROUNDS = 6;

    private final List<Step> script;
    private final Tally tally;

    FullDisk(List<Step> script, Tally tally) {
        this.script = script;
        this.tally = tally;
    }

    static int usedBytes(List<Step> script) {
        FaultyRun run = new FaultyRun(SimulatedMachine.empty(1), new FaultPlan(), false);
        run.play(script);
        return usedBytes(run.disk());
    }

    private static int usedBytes(SimulatedDirectory disk) {
        return disk.names().stream().mapToInt(name -> disk.contents(name).length).sum();
    }

    /** Rounds of a disk that is full at some size, a restart on it, and room again. */
    void fillAndFree(int firstBytes) {
        FaultyRun run = new FaultyRun(SimulatedMachine.empty(1), new FaultPlan(), false);
        int room = firstBytes;
        for (int round = 0; round < ROUNDS; round++) {
            tally.faults.increment();
            run.disk().capacity(room);
            run.full(true);
            run.play(script.subList(round * script.size() / ROUNDS, script.size()));
            run.checkReading();
            run.checkNotStopped();
            if (run.model().head() > 0) {
                if (round % 2 == 1 && run.isOpen()) {
                    run.close();
                }
                run.restart(run.disk().afterProcessKill());
            }
            run.disk().capacity(Long.MAX_VALUE);
            run.repair();
            Violation.check(run.isOpen(), Kind.LOST, "the store does not open");
            room = usedBytes(run.disk()) + round * 700 + firstBytes % 512;
        }
        tally.acked.add(run.model().units().size());
    }
}
