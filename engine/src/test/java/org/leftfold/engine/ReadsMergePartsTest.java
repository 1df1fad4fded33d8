package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.engine.index.TieredIndex;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedMachine;

/** A store that is read a lot merges its index files further than writing alone would. */
class ReadsMergePartsTest {
    private static final int STREAMS = 40;
    private static final int EVENTS = 8000;
    private static final Pattern NAME = Pattern.compile("(\\d+)-(\\d+)\\.index");

    private final SimulatedMachine machine = SimulatedMachine.empty(5);

    private EmbeddedEventStore open() {
        return Opening.forWriting(
                machine.machine(),
                EmbeddedOptions.defaults().clock(machine.time()),
                Execution.CALLER,
                IndexOptions.of(128 << 10));
    }

    private static StreamName stream(int number) {
        return new StreamName("shelf-" + number);
    }

    private static void fill(EmbeddedEventStore store) {
        for (int i = 0; i < EVENTS; i++) {
            NewEvent event = NewEvent.ofJson("Stored", "{\"number\":%d}".formatted(i));
            store.append(stream(i % STREAMS), ExpectedVersion.any(), event);
        }
    }

    /** How many events each index file covers. */
    private List<Long> parts() throws Exception {
        List<Long> sizes = new ArrayList<>();
        for (String name : machine.disk().list().stream().sorted().toList()) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                sizes.add(Long.parseLong(matcher.group(2)) - Long.parseLong(matcher.group(1)));
            }
        }
        return sizes;
    }

    private static List<List<RecordedEvent>> readAll(EmbeddedEventStore store) {
        List<List<RecordedEvent>> all = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            all.add(store.read(ReadRequest.stream(stream(i))).toList());
        }
        return all;
    }

    @Test
    void many_reads_leave_few_parts_that_answer_the_same() throws Exception {
        try (EmbeddedEventStore store = open()) {
            fill(store);
            List<Long> before = parts();
            assertThat(before).hasSizeGreaterThan(3);
            List<List<RecordedEvent>> first = readAll(store);
            assertThat(first).allMatch(events -> events.size() == EVENTS / STREAMS);
            for (int i = 0; i < 20; i++) {
                assertThat(readAll(store)).isEqualTo(first);
            }
            List<Long> after = parts();
            assertThat(after.stream().mapToLong(size -> size).sum())
                    .isEqualTo(before.stream().mapToLong(size -> size).sum());
            assertThat(after).as("from %s", before).hasSizeLessThan(before.size());
            for (int i = 0; i < after.size(); i++) {
                long newer = after.stream().skip(i + 1L).mapToLong(size -> size).sum();
                assertThat(after.get(i)).as("%s", after).isGreaterThan(2 * newer);
            }
        }
        try (EmbeddedEventStore store = open()) {
            assertThat(readAll(store)).allMatch(events -> events.size() == EVENTS / STREAMS);
        }
    }

    @Test
    void reads_of_what_is_new_merge_nothing() throws Exception {
        try (EmbeddedEventStore store = open()) {
            fill(store);
            List<Long> before = parts();
            ReadRequest tail = ReadRequest.stream(stream(0)).after(EVENTS - 5);
            for (int i = 0; i < EVENTS; i++) {
                assertThat(store.read(tail).toList()).hasSizeLessThan(2);
            }
            assertThat(parts()).isEqualTo(before);
        }
    }

    @Test
    void a_disk_that_refuses_the_merge_harms_no_read() throws Exception {
        try (EmbeddedEventStore store = open()) {
            fill(store);
            List<Long> before = parts();
            FaultPlan full = new FaultPlan();
            full.when(ReadsMergePartsTest::isMerge, new Fault.NoSpace());
            machine.disk().faults(full);
            List<List<RecordedEvent>> first = readAll(store);
            assertThat(first).allMatch(events -> events.size() == EVENTS / STREAMS);
            for (int i = 0; i < 20; i++) {
                assertThat(readAll(store)).isEqualTo(first);
            }
            assertThat(full.hits()).isNotEmpty();
            assertThat(parts()).isEqualTo(before);
            machine.disk().faults(new FaultPlan());
            machine.time()
                    .advance(Duration.ofMinutes(10)); // when it was refused, it is left for a while
            for (int i = 0; i < 20; i++) {
                assertThat(readAll(store)).isEqualTo(first);
            }
            assertThat(parts()).hasSizeLessThan(before.size());
        }
    }

    /** A store whose index gets its threads from here. */
    private EmbeddedEventStore open(Executor threads) {
        return Opening.forWriting(
                machine.machine(),
                EmbeddedOptions.defaults().clock(machine.time()),
                Execution.CALLER,
                IndexOptions.of(128 << 10),
                usual ->
                        manifest ->
                                TieredIndex.open(
                                        new TieredIndex.Place(
                                                machine.machine().directory(),
                                                manifest.storeId(),
                                                7),
                                        IndexOptions.of(128 << 10),
                                        new TieredIndex.Background(threads, machine.time()),
                                        what -> {}));
    }

    @Test
    void a_read_starts_no_thread_when_there_is_nothing_to_merge() throws Exception {
        AtomicInteger started = new AtomicInteger();
        Executor threads =
                task -> {
                    started.incrementAndGet();
                    task.run();
                };
        try (EmbeddedEventStore store = open(threads)) {
            fill(store);
            for (int i = 0; i < 20; i++) {
                readAll(store);
            }
            assertThat(parts()).hasSize(1);
            for (int i = 0; i < EVENTS && parts().size() == 1; i++) {
                NewEvent event = NewEvent.ofJson("Stored", "{}");
                store.append(stream(i % STREAMS), ExpectedVersion.any(), event);
            }
            assertThat(parts()).hasSize(2);
            int before = started.get();
            for (int i = 0; i < 20; i++) {
                readAll(store);
            }
            assertThat(started).hasValue(before);
        }
    }

    @Test
    void a_read_merges_nothing_itself_when_no_thread_can_be_had() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean();
        Executor threads =
                task -> {
                    if (refuses.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    task.run();
                };
        try (EmbeddedEventStore store = open(threads)) {
            fill(store);
            List<Long> before = parts();
            refuses.set(true);
            List<List<RecordedEvent>> first = readAll(store);
            for (int i = 0; i < 20; i++) {
                assertThat(readAll(store)).isEqualTo(first);
            }
            assertThat(parts()).isEqualTo(before);
            refuses.set(false);
            machine.time().advance(Duration.ofMinutes(10));
            for (int i = 0; i < 20; i++) {
                assertThat(readAll(store)).isEqualTo(first);
            }
            assertThat(parts()).hasSizeLessThan(before.size());
        }
    }

    private static boolean isMerge(Call call) {
        return call.kind() == CallKind.CREATE && call.name().contains(".index");
    }
}
