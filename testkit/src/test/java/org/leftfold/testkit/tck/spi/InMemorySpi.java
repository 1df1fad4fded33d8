package org.leftfold.testkit.tck.spi;

import java.util.function.UnaryOperator;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.InMemoryCheckpointStore;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.api.spi.InMemoryLeaseStore;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.testkit.disk.ManualTime;
import org.leftfold.testkit.disk.SeededEntropy;

/** The in-memory stores under test, whole or broken; they keep nothing beyond their closing. */
final class InMemorySpi {
    private InMemorySpi() {}

    private record Opened<S>(S store) implements SpiTckStore<S> {
        @Override
        public S reopen() {
            return store;
        }

        @Override
        public void close() {}
    }

    static SpiTckStore<SnapshotStore> snapshots(UnaryOperator<SnapshotStore> breaking) {
        return new Opened<>(breaking.apply(new InMemorySnapshotStore()));
    }

    static SpiTckStore<CheckpointStore> checkpoints(UnaryOperator<CheckpointStore> breaking) {
        return new Opened<>(breaking.apply(new InMemoryCheckpointStore()));
    }

    static SpiTckStore<LeaseStore> leases(ManualTime time, UnaryOperator<LeaseStore> breaking) {
        return new Opened<>(breaking.apply(new InMemoryLeaseStore(time)));
    }

    static SpiTckStore<KeyStore> keys(KeyWrapping wrapping, UnaryOperator<KeyStore> breaking) {
        SeededEntropy entropy = new SeededEntropy(1);
        return new Opened<>(breaking.apply(new InMemoryKeyStore(entropy::fill, wrapping)));
    }

    static SpiTckStore<ViewStore> views(UnaryOperator<ViewStore> breaking) {
        return new Opened<>(breaking.apply(new InMemoryViewStore()));
    }
}
