package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.SnapshotStore;
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
    void keys_are_read_beside_the_program_that_writes_them() {
        KeyWrapping wrapping = new AesKeyWrapping(new byte[32], RANDOM);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory);
                EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            KeyStore read = reader.keys(wrapping);
            assertThat(read.find("anna", 1)).isEmpty();
            assertThat(read.isForgotten("anna")).isFalse();
            assertThatThrownBy(() -> read.currentOrNew("anna")).hasMessageContaining("LF-1008");

            KeyStore keys = store.keys(wrapping);
            SubjectKey anna = keys.currentOrNew("anna").orElseThrow();
            assertThat(read.find("anna", 1).orElseThrow().wrappedKey())
                    .isEqualTo(anna.wrappedKey());
            assertThat(read.currentOrNew("anna").orElseThrow().holder()).isEqualTo(anna.holder());
            assertThat(read.find("anna", 2)).isEmpty();
            keys.currentOrNew("bert");
            keys.renew("bert", 1);
            assertThat(read.currentOrNew("bert").orElseThrow().keyVersion()).isEqualTo(2);
            assertThat(read.renew("bert", 1).orElseThrow().keyVersion()).isEqualTo(2);
            assertThat(read.find("bert", 1)).isPresent();
            assertThatThrownBy(() -> read.renew("bert", 2)).hasMessageContaining("LF-1008");

            keys.forget("anna");
            assertThat(read.isForgotten("anna")).isTrue();
            assertThat(read.find("anna", 1)).isEmpty();
            assertThat(read.currentOrNew("anna")).isEmpty();
            assertThatThrownBy(() -> read.forget("bert")).hasMessageContaining("LF-1008");
            assertThatThrownBy(read::rewrap).hasMessageContaining("LF-1008");
        }
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            assertThat(reader.keys(wrapping).find("bert", 1)).isPresent();
            assertThat(reader.keys(wrapping).isForgotten("anna")).isTrue();
        }
    }

    @Test
    void keys_are_read_while_their_file_is_made_anew_again_and_again() throws Exception {
        AesKeyWrapping former = new AesKeyWrapping(new byte[32], RANDOM);
        byte[] other = new byte[32];
        other[0] = 1;
        AesKeyWrapping next = new AesKeyWrapping(other, RANDOM).knowing(new byte[32]);
        AesKeyWrapping back = former.knowing(other);
        List<String> lost = new CopyOnWriteArrayList<>();
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            store.keys(former).currentOrNew("anna");
            store.keys(former).forget("bert");
        }
        AtomicBoolean ends = new AtomicBoolean();
        Thread looking =
                Thread.ofPlatform()
                        .start(() -> {
                            try (EmbeddedEventStore reader =
                                    EmbeddedEventStore.openReadOnly(directory)) {
                                KeyStore read = reader.keys(former);
                                while (!ends.get()) {
                                    if (read.find("anna", 1).isEmpty()) {
                                        lost.add("anna has no key");
                                    }
                                    if (!read.isForgotten("bert")) {
                                        lost.add("bert is back");
                                    }
                                }
                            } catch (RuntimeException | Error e) {
                                lost.add(e.toString());
                            }
                        });
        try {
            for (int i = 0; i < 20; i++) {
                try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
                    assertThat(store.keys(i % 2 == 0 ? next : back).rewrap()).isEqualTo(1);
                }
            }
        } finally {
            ends.set(true);
            looking.join();
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void a_store_that_is_open_for_reading_only_gives_none_and_a_closed_one_neither() {
        CheckpointStore kept;
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            kept = store.checkpoints();
        }
        assertThatThrownBy(() -> kept.load("view")).hasMessageContaining("LF-");
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            SnapshotStore none = reader.snapshots();
            assertThat(none.newest(STREAM, "Order", 9)).isEmpty();
            Snapshot snapshot = new Snapshot(STREAM, 1, "Order", 1, Payload.ofText("state"));
            assertThatThrownBy(() -> none.save(snapshot)).hasMessageContaining("LF-1008");
            assertThatThrownBy(() -> none.drop(STREAM)).hasMessageContaining("LF-1008");
            assertThatThrownBy(reader::checkpoints).hasMessageContaining("LF-1008");
            assertThatThrownBy(reader::leases).hasMessageContaining("LF-1008");
        }
    }
}
