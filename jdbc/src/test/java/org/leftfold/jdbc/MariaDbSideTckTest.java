package org.leftfold.jdbc;

import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.disk.ManualTime;
import org.leftfold.testkit.tck.spi.CheckpointStoreTck;
import org.leftfold.testkit.tck.spi.LeaseStoreTck;
import org.leftfold.testkit.tck.spi.SnapshotStoreTck;
import org.leftfold.testkit.tck.spi.SpiTckStore;

/** The stores beside the log on MariaDB keep their whole contracts. */
@ExtendWith(SkipWithoutServer.class)
class MariaDbSideTckTest implements SnapshotStoreTck, CheckpointStoreTck, LeaseStoreTck {
    @Override
    public SpiTckStore<SnapshotStore> openSnapshots() {
        return SideTckStore.of(Kind.MARIADB, JdbcEventStore::snapshots);
    }

    @Override
    public SpiTckStore<CheckpointStore> openCheckpoints() {
        return SideTckStore.of(Kind.MARIADB, JdbcEventStore::checkpoints);
    }

    @Override
    public SpiTckStore<LeaseStore> openLeases(ManualTime time) {
        return SideTckStore.of(Kind.MARIADB, time, JdbcEventStore::leases);
    }
}
