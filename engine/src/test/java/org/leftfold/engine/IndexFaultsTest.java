package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedMachine;

/** What a review of the index found, each as it was found. */
class IndexFaultsTest {
    private static final AdminAct ACT = new AdminAct("me", "test");

    private static EmbeddedEventStore open(SimulatedMachine machine) {
        return Opening.forWriting(
                machine.machine(), options(machine), Execution.CALLER, IndexOptions.of(16 << 10));
    }

    private static EmbeddedEventStore reader(SimulatedMachine machine) {
        return Opening.forReading(machine.machine(), options(machine).indexMemoryBytes(64 << 10));
    }

    private static EmbeddedOptions options(SimulatedMachine machine) {
        return EmbeddedOptions.defaults().clock(machine.time()).segmentBytes(16 << 10, 64 << 10);
    }

    private static void put(EmbeddedEventStore store, String stream) {
        store.append(new StreamName(stream), ExpectedVersion.any(), NewEvent.ofJson("Made", "{}"));
    }

    private static boolean isIndex(Call call) {
        return call.name().contains(".index");
    }

    /** Appends until the next segment cannot be made, with an index that cannot be written. */
    private static long appendUntilRefused(EmbeddedEventStore store, SimulatedMachine machine) {
        FaultPlan plan =
                new FaultPlan()
                        .when(
                                call -> isIndex(call) && call.kind() == CallKind.CREATE,
                                new Fault.InputOutputError())
                        .when(
                                call ->
                                        call.kind() == CallKind.RENAME
                                                && call.name().equals("spare.tmp"),
                                new Fault.InputOutputError());
        machine.disk().faults(plan);
        long stored = 0;
        try {
            for (int i = 0; i < 1000; i++) {
                int bytes = i < 120 ? 62 : 350;
                store.append(
                        new StreamName("a"),
                        ExpectedVersion.any(),
                        NewEvent.of("Made", Payload.of(new byte[bytes])));
                stored++;
            }
        } catch (LeftfoldException e) {
            assertThat(e.code()).startsWith("LF-3");
        }
        machine.disk().faults(new FaultPlan());
        machine.time().advance(Duration.ofSeconds(2));
        for (int i = 0; i < 2; i++) { // refused calls, between which the index recovers
            assertThatThrownBy(() ->
                            store.append(
                                    new StreamName("a"),
                                    ExpectedVersion.exactly(77_777),
                                    NewEvent.ofJson("Made", "{}")))
                    .isInstanceOf(VersionConflictException.class);
        }
        return stored;
    }

