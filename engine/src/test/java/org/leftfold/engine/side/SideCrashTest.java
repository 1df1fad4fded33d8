package org.leftfold.engine.side;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.side.SideScript.Moment;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/**
 * The power goes at every call: nothing acknowledged is lost, no fence falls, no key that was
 * handed out is lost, and none that was forgotten can be read in any image.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SideCrashTest {
    private static final int FACTOR = Boolean.getBoolean("leftfold.long") ? 20 : 1;
    private static final int SEEDS = 6;
    private static final int STEPS = 60;
    private static final int RANDOM_OUTCOMES = 5;

    private final LongAdder images = new LongAdder();

    @Test
    void what_was_acknowledged_survives_a_power_cut_at_every_call(TestReporter reporter) {
        Seeds.check(
                Seeds.range(7000, SEEDS * FACTOR),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    SideBench.home(machine.machine(), new SideBench.Notices());
                    Journal journal = machine.disk().record();
                    SideScript script = new SideScript(seed, machine);
                    script.play(STEPS);
                    script.close();
                    for (int call : journal.callIndexes()) {
                        cut(seed, journal.at(call), script.moments(), machine);
                    }
                });
        reporter.publishEntry("{\"test\":\"side crash\",\"images\":%d}".formatted(images.sum()));
        assertThat(images.sum()).as("images").isGreaterThan(5_000);
    }

    /** Several records of one group, of which a power cut keeps any. */
    @Test
    void what_an_opening_dropped_never_comes_back() {
        LongAdder dropped = new LongAdder();
        Seeds.check(
                Seeds.range(7200, 150 * FACTOR),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    SideHome home = SideBench.home(machine.machine(), StoreListener.NONE);
                    CrashPoint[] beforeForce = new CrashPoint[1];
                    try (var store = DurableCheckpointStore.open(home)) {
                        GroupOfSaves.save(store, machine.disk(), beforeForce);
                    }
                    SimulatedDirectory image = beforeForce[0].image(CrashOutcomes.random(seed));
                    SideHome second =
                            new SideHome(
                                    machine.restartedWith(image).machine(),
                                    SideBench.STORE_ID,
                                    StoreListener.NONE);
                    Set<String> kept;
                    Journal journal;
                    String last = GroupOfSaves.follower(random.nextInt(GroupOfSaves.THREADS));
                    try (var store = DurableCheckpointStore.open(second)) {
                        kept = GroupOfSaves.known(store);
                        dropped.add(GroupOfSaves.THREADS - kept.size());
                        journal = image.record();
                        assertThat(store.save(last, SideModel.at(1), 1)).isTrue();
                    }
                    for (int call : journal.callIndexes()) {
                        CrashPoint point = journal.at(call);
                        for (CrashOutcome outcome :
                                CrashOutcomes.exhaustiveAndRandom(point, 3, seed)) {
                            SideHome third =
                                    new SideHome(
                                            machine.restartedWith(point.image(outcome)).machine(),
                                            SideBench.STORE_ID,
                                            StoreListener.NONE);
                            try (var store = DurableCheckpointStore.open(third)) {
                                Set<String> known = GroupOfSaves.known(store);
                                known.remove(last);
                                assertThat(kept).as(point + ", " + outcome).containsAll(known);
                            }
                        }
                    }
                });
        assertThat(dropped.sum()).as("records that were dropped").isPositive();
    }

    private void cut(long seed, CrashPoint point, List<Moment> moments, SimulatedMachine machine) {
        Moment moment = moments.getFirst();
        for (Moment one : moments) {
            if (one.callCount() <= point.callIndex()) {
                moment = one;
            }
        }
        for (CrashOutcome outcome :
                CrashOutcomes.exhaustiveAndRandom(point, RANDOM_OUTCOMES, seed)) {
            images.increment();
            try {
                check(point.image(outcome), moment, machine);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(point + ", " + outcome + ": " + e, e);
            }
        }
    }

    /** What an opening serves survives the next power cut. */
    private static void check(SimulatedDirectory image, Moment moment, SimulatedMachine machine) {
        moment.acknowledged().checkDestroyed(image);
        SideBench bench = SideBench.open(machine.restartedWith(image));
        moment.possible().checkReads(bench);
        SimulatedDirectory again = image.crashPoint().image(new CrashOutcome.NothingKept());
        moment.acknowledged().checkDestroyed(again);
        bench = SideBench.open(machine.restartedWith(again));
        moment.possible().checkReads(bench);
        moment.possible().checkRefusals(bench);
        bench.close();
        assertThat(again.openFiles()).isEmpty();
        assertThat(again.names()).allMatch(name -> !name.endsWith(".tmp"));
    }
}
