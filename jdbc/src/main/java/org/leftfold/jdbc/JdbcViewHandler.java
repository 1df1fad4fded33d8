package org.leftfold.jdbc;

import java.sql.Connection;
import org.leftfold.api.RecordedEvent;

/** Brings a view up to date with one event. */
@FunctionalInterface
public interface JdbcViewHandler {
    /**
     * Changes the tables of the view.
     *
     * @param connection in a transaction that holds what other events changed before and will hold
     *     the checkpoint behind this one; whoever calls this commits it, rolls it back, and closes
     *     it
     * @throws Exception to undo what was changed; if it is caused by a connection that was lost, a
     *     deadlock or the like, the events since the last commit come again, else the view stops in
     *     front of them
     */
    void apply(Connection connection, RecordedEvent event) throws Exception;
}
