package org.leftfold.jdbc.event;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventType;
import org.leftfold.api.QueryItem;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.SqlErrors;

/**
 * The kinds of events: category, type and schema version, each with a number. What was committed
 * never changes, so it is remembered. Safe for any thread.
 */
public final class Kinds {
    /** Far more than applications have; beyond it kinds are looked up again. */
    private static final int REMEMBERED = 10_000;

    private final Database database;
    private final Map<Integer, Typed> types = new ConcurrentHashMap<>();
    private final Map<Kind, Integer> numbers = new ConcurrentHashMap<>();
    private final @Nullable Kinds committed;

    /** The kinds of a store. */
    public Kinds(Database database) {
        this(database, null);
    }

    private Kinds(Database database, @Nullable Kinds committed) {
        this.database = database;
        this.committed = committed;
    }

    /**
     * The same kinds for one transaction: what it reads may never be committed, and is remembered
     * here only when {@link #commit} says that it was.
     */
    public Kinds within() {
        return new Kinds(database, this);
    }

    /** The transaction that these were for has been committed. */
    public void commit() {
        if (committed != null) {
            numbers.forEach(committed::remember);
            if (committed.types.size() < REMEMBERED) {
                committed.types.putAll(types);
            }
        }
    }

    private @Nullable Typed known(int number) {
        Typed known = types.get(number);
        return known == null && committed != null ? committed.types.get(number) : known;
    }

    /** A category, a type and a schema version. */
    public record Kind(String category, EventType type, int schemaVersion) {}

    /** What the events of a kind say of themselves. */
    record Typed(EventType type, int schemaVersion) {}

    /**
     * The type and the schema version of a kind.
     *
     * @param position of the event that is of this kind
     * @throws org.leftfold.api.IntegrityException if there is no such kind (LF-4001)
     */
    Typed typed(Connection connection, int number, long position) throws SQLException {
        Typed known = known(number);
        if (known != null) {
            return known;
        }
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "select type, schema_version from {kinds} where kind_id = ?"))) {
            statement.setInt(1, number);
            try (ResultSet row = statement.executeQuery()) {
                String name = row.next() ? database.dialect().name(row, 1) : null;
                if (name == null) {
                    throw SqlErrors.lostRow(
                            database.where(),
                            "kind number " + number,
                            "the event at position " + position);
                }
                Typed typed = new Typed(EventType.ofStored(name), row.getInt(2));
                if (types.size() < REMEMBERED) {
                    types.put(number, typed);
                }
                return typed;
            }
        }
    }

    /** The number of a kind if it is remembered. */
    public @Nullable Integer remembered(Kind kind) {
        Integer known = numbers.get(kind);
        return known == null && committed != null ? committed.numbers.get(kind) : known;
    }

    /**
     * The number of a kind, or null if there is none yet.
     *
     * @param committed kinds up to this number are committed; others are not remembered, for the
     *     transaction that made them can be rolled back
     */
    public @Nullable Integer number(Connection connection, Kind kind, int committed)
            throws SQLException {
        Integer known = remembered(kind);
        if (known != null) {
            return known;
        }
        Dialect dialect = database.dialect();
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "select kind_id from {kinds} where type = ? and category = ?"
                                        + " and schema_version = ?"))) {
            dialect.setName(statement, 1, kind.type().value());
            dialect.setName(statement, 2, kind.category());
            statement.setInt(3, kind.schemaVersion());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                int number = row.getInt(1);
                if (number <= committed) {
                    remember(kind, number);
                }
                return number;
            }
        }
    }

    /**
     * Inserts a kind, which is not remembered before a commit. The number of a kind whose row was
     * lost is not given to another one.
     *
     * @param last the highest number that a kind has
     * @return its number
     */
    public int insert(Connection connection, Kind kind, int last) throws SQLException {
        int number = 1 + Math.max(last, KindBlocks.lastKind(connection, database));
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "insert into {kinds} (kind_id, category, type, schema_version)"
                                        + " values (?, ?, ?, ?)"))) {
            statement.setInt(1, number);
            database.dialect().setName(statement, 2, kind.category());
            database.dialect().setName(statement, 3, kind.type().value());
            statement.setInt(4, kind.schemaVersion());
            statement.executeUpdate();
            return number;
        }
    }

    private void remember(Kind kind, int number) {
        if (numbers.size() < REMEMBERED) {
            numbers.put(kind, number);
        }
    }

    /**
     * A kind and the first one of its category and type.
     *
     * @param under its number, by which both are filed
     */
    public record Matching(int number, int under) {}

    /** The numbers of all kinds that the categories and types of an item allow. */
    public List<Matching> matching(Connection connection, QueryItem item) throws SQLException {
        StringBuilder sql = new StringBuilder(KindBlocks.FILED_UNDER + " where 1 = 1");
        List<String> names = new ArrayList<>();
        if (!item.types().isEmpty()) {
            item.types().forEach(type -> names.add(type.value()));
            sql.append(" and type in (?").append(",?".repeat(item.types().size() - 1)).append(')');
        }
        if (!item.categories().isEmpty()) {
            names.addAll(item.categories());
            sql.append(" and category in (?")
                    .append(",?".repeat(item.categories().size() - 1))
                    .append(')');
        }
        List<Matching> found = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement(database.sql(sql.toString()))) {
            for (int i = 0; i < names.size(); i++) {
                database.dialect().setName(statement, i + 1, names.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Matching(rows.getInt(1), rows.getInt(2)));
                }
            }
        }
        return found;
    }
}
