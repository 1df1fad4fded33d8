package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ScavengeReport;
import org.leftfold.engine.Scavenged.Content;
import org.leftfold.engine.Scavenged.Made;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.random.Seeds;

/**
 * A scavenge is cut at any call, by loss of power or by a failing disk: everything that can be
 * asked is answered as before, and a scavenge made again completes.
 */
class ScavengeCrashTest {
    private static final int SEEDS = 5;
    private static final List<Fault> FAULTS =
            List.of(
                    new Fault.InputOutputError(),
                    new Fault.ErrorAfterEffect(),
                    new Fault.NoSpace(),
                    new Fault.ShortWrite(100),
                    new Fault.Interrupted(),
                    new Fault.OutOfMemory(),
                    new Fault.LateWriteBackError());

    private static List<CrashOutcome> outcomes(SplittableRandom random) {
        return List.of(
                new CrashOutcome.NothingKept(),
                new CrashOutcome.EverythingKept(),
                CrashOutcomes.random(random.nextLong()),
                CrashOutcomes.random(random.nextLong()),
                CrashOutcomes.random(random.nextLong()));
    }

    /** A store with unreadable events in all segments, some of which were rewritten before. */
    private static List<Made> prepare(EmbeddedEventStore store, SplittableRandom random) {
        List<Made> made = Scavenged.fill(store, random, 25);
        Scavenged.truncate(store, random, 30);
        store.admin().scavenge(position -> {});
        made.addAll(Scavenged.fill(store, random, 15));
        Scavenged.truncate(store, random, 70);
        return made;
    }

    @Test
    void a_scavenge_survives_power_cuts() {
        Seeds.check(
                Seeds.range(22_000, SEEDS),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    List<Made> made;
                    Content before;
                    Journal journal;
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        made = prepare(store, random);
                        before = Scavenged.content(store);
                        journal = machine.disk().record();
                        ScavengeReport report = store.admin().scavenge(position -> {});
                        assertThat(report.removedEvents()).isPositive();
                    }
                    assertThat(journal.callIndexes()).hasSizeGreaterThan(20);
                    for (int call : journal.callIndexes()) {
                        for (CrashOutcome outcome : outcomes(random)) {
                            SimulatedDirectory image = journal.at(call).image(outcome);
                            String where = "call %d, %s".formatted(call, outcome);
                            check(SimulatedMachine.with(image, 5), before, made, where);
                        }
                    }
                });
    }

    private static void check(
            SimulatedMachine machine, Content before, List<Made> made, String where) {
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            assertThat(machine.disk().names()).as(where).doesNotContain("scavenge.tmp");
            assertThat(Scavenged.content(store)).as(where).isEqualTo(before);
            store.admin().scavenge(position -> {});
            assertThat(Scavenged.content(store)).as(where).isEqualTo(before);
            assertThat(store.admin().scavenge(position -> {}).removedEvents()).as(where).isZero();
            requireRepeated(store, made, where);
            append(store, before, where);
        }
        assertThat(Opening.verify(machine.machine(), events -> {}).problems()).as(where).isEmpty();
        assertThat(machine.disk().openFiles()).as(where).isEmpty();
    }

    private static void append(EmbeddedEventStore store, Content before, String where) {
        store.append(
                Scavenged.stream(0), ExpectedVersion.any(), NewEvent.ofJson("Behind", "{\"a\":1}"));
        assertThat(store.head()).as(where).isEqualTo(before.counts().head() + 1);
    }

    private static void requireRepeated(EmbeddedEventStore store, List<Made> made, String where) {
        for (int i = 0; i < made.size(); i += 7) {
            Made one = made.get(i);
            assertThat(store.append(one.append()).writes())
                    .as(where)
                    .isEqualTo(one.result().writes());
        }
    }

    @Test
    void a_scavenge_survives_a_failing_disk() {
        Seeds.check(
                Seeds.range(22_100, 2),
                (seed, random) -> {
                    SimulatedMachine machine = SimulatedMachine.empty(seed);
                    List<Made> made;
                    Content before;
                    try (EmbeddedEventStore store = Scavenged.open(machine)) {
                        made = prepare(store, random);
                        before = Scavenged.content(store);
                    }
                    for (Fault fault : FAULTS) {
                        boolean isReached = true;
                        for (int call = 1; isReached; call++) {
                            isReached =
                                    failsAt(call, fault, Scavenged.copyOf(machine), before, made);
                        }
                    }
                });
    }

    /** False if a scavenge makes fewer calls than that. */
    private static boolean failsAt(
            int call, Fault fault, SimulatedMachine machine, Content before, List<Made> made) {
        String where = "call %d, %s".formatted(call, fault);
        FaultPlan plan = new FaultPlan();
        EmbeddedEventStore store = Scavenged.open(machine);
        plan.once(machine.disk().callCount() + call, fault);
        machine.disk().faults(plan);
        try {
            store.admin().scavenge(position -> {});
        } catch (LeftfoldException e) {
            assertThat(e.code()).as(where).startsWith("LF-3");
        } catch (OutOfMemoryError e) {
            assertThat(fault).as(where).isInstanceOf(Fault.OutOfMemory.class);
        }
        boolean isReached = !plan.hits().isEmpty();
        plan.clear();
        assertThat(Scavenged.content(store)).as(where).isEqualTo(before);
        if (store.stoppedBy() != null) {
            store.close();
            store = Scavenged.open(machine);
        }
        store.admin().scavenge(position -> {});
        assertThat(machine.disk().names()).as(where).doesNotContain("scavenge.tmp");
        assertThat(Scavenged.content(store)).as(where).isEqualTo(before);
        requireRepeated(store, made, where);
        append(store, before, where);
        store.close();
        assertThat(machine.disk().openFiles()).as(where).isEmpty();
        assertThat(Opening.verify(machine.machine(), events -> {}).problems()).as(where).isEmpty();
        return isReached;
    }
}
