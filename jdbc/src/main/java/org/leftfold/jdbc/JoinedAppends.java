package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamWrite;
import org.leftfold.jdbc.append.AppendSettings;
import org.leftfold.jdbc.append.GroupAppend;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.Failure;
import org.leftfold.jdbc.sql.SqlErrors;
import org.leftfold.jdbc.sql.SystemTime;

/**
 * Appends that are committed with the caller's own transaction and tables, or not at all. Got by
 * {@link JdbcEventStore#joining}. For one transaction, and for one thread at a time.
 *
 * <p>
 *
 * {@snippet :
 * connection.setAutoCommit(false);
 * try (JoinedAppends joined = store.joining(connection)) {
 *     updateView(connection);
 *     joined.append(append);   // kept in memory
 *     joined.flush();          // takes the store's append lock, decides, inserts
 *     connection.commit();     // gives the lock back
 *     joined.committed();
 * } catch (LeftfoldException | SQLException e) {
 *     connection.rollback();
 *     throw e;
 * }
 * }
 *
 * <p>From {@link #flush()} or {@link #appendNow} on to the end of the transaction all other appends
 * to the store wait, in all processes: flush right before the commit, and do nothing slow after it.
 * In that time a statement takes at most {@link JdbcOptions#joinedTimeout}, and a transaction that
 * does nothing for {@link #IDLE_TIMEOUT} is ended by the server.
 *
 * <p>When writing fails for any reason, the whole transaction is rolled back at once, the caller's
 * tables included, so that nothing of it can be committed by mistake. After a conflict decide
 * again, in a new transaction. After LF-3013 (a deadlock, or waiting for too long) repeat the whole
 * transaction. When the answer to the commit is lost, nobody knows whether it is there: repeat the
 * whole transaction with the same event ids. If the results then say {@link
 * AppendResult#repeated()}, the first one was committed, with what it did to other tables: roll
 * back.
 *
 * <p>While its transaction has the lock, a thread that appends by the store itself, or joins
 * another transaction, would wait for itself; that is refused (LF-1303) until {@link #committed()}
 * or {@link #close()}. Nobody can see it when a thread that has the lock waits for another thread
 * that wants it, or when the transaction is ended by another thread than the one that flushed:
 * avoid both. Nor can a database be told from a copy of it that has the same store in it, nor, on
 * MariaDB and MySQL, an isolation level that was set for one transaction only.
 */
public final class JoinedAppends implements AutoCloseable {
    /** Most appends that are kept for one {@link #flush()}. */
    public static final int MAX_APPENDS = 4096;

    /** Most bytes of their events. */
    public static final int MAX_BYTES = 64 << 20;

