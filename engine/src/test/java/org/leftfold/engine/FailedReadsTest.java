package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Reads by the index of events that lie far apart, on a disk of which single reads fail. */
class FailedReadsTest {
    private static final StreamName RARE = new StreamName("rare");
    private static final StreamName OTHER = new StreamName("other");
    private static final int EVENTS = 5; // all behind the first are looked up together
    private static final List<Long> VERSIONS = List.of(1L, 2L, 3L, 4L, 5L);
    private static final int BETWEEN = 2500; // so the places of two are on two pages of the index

    private final SimulatedMachine machine = SimulatedMachine.empty(1);

    private EmbeddedEventStore open() {
        return Opening.forWriting(
                machine.machine(),
                EmbeddedOptions.defaults().clock(machine.time()),
                Execution.CALLER,
                IndexOptions.of(128 << 10));
    }

    private void fill() {
        try (EmbeddedEventStore store = open()) {
            for (int i = 0; i < EVENTS; i++) {
                store.append(RARE, ExpectedVersion.any(), NewEvent.ofJson("Rare", "{}"));
                List<NewEvent> others = new ArrayList<>();
                for (int n = 0; n < BETWEEN; n++) {
                    others.add(NewEvent.ofJson("Other", "{}"));
                }
                store.append(Append.to(OTHER, ExpectedVersion.any(), others));
            }
        }
    }

    private static boolean isRead(Call call) {
        return call.kind() == CallKind.READ;
    }

    private static boolean isOfIndex(Call call) {
        return call.name().endsWith(".index");
    }

    private List<Call> readsOf(ReadRequest request) {
        List<Call> reads = new ArrayList<>();
        try (EmbeddedEventStore store = open()) {
            FaultPlan plan = new FaultPlan();
            plan.when(call -> isRead(call) && reads.add(call), new Fault.Before(() -> {}));
            machine.disk().faults(plan);
            store.read(request).toList();
            machine.disk().faults(new FaultPlan());
        }
        return reads;
    }

    @Test
    void a_read_of_one_event_looks_for_no_other() {
        fill();
        for (ReadRequest all :
                List.of(ReadRequest.stream(RARE), ReadRequest.stream(RARE).backward())) {
            List<Call> ofAll = readsOf(all);
            List<Call> ofOne = readsOf(all.limit(1));
            assertThat(ofAll).filteredOn(FailedReadsTest::isOfIndex).hasSizeGreaterThan(EVENTS);
            assertThat(ofOne).filteredOn(call -> !isOfIndex(call)).hasSize(1);
            assertThat(isOfIndex(ofOne.getLast())).as("%s", ofOne).isFalse();
        }
    }

    /**
     * Whoever asks once more gets the error again, and never what is behind a gap. What fails while
     * places of later events are looked up concerns nobody.
     */
    @Test
    void behind_a_read_that_failed_no_event_is_missed() {
        fill();
        List<Call> reads = readsOf(ReadRequest.stream(RARE));
        boolean isAhead = false;
        for (int failing = 0; failing < reads.size(); failing++) {
            String where = "call %d of %s".formatted(failing, reads);
            isAhead |= !isOfIndex(reads.get(failing));
            boolean concerns = !(isAhead && isOfIndex(reads.get(failing)));
            List<Long> seen = new ArrayList<>();
            List<String> failures = new ArrayList<>();
            try (EmbeddedEventStore store = open()) {
                FaultPlan plan = new FaultPlan();
                plan.once(machine.disk().callCount() + 1 + failing, new Fault.InputOutputError());
                machine.disk().faults(plan);
                readStubbornly(store, seen, failures);
                machine.disk().faults(new FaultPlan());
                assertThat(plan.hits()).as(where).hasSize(1);
            }
            assertThat(seen).as(where).isEqualTo(VERSIONS.subList(0, seen.size()));
            assertThat(failures.isEmpty()).as(where).isEqualTo(!concerns);
            assertThat(failures.isEmpty()).as(where).isEqualTo(seen.size() == EVENTS);
        }
    }

    private static void readStubbornly(
            EmbeddedEventStore store, List<Long> seen, List<String> failures) {
        Events events;
        try {
            events = store.read(ReadRequest.stream(RARE));
        } catch (LeftfoldException e) {
            failures.add(e.code());
            return;
        }
        for (int attempt = 0; attempt < 2 * EVENTS; attempt++) {
            try {
                if (!events.hasNext()) {
                    return;
                }
                seen.add(events.next().version());
            } catch (LeftfoldException e) {
                failures.add(e.code());
            }
        }
    }
}
