package org.leftfold.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.api.spi.NameRule;
import org.leftfold.jdbc.schema.KeyTables;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.MariaDbDialect;
import org.leftfold.jdbc.sql.PostgresDialect;
import org.leftfold.jdbc.sql.SqlWork;
import org.leftfold.jdbc.sql.SystemRandom;

/**
 * Keys of data subjects in tables. They belong into another database than the events, or a backup
 * of the events has the keys with it, and a restore brings back who was forgotten. Subject ids are
 * stored as salted hashes only. Safe for any thread and any number of processes: the row of a
 * subject is locked while its keys are made or destroyed.
 *
 * <p>A destroyed key is deleted from its table. Where the server keeps old rows, log files and
 * backups, the wrapped key stays there until they are overwritten; only the master key reads it.
 */
public final class JdbcKeyStore implements KeyStore {
    private static final int KEY_BYTES = 32;

    /** Keys that are wrapped anew in one transaction: few locks, and little to do again. */
    private static final int REWRAPPED_AT_ONCE = 200;

    private static final byte[] BEFORE_ALL = new byte[0];

    private final Database database;
    private final Dialect dialect;
    private final KeyWrapping wrapping;
    private final boolean trusting;
    private final byte[] salt;

    private JdbcKeyStore(
            DataSource source, Dialect dialect, KeyWrapping wrapping, JdbcOptions options) {
        this.database = new Database(source, dialect, options.tables(), options.patience());
        this.dialect = dialect;
        this.wrapping = wrapping;
        this.trusting = options.acceptsLoss();
        this.salt = KeyTables.open(database, options.createsTables());
    }

    /**
     * Opens the keys in a PostgreSQL database, making their tables if they are missing.
     *
     * @param source gives connections, each of which this store commits for itself; it stays the
     *     caller's
     * @param wrapping encrypts the keys
     * @param options the prefix of the tables, how long to wait for the database, and whether
     *     settings that lose data are accepted; the others do nothing here
     * @throws org.leftfold.api.StoreUnavailableException if the database does not answer (LF-3009)
     *     or the role lacks rights (LF-3011)
     * @throws org.leftfold.api.IncompatibleStoreException if the tables are missing and may not be
     *     made (LF-5003), or are of another version (LF-5001)
     */
    public static JdbcKeyStore onPostgres(
            DataSource source, KeyWrapping wrapping, JdbcOptions options) {
        return new JdbcKeyStore(source, new PostgresDialect(), wrapping, options);
    }

    /** The same on MariaDB and MySQL. */
    public static JdbcKeyStore onMariaDb(
            DataSource source, KeyWrapping wrapping, JdbcOptions options) {
        return new JdbcKeyStore(source, new MariaDbDialect(), wrapping, options);
    }

    /** A row of the table of keys. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte[] subject, int keyVersion, byte[] wrapped) {
        SubjectKey key(String id) {
            return new SubjectKey(id, keyVersion, Payload.wrap(wrapped), holder(subject));
        }
    }

    /** What is known about a subject; its current version is 0 as long as it has no key. */
    private record Known(boolean forgotten, int currentVersion) {
        static final Known NOTHING = new Known(false, 0);
    }

