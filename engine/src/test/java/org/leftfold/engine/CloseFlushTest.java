package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** A store that is closed leaves little to do for the next opening. */
class CloseFlushTest {
    private static final int EVENTS = 20_000;
    private static final int BATCH = 500;
    private static final String WHOLE = "0000000000000000-0000000000020000.index";

    private static EmbeddedEventStore open(SimulatedMachine machine) {
        return Opening.forWriting(
                machine.machine(),
                EmbeddedOptions.defaults().clock(machine.time()),
                Execution.CALLER,
                IndexOptions.of(64 << 20));
    }

    private static EmbeddedEventStore filled(SimulatedMachine machine) {
        EmbeddedEventStore store = open(machine);
        for (int from = 0; from < EVENTS; from += BATCH) {
            List<NewEvent> events = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                events.add(NewEvent.ofJson("Made", "{}"));
            }
            StreamName stream = new StreamName("box-" + from / BATCH);
            store.append(Append.to(stream, ExpectedVersion.noStream(), events));
        }
        return store;
    }

    private static List<String> indexFiles(SimulatedDirectory disk) {
        return disk.names().stream().filter(StoreFiles::isIndex).toList();
    }

    @Test
    void the_index_of_many_events_is_written_at_the_end() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        filled(machine).close();
        assertThat(indexFiles(machine.disk())).containsExactly(WHOLE);
        try (EmbeddedEventStore again = open(machine)) {
            assertThat(again.version(new StreamName("box-7"))).isEqualTo(BATCH);
        }
        assertThat(indexFiles(machine.disk()))
                .as("used, and nothing to add")
                .containsExactly(WHOLE);
    }

    @Test
    void an_opening_that_appends_nothing_writes_what_it_had_to_file() {
        SimulatedMachine machine = SimulatedMachine.empty(2);
        filled(machine); // killed
        SimulatedMachine after = SimulatedMachine.with(machine.disk().afterProcessKill(), 3);
        assertThat(indexFiles(after.disk())).isEmpty();
        open(after).close();
        assertThat(indexFiles(after.disk())).containsExactly(WHOLE);
        try (EmbeddedEventStore again = open(after)) {
            assertThat(again.read(ReadRequest.all()).toList()).hasSize(EVENTS);
        }
        assertThat(indexFiles(after.disk())).as("it fits the log").containsExactly(WHOLE);
    }

    @Test
    void few_events_are_filed_again_instead() {
        SimulatedMachine machine = SimulatedMachine.empty(4);
        try (EmbeddedEventStore store = open(machine)) {
            store.append(
                    new StreamName("box-1"), ExpectedVersion.any(), NewEvent.ofJson("Made", "{}"));
        }
        assertThat(indexFiles(machine.disk())).isEmpty();
    }
}