    @Test
    void an_index_that_is_written_late_does_not_point_behind_a_seal() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        long stored;
        try (EmbeddedEventStore store = open(machine)) {
            stored = appendUntilRefused(store, machine);
        }
        try (EmbeddedEventStore store = open(machine)) {
            put(store, "a");
        }
        for (String name : machine.disk().names()) {
            if (name.endsWith(".index")) {
                machine.disk().remove(name);
            }
        }
        try (EmbeddedEventStore store = open(machine)) {
            assertThat(store.head()).isEqualTo(stored + 1);
        }
    }

    @Test
    void a_reader_applies_a_deletion_to_what_was_there_when_it_was_made() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        try (EmbeddedEventStore store = open(machine)) {
            fill(store, "s", 3);
            try (EmbeddedEventStore reader = reader(machine)) {
                assertThat(reader.head()).isEqualTo(3);
                fill(store, "filler", 300);
                store.admin().delete(new StreamName("s"), ACT);
                fill(store, "s", 2);
                fill(store, "filler", 100);
                ReadRequest request = ReadRequest.of(Query.stream(new StreamName("s")));
                List<RecordedEvent> right = store.read(request).toList();
                assertThat(right).hasSize(2);
                assertThat(reader.read(request).toList()).isEqualTo(right);
            }
        }
    }

    @Test
    void a_reader_forgets_no_act_when_it_takes_files_over() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        try (EmbeddedEventStore store = open(machine)) {
            put(store, "x");
            try (EmbeddedEventStore reader = reader(machine)) {
                assertThat(reader.head()).isEqualTo(1);
                for (int n = 0; n < 40; n++) {
                    put(store, "s-" + n);
                }
                for (int n = 0; n < 40; n++) {
                    store.admin().delete(new StreamName("s-" + n), ACT);
                }
                List<RecordedEvent> right = store.read(ReadRequest.all()).toList();
                assertThat(reader.read(ReadRequest.all()).toList()).isEqualTo(right);
            }
        }
    }

    @Test
    void a_reader_that_cannot_be_opened_leaves_no_file_open() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        try (EmbeddedEventStore store = open(machine)) {
            fill(store, "a", 100);
        }
        String last =
                machine.disk().names().stream()
                        .filter(name -> name.endsWith(".segment"))
                        .max(String::compareTo)
                        .orElseThrow();
        byte[] bytes = machine.disk().contents(last);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        machine.disk().flipBit(last, end - 3, 1);
        assertThatThrownBy(() -> reader(machine)).isInstanceOf(LeftfoldException.class);
        assertThat(machine.disk().openFiles()).isEmpty();
    }

    @Test
    void an_index_file_that_cannot_be_read_refuses_one_act_and_stops_nothing() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        try (EmbeddedEventStore store = open(machine)) {
            for (int n = 0; n < 100; n++) {
                put(store, "a-" + n);
            }
        }
        try (EmbeddedEventStore store = open(machine)) {
            machine.disk()
                    .faults(
                            new FaultPlan()
                                    .when(
                                            call -> isIndex(call) && call.kind() == CallKind.READ,
                                            new Fault.InputOutputError()));
            assertThatThrownBy(() -> store.admin().delete(new StreamName("a-3"), ACT))
                    .hasMessageContaining("LF-3");
            machine.disk().faults(new FaultPlan());
            store.admin().delete(new StreamName("a-3"), ACT);
            put(store, "a-3");
            assertThat(store.version(new StreamName("a-3"))).isEqualTo(2);
        }
    }

    @Test
    void a_restore_stops_when_the_index_has_no_room() {
        SimulatedMachine machine = SimulatedMachine.empty(2);
        try (EmbeddedEventStore source = open(SimulatedMachine.empty(1));
                EmbeddedEventStore store = open(machine)) {
            for (int n = 0; n < 3000; n++) {
                put(source, "a-" + n);
            }
            machine.disk()
                    .faults(
                            new FaultPlan()
                                    .when(
                                            call -> isIndex(call) && call.kind() == CallKind.CREATE,
                                            new Fault.NoSpace()));
            assertThatThrownBy(() -> restore(source, store)).hasMessageContaining("LF-3003");
            assertThat(store.head()).isLessThan(1100); // a portion or two
            machine.disk().faults(new FaultPlan());
            restore(source, store);
            assertThat(store.head()).isEqualTo(3000);
        }
    }

    private static void restore(EmbeddedEventStore source, EmbeddedEventStore store) {
        try (Backup backup = source.admin().backup()) {
            store.admin().restore(backup, position -> {});
        }
    }

    @Test
    void acts_alone_do_not_fill_the_memory() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        try (EmbeddedEventStore store = open(machine)) {
            for (int n = 0; n < 300; n++) {
                put(store, "a-" + n);
            }
            int deleted = 0;
            try {
                for (; deleted < 300; deleted++) {
                    store.admin().delete(new StreamName("a-" + deleted), ACT);
                }
            } catch (LeftfoldException e) {
                assertThat(e).hasMessageContaining("until an event is appended");
            }
            assertThat(deleted).isBetween(1, 299);
            put(store, "b");
            store.admin().delete(new StreamName("a-" + deleted), ACT);
        }
    }

    private static void fill(EmbeddedEventStore store, String stream, int count) {
        for (int i = 0; i < count; i++) {
            put(store, stream);
        }
    }
}
