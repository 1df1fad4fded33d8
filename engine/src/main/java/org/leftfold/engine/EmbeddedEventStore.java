package org.leftfold.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamSummary;
import org.leftfold.api.Subscription;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.Completer;
import org.leftfold.api.spi.Follower;
import org.leftfold.api.spi.Followers;
import org.leftfold.api.spi.HeadSignal;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.Log;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;

/**
 * The embedded event store: one directory of append-only segment files, opened for writing by one
 * process and for reading by any number beside it. Safe for any thread.
 *
 * <p>An append is durable when it returns: it was forced to disk, together with all others that
 * were under way (G1). A store that was killed or lost power recovers when it is opened (G10).
 * After a failed force it refuses appends until it is opened again, and reading goes on.
 */
public final class EmbeddedEventStore implements EventStore {
    private final String where;
    private final EmbeddedOptions options;
    private final Log log;
    private final EventIndex index;
    private final Reads reads;
    private final HeadSignal signal;
    private final Backing backing;
    private final UUID epoch;
    private final Followers followers = new Followers();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What stands behind a store: a writer, or a process elsewhere that writes. */
    interface Backing {
        /** Hands a call to the writer. */
        void submit(Pending<?> pending);

        /** The store is about to be closed: what runs long ends by itself. */
        default void beginClose() {}

        /** Refuses where nobody may write. */
        void requireWriter();

        /** A future for a caller's dependents, which must not hold up the writer. */
        <T> CompletableFuture<T> forCaller(CompletableFuture<T> pending);

        /** The small stores in the same directory. */
        SideStores sideStores();

        /** The snapshots among them. */
        default SnapshotStore snapshots() {
            return sideStores().snapshots();
        }

        /** The keys among them. */
        default KeyStore keys(KeyWrapping wrapping) {
            return sideStores().keys(wrapping);
        }

        /** Makes sure that what is durable now can be read. */
        void refresh();

        /** Called when there are followers, who want to be told when the head moves. */
        void keepFresh();

        /**
         * Whether the head is not watched any more, so that followers have to look themselves and
         * meet the error.
         */
        boolean isFailing();

        /** Where the store's files are. */
        Directory directory();

        /** Bytes of the store's files. */
        long bytesOnDisk() throws IOException;

        /** Reads every byte and compares it with its checksums and rules. */
        VerificationReport verify(LongConsumer progress) throws IOException;

        /** Rewrites segments without what is unreadable. */
        ScavengeReport scavenge(LongConsumer progress);

        /** Ends the writer and closes all files. */
        void close() throws IOException;
    }

    EmbeddedEventStore(
            String where,
            EmbeddedOptions options,
            Reads reads,
            HeadSignal signal,
            Backing backing,
            UUID epoch) {
        this.where = where;
        this.options = options;
        this.log = reads.log();
        this.index = reads.index();
        this.reads = reads;
        this.signal = signal;
        this.backing = backing;
        this.epoch = epoch;
    }

    /**
     * Opens the store in a directory for writing, making it if it is missing; see {@link
     * #open(Path, EmbeddedOptions)}.
     */
    public static EmbeddedEventStore open(Path directory) {
        return open(directory, EmbeddedOptions.defaults());
    }

    /**
     * Opens the store in a directory for writing, making it if it is missing, and recovers it where
     * needed.
     *
     * @throws StoreUnavailableException if it is open for writing elsewhere (LF-3004), or the disk
     *     cannot be read or written (LF-3003, LF-3005)
     * @throws IntegrityException if anything that was acknowledged is missing or wrong (LF-4001);
     *     nothing was changed
     * @throws org.leftfold.api.IncompatibleStoreException if a newer version wrote it (LF-5001);
     *     nothing was changed
     * @throws InvalidRequestException if the directory holds other files and no store, or is a file
     *     (LF-1009); nothing was changed
     */
    public static EmbeddedEventStore open(Path directory, EmbeddedOptions options) {
        return Opening.forWriting(Machine.system(directory), options, Execution.THREADS);
    }

