package org.leftfold.jdbc.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Tag;
import org.leftfold.api.VerificationReport;
import org.leftfold.jdbc.event.KindBlocks;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.event.TagKeys;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.read.QueryPlan;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Sql;

/**
 * Compares what the tables hold with the rules that appending keeps: positions and versions without
 * a gap, times that never fall, every name known, every tag filed. Changed bytes inside of a page
 * are the database's own checksums' to find. For one thread.
 */
final class Verification {
    private static final int PAGE = 512;
    private static final int MOST_PROBLEMS = 1000;

    private final Database database;
    private final Pages pages;
    private final List<VerificationReport.Problem> problems = new ArrayList<>();
    private long checked;
    private long lastRecordedAt = Long.MIN_VALUE;
    private int lastRest;

    Verification(Database database, Pages pages) {
        this.database = database;
        this.pages = pages;
    }

    VerificationReport run(LongConsumer progress) {
        long head =
                database.read(connection ->
                        database.number(connection, "select max(position) from {events}"));
        long position = 0;
        while (position < head) {
            long from = position;
            QueryPlan.Range range = new QueryPlan.Range(from, head, false, PAGE);
            List<StoredRow> rows;
            try {
                rows = database.read(connection -> checkedPage(connection, range));
            } catch (IntegrityException e) {
                problem("events", "behind position %d: %s".formatted(from, e));
                break;
            }
            if (rows.isEmpty()) {
                problem("events", "positions %d to %d are missing".formatted(from + 1, head));
                break;
            }
            position = rows.getLast().position();
            progress.accept(checked);
        }
        if (lastRest > 0) {
            problem("events", "the last %d events of an append are missing".formatted(lastRest));
        }
        database.read(connection -> {
            checkCounts(connection, head);
            return head;
        });
        long streams =
                database.read(connection ->
                        database.number(connection, "select count(*) from {streams}"));
        return new VerificationReport(checked, streams, problems);
    }

    private List<StoredRow> checkedPage(Connection connection, QueryPlan.Range range)
            throws SQLException {
        List<StoredRow> rows = pages.ofAllAsOfAct(connection, range, Long.MAX_VALUE).rows();
        long expected = range.after() + 1;
        for (StoredRow row : rows) {
            if (row.position() != expected) {
                problem(
                        "events",
                        "positions %d to %d are missing".formatted(expected, row.position() - 1));
            }
            long recordedAt = StoredRow.micros(row.recordedAt());
            if (recordedAt < lastRecordedAt) {
                problem(
                        "events",
                        "position %d was recorded before the one before it"
                                .formatted(row.position()));
            }
            lastRecordedAt = recordedAt;
            if (lastRest > 0 && row.appendRest() != lastRest - 1) {
                problem(
                        "events",
                        "position %d does not go on with the append of the one before it"
                                .formatted(row.position()));
            }
            lastRest = row.appendRest();
            expected = row.position() + 1;
            checked++;
        }
        checkTags(connection, rows);
        return rows;
    }

    private record Filed(long key, long position) {}

    private void checkTags(Connection connection, List<StoredRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Set<Filed> wanted = new HashSet<>();
        for (StoredRow row : rows) {
            for (Tag tag : row.tags()) {
                wanted.add(new Filed(TagKeys.of(tag), row.position()));
            }
        }
        Set<Filed> found = new HashSet<>();
        Sql sql =
                new Sql()
                        .add("select tag_key, position from {tags} where position in ")
                        .addList(rows.stream().map(StoredRow::position).toList());
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet tags = statement.executeQuery()) {
            while (tags.next()) {
                found.add(new Filed(tags.getLong(1), tags.getLong(2)));
            }
        }
        for (Filed one : wanted) {
            if (!found.contains(one)) {
                problem("tags", "a tag of position %d is not filed".formatted(one.position()));
            }
        }
        found.removeAll(wanted);
        for (Filed one : found) {
            problem(
                    "tags",
                    "position %d is filed under a tag it has not".formatted(one.position()));
        }
    }

    private void checkCounts(Connection connection, long head) throws SQLException {
        String gaps =
                """
                select s.stream_id, count(e.position), min(e.version), max(e.version), s.first_kept_version
                from {streams} s left join {events} e on e.stream_id = s.stream_id
                where e.position is null or e.position <= ?
                group by s.stream_id, s.first_kept_version
                having count(e.position) <> max(e.version) or min(e.version) <> 1
                    or max(e.version) is null or s.first_kept_version > max(e.version) + 1
                limit 100\
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(gaps))) {
            statement.setLong(1, head);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    problem(
                            "streams",
                            ("stream number %d has %d events with versions %d to %d and is kept from"
                                            + " version %d on")
                                    .formatted(
                                            rows.getLong(1),
                                            rows.getLong(2),
                                            rows.getLong(3),
                                            rows.getLong(4),
                                            rows.getLong(5)));
                }
            }
        }
        require(
                connection,
                "streams",
                "events belong to streams that have no row",
                """
                select count(*) from {events} e where not exists
                    (select 1 from {streams} s where s.stream_id = e.stream_id)\
                """);
        require(
                connection,
                "kinds",
                "events are of kinds that have no row",
                """
                select count(*) from {events} e where e.payload is not null and not exists
                    (select 1 from {kinds} k where k.kind_id = e.kind_id)\
                """);
        if (database.dialect().filesKindsInBlocks()) {
            checkBlocks(connection);
        }
    }

    /** What is filed can be filed anew: the next append does it where rows are missing. */
    private void checkBlocks(Connection connection) throws SQLException {
        require(
                connection,
                "kind_blocks",
                "places are filed under a kind that their events are not of; truncate the table, and"
                        + " append something",
                """
                select count(*) from {kind_blocks} b cross join lateral unnest(b.positions) p(place)
                left join {events} e on e.position = b.block * %1$d::bigint + p.place + 1
                left join (%2$s) u on u.kind_id = e.kind_id
                where coalesce(u.under, e.kind_id) is distinct from b.kind_id\
                """
                        .formatted(KindBlocks.POSITIONS, KindBlocks.FILED_UNDER));
        require(
                connection,
                "kind_blocks",
                "blocks are not filed as a whole; truncate the table, and append something",
                """
                select count(*) from generate_series(0,
                    (select max(block) from {kind_blocks} where kind_id <> -2)) n(block)
                left join (select block, sum(cardinality(positions)) as places,
                        bool_or(kind_id = -1) as whole from {kind_blocks} where kind_id <> -2
                        group by block) b on b.block = n.block
                left join (select (position - 1) / %1$d as block, count(*) as places from {events}
                        group by 1) e on e.block = n.block
                where b.places is distinct from e.places or b.whole is not true\
                """
                        .formatted(KindBlocks.POSITIONS));
    }

    private void require(Connection connection, String table, String text, String count)
            throws SQLException {
        long wrong = database.number(connection, count);
        if (wrong > 0) {
            problem(table, "%d %s".formatted(wrong, text));
        }
    }

    private void problem(String table, String text) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(
                    new VerificationReport.Problem(
                            database.sql("table {" + table + "}"), -1, text));
        }
    }
}