    /** A transaction that has the lock and does nothing for so long is ended by the server. */
    public static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);

    /** So much is decided on and inserted at a time. */
    private static final int GROUP_APPENDS = 512;

    private static final int GROUP_BYTES = 1 << 20;

    private final Home home;
    private final Connection connection;

    /** Whether the transaction is ended by whoever lent it, also when writing fails. */
    private final boolean isLent;

    /** Of its own: what it reads here may never be committed, and must not be remembered. */
    private final Rows rows;

    private final List<Append> buffered = new ArrayList<>();
    private final List<AppendResult> results = new ArrayList<>();
    private long bufferedBytes;
    private List<String> restoring = List.of();
    private LockHolders.@Nullable Place place; // once the lock was asked for
    private boolean ended;
    private final Written written = new Written();

    /**
     * The store that is appended to.
     *
     * @param requireOpen throws when it is closed
     * @param moved called when its head may have moved
     */
    record Home(
            Database database,
            Kinds kinds,
            UUID epoch,
            AppendSettings settings,
            JdbcOptions options,
            Runnable requireOpen,
            Runnable moved) {}

    /** What this transaction has written, for the listener. */
    private static final class Written {
        private int appends;
        private int events;
        private long bytes;
        private long since;
        private final List<String> refused = new ArrayList<>(); // codes of errors
    }

    private JoinedAppends(Home home, Connection connection, boolean isLent) {
        this.home = home;
        this.connection = connection;
        this.isLent = isLent;
        this.rows = new Rows(home.database(), home.kinds().within());
    }

    /** Joins a transaction, if that is possible; see {@link JdbcEventStore#joining}. */
    static JoinedAppends on(Home home, Connection connection) {
        return joined(new JoinedAppends(home, connection, false));
    }

    /** Joins a transaction that others end: who fails throws, and they roll back. */
    static JoinedAppends onLent(Home home, Connection connection) {
        return joined(new JoinedAppends(home, connection, true));
    }

    private static JoinedAppends joined(JoinedAppends joined) {
        try {
            joined.requireTransaction();
            if (!joined.isLent) { // who lends has begun it like that
                joined.requireReadCommitted();
            }
            joined.requireThisStore();
        } catch (SQLException e) {
            throw joined.home.database().translate(e);
        }
        return joined;
    }

    private void requireTransaction() throws SQLException {
        if (connection.getAutoCommit()) {
            throw SqlErrors.autoCommit("joining");
        }
    }

    private void requireReadCommitted() throws SQLException {
        int level = connection.getTransactionIsolation();
        if (level != Connection.TRANSACTION_READ_COMMITTED) {
            throw SqlErrors.isolation(
                    switch (level) {
                        case Connection.TRANSACTION_READ_UNCOMMITTED -> "read uncommitted";
                        case Connection.TRANSACTION_REPEATABLE_READ -> "repeatable read";
                        case Connection.TRANSACTION_SERIALIZABLE -> "serializable";
                        default -> "level " + level;
                    });
        }
    }

    private void requireThisStore() throws SQLException {
        Database database = home.database();
        String found = "";
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                database.sql("select epoch from {store} where id = 1"));
                ResultSet row = statement.executeQuery()) {
            found = row.next() ? row.getString(1).strip() : "none";
        } catch (SQLException e) {
            if (database.dialect().failure(e) == Failure.MISSING_TABLE || isMissing(e)) {
                throw SqlErrors.otherDatabase(database.where(), "it has no such table", e);
            }
            throw e;
        }
        if (!found.equals(home.epoch().toString())) {
            throw SqlErrors.otherDatabase(
                    database.where(),
                    "the store there has epoch %s, not %s".formatted(found, home.epoch()),
                    null);
        }
    }

    /** A missing table in the words of another kind of database. */
    private static boolean isMissing(SQLException error) {
        String state = error.getSQLState();
        return state != null && (state.equals("42P01") || state.startsWith("42S0"));
    }

    /**
     * Keeps an append in memory, for {@link #flush()}.
     *
     * @throws InvalidRequestException if the audit policy refuses it (LF-1006), too much is kept
     *     already (LF-1002), or this transaction has ended (LF-1007); the others stay
     */
    public void append(Append append) {
        requireUsable();
        keep(append);
    }

    private void keep(Append append) {
        home.options().auditPolicy().check(append);
        long bytes = bytes(append);
        if (buffered.size() == MAX_APPENDS) {
            throw SqlErrors.tooMuchJoined("appends", MAX_APPENDS + 1, MAX_APPENDS);
        }
        if (bufferedBytes + bytes > MAX_BYTES) {
            throw SqlErrors.tooMuchJoined("bytes", bufferedBytes + bytes, MAX_BYTES);
        }
        buffered.add(append);
        bufferedBytes += bytes;
    }

    private static long bytes(Append append) {
        long bytes = 0;
        for (StreamWrite write : append.writes()) {
            for (NewEvent event : write.events()) {
                bytes += event.sizeBytes();
            }
        }
        return bytes;
    }

    /**
     * Writes what was kept, in the order in which it was given: takes the store's append lock,
     * decides on each append and inserts its events. Commit right after it. Without appends it does
     * nothing.
     *
     * @return what becomes of each append since the last flush if the transaction is committed
     * @throws org.leftfold.api.ConflictException the first refusal; the transaction was rolled back
     * @throws InvalidRequestException if an append cannot be made, if this thread would wait for
     *     itself (LF-1303), or the connection has auto commit now (LF-1301)
     * @throws org.leftfold.api.StoreUnavailableException if the database failed; the transaction
     *     was rolled back, or is by the server. After LF-3013 repeat it as a whole
     */
    public List<AppendResult> flush() {
        requireUsable();
        write();
        List<AppendResult> all = List.copyOf(results);
        results.clear();
        return all;
    }

    /**
     * Writes what was kept and then this append, for whoever needs its positions at once. The
     * store's append lock is held from now to the end of the transaction.
     *
     * @return what becomes of it if the transaction is committed
     * @throws LeftfoldException as with {@link #append} and {@link #flush()}
     */
    public AppendResult appendNow(Append append) {
        requireUsable();
        keep(append);
        write();
        return results.removeLast();
    }

    private void requireUsable() {
        home.requireOpen().run();
        if (ended) {
            throw InvalidRequestException.closed("this JoinedAppends");
        }
    }

    /**
     * Writes these, each for itself: what one of them is refused for is told of it alone. The
     * store's append lock is held from now to the end of the transaction.
     *
     * @return what becomes of each if the transaction is committed
     */
    List<Outcome> appendEach(List<Append> appends) {
        requireUsable();
        Outcome[] outcomes = new Outcome[appends.size()];
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < appends.size(); i++) {
            try {
                keep(appends.get(i));
                kept.add(i);
            } catch (LeftfoldException e) {
                outcomes[i] = new Outcome.Refused(e);
                written.refused.add(e.code());
            }
        }
        Iterator<Integer> next = kept.iterator();
        write(outcome -> {
            outcomes[next.next()] = outcome;
            if (outcome instanceof Outcome.Refused refused) {
                written.refused.add(refused.why().code());
            }
        });
        return List.of(outcomes);
    }

    private void write() {
        write(outcome -> {
            switch (outcome) {
                case Outcome.Stored stored -> results.add(stored.result());
                case Outcome.Refused refused -> throw refused.why();
            }
        });
    }

    private void write(Consumer<Outcome> told) {
        if (buffered.isEmpty()) {
            return;
        }
        try {
            requireTransaction();
            if (place == null) {
                place = LockHolders.enter(home.epoch(), home.database().where(), this);
                written.since = SystemTime.nanos();
                restoring =
                        home.database()
                                .dialect()
                                .limitWaiting(
                                        connection, home.options().joinedTimeout(), IDLE_TIMEOUT);
            }
            for (List<Append> group : groups()) {
                write(group, told);
            }
            buffered.clear();
            bufferedBytes = 0;
        } catch (SQLException e) {
            throw undone(home.database().translate(e));
        } catch (LeftfoldException e) {
            throw undone(e);
        } catch (RuntimeException | Error e) {
            rollBack(e);
            throw e;
        }
    }

    private List<List<Append>> groups() {
        List<List<Append>> groups = new ArrayList<>();
        List<Append> group = new ArrayList<>();
        long bytes = 0;
        for (Append append : buffered) {
            if (group.isEmpty() || group.size() == GROUP_APPENDS || bytes >= GROUP_BYTES) {
                group = new ArrayList<>();
                groups.add(group);
                bytes = 0;
            }
            group.add(append);
            bytes += bytes(append);
        }
        return groups;
    }

    private void write(List<Append> group, Consumer<Outcome> told) throws SQLException {
        List<Outcome> outcomes = GroupAppend.in(connection, rows, home.settings(), group);
        for (int i = 0; i < group.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Stored stored) {
                count(group.get(i), stored.result());
            }
            told.accept(outcomes.get(i));
        }
    }

    private void count(Append append, AppendResult result) {
        written.appends++;
        if (!result.repeated()) {
            written.events += append.eventCount();
            written.bytes += bytes(append);
        }
    }

    private LeftfoldException undone(LeftfoldException why) {
        home.options().listener().refused(why.code());
        rollBack(why);
        return why;
    }

    /** Ends the transaction, so that the part that succeeded cannot be committed. */
    private void rollBack(Throwable why) {
        if (!isLent) {
            Database.rollBack(connection, why);
        }
        end();
    }

    /**
     * Says that the caller has committed the transaction: followers of this process are woken, who
     * would see the events some milliseconds later otherwise, and the thread may append by the
     * store again. Call it only after a commit that succeeded.
     *
     * @throws InvalidRequestException if something was never flushed, and so not committed
     *     (LF-1304), or this transaction has ended (LF-1007)
     */
    public void committed() {
        requireUsable();
        close();
        tellCommitted();
    }

    /** Wakes the followers, and tells the listener what was committed. */
    void tellCommitted() {
        if (isLent) { // who lends tells the truth
            rows.kinds().commit();
        }
        written.refused.forEach(home.options().listener()::refused);
        if (written.events > 0) {
            home.moved().run();
            home.options()
                    .listener()
                    .committed(
                            written.appends,
                            written.events,
                            written.bytes,
                            Duration.ofNanos(SystemTime.nanos() - written.since));
        }
    }

    /** Forgets what was kept and not flushed, for a caller who rolls back. */
    public void discard() {
        buffered.clear();
        bufferedBytes = 0;
    }

    /**
     * Ends this, after the transaction and before its connection is closed; the connection gets its
     * own timeouts back. Neither commits nor rolls back.
     *
     * @throws InvalidRequestException if something was neither flushed nor discarded (LF-1304)
     */
    @Override
    public void close() {
        int lost = buffered.size();
        end();
        if (lost > 0) {
            throw SqlErrors.notFlushed(home.database().where(), lost);
        }
    }

    private void end() {
        ended = true;
        discard();
        if (place != null) {
            LockHolders.leave(place, this);
            place = null;
        }
        List<String> statements = restoring;
        restoring = List.of();
        try {
            if (!connection.isClosed()) {
                Dialect.setBack(connection, statements);
            }
        } catch (SQLException e) {
            // the connection is broken; whoever takes it next finds that out
        }
    }

    /** Whether both are in the same transaction, and so have the same lock. */
    boolean isOn(JoinedAppends other) {
        return connection.equals(other.connection);
    }

    /** Whether the connection was closed, and its transaction has so ended. */
    boolean isGone() throws SQLException {
        try {
            return connection.isClosed();
        } catch (IllegalStateException e) {
            return true; // it was lent, and is no more
        }
    }

    /** What reads on the connection of this transaction. */
    Rows rows() {
        return rows;
    }
}
