package org.leftfold.testkit.tck.spi;

import org.leftfold.api.spi.SnapshotStore;

class InMemorySnapshotStoreTckTest implements SnapshotStoreTck {
    @Override
    public SpiTckStore<SnapshotStore> openSnapshots() {
        return InMemorySpi.snapshots(store -> store);
    }
}
