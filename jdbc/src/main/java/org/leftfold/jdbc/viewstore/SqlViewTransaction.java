package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.NameRule;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.AnyDialect;
import org.leftfold.jdbc.sql.Sql;
import org.leftfold.jdbc.sql.SqlWork;
import org.leftfold.jdbc.viewstore.ProgressRows.Part;

/**
 * One transaction on views in a database. What locks is a row, which is made where none is; it
 * counts as saved once it is. For one thread.
 */
final class SqlViewTransaction implements ViewTransaction {
    private static final String OF_VIEW = " where view_name = ? and generation = ?";

    private static final List<ViewRows.Piece> PIECES =
            List.of(
                    new ViewRows.Piece("{view_rows}", "row_key", ""),
                    new ViewRows.Piece("{view_parked}", "part, sequence", ""),
                    new ViewRows.Piece("{view_progress}", "part", " and saved"));

    private final AnyDatabase database;
    private final AnyDialect dialect;
    private final ViewRows rows;
    private final ParkedRows parkedRows;
    private final Connection connection;
    private final Set<Object> locked = new HashSet<>();
    private final ProgressRows progress;
    private @Nullable LeftfoldException failure;
    private @Nullable Savepoint begun;
    private @Nullable Connection lent;
    private boolean ended;

    private record Header(String name) {}

    SqlViewTransaction(
            AnyDatabase database, ViewRows rows, ParkedRows parkedRows, Connection connection) {
        this.database = database;
        this.dialect = database.dialect();
        this.rows = rows;
        this.parkedRows = parkedRows;
        this.connection = connection;
        this.progress = new ProgressRows(database);
    }

    /** What the database could not do in it; null if it could do everything. */
    @Nullable LeftfoldException failure() {
        return failure;
    }

    /** Whether the work got the connection itself. */
    boolean isLent() {
        return lent != null;
    }

    /** Writes what is not written yet; nothing comes behind it but the end. */
    void finish() {
        if (failure == null && !ended) {
            writeProgress();
        }
    }

    private void writeProgress() {
        boolean unused =
                on(c -> {
                    progress.write(c);
                    return true;
                });
    }

    /** From here on it refuses everything. */
    void end() {
        ended = true;
    }

