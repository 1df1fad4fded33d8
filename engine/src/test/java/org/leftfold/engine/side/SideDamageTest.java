package org.leftfold.engine.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * Damage to files of stores that were closed: noticed, but for the seal at the end and the zeros
 * that a forgotten key has become, where it does no harm.
 */
class SideDamageTest {
    private final SimulatedMachine machine = SimulatedMachine.empty(3);
    private final Map<String, SubjectKey> keys = new HashMap<>();
    private final List<Snapshot> snapshots = new ArrayList<>();

    /** Small, so that no file is made anew. */
    @BeforeEach
    void fill() {
        SideHome home = SideBench.home(machine.machine(), StoreListener.NONE);
        try (var checkpoints = DurableCheckpointStore.open(home);
                var leases = DurableLeaseStore.open(home);
                var keyStore = DurableKeyStore.open(home, SideBench.wrapping());
                var states = DurableSnapshotStore.open(home, SnapshotLimits.STANDARD)) {
            for (int i = 1; i <= 4; i++) {
                checkpoints.save("mails", SideModel.at(i), i);
                leases.acquire("lease", "owner", SideModel.LONG);
                SubjectKey key = keyStore.currentOrNew("subject " + i).orElseThrow();
                keys.put(key.subject(), key);
                Snapshot snapshot = SideModel.snapshot("order-" + i, i, 1);
                states.save(snapshot);
                snapshots.add(snapshot);
                if (i == 2) {
                    states.drop(new StreamName("order-1"));
                    keyStore.forget("subject 1");
                }
            }
        }
        keys.remove("subject 1");
    }

    private byte[] bytes(String file) {
        return machine.disk().contents(file);
    }

    private SideHome homeOn(SimulatedDirectory disk, StoreListener listener) {
        return SideBench.home(machine.restartedWith(disk).machine(), listener);
    }

