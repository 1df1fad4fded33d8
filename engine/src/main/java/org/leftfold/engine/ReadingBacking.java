package org.leftfold.engine;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.spi.HeadSignal;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.engine.recovery.LogFollower;
import org.leftfold.engine.recovery.Verifier;
import org.leftfold.engine.side.ReadOnlyKeyStore;
import org.leftfold.io.Directory;

/**
 * A store that another process writes, or nobody. Looks at the writer's mark at each read, and
 * often for followers.
 */
final class ReadingBacking implements EmbeddedEventStore.Backing {
    /**
     * How often the mark is looked at for followers: a reader's latency against a system call each
     * time.
     */
    private static final long POLL_MILLIS = 5;

    private final Directory directory;
    private final KeyStore keys;
    private final LogFollower follower;
    private final HeadSignal signal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private boolean closed; // under lock
    private volatile boolean failing; // written by the poller, read by followers
    private @Nullable Thread poller; // under lock

    /**
     * Makes one.
     *
     * @param storeId identity of the store in the directory
     */
    ReadingBacking(Directory directory, UUID storeId, LogFollower follower, HeadSignal signal) {
        this.keys = new ReadOnlyKeyStore(directory, storeId);
        this.directory = directory;
        this.follower = follower;
        this.signal = signal;
    }

    @Override
    public void submit(Pending<?> pending) {
        requireWriter();
    }

    @Override
    public void requireWriter() {
        throw InvalidRequestException.readOnly(directory.describe());
    }

    @Override
    public <T> CompletableFuture<T> forCaller(CompletableFuture<T> pending) {
        return pending;
    }

    @Override
    public SideStores sideStores() {
        throw InvalidRequestException.readOnly(directory.describe());
    }

    @Override
    public SnapshotStore snapshots() {
        return new NoSnapshots(directory.describe());
    }

    @Override
    public KeyStore keys(KeyWrapping wrapping) {
        return keys;
    }

    @Override
    public void refresh() {
        boolean moved = false;
        lock.lock();
        try {
            if (!closed) {
                moved = follower.refresh();
                if (failing) {
                    failing = false;
                    startPoller();
                }
            }
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable("store " + directory.describe(), e);
        } finally {
            lock.unlock();
        }
        if (moved) {
            signal.headMoved();
        }
    }

    @Override
    public void keepFresh() {
        lock.lock();
        try {
            startPoller();
        } finally {
            lock.unlock();
        }
    }

    private void startPoller() {
        if (poller == null && !closed) {
            poller = Opening.poller(this::poll);
        }
    }

    private void poll() {
        lock.lock();
        try {
            while (!closed) {
                if (follower.refresh()) {
                    signal.headMoved();
                }
                if (closing.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (Throwable e) { // whatever it is, followers must not wait for a poller that is gone
            failing = true;
            signal.headMoved(); // they look themselves, and meet the same error or start the
            // poller again
        } finally {
            poller = null;
            lock.unlock();
        }
    }

    @Override
    public boolean isFailing() {
        return failing;
    }

    @Override
    public Directory directory() {
        return directory;
    }

    @Override
    public long bytesOnDisk() throws IOException {
        return WritingBacking.sizeOf(directory);
    }

    @Override
    public VerificationReport verify(LongConsumer progress) throws IOException {
        return new Verifier(directory, true, progress).run();
    }

    @Override
    public ScavengeReport scavenge(LongConsumer progress) {
        throw InvalidRequestException.readOnly(directory.describe());
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            follower.close();
        } finally {
            lock.unlock();
        }
    }
}