    /**
     * Looks whether the transaction that began is still the one that is going on.
     *
     * @throws SQLException if it is not: a savepoint is gone with its transaction
     */
    void requireBegun() throws SQLException {
        if (begun != null) {
            connection.releaseSavepoint(begun);
        }
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("this transaction has ended");
        }
        if (failure != null) {
            throw new IllegalStateException("this transaction has failed", failure);
        }
    }

    private void requireLock(Object what) {
        requireOpen();
        if (!locked.contains(what)) {
            throw new IllegalStateException("%s is not locked by this transaction".formatted(what));
        }
    }

    private <T extends @Nullable Object> T on(SqlWork<T> work) {
        requireOpen();
        try {
            return work.on(connection);
        } catch (SQLException e) {
            LeftfoldException failed = database.translate(e);
            failure = failed;
            throw failed;
        }
    }

    private int update(Sql sql) {
        return on(c -> {
            try (PreparedStatement statement = sql.prepare(c, database)) {
                return statement.executeUpdate();
            }
        });
    }

    static Sql ofView(String begin, View view) {
        return new Sql().add(begin + OF_VIEW, view.name(), view.generation());
    }

    @Override
    public Optional<Payload> header(String name) {
        NameRule.check("view name", name);
        return on(c -> header(c, name, "")).flatMap(header -> header);
    }

    /** The header in the row of a view; nothing if there is no row. */
    private Optional<Optional<Payload>> header(Connection c, String name, String forUpdate)
            throws SQLException {
        Sql sql =
                new Sql()
                        .add(
                                "select header from {view_headers} where view_name = ?" + forUpdate,
                                name);
        try (PreparedStatement statement = sql.prepare(c, database);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(payload(row, 1)) : Optional.empty();
        }
    }

    static Optional<Payload> payload(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getBytes(column)).map(Payload::wrap);
    }

    @Override
    public Optional<Payload> lockHeader(String name) {
        NameRule.check("view name", name);
        Sql make = new Sql().add(dialect.ensureRow("{view_headers}", List.of("view_name")), name);
        Optional<Payload> header =
                on(c -> progress.locked(c, make, () -> header(c, name, " for update")));
        locked.add(new Header(name));
        return header;
    }

    @Override
    public void saveHeader(String name, Payload header) {
        requireLock(new Header(name));
        ViewStore.checkSize("header", header);
        update(
                new Sql()
                        .add(
                                "update {view_headers} set header = ? where view_name = ?",
                                new Sql.Bytes(header),
                                name));
    }

    @Override
    public List<String> names() {
        Sql sql = new Sql().add("select view_name from {view_headers} where header is not null");
        return List.copyOf(on(c -> names(c, sql)));
    }

    private Set<String> names(Connection c, Sql sql) throws SQLException {
        try (PreparedStatement statement = sql.prepare(c, database);
                ResultSet row = statement.executeQuery()) {
            Set<String> names = new TreeSet<>(); // a database has an order of its own
            while (row.next()) {
                names.add(String.valueOf(dialect.name(row, 1)));
            }
            return names;
        }
    }

    @Override
    public List<Progress> lockAll(View view, int parts) {
        return on(c -> progress.lockAll(c, view, parts));
    }

    @Override
    public Progress lock(View view, int part) {
        return on(c -> progress.lock(c, new Part(view, part)));
    }

    @Override
    public void save(View view, int part, Progress now) {
        requireOpen();
        boolean unused =
                on(c -> {
                    progress.save(c, new Part(view, part), now);
                    return true;
                });
    }

    @Override
    public Map<Integer, Progress> progress(View view) {
        return on(c -> progress.all(c, view));
    }

    @Override
    public Map<String, Payload> find(View view, Collection<String> keys) {
        requireOpen();
        keys.forEach(key -> NameRule.check("view key", key));
        return keys.isEmpty() ? Map.of() : on(c -> rows.find(c, view, keys));
    }

    @Override
    public void put(View view, Collection<Row> more) {
        requireOpen();
        Set<String> keys = new HashSet<>();
        for (Row row : more) {
            if (!keys.add(row.key())) {
                throw new IllegalArgumentException(
                        "two rows have the key '%s'".formatted(row.key()));
            }
        }
        boolean unused =
                on(c -> {
                    rows.put(c, view, List.copyOf(more));
                    return true;
                });
    }

    @Override
    public void remove(View view, Collection<String> keys) {
        requireOpen();
        keys.forEach(key -> NameRule.check("view key", key));
        if (!keys.isEmpty()) {
            boolean unused =
                    on(c -> {
                        rows.remove(c, view, keys);
                        return true;
                    });
        }
    }

    static void checkKeyOrNone(String key) {
        if (!key.isEmpty()) {
            NameRule.check("view key", key);
        }
    }

    @Override
    public List<Row> page(View view, int part, String after, int limit) {
        checkKeyOrNone(after);
        if (limit <= 0) {
            requireOpen();
            return List.of();
        }
        Sql sql =
                ofView("select part, row_key, body from {view_rows}", view)
                        .add(" and row_key > ?", after);
        if (part >= 0) {
            sql.add(" and part = ?", part);
        }
        sql.add(" order by row_key" + dialect.atMost(), limit);
        return on(c -> {
            try (PreparedStatement statement = sql.prepare(c, database);
                    ResultSet row = statement.executeQuery()) {
                List<Row> page = new ArrayList<>();
                while (row.next()) {
                    page.add(
                            new Row(
                                    row.getInt(1),
                                    String.valueOf(dialect.name(row, 2)),
                                    Payload.wrap(row.getBytes(3))));
                }
                return page;
            }
        });
    }

    @Override
    public long count(View view) {
        return number(ofView("select count(*) from {view_rows}", view));
    }

    private long number(Sql sql) {
        return on(c -> {
            try (PreparedStatement statement = sql.prepare(c, database);
                    ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0L;
            }
        });
    }

    @Override
    public void park(View view, ParkedEvent event) {
        update(parkedRows.put(view, event));
    }

    @Override
    public void unpark(View view, int part, long sequence) {
        update(
                ofView("delete from {view_parked}", view)
                        .add(" and part = ? and sequence = ?", part, sequence));
    }

    @Override
    public List<ParkedEvent> parked(View view, int part, String key, long after, int limit) {
        checkKeyOrNone(key);
        requireOpen();
        return limit <= 0 ? List.of() : on(c -> parkedRows.find(c, view, part, key, after, limit));
    }

    @Override
    public Set<String> parkedKeys(View view, int part) {
        Sql sql =
                ofView("select distinct row_key from {view_parked}", view)
                        .add(" and part = ? and state <> 'SKIPPED'", part);
        return on(c -> names(c, sql));
    }

    @Override
    public long lastParked(View view, int part) {
        return number(
                ofView("select coalesce(max(sequence), 0) from {view_parked}", view)
                        .add(" and part = ?", part));
    }

    @Override
    public int clear(View view, int limit) {
        writeProgress();
        progress.forget();
        int left = limit;
        for (ViewRows.Piece piece : PIECES) {
            int most = left;
            left -= most <= 0 ? 0 : on(c -> clear(c, view, piece, most));
        }
        if (left > 0) { // rows that were locked and never saved are nothing to anybody
            update(ofView("delete from {view_progress}", view));
        }
        return Math.max(0, limit) - Math.max(0, left);
    }

    /** What another one deletes at the same time may hide what is behind it. */
    private int clear(Connection c, View view, ViewRows.Piece piece, int most) throws SQLException {
        while (true) {
            int removed = rows.deleteSome(c, view, piece, most);
            if (removed > 0 || !isAny(c, view, piece)) {
                return removed;
            }
        }
    }

    private boolean isAny(Connection c, View view, ViewRows.Piece piece) throws SQLException {
        Sql sql =
                ofView("select 1 from " + piece.table(), view)
                        .add(piece.also() + dialect.atMost(), 1);
        try (PreparedStatement statement = sql.prepare(c, database);
                ResultSet row = statement.executeQuery()) {
            return row.next();
        }
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        requireOpen();
        if (type == OwnConnection.class) {
            return Optional.of(type.cast(new OwnConnection(connection)));
        }
        if (type != Connection.class) {
            return Optional.empty();
        }
        Connection known = lent;
        if (known == null) {
            writeProgress();
            progress.expose();
            begun = on(Connection::setSavepoint);
            known = LentConnection.of(connection, any -> requireOpen());
            lent = known;
        }
        return Optional.of(type.cast(known));
    }
}