    /** Opens and looks, once for each bit that is flipped; gives the offsets with no harm. */
    private boolean[] harmless(String file, Consumer<SideHome> check) {
        CrashPoint whole = machine.disk().crashPoint();
        boolean[] harmless = new boolean[bytes(file).length];
        for (int offset = 0; offset < harmless.length; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                SimulatedDirectory disk = whole.image(new CrashOutcome.EverythingKept());
                disk.flipBit(file, offset, bit);
                try {
                    check.accept(homeOn(disk, StoreListener.NONE));
                    harmless[offset] = true;
                } catch (Corruption e) {
                    assertThat(e.file()).isEqualTo(file);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            "bit %d of byte %d of %s: %s".formatted(bit, offset, file, e), e);
                }
                assertThat(disk.openFiles()).isEmpty();
            }
        }
        return harmless;
    }

    private static List<Integer> placesOf(boolean[] harmless, int below) {
        List<Integer> places = new ArrayList<>();
        for (int offset = 0; offset < below; offset++) {
            if (harmless[offset]) {
                places.add(offset);
            }
        }
        return places;
    }

    @Test
    void a_flipped_bit_in_checkpoints_is_noticed() {
        boolean[] harmless =
                harmless(
                        SideFiles.CHECKPOINTS,
                        home -> {
                            try (var store = DurableCheckpointStore.open(home)) {
                                assertThat(store.load("mails")).contains(SideModel.at(4));
                                assertThat(store.save("mails", SideModel.at(9), 3)).isFalse();
                            }
                        });
        assertThat(placesOf(harmless, harmless.length - RecordFormat.SEAL_BYTES)).isEmpty();
    }

    @Test
    void a_flipped_bit_in_leases_is_noticed() {
        boolean[] harmless =
                harmless(
                        SideFiles.LEASES,
                        home -> {
                            try (var store = DurableLeaseStore.open(home)) {
                                assertThat(store.acquire("lease", "b", SideModel.LONG)).isEmpty();
                                assertThat(
                                                store.acquire("other", "b", SideModel.LONG)
                                                        .orElseThrow()
                                                        .fence())
                                        .isEqualTo(5);
                            }
                        });
        assertThat(placesOf(harmless, harmless.length - RecordFormat.SEAL_BYTES)).isEmpty();
    }

    @Test
    void a_flipped_bit_in_keys_is_noticed_but_in_the_zeros_of_a_forgotten_one() {
        boolean[] harmless =
                harmless(
                        SideFiles.KEYS,
                        home -> {
                            try (var store = DurableKeyStore.open(home, SideBench.wrapping())) {
                                keys.forEach((subject, key) ->
                                        assertThat(store.find(subject, 1)).contains(key));
                                assertThat(store.currentOrNew("subject 1")).isEmpty();
                            }
                        });
        List<Integer> places = placesOf(harmless, harmless.length - RecordFormat.SEAL_BYTES);
        int erased = SideHeader.BYTES + RecordFormat.HEAD_BYTES;
        int wrappedBytes = keys.get("subject 2").wrappedKey().sizeBytes();
        int padded = RecordFormat.paddedBytes(KeyRecords.HASH_BYTES + 4 + wrappedBytes);
        assertThat(places).hasSize(padded).allMatch(at -> at >= erased && at < erased + padded);
        assertThat(places).allMatch(at -> bytes(SideFiles.KEYS)[at] == 0);
    }

    @Test
    void a_flipped_bit_in_snapshots_gives_no_wrong_one_and_is_told() {
        CrashPoint whole = machine.disk().crashPoint();
        int length = bytes(SideFiles.SNAPSHOTS).length;
        int kept = 0;
        for (int at = 0; at < length * 8; at++) {
            SimulatedDirectory disk = whole.image(new CrashOutcome.EverythingKept());
            disk.flipBit(SideFiles.SNAPSHOTS, at / 8, at % 8);
            SideBench.Notices notices = new SideBench.Notices();
            int found = lookForSnapshots(disk, notices, at);
            kept += found;
            if (found < 3) {
                assertThat(notices.texts).as("bit " + at).isNotEmpty();
            }
            notices.texts.clear();
            assertThat(lookForSnapshots(disk, notices, at)).as("again, bit " + at).isEqualTo(found);
            assertThat(notices.texts).as("again, bit " + at).isEmpty();
        }
        assertThat(kept).as("snapshots that survived").isGreaterThan(length * 8);
    }

    private int lookForSnapshots(SimulatedDirectory disk, SideBench.Notices notices, int bit) {
        int found = 0;
        SideHome home = homeOn(disk, notices);
        try (var store = DurableSnapshotStore.open(home, SnapshotLimits.STANDARD)) {
            assertThat(store.newest(new StreamName("order-1"), "total", 9)).isEmpty();
            for (Snapshot saved : snapshots.subList(1, snapshots.size())) {
                Optional<Snapshot> one = store.newest(saved.stream(), "total", 9);
                one.ifPresent(snapshot -> assertThat(snapshot).as("bit " + bit).isEqualTo(saved));
                found += one.isPresent() ? 1 : 0;
            }
        }
        return found;
    }

    @Test
    void a_snapshot_that_is_damaged_while_the_store_is_open_is_dropped() {
        SideBench.Notices notices = new SideBench.Notices();
        SimulatedDirectory disk = machine.disk().afterProcessKill();
        SideHome home = homeOn(disk, notices);
        try (var store = DurableSnapshotStore.open(home, SnapshotLimits.STANDARD)) {
            Snapshot newer = SideModel.snapshot("order-4", 8, 2);
            store.save(newer);
            byte[] bytes = disk.contents(SideFiles.SNAPSHOTS);
            disk.flipBit(SideFiles.SNAPSHOTS, bytes.length - 40, 0);
            assertThat(store.newest(newer.stream(), "total", 9)).contains(snapshots.getLast());
            assertThat(notices.texts).hasSize(1);
            assertThat(store.newest(newer.stream(), "total", 9)).contains(snapshots.getLast());
        }
    }

    @Test
    void a_shorter_file_is_refused_or_gives_what_was_saved_before() {
        CrashPoint whole = machine.disk().crashPoint();
        int length = bytes(SideFiles.CHECKPOINTS).length;
        for (int size = 0; size < length; size++) {
            SimulatedDirectory disk = whole.image(new CrashOutcome.EverythingKept());
            disk.truncate(SideFiles.CHECKPOINTS, size);
            SideHome home = homeOn(disk, StoreListener.NONE);
            if (size < SideHeader.BYTES) {
                assertThatThrownBy(() -> DurableCheckpointStore.open(home))
                        .isInstanceOf(Corruption.class);
                continue;
            }
            try (var store = DurableCheckpointStore.open(home)) {
                List<Optional<Checkpoint>> saved = new ArrayList<>(List.of(Optional.empty()));
                for (int i = 1; i <= 4; i++) {
                    saved.add(Optional.of(SideModel.at(i)));
                }
                assertThat(store.load("mails")).isIn(saved);
            }
        }
    }

    @Test
    void records_that_strayed_are_none() {
        byte[] bytes = bytes(SideFiles.CHECKPOINTS);
        int record = recordBytesAt(bytes, SideHeader.BYTES);
        int second = SideHeader.BYTES + record;
        byte[] backward = bytes.clone();
        System.arraycopy(bytes, second, backward, SideHeader.BYTES, record);
        assertDamaged(SideFiles.CHECKPOINTS, backward);
        byte[] forward = bytes.clone();
        System.arraycopy(bytes, SideHeader.BYTES, forward, second, record);
        assertDamaged(SideFiles.CHECKPOINTS, forward);
    }

    @Test
    void files_of_another_store_kind_or_version_are_refused() {
        byte[] leases = bytes(SideFiles.LEASES);
        assertDamaged(SideFiles.CHECKPOINTS, leases);
        SideHome foreign =
                new SideHome(
                        machine.restartedWith(machine.disk().afterProcessKill()).machine(),
                        new UUID(1, 2),
                        StoreListener.NONE);
        assertThatThrownBy(() -> DurableLeaseStore.open(foreign)).isInstanceOf(Corruption.class);

        SimulatedDirectory disk = ((SimulatedDirectory) foreign.directory()).afterProcessKill();
        ByteBuffer newer = ByteBuffer.wrap(leases).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(leases, 0, 12);
        crc.update(leases, 16, SideHeader.BYTES - 16);
        newer.putInt(12, (int) crc.getValue());
        disk.put(SideFiles.LEASES, leases);
        SideHome home = homeOn(disk, StoreListener.NONE);
        assertThatThrownBy(() -> DurableLeaseStore.open(home))
                .isInstanceOf(IncompatibleStoreException.class);
    }

    @Test
    void damage_before_a_valid_record_is_refused_with_its_place_although_the_end_is_torn() {
        byte[] bytes = bytes(SideFiles.CHECKPOINTS);
        int second = SideHeader.BYTES + recordBytesAt(bytes, SideHeader.BYTES);
        byte[] torn = Arrays.copyOf(bytes, bytes.length - RecordFormat.SEAL_BYTES - 8);
        torn[second + 30] ^= 1;
        SimulatedDirectory disk = machine.disk().afterProcessKill();
        disk.put(SideFiles.CHECKPOINTS, torn);
        SideHome home = homeOn(disk, StoreListener.NONE);
        assertThatThrownBy(() -> DurableCheckpointStore.open(home))
                .isInstanceOfSatisfying(
                        Corruption.class, e -> assertThat(e.offset()).isEqualTo(second));
    }

    /** Two records of one group have the same mark, so only the erased key proves the first. */
    @Test
    void a_key_that_was_erased_proves_that_all_before_its_tombstone_was_durable() {
        SimulatedDirectory disk = machine.disk().afterProcessKill();
        SideHome home = homeOn(disk, StoreListener.NONE);
        int second;
        try (var store = DurableKeyStore.open(home, SideBench.wrapping())) {
            byte[] hash = new byte[KeyRecords.HASH_BYTES];
            hash[0] = 7;
            byte[] content = KeyRecords.key(hash, 1, new byte[] {1, 2, 3});
            long first =
                    store.perform(() -> {
                        long offset = store.add(RecordType.KEY, content, true);
                        return new RecordStore.Outcome<>(offset, store.file().end());
                    });
            second =
                    Math.toIntExact(
                            store.perform(() -> {
                                hash[0] = 8;
                                byte[] other = KeyRecords.key(hash, 1, new byte[] {1});
                                long offset = store.add(RecordType.KEY, other, true);
                                hash[0] = 7;
                                byte[] tombstone = KeyRecords.tombstone(hash, new long[] {first});
                                store.add(RecordType.TOMBSTONE, tombstone, true);
                                store.file().eraseContent(first, content.length);
                                return new RecordStore.Outcome<>(offset, store.file().end());
                            }));
        }
        byte[] bytes = disk.contents(SideFiles.KEYS);
        byte[] unsealed = Arrays.copyOf(bytes, bytes.length - RecordFormat.SEAL_BYTES);
        unsealed[second + RecordFormat.HEAD_BYTES] ^= 1;
        SimulatedDirectory damaged = disk.afterProcessKill();
        damaged.put(SideFiles.KEYS, unsealed);
        SideHome damagedHome = homeOn(damaged, StoreListener.NONE);
        assertThatThrownBy(() -> DurableKeyStore.open(damagedHome, SideBench.wrapping()))
                .isInstanceOfSatisfying(
                        Corruption.class, e -> assertThat(e.offset()).isEqualTo(second));
    }

    private static int recordBytesAt(byte[] bytes, int offset) {
        return RecordFormat.recordBytes(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset + 4));
    }

    private void assertDamaged(String file, byte[] bytes) {
        SimulatedDirectory disk =
                machine.disk().crashPoint().image(new CrashOutcome.EverythingKept());
        disk.put(file, bytes);
        SideHome home = homeOn(disk, StoreListener.NONE);
        assertThatThrownBy(() -> DurableCheckpointStore.open(home)).isInstanceOf(Corruption.class);
    }
}
