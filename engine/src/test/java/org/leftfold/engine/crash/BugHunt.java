package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.leftfold.engine.ScavengeCuts;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.SimulatedMachine;

/** A short form of all crash tests, for engines with a planted bug. */
public final class BugHunt {
    private BugHunt() {}

    /** The first violation of the engine that this class sees; empty if there is none. */
    public static String hunt() {
        Tally tally = new Tally("hunt", 0);
        List<Tally.Check> parts =
                List.of(
                        Special::oldFrameComesBack,
                        Special::failedGroupStaysAway,
                        Special::batchAcrossSegments,
                        () -> Special.damageWithoutMark(23),
                        () -> ScavengeCuts.check(23, new SplittableRandom(23)),
                        () -> served(tally),
                        () -> cutPowerBetweenOpenings(tally),
                        () -> cutPower(1, tally),
                        () -> cutPower(2, tally),
                        () -> cutPower(3, tally),
                        () -> damage(Specimen.closed(SimulatedStore.TIGHT_INDEX_BYTES), tally),
                        () -> damage(Specimen.killed(SimulatedStore.TIGHT_INDEX_BYTES), tally),
                        () -> new ErrorLoop(Scripts.fixed(30)).checkBriefly(tally));
        for (int i = 0; i < parts.size() && tally.isGood(); i++) {
            tally.count("part " + i, parts.get(i));
        }
        try {
            tally.throwFirst();
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void cutPower(long seed, Tally tally) {
        ScriptRun run = ScriptRun.of(seed, Scripts.random(seed, 16));
        PowerCuts.check(run, seed, 1, tally);
    }

    /** Scripts that close and open between few appends, cut in many ways. */
    private static void cutPowerBetweenOpenings(Tally tally) {
        List<Step> script = new ArrayList<>();
        for (Step.Kind kind : List.of(Step.Kind.BATCH, Step.Kind.STREAMS, Step.Kind.ONE)) {
            script.add(Scripts.one(kind, 1));
            script.add(new Step.Reopen());
            script.add(
                    new Step.Together(
                            List.of(new Step.Wish(kind, 2), new Step.Wish(Step.Kind.BATCH, 3))));
        }
        PowerCuts.check(ScriptRun.of(9, script), 9, 24, tally);
    }

    private static void served(Tally tally) {
        new Served(1, 10, tally).readBeside(3, 2);
        new Served(2, 14, tally).killAndCut(3, 2);
    }

    private static void damage(Specimen specimen, Tally tally) {
        SimulatedMachine copy = specimen.copy();
        Violation.check(
                SimulatedStore.verify(copy).isClean(),
                Kind.WRONG,
                "verification finds something in a good store");
        Corruptions corruptions = new Corruptions(specimen, tally);
        corruptions.loseFiles();
        corruptions.flipBits(0, 101);
        corruptions.flipBitsUnderAnOpenStore(211);
        corruptions.truncate(131);
    }
}