    private static String holder(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    private byte[] hash(String subject) {
        NameRule.checkUnseen("key subject", subject);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(subject.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }

    private static void checkVersion(int keyVersion) {
        if (keyVersion < 1) {
            throw InvalidRequestException.number(
                    "key version", keyVersion, "it must be at least 1");
        }
    }

    @Override
    public Optional<SubjectKey> currentOrNew(String subject) {
        return atLeast(subject, hash(subject), 1);
    }

    @Override
    public Optional<SubjectKey> renew(String subject, int keyVersion) {
        byte[] hash = hash(subject);
        checkVersion(keyVersion);
        Optional<SubjectKey> current = atLeast(subject, hash, 1);
        return current.isPresent() && current.get().keyVersion() == keyVersion
                ? atLeast(subject, hash, keyVersion + 1)
                : current;
    }

    /** The current key, made if its version would be below another one. */
    private Optional<SubjectKey> atLeast(String subject, byte[] hash, int version) {
        Known known = database.read(connection -> known(connection, hash, ""));
        if (known.forgotten) {
            return Optional.empty();
        }
        if (known.currentVersion >= version) {
            Optional<SubjectKey> key = find(subject, hash, known.currentVersion);
            if (key.isPresent()) { // else it was forgotten meanwhile
                return key;
            }
        }
        byte[] wrapped = newKey(hash, version); // before the row is locked: it may take its time
        return changed(connection -> {
            Known locked = locked(connection, hash);
            if (locked.forgotten) {
                return Optional.empty();
            }
            if (locked.currentVersion >= version) {
                Row row =
                        find(connection, hash, locked.currentVersion)
                                .orElseThrow(() -> lost(locked.currentVersion));
                return Optional.of(row.key(subject));
            }
            insert(connection, new Row(hash, version, wrapped));
            update(connection, hash, new Known(false, version));
            return Optional.of(new Row(hash, version, wrapped).key(subject));
        });
    }

    /** It must not be taken for one that was forgotten. */
    private IntegrityException lost(int keyVersion) {
        return new IntegrityException(
                "LF-4001",
                "version %d of a key is missing in %s, though its subject was not forgotten. Nothing was changed. Restore the key store from a copy."
                        .formatted(keyVersion, database.where()),
                null);
    }

    private <T> T changed(SqlWork<T> work) {
        return database.change(connection -> {
            dialect.requireDurable(connection, trusting);
            return work.on(connection);
        });
    }

    private byte[] newKey(byte[] hash, int keyVersion) {
        return wrapped(hash, keyVersion, SystemRandom.bytes(KEY_BYTES));
    }

    /** Overwrites the plain key. */
    private byte[] wrapped(byte[] hash, int keyVersion, byte[] plain) {
        try {
            byte[] wrapped = wrapping.wrap(holder(hash), keyVersion, plain).toByteArray();
            if (wrapped.length == 0 || wrapped.length > KeyWrapping.MAX_WRAPPED_BYTES) {
                throw new IllegalStateException(
                        "a wrapped key has %d bytes, 1 to %d are allowed"
                                .formatted(wrapped.length, KeyWrapping.MAX_WRAPPED_BYTES));
            }
            return wrapped;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private Known locked(Connection connection, byte[] hash) throws SQLException {
        String insert =
                dialect.insertIfAbsent(
                        "{key_subjects}", "subject, forgotten, current_version", "?, 0, 0");
        try (PreparedStatement statement = connection.prepareStatement(database.sql(insert))) {
            statement.setBytes(1, hash);
            statement.executeUpdate();
        }
        return known(connection, hash, " for update");
    }

    private Known known(Connection connection, byte[] hash, String lock) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "select forgotten, current_version from {key_subjects} where subject = ?"
                                        + lock))) {
            statement.setBytes(1, hash);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new Known(row.getInt(1) != 0, row.getInt(2)) : Known.NOTHING;
            }
        }
    }

    private void update(Connection connection, byte[] hash, Known known) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "update {key_subjects} set forgotten = ?, current_version = ? where subject = ?"))) {
            statement.setInt(1, known.forgotten ? 1 : 0);
            statement.setInt(2, known.currentVersion);
            statement.setBytes(3, hash);
            statement.executeUpdate();
        }
    }

    private void insert(Connection connection, Row row) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "insert into {keys} (subject, key_version, wrapped_key) values (?, ?, ?)"))) {
            statement.setBytes(1, row.subject);
            statement.setInt(2, row.keyVersion);
            statement.setBytes(3, row.wrapped);
            statement.executeUpdate();
        }
    }

    @Override
    public Optional<SubjectKey> find(String subject, int keyVersion) {
        byte[] hash = hash(subject);
        checkVersion(keyVersion);
        return find(subject, hash, keyVersion);
    }

    private Optional<SubjectKey> find(String subject, byte[] hash, int keyVersion) {
        return database.read(connection -> find(connection, hash, keyVersion))
                .map(row -> row.key(subject));
    }

    private Optional<Row> find(Connection connection, byte[] hash, int keyVersion)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "select wrapped_key from {keys} where subject = ? and key_version = ?"))) {
            statement.setBytes(1, hash);
            statement.setInt(2, keyVersion);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Row(hash, keyVersion, row.getBytes(1)))
                        : Optional.empty();
            }
        }
    }

    @Override
    public List<SubjectKey> forget(String subject) {
        byte[] hash = hash(subject);
        return changed(connection -> {
            locked(connection, hash); // from here on nobody makes another one
            List<SubjectKey> destroyed = all(connection, subject, hash);
            update(connection, hash, new Known(true, 0));
            try (PreparedStatement statement =
                    connection.prepareStatement(
                            database.sql("delete from {keys} where subject = ?"))) {
                statement.setBytes(1, hash);
                int unused = statement.executeUpdate();
            }
            return destroyed;
        });
    }

    private List<SubjectKey> all(Connection connection, String subject, byte[] hash)
            throws SQLException {
        List<SubjectKey> found = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "select key_version, wrapped_key from {keys} where subject = ?"
                                        + " order by key_version"))) {
            statement.setBytes(1, hash);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Row(hash, row.getInt(1), row.getBytes(2)).key(subject));
                }
            }
        }
        return found;
    }

    @Override
    public boolean isForgotten(String subject) {
        byte[] hash = hash(subject);
        return database.read(connection -> known(connection, hash, "")).forgotten;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Row by row, so other calls do not wait. A key that another program wraps meanwhile by the
     * former master key stays as it is: call it again when all programs know the new one.
     */
    @Override
    public long rewrap() {
        long count = 0;
        Row last = new Row(BEFORE_ALL, 0, BEFORE_ALL);
        while (true) {
            Row after = last;
            List<Row> rows = database.read(connection -> behind(connection, after));
            if (rows.isEmpty()) {
                return count;
            }
            List<Row> old = rows.stream().filter(row -> !wrapping.isCurrent(row.key("-"))).toList();
            List<Row> fresh = old.stream().map(this::rewrapped).toList();
            if (!old.isEmpty()) {
                changed(connection -> replace(connection, old, fresh));
            }
            count += old.size();
            last = rows.getLast();
        }
    }

    private Row rewrapped(Row row) {
        byte[] plain = wrapping.unwrap(row.key("-")); // whose it is, nobody needs to know
        return new Row(row.subject, row.keyVersion, wrapped(row.subject, row.keyVersion, plain));
    }

    private List<Row> behind(Connection connection, Row last) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                """
                                select subject, key_version, wrapped_key from {keys}
                                where subject > ? or (subject = ? and key_version > ?)
                                order by subject, key_version limit ?\
                                """))) {
            statement.setBytes(1, last.subject);
            statement.setBytes(2, last.subject);
            statement.setInt(3, last.keyVersion);
            statement.setInt(4, REWRAPPED_AT_ONCE);
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(row.getBytes(1), row.getInt(2), row.getBytes(3)));
                }
            }
            return rows;
        }
    }

    /** What was destroyed meanwhile is not there any more, and does not come back. */
    private int replace(Connection connection, List<Row> old, List<Row> fresh) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql(
                                "update {keys} set wrapped_key = ? where subject = ? and key_version = ? and wrapped_key = ?"))) {
            for (int i = 0; i < old.size(); i++) {
                statement.setBytes(1, fresh.get(i).wrapped);
                statement.setBytes(2, old.get(i).subject);
                statement.setInt(3, old.get(i).keyVersion);
                statement.setBytes(4, old.get(i).wrapped);
                statement.addBatch();
            }
            return statement.executeBatch().length;
        }
    }
}