    /**
     * Opens the store in a directory for reading only, also while another process writes to it:
     * what that process has made durable is seen at once, and followers are told within about 10
     * ms.
     *
     * @throws InvalidRequestException if there is no store (LF-1010)
     * @throws IntegrityException if anything that was acknowledged is missing or wrong (LF-4001)
     */
    public static EmbeddedEventStore openReadOnly(Path directory) {
        return Opening.forReading(Machine.system(directory), EmbeddedOptions.defaults());
    }

    /**
     * The same with options, of which the listener counts: it is told when a store that could not
     * be recovered is read only as far as its mark.
     */
    public static EmbeddedEventStore openReadOnly(Path directory, EmbeddedOptions options) {
        return Opening.forReading(Machine.system(directory), options);
    }

    /** Whether there is a store in a directory. */
    public static boolean exists(Path directory) {
        return Opening.exists(Machine.system(directory));
    }

    /**
     * Reads every byte of the store in a directory and compares it with its checksums and rules,
     * without opening it and without changing anything; also beside a process that writes to it.
     * Damage is reported, not thrown.
     *
     * @param progress told the number of events checked so far, now and then
     * @throws InvalidRequestException if there is no store (LF-1010)
     * @throws StoreUnavailableException if the disk cannot be read (LF-3005)
     */
    public static VerificationReport verify(Path directory, LongConsumer progress) {
        return Opening.verify(Machine.system(directory), progress);
    }

    /**
     * Makes the index of the store in a directory anew from its log, as after damage of an index
     * file. Takes the writer's lock; what is stored does not change.
     *
     * @param progress told the number of events filed so far, now and then
     * @return what the store holds afterwards
     * @throws InvalidRequestException if there is no store (LF-1010)
     * @throws StoreUnavailableException if it is open for writing elsewhere (LF-3004); nothing was
     *     changed
     * @throws IntegrityException if the log itself is damaged (LF-4001); the index is gone then,
     *     and made by the first opening that succeeds
     */
    public static StoreStatistics reindex(
            Path directory, EmbeddedOptions options, LongConsumer progress) {
        return Reindexing.run(Machine.system(directory), options, progress);
    }

    /** The administrative acts on this store. */
    public StoreAdmin admin() {
        return new EmbeddedAdmin(this, log, index, options.clock());
    }

    /**
     * Snapshots in the same directory; derived, so any of them may be lost. Up to 1 GiB and 100,000
     * of them. A store that was opened for reading only finds none and takes none (LF-1008).
     */
    public SnapshotStore snapshots() {
        checkOpen();
        return backing.snapshots();
    }

    /**
     * Checkpoints of followers in the same directory.
     *
     * @throws InvalidRequestException if the store was opened for reading only (LF-1008)
     */
    public CheckpointStore checkpoints() {
        checkOpen();
        return backing.sideStores().checkpoints();
    }

    /**
     * Leases in the same directory, for the threads of this process: no other can open it.
     *
     * @throws InvalidRequestException if the store was opened for reading only (LF-1008)
     */
    public LeaseStore leases() {
        checkOpen();
        return backing.sideStores().leases();
    }

    /**
     * Keys of data subjects, in a file of the same directory that backups leave out. A store that
     * was opened for reading only reads them, also beside the program that writes, and refuses what
     * would change or add one (LF-1008).
     *
     * @param wrapping encrypts them; the same for as long as the store is open (LF-1013)
     */
    public KeyStore keys(KeyWrapping wrapping) {
        checkOpen();
        return backing.keys(wrapping);
    }

