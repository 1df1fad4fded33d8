package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamSummary;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.Completer;
import org.leftfold.api.spi.Follower;
import org.leftfold.api.spi.Followers;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.SnapshottingStore;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.jdbc.admin.JdbcAdmin;
import org.leftfold.jdbc.append.AppendSettings;
import org.leftfold.jdbc.append.Beside;
import org.leftfold.jdbc.append.Pending;
import org.leftfold.jdbc.append.Transactions;
import org.leftfold.jdbc.append.WriterLoop;
import org.leftfold.jdbc.event.KindBlocks;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.read.HeadWatch;
import org.leftfold.jdbc.read.JdbcEvents;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.read.StreamList;
import org.leftfold.jdbc.schema.Migrations;
import org.leftfold.jdbc.side.JdbcCheckpointStore;
import org.leftfold.jdbc.side.JdbcLeaseStore;
import org.leftfold.jdbc.side.JdbcSnapshotStore;
import org.leftfold.jdbc.side.SideHome;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.SqlErrors;
import org.leftfold.jdbc.viewstore.OwnConnection;

/**
 * The event store in a relational database; opened by {@link PostgresEventStore} and {@link
 * MariaDbEventStore}. Any number of processes may have it open. Safe for any thread.
 *
 * <p>One lock orders the log: every append takes it first, in a statement of its own, checks what
 * it expects, inserts and commits. So positions are dense and come in commit order, and a reader
 * that saw one has seen all below. The appends of one process share a transaction where they can.
 */
public final class JdbcEventStore implements JoiningStore, SnapshottingStore {
    private final Database database;
    private final JdbcOptions options;
    private final AppendSettings settings;
    private final Kinds kinds;
    private final Pages pages;
    private final UUID epoch;
    private final HeadWatch watch;
    private final KindBlocks blocks;
    private final WriterLoop writer;
    private final Completer completer;
    private final AtomicBoolean scavenging = new AtomicBoolean();
    private final Followers followers = new Followers();
    private final AtomicBoolean closed = new AtomicBoolean();

    private JdbcEventStore(Database database, JdbcOptions options, UUID epoch) {
        this.database = database;
        this.options = options;
        this.epoch = epoch;
        this.settings = new AppendSettings(options.clock(), options.acceptsLoss());
        this.kinds = new Kinds(database);
        Rows rows = new Rows(database, kinds);
        this.pages = new Pages(rows);
        this.watch =
                new HeadWatch(
                        database, epoch, options.pollInterval(), this::isFollowed, this::open);
        this.blocks = new KindBlocks(database, options.listener());
        String name = database.tables().prefix();
        this.completer = new Completer(name);
        this.writer =
                new WriterLoop(
                        new Transactions(rows, settings), options.listener(), this::moved, name);
    }

    static JdbcEventStore open(DataSource source, Dialect dialect, JdbcOptions options) {
        Database database = new Database(source, dialect, options.tables(), options.patience());
        boolean unused =
                database.read(connection -> {
                    dialect.requireCommittedReads(connection);
                    return true;
                });
        UUID epoch = Migrations.open(database, options.createsTables());
        JdbcEventStore store = new JdbcEventStore(database, options, epoch);
        store.writer.start();
        return store;
    }

    /** The administrative acts on this store. */
    public StoreAdmin admin() {
        checkOpen();
        return new JdbcAdmin(
                database,
                kinds,
                pages,
                settings,
                new JdbcAdmin.Shared(
                        epoch, scavenging, this::moved, this::checkOpen, this::requireNoOwnLock));
    }

    /**
     * Snapshots in the same database; derived, so any of them may be lost. The newest two of each
     * stream and state type are kept.
     */
    public SnapshotStore snapshots() {
        checkOpen();
        return new JdbcSnapshotStore(side());
    }

    /** Checkpoints of followers in the same database, for all processes. */
    public CheckpointStore checkpoints() {
        checkOpen();
        return new JdbcCheckpointStore(side());
    }

    /**
     * Leases in the same database, for all processes. They run out by the database's clock, or by
     * that of {@link JdbcOptions#clock}, which then has to be the same for all processes.
     */
    public LeaseStore leases() {
        checkOpen();
        return new JdbcLeaseStore(side());
    }

    /**
     * Views in the same database, each with its checkpoint in the same transaction. No statement of
     * theirs takes longer than {@link JdbcOptions#viewTimeout}.
     */
    public JdbcViews views() {
        checkOpen();
        return new JdbcViews(database, this, options.viewTimeout(), this::checkOpen);
    }

    /** The messages that handlers have taken, in the same database. */
    public ProcessedMessages processedMessages() {
        checkOpen();
        return new ProcessedMessages(database, options.clock(), this::checkOpen);
    }

