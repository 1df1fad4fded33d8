package org.leftfold.engine;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.spi.Completer;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.engine.recovery.Verifier;
import org.leftfold.engine.side.SideHome;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;
import org.leftfold.io.DirectoryLock;

/** A store that this process writes. */
final class WritingBacking implements EmbeddedEventStore.Backing {
    private final Directory directory;
    private final SideStores sideStores;
    private final DirectoryLock lock;
    private final Log log;
    private final EventIndex index;
    private final Committer committer;
    private final Scavenging scavenging;
    private final @Nullable WriterLoop loop; // null when callers do the writer's work
    private final @Nullable Completer completer; // null like the loop

    WritingBacking(
            SideHome home,
            DirectoryLock lock,
            Log log,
            EventIndex index,
            Committer committer,
            Execution execution) {
        this.directory = home.machine().directory();
        this.sideStores = new SideStores(home);
        this.lock = lock;
        this.log = log;
        this.index = index;
        this.committer = committer;
        this.scavenging =
                new Scavenging(directory, log, index, this::submit, execution == Execution.THREADS);
        if (execution == Execution.THREADS) {
            this.loop = new WriterLoop(committer, home.machine().time(), directory.describe());
            completer = new Completer(directory.describe());
            loop.start();
        } else {
            this.loop = null;
            this.completer = null;
        }
    }

    @Nullable Throwable stoppedBy() {
        return committer.stoppedBy();
    }

    @Override
    public void submit(Pending<?> pending) {
        if (loop != null) {
            loop.submit(pending);
        } else {
            submitTogether(List.of(pending));
        }
    }

    @Override
    public void requireWriter() {
        // This process writes.
    }

    /** Commits calls as one group, on the calling thread. */
    void submitTogether(List<? extends Pending<?>> group) {
        synchronized (committer) {
            committer.commit(group);
        }
    }

    @Override
    public <T> CompletableFuture<T> forCaller(CompletableFuture<T> pending) {
        return completer == null ? pending : completer.follow(pending);
    }

    @Override
    public SideStores sideStores() {
        return sideStores;
    }

    @Override
    public void refresh() {
        // The writer publishes by itself.
    }

    @Override
    public void keepFresh() {
        // The writer signals by itself.
    }

    @Override
    public boolean isFailing() {
        return false;
    }

    @Override
    public Directory directory() {
        return directory;
    }

    @Override
    public long bytesOnDisk() throws IOException {
        return sizeOf(directory);
    }

    static long sizeOf(Directory directory) throws IOException {
        long bytes = 0;
        for (String name : directory.list()) {
            if (!name.equals(StoreFiles.LOCK) && !name.endsWith(StoreFiles.TEMPORARY)) {
                bytes += sizeOf(directory, name);
            }
        }
        return bytes;
    }

    private static long sizeOf(Directory directory, String name) throws IOException {
        try (DataFile file = directory.open(name, Directory.Access.READ)) {
            return file.size();
        } catch (NoSuchFileException e) {
            return 0; // a file of the index that was merged since it was listed
        }
    }

    @Override
    public VerificationReport verify(LongConsumer progress) throws IOException {
        return new Verifier(directory, true, progress).run();
    }

    @Override
    public void beginClose() {
        scavenging.end();
    }

    /** What scavenges this store. */
    Scavenging scavenging() {
        return scavenging;
    }

    @Override
    public ScavengeReport scavenge(LongConsumer progress) {
        return scavenging.run(progress);
    }

    /** What the index may save the next opening must not keep the log from being closed. */
    private void closeLog() throws IOException {
        try {
            committer.flushIndex();
        } finally {
            log.close(committer.stoppedBy() == null && !log.needsDiscard());
        }
    }

    @Override
    public void close() throws IOException {
        IOException failures = new IOException("not all stores beside the log could be closed");
        try {
            scavenging.close(); // it needs the writer to end
            sideStores.close(failures);
            if (loop != null) {
                loop.close();
            }
            closeLog();
        } finally {
            index.close(); // it writes files: the lock may not be free before that
            lock.close();
            if (completer != null) {
                completer.close();
            }
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }
}