    @Override
    public AppendResult append(Append append) {
        return Completer.await(submit(append));
    }

    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
        try {
            return backing.forCaller(submit(append));
        } catch (LeftfoldException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Pending.OfAppend submit(Append append) {
        checkOpen();
        options.auditPolicy().check(append);
        Pending.OfAppend pending = pendingOf(append);
        backing.submit(pending);
        return pending;
    }

    Pending.OfAppend pendingOf(Append append) {
        return new Pending.OfAppend(append, precheck(append));
    }

    private Precheck precheck(Append append) {
        try {
            return Precheck.of(append, index, new MatchSearch(log, index));
        } catch (LeftfoldException | OutOfMemoryError e) {
            return Precheck.NONE; // the writer meets it again, and answers it in its order
        }
    }

    /** Hands a call to the writer. */
    <T> CompletableFuture<T> submit(Pending<T> pending) {
        checkOpen();
        backing.submit(pending);
        return pending;
    }

    /** Refuses where nobody may write. */
    void requireWriter() {
        checkOpen();
        backing.requireWriter();
    }

    /** The history up to now. */
    Backup backup() {
        checkOpen();
        backing.refresh();
        return LogBackup.open(log, index, epoch);
    }

    @Override
    public Events read(ReadRequest request) {
        checkOpen();
        backing.refresh();
        return reads.open(request);
    }

    @Override
    public Subscription follow(FollowRequest request, EventHandler handler) {
        checkOpen();
        backing.refresh();
        Follower follower =
                new Follower(
                        request,
                        handler,
                        new Following(log, reads, backing, epoch),
                        signal,
                        followers::ended);
        return followers.start(follower, this::checkOpen, backing::keepFresh);
    }

    @Override
    public long head() {
        checkOpen();
        backing.refresh();
        return log.durableEnd().head();
    }

    @Override
    public long version(StreamName stream) {
        checkOpen();
        backing.refresh();
        return index.versionAt(stream, log.durableEnd().head());
    }

    /**
     * Gives the streams that have readable events, in the order of their names as bytes in UTF-8.
     * Takes constant memory, however many there are.
     *
     * @param prefix only names that begin with it; empty for all
     * @param visitor takes one stream, and returns whether it wants another one
     */
    public void streams(String prefix, Predicate<StreamSummary> visitor) {
        index.streams(
                prefix,
                head(),
                entry ->
                        visitor.test(
                                new StreamSummary(
                                        entry.stream(),
                                        entry.version(),
                                        entry.version() - entry.firstVersion() + 1,
                                        entry.firstPosition(),
                                        entry.lastPosition())));
    }

    @Override
    public Checkpoint checkpoint() {
        return Checkpoint.of(epoch, head());
    }

    private void checkOpen() {
        if (closed.get()) {
            throw InvalidRequestException.closed("the store " + where);
        }
    }

    long bytesOnDisk() {
        checkOpen();
        try {
            return backing.bytesOnDisk();
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable("directory " + where, e);
        }
    }

    /**
     * Takes a backup of all that is durable now, while the store goes on; appends do not wait for
     * it. See {@link EmbeddedBackup#take(Path, Path, boolean, LongConsumer)}.
     *
     * @param progressBytes told the number of bytes that were copied or checked so far
     */
    public BackupReport backupTo(Path backupDirectory, LongConsumer progressBytes) {
        checkOpen();
        Directory target = Machine.system(backupDirectory).directory();
        return EmbeddedBackup.take(backing.directory(), target, false, progressBytes, List.of());
    }

    ScavengeReport scavenge(LongConsumer progress) {
        checkOpen();
        return backing.scavenge(progress);
    }

    VerificationReport verifyLive(LongConsumer progress) {
        checkOpen();
        try {
            return backing.verify(progress);
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable("directory " + where, e);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            backing.beginClose();
            followers.closeWithStore();
            reads.close();
            backing.close();
        } catch (IOException e) {
            options.listener().noticed("closing the store %s met %s".formatted(where, e));
        } finally {
            index.close();
        }
    }

    /** How the writer works. */
    enum Execution {
        /** On a thread of its own, with groups: production. */
        THREADS,
        /** On the caller's thread, one append a group, nothing in the background: simulation. */
        CALLER
    }

    /** Hands several calls to the writer as one batch, on the calling thread; for tests. */
    void submitTogether(List<? extends Pending<?>> batch) {
        if (backing instanceof WritingBacking writing) {
            writing.submitTogether(batch);
        } else {
            batch.forEach(backing::submit);
        }
    }

    /** From here on rewrites segments that save at least so many percent; for tests. */
    void scavengeFrom(int leastPercent) {
        if (backing instanceof WritingBacking writing) {
            writing.scavenging().leastPercent(leastPercent);
        }
    }

    /** Why appends are refused, if they are; for tests. */
    @Nullable Throwable stoppedBy() {
        return backing instanceof WritingBacking writing ? writing.stoppedBy() : null;
    }
}
