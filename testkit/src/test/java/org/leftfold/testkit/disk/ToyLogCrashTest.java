package org.leftfold.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.testkit.disk.ToyLog.Bug;

/** The simulated disk must let a correct log pass, and find each planted bug. */
class ToyLogCrashTest {
    private static final int RECORDS = 60;
    private static final int RANDOM_OUTCOMES = 200;

    /** One run of the script: the journal, and after which call each record was acknowledged. */
    private record Script(Journal journal, List<Integer> ackedAfterCall) {}

    @Test
    void a_correct_log_loses_nothing_in_any_image(TestReporter reporter) throws IOException {
        AtomicLong images = new AtomicLong();
        run(Bug.NONE, images); // Warms up.
        images.set(0);
        long begin = System.nanoTime();
        assertThat(run(Bug.NONE, images)).isEmpty();
        double seconds = (System.nanoTime() - begin) / 1e9;
        reporter.publishEntry(
                "toy log",
                "%d images recovered in %.2f s, %.0f a second"
                        .formatted(images.get(), seconds, images.get() / seconds));
        assertThat(images.get()).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NONE", "RETRY_AFTER_FAILED_FORCE", "SERVED_BEFORE_FORCE"},
            mode = EnumSource.Mode.EXCLUDE)
    void a_planted_bug_is_found(Bug bug, TestReporter reporter) throws IOException {
        Optional<String> failure = run(bug, new AtomicLong());
        assertThat(failure).isPresent();
        reporter.publishEntry(bug.name(), failure.orElseThrow());
    }

    @Test
    void regular_outcomes_alone_find_what_needs_no_torn_sector() throws IOException {
        for (Bug bug :
                List.of(
                        Bug.MISSING_FORCE,
                        Bug.MISSING_DIRECTORY_FORCE,
                        Bug.FORCE_BEFORE_WRITE,
                        Bug.RENAME_BEFORE_FORCE)) {
            Script script = script(bug);
            boolean found =
                    script.journal()
                            .points()
                            .anyMatch(point ->
                                    CrashOutcomes.exhaustive(point).stream()
                                            .anyMatch(
                                                    o -> check(bug, script, point, o).isPresent()));
            assertThat(found).as("%s", bug).isTrue();
        }
    }

    @Test
    void a_second_force_after_a_failed_one_is_found() throws IOException {
        assertThat(lossAfterFailedForce(Bug.RETRY_AFTER_FAILED_FORCE)).isPositive();
        assertThat(lossAfterFailedForce(Bug.NONE)).isZero();
    }

    @Test
    void records_served_after_a_process_kill_survive_the_power_cut_that_follows()
            throws IOException {
        assertThat(servedAndLost(Bug.NONE)).isZero();
        assertThat(servedAndLost(Bug.SERVED_BEFORE_FORCE)).isPositive();
    }

    @Test
    void recovery_survives_crashes_of_its_own() throws IOException {
        Script script = script(Bug.NONE);
        int nested = 0;
        List<Integer> calls = script.journal().callIndexes();
        for (int i = 0; i < 4 * calls.size(); i++) {
            CrashPoint point = script.journal().at(calls.get(i / 4));
            SimulatedDirectory image = point.image(CrashOutcomes.random(i));
            Journal recovery = image.record();
            ToyLog.recover(image, Bug.NONE);
            for (CrashPoint inner : recovery.points().toList()) {
                for (CrashOutcome outcome : CrashOutcomes.exhaustiveAndRandom(inner, 3, 5)) {
                    List<Integer> records = ToyLog.recover(inner.image(outcome), Bug.NONE);
                    assertThat(verdict(script, point, records))
                            .as("%s %s", inner, outcome)
                            .isEmpty();
                    nested++;
                }
            }
        }
        assertThat(nested).isGreaterThan(1_000);
    }

