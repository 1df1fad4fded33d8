package org.leftfold.testkit.tck.spi;

import org.leftfold.api.spi.CheckpointStore;

class InMemoryCheckpointStoreTckTest implements CheckpointStoreTck {
    @Override
    public SpiTckStore<CheckpointStore> openCheckpoints() {
        return InMemorySpi.checkpoints(store -> store);
    }
}
