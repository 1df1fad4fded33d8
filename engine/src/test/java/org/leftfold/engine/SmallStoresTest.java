package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.SnapshotStore.Snapshot;

/** The small stores that an opened store gives out: in its directory, under its lock. */
class SmallStoresTest {
    private static final StreamName STREAM = new StreamName("order-1");

    private static final Consumer<byte[]> RANDOM = new SecureRandom()::nextBytes;

    @TempDir private Path directory;

    @Test
    void what_the_small_stores_keep_is_there_after_reopening() {
        KeyWrapping wrapping = new AesKeyWrapping(new byte[32], RANDOM);
        Checkpoint checkpoint;
        Payload key;
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            store.append(STREAM, ExpectedVersion.noStream(), NewEvent.ofJson("Made", "{}"));
            checkpoint = store.checkpoint();
            assertThat(store.checkpoints().save("view", checkpoint, 1)).isTrue();
            store.snapshots().save(new Snapshot(STREAM, 1, "Order", 1, Payload.ofText("state")));
            assertThat(store.leases().acquire("work", "me", Duration.ofMinutes(1))).isPresent();
            key = store.keys(wrapping).currentOrNew("subject").orElseThrow().wrappedKey();
            assertThat(store.checkpoints()).isSameAs(store.checkpoints());
        }
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            assertThat(store.checkpoints().load("view")).contains(checkpoint);
            assertThat(store.snapshots().newest(STREAM, "Order", 9)).isPresent();
            assertThat(store.leases().acquire("work", "you", Duration.ofMinutes(1))).isEmpty();
            assertThat(store.keys(wrapping).find("subject", 1).orElseThrow().wrappedKey())
                    .isEqualTo(key);
            assertThatThrownBy(() -> store.keys(new AesKeyWrapping(new byte[32], RANDOM)))
                    .hasMessageContaining("LF-1013");
            assertThat(EmbeddedEventStore.verify(directory, count -> {}).isClean()).isTrue();
        }
    }

    @Test
    void a_store_that_is_open_for_reading_only_gives_none_and_a_closed_one_neither() {
        CheckpointStore kept;
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            kept = store.checkpoints();
        }
        assertThatThrownBy(() -> kept.load("view")).hasMessageContaining("LF-");
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            assertThatThrownBy(reader::snapshots).hasMessageContaining("LF-1008");
            assertThatThrownBy(reader::leases).hasMessageContaining("LF-1008");
        }
    }
}
