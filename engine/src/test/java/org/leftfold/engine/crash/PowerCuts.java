package org.leftfold.engine.crash;

import java.util.List;
import java.util.stream.IntStream;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.SimulatedDirectory;

/** Cuts the power at every call of a run, in many ways each. */
final class PowerCuts {
    private PowerCuts() {}

    /** All regular outcomes of all points, and {@code random} more each, sectors torn included. */
    static void check(ScriptRun run, long seed, int random, Tally tally) {
        List<Integer> calls = run.journal().callIndexes();
        for (int i = 0; i < calls.size() && tally.isGood(); i++) {
            checkPoint(run, calls, i, seed, random, tally);
        }
        tally.acked.add(run.units().size());
    }

    /** The same, points in parallel. */
    static void checkInParallel(ScriptRun run, long seed, int random, Tally tally) {
        List<Integer> calls = run.journal().callIndexes();
        IntStream.range(0, calls.size())
                .parallel()
                .filter(i -> tally.isGood())
                .forEach(i -> checkPoint(run, calls, i, seed, random, tally));
        tally.acked.add(run.units().size());
    }

    private static void checkPoint(
            ScriptRun run, List<Integer> calls, int place, long seed, int random, Tally tally) {
        CrashPoint point = run.journal().at(calls.get(place));
        int next = place + 1 < calls.size() ? calls.get(place + 1) : Integer.MAX_VALUE;
        ImageCheck check = ImageCheck.at(run, point.callIndex(), next);
        tally.faults.increment();
        for (CrashOutcome outcome : CrashOutcomes.exhaustiveAndRandom(point, random, seed)) {
            tally.count(
                    "seed %d, %s, %s".formatted(seed, point, outcome),
                    () -> {
                        SimulatedDirectory image = point.image(outcome);
                        check.check(image, seed * 31 + 17L * outcome.hashCode());
                    });
        }
    }
}
