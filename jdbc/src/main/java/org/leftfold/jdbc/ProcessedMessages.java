package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.spi.NameRule;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.SqlErrors;

/**
 * The messages that handlers have taken, in a table beside the events. A handler notes a message in
 * the transaction in which it does its work: both are committed, or neither. Got by {@link
 * JdbcEventStore#processedMessages()}. Safe for any thread.
 *
 * <p>
 *
 * {@snippet :
 * try (JoinedAppends joined = store.joining(connection)) {
 *     if (messages.begin(connection, "billing", message.id())) {
 *         joined.append(decide(message));
 *         joined.flush();
 *     }
 *     connection.commit();
 *     joined.committed();
 * }
 * }
 */
public final class ProcessedMessages {
    /** So many are removed in one transaction, which others may have to wait for. */
    private static final int REMOVED_TOGETHER = 5_000;

    private final Database database;
    private final @Nullable InstantSource clock;
    private final Runnable requireOpen;

    ProcessedMessages(Database database, @Nullable InstantSource clock, Runnable requireOpen) {
        this.database = database;
        this.clock = clock;
        this.requireOpen = requireOpen;
    }

    /**
     * Notes in the caller's transaction that a handler takes a message. While another transaction
     * is doing the same, this waits for its end. Never a duplicate key error: the transaction stays
     * usable.
     *
     * @param connection of this store's database, without auto commit
     * @param handler who takes it; names keep {@link NameRule}, as do ids
     * @return false if the handler has taken it before; nothing was changed
     * @throws org.leftfold.api.InvalidRequestException if a name is not allowed (LF-1001) or the
     *     connection has auto commit (LF-1301)
     * @throws org.leftfold.api.StoreUnavailableException if the database failed; roll back, and
     *     repeat the transaction if it was ended for the sake of another (LF-3013)
     */
    public boolean begin(Connection connection, String handler, String messageId) {
        NameRule.check("handler name", handler);
        NameRule.check("message id", messageId);
        requireOpen.run();
        try {
            if (connection.getAutoCommit()) {
                throw SqlErrors.autoCommit("noting a message");
            }
            return insert(connection, handler, messageId);
        } catch (SQLException e) {
            throw database.translate(e);
        }
    }

    private boolean insert(Connection connection, String handler, String messageId)
            throws SQLException {
        String time = clock == null ? database.dialect().nowMicros() : "?";
        String sql =
                database.dialect()
                        .insertIfAbsent(
                                "{processed_messages}",
                                "handler, message_id, processed_at",
                                "?, ?, " + time);
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            database.dialect().setName(statement, 1, handler);
            database.dialect().setName(statement, 2, messageId);
            if (clock != null) {
                statement.setLong(3, StoredRow.micros(clock.instant()));
            }
            return statement.executeUpdate() > 0;
        }
    }

    /**
     * Forgets the messages that were taken before a moment, in transactions of its own. One that
     * comes again after that is taken for new: keep them for longer than any sender repeats.
     *
     * @param moment by the clock that noted them, cut to microseconds
     * @return how many were forgotten
     * @throws org.leftfold.api.StoreUnavailableException if the database failed; what was forgotten
     *     before stays forgotten
     */
    public long removeBefore(Instant moment) {
        requireOpen.run();
        long before = StoredRow.micros(moment);
        long removed = 0;
        while (true) {
            Long end = database.read(connection -> endOfSome(connection, before));
            removed +=
                    database.change(connection -> remove(connection, end == null ? before : end));
            if (end == null) {
                return removed;
            }
        }
    }

    /** The time before which there are about as many as may be removed together; null for all. */
    private @Nullable Long endOfSome(Connection connection, long before) throws SQLException {
        String sql =
                """
                select processed_at from {processed_messages} where processed_at < ?
                order by processed_at limit 1 offset\
                """
                        + " "
                        + REMOVED_TOGETHER;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            statement.setLong(1, before);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Long.valueOf(row.getLong(1) + 1) : null;
            }
        }
    }

    private int remove(Connection connection, long before) throws SQLException {
        String sql = "delete from {processed_messages} where processed_at < ?";
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            statement.setLong(1, before);
            return statement.executeUpdate();
        }
    }
}
