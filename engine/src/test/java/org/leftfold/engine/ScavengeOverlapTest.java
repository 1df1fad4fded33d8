package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.Scavenged.Content;
import org.leftfold.engine.Scavenged.Made;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.Segment;
import org.leftfold.io.Directory;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * A scavenge that is asked for while another one runs, by another thread and another handle: it is
 * refused at once and does nothing, wherever the first one is; that one ends as if it were alone,
 * and the next one finds what became unreadable meanwhile.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScavengeOverlapTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private static boolean isPutInPlace(Call call) {
        return call.kind() == CallKind.RENAME && call.name().equals("scavenge.tmp");
    }

    /** A store with several segments, all of which hold unreadable events, and what is in it. */
    private record Prepared(SimulatedMachine machine, List<Made> made, Content content) {
        static Prepared of(long seed) {
            SimulatedMachine machine = SimulatedMachine.empty(seed);
            SplittableRandom random = new SplittableRandom(seed);
            try (EmbeddedEventStore store = Scavenged.open(machine)) {
                List<Made> made = Scavenged.fill(store, random, 40);
                Scavenged.truncate(store, random, 50);
                return new Prepared(machine, made, Scavenged.content(store));
            }
        }

        /** How many events of the first so many segments can be read; they are sealed. */
        long readableIn(int segments) throws IOException {
            UUID storeId = Manifest.load(machine.disk()).orElseThrow().storeId();
            try (Segment next =
                    Segment.open(machine.disk(), storeId, segments + 1, Directory.Access.READ)) {
                long end = next.header().firstPosition();
                return content.events().stream().filter(event -> event.position() < end).count();
            }
        }

        /** How many events it ever had. */
        long events() {
            return content.counts().head();
        }
    }

    /** Does something on another thread, while this one stands still. */
    private <T> T elsewhere(Callable<T> work) {
        try {
            return threads.submit(work).get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("another thread did not end its work: " + e, e);
        }
    }

    /** The text of the refusal. */
    private static String refusal(StoreAdmin admin) {
        try {
            return "not refused: " + admin.scavenge(position -> {});
        } catch (LeftfoldException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void a_second_one_is_refused_wherever_the_first_one_is() {
        Prepared prepared = Prepared.of(31);
        long alone;
        int calls;
        SimulatedMachine undisturbed = Scavenged.copyOf(prepared.machine());
        try (EmbeddedEventStore store = Scavenged.open(undisturbed)) {
            int before = undisturbed.disk().callCount();
            alone = store.admin().scavenge(position -> {}).removedEvents();
            calls = undisturbed.disk().callCount() - before;
        }
        assertThat(calls).isGreaterThan(50);
        for (int call = 1; call <= calls; call++) {
            SimulatedMachine machine = Scavenged.copyOf(prepared.machine());
            try (EmbeddedEventStore store = Scavenged.open(machine)) {
                assertThat(overlapAt(call, machine, store, prepared.content()))
                        .as("call " + call)
                        .isEqualTo(alone);
            }
            assertThat(machine.disk().names()).isEqualTo(undisturbed.disk().names());
            for (String name : machine.disk().names()) {
                if (name.endsWith(".segment")) {
                    assertThat(machine.disk().contents(name))
                            .as("%s, call %d", name, call)
                            .isEqualTo(undisturbed.disk().contents(name));
                }
            }
        }
    }

    /** Gives how many events the first one removed. */
    private long overlapAt(
            int call, SimulatedMachine machine, EmbeddedEventStore store, Content content) {
        StoreAdmin second = store.admin();
        List<String> refused = new ArrayList<>();
        FaultPlan plan = new FaultPlan();
        plan.once(
                machine.disk().callCount() + call,
                new Fault.Before(() -> {
                    String before = machine.disk().fingerprint();
                    int calls = machine.disk().callCount();
                    refused.add(elsewhere(() -> refusal(second)));
                    assertThat(machine.disk().callCount()).as("it did nothing").isEqualTo(calls);
                    assertThat(machine.disk().fingerprint()).isEqualTo(before);
                    assertThat(elsewhere(() -> Scavenged.content(store))).isEqualTo(content);
                }));
        machine.disk().faults(plan);
        long removed = store.admin().scavenge(position -> {}).removedEvents();
        assertThat(refused).as("call " + call).hasSize(1);
        assertThat(refused.getFirst()).as("call " + call).startsWith("LF-3008");
        assertThat(Scavenged.content(store)).as("call " + call).isEqualTo(content);
        assertThat(second.scavenge(position -> {}).removedEvents()).as("call " + call).isZero();
        return removed;
    }

    @Test
    void what_became_unreadable_meanwhile_is_for_both() throws IOException {
        Prepared prepared = Prepared.of(32);
        SimulatedMachine machine = prepared.machine();
        long keptInFirstSegment = prepared.readableIn(1);
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            FaultPlan plan = new FaultPlan();
            plan.firstWhen(
                    ScavengeOverlapTest::isPutInPlace,
                    new Fault.Before(() ->
                            elsewhere(() -> {
                                assertThat(refusal(store.admin())).startsWith("LF-3008");
                                for (int i = 0; i < Scavenged.STREAMS; i++) {
                                    store.admin().delete(Scavenged.stream(i), Scavenged.ACT);
                                }
                                return true;
                            })));
            machine.disk().faults(plan);
            long first = store.admin().scavenge(position -> {}).removedEvents();
            long second = store.admin().scavenge(position -> {}).removedEvents();
            assertThat(second).as("of the segment that was ready").isEqualTo(keptInFirstSegment);
            assertThat(first + second).as("all of them, once each").isEqualTo(prepared.events());
            assertThat(store.admin().scavenge(position -> {}).removedEvents()).isZero();
            assertThat(Scavenged.content(store).events()).isEmpty();
            ScavengeCuts.requireRepeated(store, prepared.made(), "after both");
        }
        assertThat(Opening.verify(machine.machine(), events -> {}).problems()).isEmpty();
    }

    @Test
    void of_many_at_once_one_is_made() throws Exception {
        int callers = 8;
        Prepared prepared = Prepared.of(33);
        SimulatedMachine machine = prepared.machine();
        try (EmbeddedEventStore store = Scavenged.open(machine)) {
            CountDownLatch othersRefused = new CountDownLatch(callers - 1);
            FaultPlan plan = new FaultPlan();
            plan.firstWhen(
                    ScavengeOverlapTest::isPutInPlace,
                    new Fault.Before(() -> awaitZero(othersRefused)));
            machine.disk().faults(plan);
            List<Future<Long>> answers = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                StoreAdmin own = store.admin();
                answers.add(threads.submit(() -> removedOrRefused(own, othersRefused)));
            }
            List<Long> removed = new ArrayList<>();
            for (Future<Long> answer : answers) {
                removed.add(answer.get());
            }
            assertThat(removed).filteredOn(events -> events > 0).hasSize(1);
            assertThat(removed).filteredOn(events -> events < 0).hasSize(callers - 1);
            assertThat(Scavenged.content(store)).isEqualTo(prepared.content());
        }
    }

    private static long removedOrRefused(StoreAdmin admin, CountDownLatch refused) {
        try {
            ScavengeReport report = admin.scavenge(position -> {});
            return report.removedEvents();
        } catch (StoreUnavailableException e) {
            assertThat(e.code()).isEqualTo("LF-3008");
            refused.countDown();
            return -1;
        }
    }

    private static void awaitZero(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).as("the others were refused").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The one that was refused does not know how the other one ended. */
    @Test
    void after_a_first_one_that_failed_the_next_one_is_made() {
        Prepared prepared = Prepared.of(34);
        List<Fault> ends =
                List.of(
                        new Fault.NoSpace(),
                        new Fault.InputOutputError(),
                        new Fault.OutOfMemory(),
                        new Fault.Before(() -> {
                            throw new IllegalStateException("the listener is tired");
                        }));
        for (Fault end : ends) {
            SimulatedMachine machine = Scavenged.copyOf(prepared.machine());
            try (EmbeddedEventStore store = Scavenged.open(machine)) {
                List<String> refused = new ArrayList<>();
                FaultPlan plan = new FaultPlan();
                plan.firstWhen(
                        ScavengeOverlapTest::isPutInPlace,
                        new Fault.Before(
                                () -> refused.add(elsewhere(() -> refusal(store.admin())))));
                plan.firstWhen(ScavengeOverlapTest::isPutInPlace, end);
                machine.disk().faults(plan);
                assertThatThrownBy(() -> store.admin().scavenge(position -> {}))
                        .isInstanceOfAny(
                                StoreUnavailableException.class,
                                OutOfMemoryError.class,
                                IllegalStateException.class)
                        .satisfies(e ->
                                assertThat(String.valueOf(e.getMessage()))
                                        .doesNotContain("LF-3008"));
                assertThat(refused).hasSize(1).allMatch(text -> text.startsWith("LF-3008"));
                assertThat(Scavenged.content(store)).isEqualTo(prepared.content());
                StoreAdmin other = store.admin();
                long removed = elsewhere(() -> other.scavenge(position -> {}).removedEvents());
                assertThat(removed).as(end.toString()).isPositive();
                assertThat(Scavenged.content(store)).isEqualTo(prepared.content());
            }
            assertThat(Opening.verify(machine.machine(), events -> {}).problems()).isEmpty();
        }
    }

    @Test
    void other_openings_cannot_scavenge_while_one_runs() {
        Prepared prepared = Prepared.of(35);
        SimulatedMachine machine = prepared.machine();
        List<String> answers = new ArrayList<>();
        try (EmbeddedEventStore store = Scavenged.open(machine);
                EmbeddedEventStore reader = Scavenged.openForReading(machine)) {
            FaultPlan plan = new FaultPlan();
            plan.firstWhen(
                    ScavengeOverlapTest::isPutInPlace,
                    new Fault.Before(() -> {
                        answers.add(elsewhere(() -> refusal(reader.admin())));
                        answers.add(elsewhere(() -> secondOpening(machine)));
                        assertThat(elsewhere(() -> Scavenged.content(reader)))
                                .isEqualTo(prepared.content());
                    }));
            machine.disk().faults(plan);
            assertThat(store.admin().scavenge(position -> {}).removedEvents()).isPositive();
            assertThat(answers.getFirst()).startsWith("LF-1008");
            assertThat(answers.getLast()).startsWith("LF-3004");
            assertThat(Scavenged.content(reader)).isEqualTo(prepared.content());
        }
    }

    private static String secondOpening(SimulatedMachine machine) {
        try (EmbeddedEventStore second = Scavenged.open(machine)) {
            return "not refused: " + second.admin().scavenge(position -> {});
        } catch (StoreUnavailableException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
