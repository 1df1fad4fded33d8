package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** Walks that are long enough to be read ahead, over frames of every size, blocks and segments. */
class LongWalkTest {
    private static final long SEED = 20261120;

    @TempDir Path directory;

    @Test
    void a_long_walk_gives_every_event_whatever_the_size_of_its_frame() {
        List<NewEvent> written = new ArrayList<>();
        EmbeddedOptions options = EmbeddedOptions.defaults().segmentBytes(2 << 20, 16 << 20);
        try (EventStore store = EmbeddedEventStore.open(directory, options)) {
            Random random = new Random(SEED);
            while (written.size() < 3000) {
                List<NewEvent> events = batch(random);
                StreamName stream = StreamName.of("walk", String.valueOf(random.nextInt(50)));
                store.append(Append.to(stream, ExpectedVersion.any(), events));
                written.addAll(events);
            }
            assertSame(store, written, 0);
            assertSame(store, written, 1);
            assertSame(store, written, written.size() / 2);
        }
        try (EventStore store = EmbeddedEventStore.openReadOnly(directory)) {
            assertSame(store, written, 0);
        }
    }

    /** Mostly small frames, some larger than the headroom of a block, some larger than a block. */
    private static List<NewEvent> batch(Random random) {
        int kind = random.nextInt(60);
        int count = kind == 0 ? 40 : 1 + random.nextInt(3);
        int sizeBytes =
                kind == 1
                        ? 700_000
                        : kind == 2 ? 90_000 : kind == 0 ? 20_000 : 1 + random.nextInt(600);
        List<NewEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[sizeBytes];
            random.nextBytes(bytes);
            events.add(NewEvent.of("Walked", Payload.wrap(bytes)));
        }
        return events;
    }

    private static void assertSame(EventStore store, List<NewEvent> written, int after) {
        int index = after;
        try (Events events = store.read(ReadRequest.all().after(after))) {
            for (RecordedEvent event : events) {
                assertThat(event.position()).as("seed %d", SEED).isEqualTo(index + 1);
                assertThat(event.toNewEvent()).as("seed %d", SEED).isEqualTo(written.get(index));
                index++;
            }
        }
        assertThat(index).as("seed %d", SEED).isEqualTo(written.size());
    }
}
