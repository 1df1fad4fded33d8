package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.LeftfoldException;
import org.leftfold.engine.Scavenged.Content;
import org.leftfold.engine.Scavenged.Made;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
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

    @Test
    void a_scavenge_survives_power_cuts() {
        Seeds.check(Seeds.range(22_000, SEEDS), ScavengeCuts::check);
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
                        made = ScavengeCuts.prepare(store, random);
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
        ScavengeCuts.requireRepeated(store, made, where);
        ScavengeCuts.append(store, before, where);
        store.close();
        assertThat(machine.disk().openFiles()).as(where).isEmpty();
        assertThat(Opening.verify(machine.machine(), events -> {}).problems()).as(where).isEmpty();
        return isReached;
    }
}
