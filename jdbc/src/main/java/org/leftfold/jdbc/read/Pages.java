package org.leftfold.jdbc.read;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Sql;

/** Reads rows of events. Safe for any thread. */
public final class Pages {
    private static final String HEAD = "(select max(h.position) from {events} h)";
    private static final String NOT_ASKED = "";

    private static final String FIRST_KEPT =
            "(select k.first_kept_version from {streams} k where k.name = ?)";

    private final Rows rows;

    /** Reads of a store. */
    public Pages(Rows rows) {
        this.rows = rows;
    }

    Kinds kinds() {
        return rows.kinds();
    }

    Database database() {
        return rows.database();
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
        String name = range.stream().value();
        Rows.Origin origin = new Rows.Origin(FIRST_KEPT, range.stream());
        Sql sql =
                new Sql()
                        .add("select " + Rows.columns(origin, head(asksHead)), name)
                        .add(" from {events} e where e.stream_id")
                        .add(positions.isShort() ? " + 0" : "") // keeps it off that index
                        .add(" = (select s.stream_id from {streams} s where s.name = ?)", name);
        if (range.firstVersion() > 1) {
            sql.add(" and e.version >= ?", range.firstVersion());
        }
        if (range.lastVersion() < Long.MAX_VALUE) {
            sql.add(" and e.version <= ?", range.lastVersion());
        }
        return page(
                connection,
                positions.isShort()
                        ? positions.along(sql, "e.position")
                        : positions.beside(sql, "e.position", "e.version"),
                origin,
                positions);
    }

    /** The row of one version of a stream; none if it was never there. */
    public List<StoredRow> ofVersion(Connection connection, StreamName stream, long version)
            throws SQLException {
        QueryPlan.Range anywhere = new QueryPlan.Range(0, Long.MAX_VALUE, false, 1);
        return ofStream(connection, new StreamRange(stream, version, version, anywhere), false)
                .rows();
    }

    private static String head(boolean asksHead) {
        return asksHead ? HEAD : NOT_ASKED;
    }

    /** The next rows of the whole log. */
    public Page ofAll(Connection connection, QueryPlan.Range range, boolean asksHead)
            throws SQLException {
        return ofAll(connection, range, Rows.Origin.ANY, head(asksHead));
    }

    /** The next rows of the whole log, with streams as they were after an act. */
    public Page ofAllAsOfAct(Connection connection, QueryPlan.Range range, long actId)
            throws SQLException {
        String firstKept =
                "coalesce((select max(k.first_kept_version) from {acts} k"
                        + " where k.stream_id = e.stream_id and k.act_id <= "
                        + actId
                        + "), 1)";
        return ofAll(connection, range, new Rows.Origin(firstKept, null), NOT_ASKED);
    }

    private Page ofAll(
            Connection connection, QueryPlan.Range range, Rows.Origin origin, String head)
            throws SQLException {
        Sql sql = new Sql().add("select " + Rows.columns(origin, head) + " from {events} e");
        return page(
                connection, range.openEnded(sql.add(" where 1 = 1"), "e.position"), origin, range);
    }

    /** The next rows that a plan finds. */
    public Page ofPlan(Connection connection, QueryPlan plan, QueryPlan.Range range)
            throws SQLException {
        if (plan.isEmpty()) {
            return new Page(List.of(), 0, false);
        }
        Sql sql =
                new Sql()
                        .add("select " + Rows.columns(Rows.Origin.ANY, NOT_ASKED) + " from (")
                        .add(plan.positions(range))
                        .add(") found join {events} e on e.position = found.position")
                        .add(" order by e.position" + range.direction());
        return page(connection, sql, Rows.Origin.ANY, range);
    }

    private Page page(Connection connection, Sql sql, Rows.Origin origin, QueryPlan.Range range)
            throws SQLException {
        Rows.Found found = rows.select(connection, sql, origin);
        List<StoredRow> inside = found.rows();
        boolean isFull = inside.size() == range.limit();
        if (!inside.isEmpty() && !range.covers(inside.getLast().position())) {
            inside = inside.stream().filter(row -> range.covers(row.position())).toList();
            isFull = false;
        }
        return new Page(inside, found.head(), isFull);
    }

    /** The bodies of events at some positions; those that were scavenged meanwhile are missing. */
    public Map<Long, StoredRow.Body> bodies(Connection connection, List<Long> positions)
            throws SQLException {
        Map<Long, StoredRow.Body> bodies = new HashMap<>();
        Sql sql =
                new Sql()
                        .add("select position, metadata, payload from {events} where position in ")
                        .addList(positions);
        try (PreparedStatement statement = sql.prepare(connection, database());
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                byte[] payload = found.getBytes(3);
                if (payload != null) {
                    bodies.put(
                            found.getLong(1),
                            new StoredRow.Body(found.getString(2), Payload.wrap(payload)));
                }
            }
        }
        return bodies;
    }
}
