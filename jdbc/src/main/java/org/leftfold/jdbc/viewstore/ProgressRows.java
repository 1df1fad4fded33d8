package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.AnyDialect;
import org.leftfold.jdbc.sql.Sql;

/**
 * How far parts are, in one transaction. What is held cannot change, so it is asked for once; what
 * is saved is written at the end, all of it in one message. For one thread.
 */
final class ProgressRows {
    /**
     * A row that is found, cleared by somebody and made again so often is a row that is fought
     * over.
     */
    private static final int MOST_TRIES = 10;

    private static final List<String> KEY = List.of("view_name", "generation", "part");

    private final AnyDatabase database;
    private final AnyDialect dialect;
    private final Set<Part> locked = new HashSet<>();
    private final Map<Part, Progress> held = new HashMap<>();
    private final Map<Part, Progress> unsaved = new LinkedHashMap<>();
    private boolean isExposed; // somebody else may look at the tables, and change them

    /** A part of a view. */
    record Part(View view, int part) {}

    ProgressRows(AnyDatabase database) {
        this.database = database;
        this.dialect = database.dialect();
    }

    /** Finds and locks a row. */
    interface Finding<T> {
        Optional<T> find() throws SQLException;
    }

    /** What locks is a row, which is made where none is. */
    <T> T locked(Connection c, Sql make, Finding<T> finding) throws SQLException {
        for (int i = 0; i < MOST_TRIES; i++) {
            Optional<T> found = finding.find();
            if (found.isPresent()) {
                return found.get();
            }
            try (PreparedStatement statement = make.prepare(c, database)) {
                statement.executeUpdate();
            } catch (SQLException e) {
                if (!dialect.isThere(e)) {
                    throw e;
                }
            }
        }
        throw new SQLException("a row that is to be locked is cleared all the time", "40001");
    }

    /** Holds all parts of a view, in their order. */
    List<Progress> lockAll(Connection c, View view, int parts) throws SQLException {
        Sql sql =
                SqlViewTransaction.ofView(
                                "select part, checkpoint, fence, revision, events from {view_progress}",
                                view)
                        .add(" and part < ? order by part for update", parts);
        write(c);
        try (PreparedStatement statement = sql.prepare(c, database);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                hold(new Part(view, row.getInt(1)), progress(row, 2));
            }
        }
        List<Progress> all = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            all.add(lock(c, new Part(view, part))); // asks for what was not there
        }
        return all;
    }

    Progress lock(Connection c, Part part) throws SQLException {
        Progress known = held.get(part);
        if (known != null) {
            return known;
        }
        View view = part.view();
        Sql make =
                new Sql()
                        .add(
                                dialect.ensureRow("{view_progress}", KEY),
                                view.name(),
                                view.generation(),
                                part.part());
        Sql sql =
                SqlViewTransaction.ofView(
                                "select checkpoint, fence, revision, events from {view_progress}",
                                view)
                        .add(" and part = ? for update", part.part());
        write(c);
        Progress progress =
                locked(
                        c,
                        make,
                        () -> {
                            try (PreparedStatement statement = sql.prepare(c, database);
                                    ResultSet row = statement.executeQuery()) {
                                return row.next()
                                        ? Optional.of(progress(row, 1))
                                        : Optional.empty();
                            }
                        });
        hold(part, progress);
        return progress;
    }

    private void hold(Part part, Progress progress) {
        locked.add(part);
        if (!isExposed) {
            held.put(part, progress);
        }
    }

    private static Progress progress(ResultSet row, int first) throws SQLException {
        return new Progress(
                Optional.ofNullable(row.getString(first)).map(Checkpoint::parse),
                row.getLong(first + 1),
                row.getLong(first + 2),
                row.getLong(first + 3));
    }

    /**
     * Says how far a part is.
     *
     * @throws IllegalStateException if its lock is not held
     */
    void save(Connection c, Part part, Progress now) throws SQLException {
        if (!locked.contains(part)) {
            throw new IllegalStateException("%s is not locked by this transaction".formatted(part));
        }
        unsaved.put(part, now);
        hold(part, now);
        if (isExposed) {
            write(c);
        }
    }

    /** Writes what was saved. */
    void write(Connection c) throws SQLException {
        if (unsaved.isEmpty()) {
            return;
        }
        String upsert = // the row is gone if this transaction has cleared the view
                dialect.upsert(
                        "{view_progress}",
                        KEY,
                        List.of("saved", "checkpoint", "fence", "revision", "events"));
        try (PreparedStatement statement = c.prepareStatement(database.sql(upsert))) {
            for (Map.Entry<Part, Progress> each : unsaved.entrySet()) {
                Part part = each.getKey();
                Progress now = each.getValue();
                dialect.setName(statement, 1, part.view().name());
                statement.setInt(2, part.view().generation());
                statement.setInt(3, part.part());
                statement.setBoolean(4, true);
                statement.setString(5, now.checkpoint().map(Checkpoint::toString).orElse(null));
                statement.setLong(6, now.fence());
                statement.setLong(7, now.revision());
                statement.setLong(8, now.events());
                statement.addBatch();
            }
            statement.executeBatch();
        }
        unsaved.clear();
    }

    /** What is known may not be so any more. */
    void forget() {
        held.clear();
    }

    /** From now on somebody else may look at the tables and change them. */
    void expose() {
        forget();
        isExposed = true;
    }

    /** How far each part of a view is that was ever saved. */
    Map<Integer, Progress> all(Connection c, View view) throws SQLException {
        Sql sql =
                SqlViewTransaction.ofView(
                                "select part, checkpoint, fence, revision, events from {view_progress}",
                                view)
                        .add(" and saved");
        write(c);
        try (PreparedStatement statement = sql.prepare(c, database);
                ResultSet row = statement.executeQuery()) {
            Map<Integer, Progress> all = new HashMap<>();
            while (row.next()) {
                all.put(row.getInt(1), progress(row, 2));
            }
            return all;
        }
    }
}
