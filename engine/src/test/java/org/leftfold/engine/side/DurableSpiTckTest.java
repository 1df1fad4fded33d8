package org.leftfold.engine.side;

import org.junit.jupiter.api.Nested;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.io.Machine;
import org.leftfold.testkit.disk.ManualTime;
import org.leftfold.testkit.disk.SimulatedMachine;
import org.leftfold.testkit.tck.spi.CheckpointStoreTck;
import org.leftfold.testkit.tck.spi.KeyStoreTck;
import org.leftfold.testkit.tck.spi.LeaseStoreTck;
import org.leftfold.testkit.tck.spi.SnapshotStoreTck;
import org.leftfold.testkit.tck.spi.SpiTckStore;

/** The durable stores keep the whole contracts, on the simulated disk and on a real one. */
class DurableSpiTckTest {
    private static final int FLOOR = SideBench.FLOOR_BYTES;

    private static DurableSnapshotStore snapshots(SideHome home) {
        return DurableSnapshotStore.open(home, new SnapshotLimits(128 << 20, 10_000), FLOOR);
    }

    private static DurableCheckpointStore checkpoints(SideHome home) {
        return DurableCheckpointStore.open(home, FLOOR);
    }

    private static DurableLeaseStore leases(SideHome home) {
        return DurableLeaseStore.open(home, FLOOR);
    }

    @Nested
    class OnTheSimulatedDisk
            implements SnapshotStoreTck, CheckpointStoreTck, LeaseStoreTck, KeyStoreTck {
        @Override
        public SpiTckStore<SnapshotStore> openSnapshots() {
            return OpenedSide.simulated(DurableSpiTckTest::snapshots, store -> store);
        }

        @Override
        public SpiTckStore<CheckpointStore> openCheckpoints() {
            return OpenedSide.simulated(DurableSpiTckTest::checkpoints, store -> store);
        }

        @Override
        public SpiTckStore<LeaseStore> openLeases(ManualTime time) {
            Machine machine = SimulatedMachine.empty(1).machine().withTime(time);
            return OpenedSide.simulated(DurableSpiTckTest::leases, store -> store, machine);
        }

        @Override
        public boolean leasesIgnoreTheWallClock() {
            return true;
        }

        @Override
        public SpiTckStore<KeyStore> openKeys(KeyWrapping wrapping) {
            return OpenedSide.simulated(
                    home -> DurableKeyStore.open(home, wrapping, FLOOR, SideBench.HASH_BITS),
                    store -> store);
        }
    }

    @Nested
    class OnARealDisk implements SnapshotStoreTck, CheckpointStoreTck, LeaseStoreTck, KeyStoreTck {
        @Override
        public SpiTckStore<SnapshotStore> openSnapshots() {
            return OpenedSide.onDisk(DurableSpiTckTest::snapshots, store -> store);
        }

        @Override
        public SpiTckStore<CheckpointStore> openCheckpoints() {
            return OpenedSide.onDisk(DurableSpiTckTest::checkpoints, store -> store);
        }

        @Override
        public SpiTckStore<LeaseStore> openLeases(ManualTime time) {
            return OpenedSide.onDisk(DurableSpiTckTest::leases, store -> store, time);
        }

        @Override
        public boolean leasesIgnoreTheWallClock() {
            return true;
        }

        @Override
        public SpiTckStore<KeyStore> openKeys(KeyWrapping wrapping) {
            return OpenedSide.onDisk(
                    home -> DurableKeyStore.open(home, wrapping, FLOOR, SubjectTable.HASH_BITS),
                    store -> store);
        }
    }
}
