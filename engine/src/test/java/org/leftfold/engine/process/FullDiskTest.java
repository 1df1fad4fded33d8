package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/**
 * A disk that is full, and has room again, for real: a file system in memory of a few megabytes.
 * Appends are refused while it is full, reading goes on, and nothing is lost.
 */
@Timeout(60)
class FullDiskTest {
    private static final int ROUNDS = Boolean.getBoolean("leftfold.long") ? 200 : 5;
    private static final StreamName STREAM = new StreamName("s-1");
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().segmentBytes(32 << 10, 128 << 10);

    @RegisterExtension final SmallDisk disk = new SmallDisk(16);
    private final List<NewEvent> acknowledged = new ArrayList<>();

    @Test
    void a_full_disk_refuses_appends_and_loses_nothing(TestReporter reporter) throws Exception {
        Path store = disk.resolve("store");
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (EmbeddedEventStore open = EmbeddedEventStore.open(store, OPTIONS)) {
                for (int i = 0; i < 20; i++) {
                    assertThat(append(open)).as("append to a disk with room").isTrue();
                }
                disk.fill();
                refused += appendUntilRefused(open);
                checkReads(open);
                assertThat(open.admin().verify(events -> {}).problems()).isEmpty();
                if (round % 2 == 0) {
                    disk.free();
                    awaitRoom(open);
                    checkReads(open);
                }
            }
            reopenFull(store);
            disk.free();
        }
        reporter.publishEntry(
                "rounds",
                "%d, %d events, %d refusals".formatted(ROUNDS, acknowledged.size(), refused));
        assertThat(refused).isGreaterThanOrEqualTo(ROUNDS);
    }

    /** A store on a full disk opens, reads, and comes back when there is room. */
    private void reopenFull(Path store) throws IOException {
        disk.fill();
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            checkReads(reader);
        }
        try (EmbeddedEventStore open = EmbeddedEventStore.open(store, OPTIONS)) {
            checkReads(open);
            disk.fill(); // what the opening gave back
            appendUntilRefused(open);
            checkReads(open);
            disk.free();
            awaitRoom(open);
            checkReads(open);
        }
    }

    /** Whether an append was acknowledged; if not it was refused for want of room. */
    private boolean append(EmbeddedEventStore open) {
        NewEvent event = NewEvent.ofJson("Made", "\"" + "x".repeat(900) + "\"");
        try {
            open.append(STREAM, ExpectedVersion.any(), event);
            acknowledged.add(event);
            return true;
        } catch (StoreUnavailableException e) {
            assertThat(e.code()).isEqualTo("LF-3003");
            return false;
        }
    }

    private int appendUntilRefused(EmbeddedEventStore open) {
        while (append(open)) {
            assertThat(acknowledged.size()).as("a full disk").isLessThan(100_000);
        }
        assertThat(append(open)).as("once more").isFalse();
        return 2;
    }

    private void awaitRoom(EmbeddedEventStore open) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!append(open)) {
            assertThat(System.nanoTime()).as("appends go on in time").isLessThan(end);
        }
    }

    private void checkReads(EmbeddedEventStore open) {
        List<RecordedEvent> all = open.read(ReadRequest.all()).toList();
        assertThat(all).hasSameSizeAs(acknowledged);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).hasContentOf(acknowledged.get(i))).isTrue();
        }
    }
}
