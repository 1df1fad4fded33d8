package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.leftfold.api.EventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Query;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.NameRule;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.view.ViewCheckpoint;
import org.leftfold.jdbc.view.ViewRun;

/**
 * Views of the events in tables of the same database. What an event changes is committed together
 * with the checkpoint behind it, so it takes effect once, whatever is cut or killed. Safe for any
 * thread.
 *
 * <p>A view has one checkpoint, kept under its name among those of {@link
 * JdbcEventStore#checkpoints()}. Several instances of an application may keep up the same view:
 * whoever is to change it locks that row first, and looks whether it is where it left it.
 */
public final class JdbcViews {
    private final Database database;
    private final EventStore store;
    private final Duration longest;
    private final Runnable requireOpen;

    JdbcViews(Database database, EventStore store, Duration longest, Runnable requireOpen) {
        this.database = database;
        this.store = store;
        this.longest = longest;
        this.requireOpen = requireOpen;
    }

    /**
     * Keeps a view up to date from now on: first with what it has missed, then with every event as
     * it is appended. While it catches up, up to 500 events or 200 ms share a transaction; when it
     * is live, each event or burst has one. Ends when the handler fails, with that failure, and
     * stands before the events of the transaction that was undone.
     *
     * @param view its name
     * @param query the events that concern it
     * @return its {@link Subscription#checkpoint()} is the one that is committed
     * @throws InvalidRequestException if the name is not allowed (LF-1001)
     */
    public Subscription follow(String view, Query query, JdbcViewHandler handler) {
        ViewRun run = new ViewRun(store, query, checkpoint(view), handler::apply, longest);
        run.start();
        return run;
    }

    /**
     * Lets a view begin again with the first event: empties it and forgets its checkpoint, in one
     * transaction. Instances that follow it notice.
     *
     * @param clear empties the tables of the view
     * @throws InvalidRequestException if the name is not allowed (LF-1001)
     * @throws org.leftfold.api.LeftfoldException if it cannot be done; nothing was changed, unless
     *     it is an {@link org.leftfold.api.OutcomeUnknownException}
     */
    public void reset(String view, Clearing clear) {
        checkpoint(view).reset(clear::on);
    }

    private ViewCheckpoint checkpoint(String view) {
        NameRule.check("view name", view);
        requireOpen.run();
        return new ViewCheckpoint(database, view);
    }

    /** Empties the tables of a view. */
    @FunctionalInterface
    public interface Clearing {
        /**
         * Empties them. May be called again when the database was lost meanwhile.
         *
         * @param connection in a transaction that whoever calls this ends
         */
        void on(Connection connection) throws SQLException;
    }
}
