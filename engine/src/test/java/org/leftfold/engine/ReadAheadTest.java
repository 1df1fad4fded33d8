package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.io.Machine;
import org.leftfold.io.TimeSource;

/** Reads on a disk that seems to be slow: others touch what they need next. */
class ReadAheadTest {
    private static final int STREAMS = 7;
    private static final int EVENTS = 300; // of each stream: several portions of positions
    private static final long STEP_NANOS = 1_000_000;

    @TempDir private Path directory;

    /** Whatever is timed takes a millisecond at least. */
    private static final class SlowTime implements TimeSource {
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public long wallMicros() {
            return 0;
        }

        @Override
        public long monotonicNanos() {
            return nanos.addAndGet(STEP_NANOS);
        }
    }

    private EmbeddedEventStore open() {
        Machine machine = Machine.system(directory).withTime(new SlowTime());
        return Opening.forWriting(
                machine,
                EmbeddedOptions.defaults(),
                Execution.THREADS,
                IndexOptions.of(128 << 10)); // most of it is in files
    }

    private static StreamName stream(int number) {
        return new StreamName("shelf-" + number);
    }

    private static void fill(EmbeddedEventStore store) {
        for (int i = 0; i < STREAMS * EVENTS; i++) {
            NewEvent event = NewEvent.ofJson("Stored", "{\"number\":%d}".formatted(i));
            store.append(stream(i % STREAMS), ExpectedVersion.exactly(i / STREAMS), event);
        }
    }

    @Test
    void events_come_in_order_and_whole_while_others_touch_them() {
        try (EmbeddedEventStore store = open()) {
            fill(store);
            List<RecordedEvent> all = store.read(ReadRequest.all()).toList();
            for (int number = 0; number < STREAMS; number++) {
                StreamName stream = stream(number);
                List<RecordedEvent> expected =
                        all.stream().filter(event -> event.stream().equals(stream)).toList();
                assertThat(expected).hasSize(EVENTS);
                assertThat(store.read(ReadRequest.stream(stream)).toList()).isEqualTo(expected);
                assertThat(store.read(ReadRequest.stream(stream).backward()).toList())
                        .isEqualTo(expected.reversed());
            }
            assertThat(readers()).as("threads that touch").isPositive();
        }
    }

    private static long readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("leftfold-reader"))
                .count();
    }

    @Test
    void a_read_and_the_store_may_be_closed_in_between() {
        EmbeddedEventStore store = open();
        fill(store);
        List<Events> open = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            Events events = store.read(ReadRequest.stream(stream(round % STREAMS)));
            assertThat(events.next().version()).isEqualTo(1);
            if (round % 2 == 0) {
                events.close();
            } else {
                open.add(events);
            }
        }
        store.close();
        assertThat(open).hasSize(10);
    }
}
