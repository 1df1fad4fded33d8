package org.leftfold.jdbc.append;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.Failure;

/**
 * Makes groups of appends durable, one transaction each, on a connection that it keeps while there
 * is work. For one thread.
 *
 * <p>When a connection fails, nobody knows what the server did. The group is made again on another
 * one, behind the append lock: by then the first transaction has either been committed, and the
 * events are found by their ids, or it never will be. When the data of one append make the database
 * refuse a group, or one of them needs a row that is damaged, each append is made alone, so that
 * only that one fails.
 */
public final class Transactions implements AutoCloseable {
    private final Database database;
    private final Rows rows;
    private final AppendSettings settings;
    private final KnownStreams known = new KnownStreams();
    private @Nullable Connection connection;
    private List<String> settingBack = List.of(); // what the connection was set to before

    /** Transactions on a database. */
    public Transactions(Rows rows, AppendSettings settings) {
        this.database = rows.database();
        this.rows = rows;
        this.settings = settings;
    }

    /** Makes a group; every append gets its outcome, whatever goes wrong. Throws nothing. */
    public List<Outcome> make(List<Append> appends) {
        return make(appends, Map.of());
    }

    /**
     * The same with what is to be done beside some of them, by their places in the list. Each is
     * told if it was committed; nothing that goes wrong with it touches the appends.
     */
    public List<Outcome> make(List<Append> appends, Map<Integer, Beside> beside) {
        return make(appends, beside, false);
    }

    /** Makes a group, of which an attempt may have been committed: then no error refuses it. */
    private List<Outcome> make(
            List<Append> appends, Map<Integer, Beside> besideFirst, boolean wasInDoubt) {
        AnyDatabase.Waiting waiting = database.new Waiting();
        boolean inDoubt = wasInDoubt;
        Map<Integer, Beside> beside = besideFirst;
        while (true) {
            Attempt attempt = new Attempt(beside);
            beside = Map.of(); // what was in the way once is left out
            try {
                return attempt.make(appends);
            } catch (SQLException e) {
                Failure failure = database.dialect().failure(e);
                inDoubt |=
                        attempt.commits
                                && (failure == Failure.CONNECTION
                                        || database.dialect().mayBeCommitted(e));
                if (failure == Failure.CONNECTION || failure == Failure.RETRY) {
                    drop(e);
                    if (!waiting.again()) {
                        return all(appends, inDoubt ? null : database.translate(e), e);
                    }
                } else if (appends.size() > 1 && isOfData(failure)) {
                    return oneByOne(appends, inDoubt);
                } else {
                    if (!isOfData(failure)) {
                        abort(e);
                    }
                    return all(appends, inDoubt ? null : database.translate(e), e);
                }
            } catch (IntegrityException e) { // a row is damaged that one of them needs
                inDoubt |= attempt.commits;
                return appends.size() > 1
                        ? oneByOne(appends, inDoubt)
                        : all(appends, inDoubt ? null : e, e);
            } catch (LeftfoldException e) {
                abort(e);
                return all(appends, inDoubt ? null : e, e);
            } catch (RuntimeException | Error e) {
                drop(e);
                return all(appends, null, e);
            }
        }
    }

    /** Whether another append might do where this one fails. */
    private static boolean isOfData(Failure failure) {
        return failure == Failure.OTHER || failure == Failure.FULL;
    }

    private final class Attempt {
        private final Map<Integer, Beside> beside;
        private boolean commits;

        Attempt(Map<Integer, Beside> beside) {
            this.beside = beside;
        }

        List<Outcome> make(List<Append> appends) throws SQLException {
            try {
                Connection at = connection();
                List<Outcome> direct =
                        beside.isEmpty() && database.dialect().appendsDirectly(known.wasAlone())
                                ? tryDirectly(at, appends)
                                : null;
                return direct == null ? together(at, appends) : direct;
            } catch (SQLException | RuntimeException | Error e) {
                known.forget();
                throw e;
            }
        }

