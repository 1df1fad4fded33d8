package org.leftfold.engine.side;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.log.Closing;
import org.leftfold.io.Machine;
import org.leftfold.testkit.disk.SeededEntropy;
import org.leftfold.testkit.disk.SimulatedMachine;

/** The four stores in one directory, small enough that short scripts make their files anew. */
final class SideBench implements AutoCloseable {
    static final UUID STORE_ID = UUID.fromString("11111111-2222-4333-8444-555555555555");

    /** Files are made anew from this size on. */
    static final int FLOOR_BYTES = 512;

    /** What the snapshots may take. */
    static final SnapshotLimits LIMITS = new SnapshotLimits(8192, 100);

    /** So few that all subjects collide. */
    static final int HASH_BITS = 4;

    final SnapshotStore snapshots;
    final CheckpointStore checkpoints;
    final LeaseStore leases;
    final KeyStore keys;
    private final List<AutoCloseable> opened;

    private SideBench(
            DurableSnapshotStore snapshots,
            DurableCheckpointStore checkpoints,
            DurableLeaseStore leases,
            DurableKeyStore keys) {
        this.snapshots = snapshots;
        this.checkpoints = checkpoints;
        this.leases = leases;
        this.keys = keys;
        this.opened = List.of(snapshots, checkpoints, leases, keys);
    }

    static SideBench open(SimulatedMachine machine) {
        return open(machine, new Notices());
    }

    static SideBench open(SimulatedMachine machine, StoreListener listener) {
        SideHome home = new SideHome(machine.machine(), STORE_ID, listener);
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            DurableSnapshotStore snapshots = DurableSnapshotStore.open(home, LIMITS, FLOOR_BYTES);
            opened.add(snapshots);
            DurableCheckpointStore checkpoints = DurableCheckpointStore.open(home, FLOOR_BYTES);
            opened.add(checkpoints);
            DurableLeaseStore leases = DurableLeaseStore.open(home, FLOOR_BYTES);
            opened.add(leases);
            return new SideBench(
                    snapshots,
                    checkpoints,
                    leases,
                    DurableKeyStore.open(home, wrapping(), FLOOR_BYTES, HASH_BITS));
        } catch (RuntimeException | Error e) {
            Closing.all(opened, e);
            throw e;
        }
    }

    /** Makes the directory, as an event store does. */
    static SideHome home(Machine machine, StoreListener listener) {
        try {
            machine.directory().createIfMissing();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return new SideHome(machine, STORE_ID, listener);
    }

    static KeyWrapping wrapping() {
        return new AesKeyWrapping(
                new byte[AesKeyWrapping.MASTER_KEY_BYTES], new SeededEntropy(5)::fill);
    }

    @Override
    public void close() {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Keeps what a store tells. */
    static final class Notices implements StoreListener {
        final List<String> texts = new CopyOnWriteArrayList<>();
        final List<Throwable> stops = new CopyOnWriteArrayList<>();

        @Override
        public void noticed(String text) {
            texts.add(text);
        }

        @Override
        public void stopped(Throwable cause) {
            stops.add(cause);
        }
    }
}
