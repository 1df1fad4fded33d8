package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in one message, for a writer that knows all but whether the log still ends as it
 * did: the lock, that question, the rows. Nothing is changed if it ends otherwise. The server goes
 * on with it when the connection is lost. Each size of group is another block, so the driver is
 * told to put the values in and have none prepared.
 *
 * @param connection with auto commit
 * @param nowMicros an expression for the time of the database
 */
record MariaDbBlock(Connection connection, Tables tables, DirectGroup group, String nowMicros) {
    /** The time of recording is a variable of the block. */
    private static final String EVENT_MARKS = "?,?,?,?,?,moment,?,?,?,?,?";

    /**
     * Stores the rows of the group.
     *
     * @return null if the log ends otherwise, or is set otherwise; nothing was changed then
     */
    DirectGroup.@Nullable Stored append(
            LogEnd end, List<Dialect.EventRow> rows, @Nullable Long clockMicros, boolean trusting)
            throws SQLException {
        String inserts =
                MariaDbDialect.insertInto(
                        "{events} " + MariaDbDialect.EVENT_COLUMNS, rows.size(), EVENT_MARKS);
        if (!group.tags.isEmpty()) {
            inserts +=
                    ";\n"
                            + MariaDbDialect.insertInto(
                                    "{tags} " + MariaDbDialect.TAG_COLUMNS,
                                    group.tags.size(),
                                    "?,?");
        }
        try (PreparedStatement statement =
                connection.prepareStatement(tables.sql(block(inserts)))) {
            statement.setObject(1, clockMicros, Types.BIGINT);
            statement.setLong(2, end.position());
            statement.setLong(3, end.idHigh());
            statement.setLong(4, end.idLow());
            statement.setLong(5, end.recordedAt());
            statement.setBoolean(6, trusting);
            int index = 7;
            for (Dialect.EventRow row : rows) {
                index = MariaDbDialect.set(statement, index, row, false);
            }
            for (DirectGroup.TagOf tag : group.tags) {
                statement.setLong(index++, tag.key());
                statement.setLong(index++, end.position() + tag.event());
            }
            statement.execute();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                long moment = row.getLong(1);
                return row.wasNull() ? null : group.storedAsKnown(moment);
            }
        }
    }

    /**
     * Ends what a block may have left: its handler does not run if the server was told to end the
     * statement. The driver believes that there is no transaction.
     */
    void rollBack(Throwable why) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("rollback");
        } catch (SQLException e) {
            why.addSuppressed(e);
            AnyDatabase.abort(connection, why);
        }
    }

    private String block(String inserts) {
        return """
        /*client prepare*/ begin not atomic
            declare moment bigint;
            declare locked integer;
            declare exit handler for sqlexception begin rollback; resignal; end;
            start transaction;
            select format into locked from {store} where id = 1 for update;
            select greatest(e.recorded_at, coalesce(?, %s), coalesce(
                    (select a.recorded_at from {acts} a order by a.act_id desc limit 1),
                    e.recorded_at))
                into moment from {events} e
                where e.position = ? and e.id_high = ? and e.id_low = ? and e.recorded_at = ?
                    and e.position = (select max(l.position) from {events} l)
                    and @@read_only = 0 and (? or (@@innodb_flush_log_at_trx_commit = 1
                        and @@log_bin = 1 and @@sync_binlog = 1 and @@sql_log_bin = 1));
            if moment is not null then
                %s;
            end if;
            commit;
            select moment;
        end\
        """
                .formatted(nowMicros, inserts);
    }
}
