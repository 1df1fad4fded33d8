package org.leftfold.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.engine.log.Closing;
import org.leftfold.engine.side.DurableCheckpointStore;
import org.leftfold.engine.side.DurableKeyStore;
import org.leftfold.engine.side.DurableLeaseStore;
import org.leftfold.engine.side.DurableSnapshotStore;
import org.leftfold.engine.side.SideHome;
import org.leftfold.engine.side.SnapshotLimits;

/** The small stores beside the log, each opened when it is asked for. Safe for any thread. */
final class SideStores {
    private final SideHome home;
    private final List<AutoCloseable> opened = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this
    private @Nullable DurableSnapshotStore snapshots; // guarded by this
    private @Nullable DurableCheckpointStore checkpoints; // guarded by this
    private @Nullable DurableLeaseStore leases; // guarded by this
    private @Nullable DurableKeyStore keys; // guarded by this
    private @Nullable KeyWrapping wrapping; // guarded by this; of the keys

    SideStores(SideHome home) {
        this.home = home;
    }

    synchronized SnapshotStore snapshots() {
        DurableSnapshotStore store = snapshots;
        if (store == null) {
            store = keep(() -> DurableSnapshotStore.open(home, SnapshotLimits.STANDARD));
            snapshots = store;
        }
        return store;
    }

    synchronized CheckpointStore checkpoints() {
        DurableCheckpointStore store = checkpoints;
        if (store == null) {
            store = keep(() -> DurableCheckpointStore.open(home));
            checkpoints = store;
        }
        return store;
    }

    synchronized LeaseStore leases() {
        DurableLeaseStore store = leases;
        if (store == null) {
            store = keep(() -> DurableLeaseStore.open(home));
            leases = store;
        }
        return store;
    }

    synchronized KeyStore keys(KeyWrapping by) {
        DurableKeyStore store = keys;
        if (store == null) {
            store = keep(() -> DurableKeyStore.open(home, by));
            keys = store;
            wrapping = by;
        } else if (!by.equals(wrapping)) {
            throw new InvalidRequestException(
                    "LF-1013",
                    "the key store is open with another wrapping of keys. Nothing was changed. Use one wrapping"
                            + " for as long as the store is open.");
        }
        return store;
    }

    private <T extends AutoCloseable> T keep(Supplier<T> opening) {
        if (closed) {
            throw InvalidRequestException.closed(
                    "the store " + home.machine().directory().describe());
        }
        T store = opening.get();
        opened.add(store);
        return store;
    }

    synchronized void close(Throwable failures) {
        closed = true;
        Closing.all(opened, failures);
        opened.clear();
    }
}
