package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ScavengeReport;
import org.leftfold.engine.Scavenged.Content;
import org.leftfold.engine.Scavenged.Made;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Cuts the power at every call of a scavenge. */
public final class ScavengeCuts {
    private ScavengeCuts() {}

    /**
     * One store, one scavenge, every call, five outcomes each.
     *
     * @throws AssertionError if anything is other than before
     */
    public static void check(long seed, SplittableRandom random) {
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
    }

    private static List<CrashOutcome> outcomes(SplittableRandom random) {
        return List.of(
                new CrashOutcome.NothingKept(),
                new CrashOutcome.EverythingKept(),
                CrashOutcomes.random(random.nextLong()),
                CrashOutcomes.random(random.nextLong()),
                CrashOutcomes.random(random.nextLong()));
    }

    /** A store with unreadable events in all segments, some of which were rewritten before. */
    static List<Made> prepare(EmbeddedEventStore store, SplittableRandom random) {
        List<Made> made = Scavenged.fill(store, random, 25);
        Scavenged.truncate(store, random, 30);
        store.admin().scavenge(position -> {});
        made.addAll(Scavenged.fill(store, random, 15));
        Scavenged.truncate(store, random, 70);
        return made;
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

    static void append(EmbeddedEventStore store, Content before, String where) {
        store.append(
                Scavenged.stream(0), ExpectedVersion.any(), NewEvent.ofJson("Behind", "{\"a\":1}"));
        assertThat(store.head()).as(where).isEqualTo(before.counts().head() + 1);
    }

    static void requireRepeated(EmbeddedEventStore store, List<Made> made, String where) {
        for (int i = 0; i < made.size(); i += 7) {
            Made one = made.get(i);
            assertThat(store.append(one.append()).writes())
                    .as(where)
                    .isEqualTo(one.result().writes());
        }
    }
}