    /** The first failure in all images of one script, in no certain order. */
    private static Optional<String> run(Bug bug, AtomicLong images) throws IOException {
        Script script = script(bug);
        return script.journal()
                .points()
                .parallel()
                .flatMap(point ->
                        CrashOutcomes.exhaustiveAndRandom(point, RANDOM_OUTCOMES, 42).stream()
                                .peek(outcome -> images.incrementAndGet())
                                .map(outcome -> check(bug, script, point, outcome))
                                .flatMap(Optional::stream))
                .findAny();
    }

    private static Script script(Bug bug) throws IOException {
        SimulatedDirectory disk = new SimulatedDirectory();
        Journal journal = disk.record();
        ToyLog log = ToyLog.createIn(disk, bug);
        List<Integer> acked = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            log.append();
            acked.add(disk.callCount());
        }
        log.close();
        return new Script(journal, acked);
    }

    private static Optional<String> check(
            Bug bug, Script script, CrashPoint point, CrashOutcome outcome) {
        try {
            SimulatedDirectory image = point.image(outcome);
            if (!image.exists("segment-1")
                    && script.ackedAfterCall().getFirst() > point.callIndex()) {
                return Optional.empty(); // Before the log was made.
            }
            List<Integer> records = ToyLog.recover(image, bug);
            SimulatedDirectory again = image.crashPoint().image(new CrashOutcome.EverythingKept());
            if (!ToyLog.recover(again, bug).equals(records) || !again.sameContentsAs(image)) {
                return Optional.of(point + ", " + outcome + ": second recovery changed something");
            }
            return verdict(script, point, records)
                    .map(text -> point + ", " + outcome + ": " + text);
        } catch (ToyLog.Corrupt e) {
            return Optional.of(point + ", " + outcome + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> verdict(
            Script script, CrashPoint point, List<Integer> records) {
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i) != i + 1) {
                return Optional.of("hole at record " + (i + 1));
            }
        }
        long acked =
                script.ackedAfterCall().stream().filter(call -> call <= point.callIndex()).count();
        return records.size() < acked || records.size() > acked + 1
                ? Optional.of("%d records, %d acknowledged".formatted(records.size(), acked))
                : Optional.empty();
    }

    /** Kills at each call, reads all records, cuts the power; how many images lack one of them. */
    private static int servedAndLost(Bug bug) throws IOException {
        int lost = 0;
        for (int killedAt = 2; killedAt < 40; killedAt++) {
            SimulatedDirectory disk = new SimulatedDirectory();
            disk.faults(new FaultPlan().from(killedAt, new Fault.InputOutputError()));
            try {
                ToyLog log = ToyLog.createIn(disk, bug);
                while (true) {
                    log.append();
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("Input/output");
            }
            SimulatedDirectory afterKill = disk.afterProcessKill();
            List<Integer> served = ToyLog.recover(afterKill, bug);
            CrashPoint point = afterKill.crashPoint();
            for (CrashOutcome outcome : CrashOutcomes.exhaustiveAndRandom(point, 20, killedAt)) {
                if (!ToyLog.recover(point.image(outcome), bug).containsAll(served)) {
                    lost++;
                }
            }
        }
        return lost;
    }

    /**
     * How many acknowledged records are gone when the n-th force failed late and the power went at
     * the end.
     */
    private static long lossAfterFailedForce(Bug bug) throws IOException {
        long lost = 0;
        for (int n = 2; n < 20; n++) {
            int failing = n;
            SimulatedDirectory disk = new SimulatedDirectory();
            disk.faults(
                    new FaultPlan()
                            .firstWhen(
                                    call ->
                                            call.kind() == CallKind.FORCE
                                                    && disk.callCount(CallKind.FORCE) == failing,
                                    new Fault.LateWriteBackError()));
            ToyLog log = ToyLog.createIn(disk, bug);
            int acked = 0;
            try {
                for (int i = 0; i < 10; i++) {
                    log.append();
                    acked++;
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("Input/output");
            }
            SimulatedDirectory image = disk.powerCut(new CrashOutcome.NothingKept());
            lost += Math.max(0, acked - ToyLog.recover(image, Bug.NONE).size());
        }
        return lost;
    }
}
