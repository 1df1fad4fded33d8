package org.leftfold.jdbc.read;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.Database;

/** Reads rows of events. Safe for any thread. */
public final class Pages {
    private final Database database;
    private final Kinds kinds;

    /** Reads of a store. */
    public Pages(Database database, Kinds kinds) {
        this.database = database;
        this.kinds = kinds;
    }

    Kinds kinds() {
        return kinds;
    }

    Database database() {
        return database;
    }

    /**
     * Some rows.
     *
     * @param rows the rows in order; what does not match may be among them
     * @param head position of the last event when they were read; 0 if that was not asked
     * @param isFull whether there may be more behind them
     */
    public record Page(List<StoredRow> rows, long head, boolean isFull) {}

    /** What is still to be read of one stream; both ends of versions belong to it. */
    record StreamRange(
            StreamName stream, long firstVersion, long lastVersion, QueryPlan.Range positions) {}

    /** The next rows of a stream, and the head: all in one statement, which sees one moment. */
    Page ofStream(Connection connection, StreamRange range, boolean asksHead) throws SQLException {
        QueryPlan.Range positions = range.positions();
        boolean walksPositions = positions.isShort();
        String head = asksHead ? "(select max(h.position) from {events} h)" : "0";
        Sql sql =
                new Sql()
                        .add("select " + StoredRow.COLUMNS + ", " + head + " from {streams} s")
                        .add(" join {events} e on e.stream_id")
                        .add(walksPositions ? " + 0 = s.stream_id" : " = s.stream_id")
                        .add(" where s.name = ?", range.stream().value())
                        .add(
                                " and e.version >= ? and e.version <= ?",
                                range.firstVersion(),
                                range.lastVersion());
        positions.tail(sql, "e.position", walksPositions ? "e.position" : "e.version");
        return page(connection, sql, positions.limit());
    }

    /** The next rows of the whole log. */
    Page ofAll(Connection connection, QueryPlan.Range range, boolean asksHead)
            throws SQLException {
        return ofAll(connection, StoredRow.COLUMNS, range, asksHead);
    }

    /** The next rows of the whole log, with streams as they were after an act. */
    public Page ofAllAsOfAct(Connection connection, QueryPlan.Range range, long actId)
            throws SQLException {
        return ofAll(connection, StoredRow.columnsAsOfAct(actId), range, false);
    }

    private Page ofAll(
            Connection connection, String columns, QueryPlan.Range range, boolean asksHead)
            throws SQLException {
        String head = asksHead ? "(select max(h.position) from {events} h)" : "0";
        Sql sql =
                new Sql()
                        .add("select " + columns + ", " + head + " from {events} e")
                        .add(" join {streams} s on s.stream_id = e.stream_id where 1 = 1");
        return page(connection, range.tail(sql, "e.position", "e.position"), range.limit());
    }

    /** The next rows that a plan finds. */
    public Page ofPlan(Connection connection, QueryPlan plan, QueryPlan.Range range)
            throws SQLException {
        if (plan.isEmpty()) {
            return new Page(List.of(), 0, false);
        }
        Sql sql =
                new Sql()
                        .add("select " + StoredRow.COLUMNS + ", 0 from (")
                        .add(plan.positions(range))
                        .add(") found join {events} e on e.position = found.position")
                        .add(" join {streams} s on s.stream_id = e.stream_id")
                        .add(" order by e.position" + range.direction());
        return page(connection, sql, range.limit());
    }

    private Page page(Connection connection, Sql sql, int limit) throws SQLException {
        List<StoredRow> found = new ArrayList<>(Math.min(limit, 256));
        long head = 0;
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(StoredRow.read(connection, database.dialect(), kinds, rows));
                head = rows.getLong(StoredRow.COLUMN_COUNT + 1);
            }
        }
        return new Page(found, head, found.size() == limit);
    }

    /** The bodies of events at some positions; those that were scavenged meanwhile are missing. */
    public Map<Long, StoredRow.Body> bodies(Connection connection, List<Long> positions)
            throws SQLException {
        Map<Long, StoredRow.Body> bodies = new HashMap<>();
        Sql sql =
                new Sql()
                        .add("select position, metadata, payload from {events} where position in ")
                        .addList(positions);
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                byte[] payload = rows.getBytes(3);
                if (payload != null) {
                    bodies.put(rows.getLong(1), new StoredRow.Body(rows.getString(2), Payload.wrap(payload)));
                }
            }
        }
        return bodies;
    }

    /** Whether a request asks for one stream only, whatever else it filters by. */
    static boolean isOfOneStream(ReadRequest request) {
        return request.query().items().size() == 1
                && request.query().items().getFirst().streams().size() == 1;
    }
}
