package org.leftfold.jdbc.view;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.jdbc.sql.Database;

/**
 * The row that says how far a view is. Whoever changes the view holds its lock, so two instances of
 * an application never apply an event twice, lease or not. Safe for any thread.
 */
public final class ViewCheckpoint {
    private final Database database;
    private final String view;

    /** The row of a view. */
    public ViewCheckpoint(Database database, String view) {
        this.database = database;
        this.view = view;
    }

    /** How far the view is, null if it has to begin; its row is made if it is missing. */
    public @Nullable Checkpoint load() {
        return parsed(
                database.change(connection -> {
                    String sql =
                            database.dialect()
                                    .insertIfAbsent("{checkpoints}", "follower, fence", "?, 0");
                    try (PreparedStatement insert =
                            connection.prepareStatement(database.sql(sql))) {
                        database.dialect().setName(insert, 1, view);
                        insert.executeUpdate();
                    }
                    return text(connection, "");
                }));
    }

    /** How far the view is, as it is committed. */
    @Nullable Checkpoint read() {
        return parsed(database().read(connection -> text(connection, "")));
    }

    /** How far the view is, whose row is locked until the transaction ends. */
    @Nullable Checkpoint lock(Connection connection) throws SQLException {
        return parsed(text(connection, " for update"));
    }

    private static @Nullable Checkpoint parsed(@Nullable String text) {
        return text == null ? null : Checkpoint.parse(text);
    }

    private @Nullable String text(Connection connection, String forUpdate) throws SQLException {
        String sql = "select checkpoint from {checkpoints} where follower = ?" + forUpdate;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            database.dialect().setName(statement, 1, view);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    /** Says how far the view is, in the transaction at hand. */
    void save(Connection connection, @Nullable Checkpoint checkpoint) throws SQLException {
        String sql = "update {checkpoints} set checkpoint = ? where follower = ?";
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            statement.setString(1, checkpoint == null ? null : checkpoint.toString());
            database.dialect().setName(statement, 2, view);
            if (statement.executeUpdate() == 0) {
                throw new SQLException("the row of the view '" + view + "' is gone", "LF000");
            }
        }
    }

    /**
     * Lets the view begin again, together with other work, in one transaction.
     *
     * @throws org.leftfold.api.LeftfoldException if that cannot be done
     */
    public void reset(Work clear) {
        load();
        database.change(connection -> {
            lock(connection);
            clear.on(connection);
            save(connection, null);
            return true;
        });
    }

    /** What empties the tables of a view. */
    public interface Work {
        /** Empties them. */
        void on(Connection connection) throws SQLException;
    }

    Database database() {
        return database;
    }
}
