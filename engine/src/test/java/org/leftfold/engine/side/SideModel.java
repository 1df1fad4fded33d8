package org.leftfold.engine.side;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.testkit.disk.SimulatedDirectory;

/**
 * What the four stores have acknowledged, and what they may have stored beyond that. Copied for
 * every moment at which the power may go.
 */
final class SideModel {
    static final Duration LONG = Duration.ofHours(1);
    private static final UUID EPOCH = new UUID(0x4000, 1);

    /** A follower may be in one of these states; forgotten ones have no checkpoint. */
    record Progress(Optional<Checkpoint> checkpoint, long fence) {}

    final Map<String, Set<Progress>> followers = new HashMap<>();
    final Map<String, Lease> leases = new HashMap<>();
    final Set<String> leasesInDoubt = new HashSet<>();
    long highestFence;
    final Map<String, SubjectKey> keys = new HashMap<>();
    final Set<String> forgotten = new HashSet<>();
    final Set<String> keysInDoubt = new HashSet<>();

    /** Keys that must be nowhere on the disk. */
    final List<byte[]> destroyed = new ArrayList<>();

    /** By stream: snapshots that were saved since it was dropped. */
    final Map<StreamName, Set<Snapshot>> snapshots = new HashMap<>();

    SideModel copy() {
        SideModel copy = new SideModel();
        followers.forEach((name, states) -> copy.followers.put(name, new HashSet<>(states)));
        copy.leases.putAll(leases);
        copy.leasesInDoubt.addAll(leasesInDoubt);
        copy.highestFence = highestFence;
        copy.keys.putAll(keys);
        copy.forgotten.addAll(forgotten);
        copy.keysInDoubt.addAll(keysInDoubt);
        copy.destroyed.addAll(destroyed);
        snapshots.forEach((stream, saved) -> copy.snapshots.put(stream, new HashSet<>(saved)));
        return copy;
    }

    static Checkpoint at(long position) {
        return Checkpoint.of(EPOCH, position);
    }

    static Snapshot snapshot(String stream, long version, int step) {
        String text = "state of %s at %d by step %d ".formatted(stream, version, step);
        return new Snapshot(
                new StreamName(stream), version, "total", 1, Payload.ofText(text.repeat(8)));
    }

    /** No key that was destroyed can be read on this disk, whatever opens it. */
    void checkDestroyed(SimulatedDirectory disk) {
        for (String name : disk.names()) {
            byte[] bytes = disk.contents(name);
            for (byte[] key : destroyed) {
                assertThat(indexOf(bytes, key)).as("a forgotten key in file " + name).isEqualTo(-1);
            }
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            int j = 0;
            while (j < part.length && bytes[i + j] == part[j]) {
                j++;
            }
            if (j == part.length) {
                return i;
            }
        }
        return -1;
    }

    /** What can be seen without changing anything. */
    void checkReads(SideBench bench) {
        followers.forEach((name, states) ->
                assertThat(bench.checkpoints.load(name))
                        .as("checkpoint of " + name)
                        .isIn(states.stream().map(Progress::checkpoint).toList()));
        keys.forEach((subject, key) -> {
            if (!keysInDoubt.contains(subject)) {
                assertThat(bench.keys.find(subject, 1)).as("key of " + subject).contains(key);
            }
        });
        for (String subject : forgotten) {
            assertThat(bench.keys.find(subject, 1)).as("forgotten " + subject).isEmpty();
            assertThat(bench.keys.currentOrNew(subject)).as("forgotten " + subject).isEmpty();
        }
        snapshots.forEach((stream, saved) -> {
            for (long most : new long[] {Long.MAX_VALUE, 12, 5}) {
                bench.snapshots
                        .newest(stream, "total", most)
                        .ifPresent(found -> {
                            assertThat(saved).as("snapshot of " + stream).contains(found);
                            assertThat(found.version()).isLessThanOrEqualTo(most);
                        });
            }
        });
    }

    /** What shows only in what is refused; changes the stores. */
    void checkRefusals(SideBench bench) {
        followers.forEach((name, states) -> {
            long least = states.stream().mapToLong(Progress::fence).min().orElse(0);
            if (least > 0) {
                assertThat(bench.checkpoints.save(name, at(999), least - 1))
                        .as("stale fence of " + name)
                        .isFalse();
            }
        });
        leases.forEach((name, lease) -> {
            if (!leasesInDoubt.contains(name)) {
                assertThat(bench.leases.acquire(name, "thief", LONG))
                        .as("lease %s is held by %s", name, lease.owner())
                        .isEmpty();
                assertThat(bench.leases.renew(lease, LONG)).as("lease " + name).isPresent();
            }
        });
        long fence = bench.leases.acquire("probe", "probe", LONG).orElseThrow().fence();
        assertThat(fence).as("next fence").isGreaterThan(highestFence);
    }
}
