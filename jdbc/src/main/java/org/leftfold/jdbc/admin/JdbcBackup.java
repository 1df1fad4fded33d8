package org.leftfold.jdbc.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.read.QueryPlan;
import org.leftfold.jdbc.sql.Database;

/**
 * The history of a store up to the moment this was opened, page by page. Rows never go away and
 * acts are numbered, so no snapshot has to be held open meanwhile. For one thread.
 */
final class JdbcBackup implements Backup {
    private static final int PAGE = 512;
    private static final int ACTS_PAGE = 512;

    private final Database database;
    private final Pages pages;
    private final UUID epoch;
    private final Bounds bounds;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Deque<DatedAct> acts = new ArrayDeque<>();
    private long position;
    private long actId;
    private boolean actsRead;
    private boolean closed;

    /** Where the history ends. */
    private record Bounds(long head, long actId) {}

    /** An act, and the head when it was done. */
    private record DatedAct(long actId, long head, Act act) {}

    JdbcBackup(Database database, Pages pages, UUID epoch) {
        this.database = database;
        this.pages = pages;
        this.epoch = epoch;
        this.bounds = database.read(this::bounds);
    }

    /** Both in one statement, so that they belong to one moment. */
    private Bounds bounds(Connection connection) throws SQLException {
        String sql =
                """
                select coalesce((select max(position) from {events}), 0),
                    coalesce((select max(act_id) from {acts}), 0)\
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql));
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Bounds(row.getLong(1), row.getLong(2));
        }
    }

    @Override
    public Checkpoint checkpoint() {
        return Checkpoint.of(epoch, bounds.head());
    }

    @Override
    public boolean hasNext() {
        if (closed) {
            throw InvalidRequestException.closed("this backup");
        }
        if (entries.isEmpty()) {
            Progress before = new Progress(position, actId, actsRead, List.copyOf(acts));
            database.read(connection -> {
                goBackTo(before); // where an attempt before was cut short
                fetch(connection);
                return entries.size();
            });
        }
        return !entries.isEmpty();
    }

    /** How far the history was fetched. */
    private record Progress(long position, long actId, boolean actsRead, List<DatedAct> acts) {}

    private void goBackTo(Progress before) {
        entries.clear();
        acts.clear();
        acts.addAll(before.acts());
        position = before.position();
        actId = before.actId();
        actsRead = before.actsRead();
    }

    private void fetch(Connection connection) throws SQLException {
        long after = position;
        QueryPlan.Range range = new QueryPlan.Range(after, bounds.head(), false, PAGE);
        List<StoredRow> rows =
                after >= bounds.head()
                        ? List.of()
                        : pages.ofAllAsOfAct(connection, range, bounds.actId()).rows();
        List<Entry> fetched = new ArrayList<>();
        for (StoredRow row : rows) {
            addActs(connection, row.position(), fetched);
            fetched.add(place(connection, row));
        }
        if (rows.isEmpty()) {
            addActs(connection, Long.MAX_VALUE, fetched);
        } else {
            position = rows.getLast().position();
        }
        entries.addAll(fetched);
    }

    private Place place(Connection connection, StoredRow row) throws SQLException {
        StoredRow.Body body = row.isReadable() ? row.body() : null;
        if (row.isReadable() && body == null) {
            Map<Long, StoredRow.Body> large = pages.bodies(connection, List.of(row.position()));
            body = large.get(row.position());
        }
        return body == null
                ? new Removed(
                        row.position(),
                        row.stream(),
                        row.version(),
                        row.id(),
                        row.recordedAt(),
                        row.endsAppend())
                : new Kept(row.event(body), row.endsAppend());
    }

    /** Adds the acts that were done before an event. */
    private void addActs(Connection connection, long before, List<Entry> to) throws SQLException {
        while (true) {
            if (acts.isEmpty() && !actsRead) {
                readActs(connection);
            }
            DatedAct next = acts.peek();
            if (next == null || next.head() >= before) {
                return;
            }
            to.add(acts.remove().act());
        }
    }

    private void readActs(Connection connection) throws SQLException {
        String sql =
                """
                select a.act_id, a.head, s.name, a.first_kept_version, a.actor, a.reason,
                    a.recorded_at
                from {acts} a join {streams} s on s.stream_id = a.stream_id
                where a.act_id > ? and a.act_id <= ? order by a.act_id limit ?\
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            statement.setLong(1, actId);
            statement.setLong(2, bounds.actId());
            statement.setInt(3, ACTS_PAGE);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    actId = rows.getLong(1);
                    String name = database.dialect().name(rows, 3);
                    acts.add(
                            new DatedAct(
                                    actId,
                                    rows.getLong(2),
                                    new Act(
                                            StreamName.ofStored(name == null ? "" : name),
                                            rows.getLong(4),
                                            new AdminAct(rows.getString(5), rows.getString(6)),
                                            StoredRow.instant(rows.getLong(7)))));
                }
            }
        }
        actsRead = acts.isEmpty();
    }

    @Override
    public Entry next() {
        if (!hasNext()) {
            throw new NoSuchElementException("this backup has no further entry");
        }
        return entries.remove();
    }

    @Override
    public void close() {
        closed = true;
        entries.clear();
        acts.clear();
    }
}
