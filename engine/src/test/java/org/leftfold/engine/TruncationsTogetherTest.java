package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Truncations that the writer takes in one batch, with each other and with appends. */
class TruncationsTogetherTest {
    private static final AdminAct ACT = new AdminAct("ann", "why");
    private static final StreamName ONE = StreamName.of("order", "1");
    private static final StreamName TWO = StreamName.of("order", "2");
    private static final StreamName THREE = StreamName.of("order", "3");

    private final SimulatedMachine machine = SimulatedMachine.empty(1);
    private EmbeddedEventStore store = open();

    private EmbeddedEventStore open() {
        return Opening.forWriting(
                machine.machine(),
                EmbeddedOptions.defaults().clock(machine.time()),
                Execution.CALLER);
    }

    @BeforeEach
    void fourEventsEach() {
        for (StreamName stream : List.of(ONE, TWO, THREE)) {
            store.append(append(stream, 4));
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Append append(StreamName stream, int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(NewEvent.ofJson(stream.id().equals("1") ? "First" : "Other", "1"));
        }
        return Append.to(stream, ExpectedVersion.any(), events);
    }

    private static Pending.OfTruncation act(StreamName stream, long firstKept) {
        return new Pending.OfTruncation(stream, firstKept, ACT);
    }

    private List<Long> versions(StreamName stream) {
        return store.read(ReadRequest.stream(stream)).stream().map(RecordedEvent::version).toList();
    }

    private List<String> acts() {
        List<String> acts = new ArrayList<>();
        try (Backup backup = store.admin().backup()) {
            while (backup.hasNext()) {
                if (backup.next() instanceof Backup.Act made) {
                    acts.add(made.stream().id() + ":" + made.firstKeptVersion());
                }
            }
        }
        return acts;
    }

    @Test
    void many_streams_take_one_force() {
        List<String> forced = new ArrayList<>();
        FaultPlan plan = new FaultPlan();
        plan.when(
                call -> call.kind() == CallKind.FORCE && forced.add(call.name()),
                new Fault.Before(() -> {}));
        machine.disk().faults(plan);
        store.submitTogether(List.of(act(ONE, 2), act(TWO, 3), act(THREE, 4)));
        assertThat(forced).hasSize(1);
        machine.disk().faults(new FaultPlan());
        store.close();
        store = open();
        assertThat(versions(ONE)).containsExactly(2L, 3L, 4L);
        assertThat(versions(TWO)).containsExactly(3L, 4L);
        assertThat(versions(THREE)).containsExactly(4L);
        assertThat(acts()).containsExactly("1:2", "2:3", "3:4");
    }

    @Test
    void an_act_sees_what_the_one_before_it_did() {
        var higher = act(ONE, 4);
        var lower = act(ONE, 2);
        var equal = act(ONE, 4);
        var all = act(ONE, 0);
        store.submitTogether(List.of(higher, lower, equal, all));
        assertThat(higher.join()).isEqualTo(4);
        assertThat(lower.join()).isEqualTo(4);
        assertThat(equal.join()).isEqualTo(4);
        assertThat(all.join()).isEqualTo(5);
        assertThat(acts()).containsExactly("1:4", "1:5");
    }

    @Test
    void an_act_sees_what_was_appended_before_it() {
        var append = store.pendingOf(append(TWO, 3));
        var act = act(TWO, 7);
        var beyond = act(TWO, 9);
        store.submitTogether(List.of(append, act, beyond));
        assertThat(append.join().writes().getFirst().lastVersion()).isEqualTo(7);
        assertThat(act.join()).isEqualTo(7);
        assertThat(beyond).isCompletedExceptionally();
        assertThat(versions(TWO)).containsExactly(7L);
    }

    @Test
    void a_condition_does_not_see_what_was_made_unreadable_before_it() {
        Append ifNone =
                append(THREE, 1).onlyIf(AppendCondition.none("first", Query.types("First")));
        var before = store.pendingOf(ifNone);
        var behind = store.pendingOf(ifNone);
        store.submitTogether(List.of(before, act(TWO, 2), act(ONE, 0), behind, act(THREE, 5)));
        assertThat(before).isCompletedExceptionally();
        assertThat(behind.join().writes().getFirst().lastVersion()).isEqualTo(5);
        assertThat(versions(THREE)).containsExactly(5L);
        assertThat(versions(ONE)).isEmpty();
    }
}
