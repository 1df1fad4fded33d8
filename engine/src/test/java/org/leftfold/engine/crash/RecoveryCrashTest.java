package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/** Q3: the power goes in the recovery, in the recovery from that, and once more. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class RecoveryCrashTest {
    private static final int IMAGES = 20_000;
    private static final int SEEDS = 30;
    private static final int FIRST_SEED = 3000;
    private static final int POINTS = 20;
    private static final int DEPTH = 3;
    private static final int BRANCHES = 7;

    @Test
    void recovery_survives_crashes_of_its_own(TestReporter reporter) {
        Tally tally = new Tally("Q3", FIRST_SEED);
        LongAdder deepest = new LongAdder();
        Seeds.check(
                Seeds.range(FIRST_SEED, SEEDS * Scale.FACTOR),
                (seed, random) -> {
                    ScriptRun run = ScriptRun.of(seed, Scripts.random(seed, 14));
                    List<Integer> calls = run.journal().callIndexes();
                    for (int i = 0; i < POINTS && tally.isGood(); i++) {
                        int place = random.nextInt(calls.size());
                        CrashPoint point = run.journal().at(calls.get(place));
                        int next =
                                place + 1 < calls.size() ? calls.get(place + 1) : Integer.MAX_VALUE;
                        Crashes crashes = new Crashes(run, random.split(), tally, deepest);
                        crashes.cut(
                                point,
                                run.mustHave(next - 1),
                                run.mayHave(point.callIndex()),
                                DEPTH);
                    }
                    tally.acked.add(run.units().size());
                });
        tally.finish(reporter);
        if (Seeds.range(0, 2).size() > 1) {
            assertThat(deepest.sum())
                    .as("images at depth 3")
                    .isGreaterThanOrEqualTo((long) IMAGES * Scale.FACTOR);
        }
    }

    /** The crashes behind one crash point. */
    private record Crashes(ScriptRun run, SplittableRandom random, Tally tally, LongAdder deepest) {
        /** Cuts the power at a point, lets the store recover, and cuts it again in that. */
        void cut(CrashPoint point, int least, int most, int depth) {
            CrashOutcome outcome = CrashOutcomes.random(random.nextLong());
            SimulatedDirectory image = point.image(outcome);
            String where = "depth %d, %s, %s".formatted(depth, point, outcome);
            if (depth == 0) {
                deepest.increment();
                tally.count(
                        where,
                        () -> new ImageCheck(run, least, most, 0).check(image, point.callIndex()));
                return;
            }
            tally.faults.increment();
            Journal journal = image.record();
            int[] found = new int[2]; // units, calls
            tally.count(
                    where,
                    () -> {
                        SimulatedStore store = ImageCheck.recover(machine(image));
                        found[1] = image.callCount();
                        found[0] = new ImageCheck(run, least, most, 0).identify(store);
                    });
            if (!tally.isGood()) {
                return;
            }
            if (depth == DEPTH) {
                tally.count(where, () -> recoverTwice(image));
            }
            List<Integer> calls = journal.callIndexes();
            for (int i = 0; i < (depth == 1 ? 1 : BRANCHES - 1 + depth % 2); i++) {
                int place = random.nextInt(calls.size());
                int next = place + 1 < calls.size() ? calls.get(place + 1) : Integer.MAX_VALUE;
                boolean served = next > found[1];
                cut(
                        journal.at(calls.get(place)),
                        served ? found[0] : least,
                        served ? found[0] : most,
                        depth - 1);
            }
        }

        private static SimulatedMachine machine(SimulatedDirectory disk) {
            return ImageCheck.machineFor(disk, 9);
        }

        /** A second recovery, after a kill or a power cut, changes no byte of the log. */
        private static void recoverTwice(SimulatedDirectory recovered) {
            for (CrashOutcome outcome :
                    List.of(new CrashOutcome.NothingKept(), new CrashOutcome.EverythingKept())) {
                SimulatedDirectory again = recovered.crashPoint().image(outcome);
                ImageCheck.recover(machine(again));
                Violation.check(
                        again.names().equals(recovered.names()),
                        Kind.WRONG,
                        "%s instead of %s",
                        again.names(),
                        recovered.names());
                for (String name : again.names()) {
                    Violation.check(
                            !name.endsWith(".segment")
                                    || Arrays.equals(
                                            again.contents(name), recovered.contents(name)),
                            Kind.WRONG,
                            "the second recovery changed %s",
                            name);
                }
            }
        }
    }
}
