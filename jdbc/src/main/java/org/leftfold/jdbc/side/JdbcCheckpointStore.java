package org.leftfold.jdbc.side;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.api.spi.NameRule;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;

/**
 * Checkpoints in a table, one row for each follower ever; the row's lock makes the comparison of
 * fences and the save one act. Safe for any thread and any number of processes.
 */
public final class JdbcCheckpointStore implements CheckpointStore {
    private final SideHome home;
    private final Database database;
    private final Dialect dialect;

    /** The checkpoints of a store. */
    public JdbcCheckpointStore(SideHome home) {
        this.home = home;
        this.database = home.database();
        this.dialect = database.dialect();
    }

    @Override
    public Optional<Checkpoint> load(String follower) {
        NameRule.check("follower name", follower);
        home.checkOpen();
        return database.read(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(
                            database.sql(
                                    "select checkpoint from {checkpoints} where follower = ?"))) {
                dialect.setName(statement, 1, follower);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.ofNullable(row.getString(1)).map(Checkpoint::parse)
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public boolean save(String follower, Checkpoint checkpoint, long fence) {
        NameRule.check("follower name", follower);
        Objects.requireNonNull(checkpoint, "checkpoint");
        if (fence < 0) {
            throw InvalidRequestException.number("fence", fence, "it must not be negative");
        }
        home.checkOpen();
        return database.change(connection -> save(connection, follower, checkpoint, fence));
    }

    private boolean save(Connection connection, String follower, Checkpoint checkpoint, long fence)
            throws SQLException {
        if (fence < lockedFence(connection, follower)) {
            return false;
        }
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "update {checkpoints} set checkpoint = ?, fence = ? where follower = ?"))) {
            statement.setString(1, checkpoint.toString());
            statement.setLong(2, fence);
            dialect.setName(statement, 3, follower);
            statement.executeUpdate();
            return true;
        }
    }

    /** The highest fence that saved for a follower, whose row is made if it is missing. */
    private long lockedFence(Connection connection, String follower) throws SQLException {
        long fence = find(connection, follower);
        if (fence < 0) {
            String sql = dialect.insertIfAbsent("{checkpoints}", "follower, fence", "?, 0");
            try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
                dialect.setName(statement, 1, follower);
                statement.executeUpdate();
            }
            fence = find(connection, follower);
        }
        return fence;
    }

    private long find(Connection connection, String follower) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "select fence from {checkpoints} where follower = ? for update"))) {
            dialect.setName(statement, 1, follower);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : -1;
            }
        }
    }

    @Override
    public void forget(String follower) {
        NameRule.check("follower name", follower);
        home.checkOpen();
        database.change(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(
                            database.sql(
                                    "update {checkpoints} set checkpoint = null where follower = ?"))) {
                dialect.setName(statement, 1, follower);
                return statement.executeUpdate();
            }
        });
    }
}