    /**
     * Joins the caller's transaction, so that what it appends is committed with its other work.
     *
     * @param connection of this store's database, without auto commit, at READ COMMITTED; it stays
     *     the caller's, who commits and closes it
     * @throws InvalidRequestException if it has auto commit (LF-1301), or leads to another database
     *     (LF-1302)
     * @throws org.leftfold.api.StoreUnavailableException if it has another isolation level
     *     (LF-3014), or does not answer
     */
    public JoinedAppends joining(Connection connection) {
        checkOpen();
        return JoinedAppends.on(joinedHome(), connection);
    }

    /**
     * Joins a transaction on views that are kept in the same database, in a {@link JdbcViewStore}.
     *
     * @throws InvalidRequestException if they are kept elsewhere (LF-1302)
     */
    @Override
    public Joining joining(ViewTransaction transaction) {
        checkOpen();
        Connection connection =
                transaction
                        .unwrap(OwnConnection.class)
                        .map(OwnConnection::connection)
                        .orElseThrow(() ->
                                SqlErrors.otherDatabase(
                                        database.where(),
                                        "the views are kept in no database",
                                        null));
        return new JdbcJoining(
                database, epoch, JoinedAppends.onLent(joinedHome(), connection), connection);
    }

    private JoinedAppends.Home joinedHome() {
        return new JoinedAppends.Home(
                database, kinds, epoch, settings, options, this::checkOpen, this::lookSoon);
    }

    /** The log goes as far as this at least. */
    private void moved(long head) {
        watch.moved(head);
        blocks.moved(head);
    }

    /** Something was committed on a connection that is not ours; followers see it at once. */
    private void lookSoon() {
        blocks.look();
        if (isFollowed()) {
            Thread.ofVirtual()
                    .name("leftfold-look")
                    .start(() -> {
                        try {
                            watch.refresh();
                        } catch (LeftfoldException e) {
                            // the watch asks again in a moment, and says so if it cannot
                        }
                    });
        }
    }

    private boolean isFollowed() {
        return !followers.isEmpty();
    }

    private void requireNoOwnLock() {
        LockHolders.requireNone(epoch, database.where());
    }

    private SideHome side() {
        return new SideHome(database, options.clock(), this::checkOpen);
    }

    private void checkOpen() {
        if (closed.get()) {
            throw InvalidRequestException.closed("the store " + database.where());
        }
    }

    @Override
    public AppendResult append(Append append) {
        return Completer.await(submit(append));
    }

    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
        try {
            return completer.follow(submit(append));
        } catch (LeftfoldException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Pending submit(Append append) {
        return submit(new Pending(append));
    }

    private Pending submit(Pending pending) {
        checkOpen();
        requireNoOwnLock();
        options.auditPolicy().check(pending.append());
        writer.submit(pending);
        return pending;
    }

    @Override
    public boolean keepsHere(SnapshotStore snapshots) {
        return snapshots instanceof JdbcSnapshotStore here && here.isIn(database);
    }

    @Override
    public Kept append(Append append, SnapshotStore.Snapshot snapshot, SnapshotStore snapshots) {
        if (!(snapshots instanceof JdbcSnapshotStore here) || !here.isIn(database)) {
            throw new IllegalArgumentException(
                    "the snapshots are not those of this store: ask keepsHere first");
        }
        Beside beside = new Beside(connection -> here.save(connection, snapshot));
        AppendResult result = Completer.await(submit(new Pending(append, beside)));
        return new Kept(result, beside.isDone());
    }

    @Override
    public Events read(ReadRequest request) {
        checkOpen();
        return open(request);
    }

    private Events open(ReadRequest request) {
        return new JdbcEvents(pages, request, closed::get);
    }

    @Override
    public Subscription follow(FollowRequest request, EventHandler handler) {
        checkOpen();
        watch.refresh();
        Follower follower = new Follower(request, handler, watch, watch.signal(), followers::ended);
        return followers.start(follower, this::checkOpen, watch::run);
    }

    @Override
    public long head() {
        checkOpen();
        return watch.refresh();
    }

    @Override
    public long version(StreamName stream) {
        checkOpen();
        return database.read(connection -> version(connection, stream));
    }

    private long version(Connection connection, StreamName stream) throws SQLException {
        String sql =
                """
                select max(e.version) from {events} e
                where e.stream_id = (select s.stream_id from {streams} s where s.name = ?)\
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            database.dialect().setName(statement, 1, stream.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /**
     * Gives the streams that have readable events, in the order of their names as bytes in UTF-8.
     * Takes constant memory, however many there are.
     *
     * @param prefix only names that begin with it; empty for all
     * @param visitor takes one stream, and returns whether it wants another one
     */
    public void streams(String prefix, Predicate<StreamSummary> visitor) {
        checkOpen();
        new StreamList(database).visit(prefix, visitor);
    }

    @Override
    public Checkpoint checkpoint() {
        return Checkpoint.of(epoch, head());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        writer.close();
        database.beginClose();
        blocks.close();
        watch.close();
        followers.closeWithStore();
        completer.close();
    }
}
