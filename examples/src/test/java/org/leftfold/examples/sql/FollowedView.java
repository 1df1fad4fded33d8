package org.leftfold.examples.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.leftfold.api.Query;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;

/** A view that follows the events. */
abstract class FollowedView {
    /** Changes the tables of the application. */
    abstract void countDay(Connection connection, Instant moment) throws SQLException;

    Subscription keepUp(JdbcEventStore store) {
        // @start region="view"
        Subscription view =
                store.views()
                        .follow(
                                "orders-a-day", // its name among store.checkpoints()
                                Query.types("OrderPlaced"),
                                (connection, event) -> countDay(connection, event.recordedAt()));
        // @end
        return view;
    }
}
