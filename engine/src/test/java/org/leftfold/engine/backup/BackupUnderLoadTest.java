package org.leftfold.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Append;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StaleCheckpointException;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.engine.BackupReport;
import org.leftfold.engine.EmbeddedBackup;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/** Backups on a real disk, while the store is written. */
class BackupUnderLoadTest {
    private static final int ROUNDS = 8;

    @TempDir Path folder;

    @Test
    void a_backup_under_load_is_what_the_store_was_at_its_position() throws Exception {
        Path directory = folder.resolve("store");
        Path backup = folder.resolve("backup");
        Checkpoint checkpoint;
        List<RecordedEvent> all;
        long position = 0;
        try (EmbeddedEventStore store = open(directory)) {
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(store, enough));
            for (int round = 0; round < ROUNDS; round++) {
                long least = store.head();
                BackupReport report =
                        round % 2 == 0
                                ? store.backupTo(backup, bytes -> {})
                                : EmbeddedBackup.take(directory, backup, round == 3, bytes -> {});
                assertThat(report.position()).isGreaterThanOrEqualTo(Math.max(least, position));
                position = report.position();
                assertThat(problems(backup)).isEmpty();
                assertThat(read(backup)).isEqualTo(readTo(store, position));
                awaitHead(store, position + 500);
            }
            enough.set(true);
            writer.get();
            checkpoint = store.checkpoint();
            all = readTo(store, store.head());
        }
        BackupReport last = EmbeddedBackup.take(directory, backup, bytes -> {});
        assertThat(last.segmentsKept()).isPositive();
        assertThat(read(backup)).isEqualTo(all);

        Path restored = folder.resolve("new").resolve("restored");
        assertThat(EmbeddedBackup.restore(backup, restored, bytes -> {}).position())
                .isEqualTo(all.size());
        assertThat(problems(restored)).isEmpty();
        try (EmbeddedEventStore store = open(restored)) {
            assertThat(readTo(store, store.head())).isEqualTo(all);
            assertThatThrownBy(() ->
                            store.follow(FollowRequest.after(Query.all(), checkpoint), event -> {})
                                    .close())
                    .isInstanceOf(StaleCheckpointException.class)
                    .hasMessageContaining("LF-4002");
            append(store, 0);
            assertThat(store.head()).isGreaterThan(all.size());
        }
    }

    private static EmbeddedEventStore open(Path directory) {
        return EmbeddedEventStore.open(
                directory, EmbeddedOptions.defaults().segmentBytes(16 << 10, 256 << 10));
    }

    private static void write(EmbeddedEventStore store, AtomicBoolean enough) {
        for (int i = 0; !enough.get(); i++) {
            append(store, i);
        }
    }

    private static void append(EmbeddedEventStore store, int number) {
        store.append(
                Append.to(
                        new StreamName("s-" + number % 50),
                        ExpectedVersion.any(),
                        NewEvent.of("Made", Payload.of(new byte[number % 400])),
                        NewEvent.ofJson("Small", "{}")));
    }

    private static void awaitHead(EmbeddedEventStore store, long position) {
        while (store.head() < position) {
            Thread.onSpinWait();
        }
    }

    private static List<VerificationReport.Problem> problems(Path directory) {
        return EmbeddedEventStore.verify(directory, events -> {}).problems();
    }

    private static List<RecordedEvent> read(Path directory) {
        try (EmbeddedEventStore store = EmbeddedEventStore.openReadOnly(directory)) {
            return readTo(store, store.head());
        }
    }

    private static List<RecordedEvent> readTo(EmbeddedEventStore store, long position) {
        try (Events events = store.read(ReadRequest.all().to(position))) {
            return events.toList();
        }
    }

    @Test
    void a_store_is_not_backed_up_into_itself() {
        Path directory = folder.resolve("store");
        open(directory).close();
        assertThatThrownBy(() ->
                        EmbeddedBackup.take(directory, folder.resolve("x/../store"), bytes -> {}))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1012")
                .hasMessageContaining("the directory of the store itself");
    }

    @Test
    void what_is_no_store_is_refused() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> EmbeddedBackup.take(missing, folder.resolve("b"), bytes -> {}))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1010");
        assertThat(Files.exists(missing)).isFalse();
        assertThat(Files.exists(folder.resolve("b"))).isFalse();
    }
}