        private @Nullable List<Outcome> tryDirectly(Connection at, List<Append> appends)
                throws SQLException {
            commits = true;
            List<Outcome> outcomes = GroupAppend.directly(at, rows, settings, appends, known);
            commits = outcomes != null; // else nothing was changed
            return outcomes;
        }

        private List<Outcome> together(Connection at, List<Append> appends) throws SQLException {
            at.setAutoCommit(false);
            try {
                List<Outcome> outcomes = GroupAppend.in(at, rows, settings, appends, known);
                List<Beside> done = doBeside(at, outcomes);
                commits = true;
                at.commit();
                done.forEach(Beside::done);
                return outcomes;
            } catch (SQLException | RuntimeException | Error e) {
                Database.rollBack(at, e);
                throw e;
            }
        }

        /** Gives what is done if the transaction is committed. */
        private List<Beside> doBeside(Connection at, List<Outcome> outcomes) throws SQLException {
            List<Beside> done = new ArrayList<>();
            for (Map.Entry<Integer, Beside> each : beside.entrySet()) {
                if (outcomes.get(each.getKey()) instanceof Outcome.Stored stored
                        && !stored.result().repeated()
                        && isDone(at, each.getValue())) {
                    done.add(each.getValue());
                }
            }
            return done;
        }

        private boolean isDone(Connection at, Beside one) throws SQLException {
            Savepoint before = at.setSavepoint();
            try {
                Object unused = one.work().on(at);
                return true;
            } catch (SQLException e) {
                Failure failure = database.dialect().failure(e);
                if (failure == Failure.CONNECTION || failure == Failure.RETRY) {
                    throw e; // nothing may be left of the transaction
                }
                at.rollback(before);
                return false;
            } catch (RuntimeException e) {
                at.rollback(before);
                return false;
            }
        }
    }

    private List<Outcome> oneByOne(List<Append> appends, boolean inDoubt) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Append append : appends) {
            outcomes.addAll(make(List.of(append), Map.of(), inDoubt));
        }
        return outcomes;
    }

    /** The same outcome for all; without a refusal it is unknown what became of them. */
    private static List<Outcome> all(
            List<Append> appends, @Nullable LeftfoldException refusal, Throwable cause) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Append append : appends) {
            outcomes.add(
                    refusal == null
                            ? Outcome.unknown(append, cause)
                            : new Outcome.Refused(refusal));
        }
        return outcomes;
    }

    private Connection connection() throws SQLException {
        Connection at = connection;
        if (at == null) {
            at = database.connect();
            try {
                at.setAutoCommit(true); // a setting must not begin a transaction
                settingBack = database.dialect().prepareForAppends(at);
            } catch (SQLException | RuntimeException | Error e) {
                close(at, e);
                throw e;
            }
            connection = at;
        }
        return at;
    }

    private void drop(Throwable why) {
        Connection at = connection;
        connection = null;
        if (at != null) {
            try {
                setBack(at);
            } catch (SQLException e) {
                why.addSuppressed(e);
            }
            close(at, why);
        }
    }

    /**
     * Ends the connection itself, so that its pool makes a new one: it may lead to a server that
     * was the primary, or be set in a way that another is not.
     */
    private void abort(Throwable why) {
        Connection at = connection;
        if (at != null) {
            Database.abort(at, why);
        }
        drop(why);
    }

    private static void close(Connection at, Throwable why) {
        try {
            at.close();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    private void setBack(Connection at) throws SQLException {
        List<String> statements = settingBack;
        settingBack = List.of();
        at.setAutoCommit(true);
        Dialect.setBack(at, statements);
    }

    /** Gives the connection back; the next group takes another one. */
    @Override
    public void close() {
        Connection at = connection;
        connection = null;
        if (at != null) {
            try (at) {
                setBack(at);
            } catch (SQLException e) {
                // it is gone; nothing of ours was in it
            }
        }
    }
}
