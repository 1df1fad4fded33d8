package org.leftfold.jdbc.side;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.NameRule;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;

/**
 * Snapshots in a table: the newest two of each stream and state type. A large one lies in several
 * rows, because servers limit what goes over the wire in one piece.
 *
 * <p>Whoever saves a version writes its part 0 first and then all others, so its lock orders those
 * who save the same version. A part above the number that part 0 names belongs to nothing. Safe for
 * any thread and any number of processes.
 */
public final class JdbcSnapshotStore implements SnapshotStore {
    /** Below every usual max_allowed_packet, which is at least 4 MiB. */
    private static final int PART_BYTES = 2 << 20;

    private static final String NEWEST =
            """
            select p.version, p.schema_version, p.parts, p.part, p.state from {snapshots} p
            where p.stream = ? and p.state_type = ? and p.version = (
                select max(s.version) from {snapshots} s
                where s.stream = ? and s.state_type = ? and s.version <= ? and s.part = 0)
            order by p.part\
            """;

    private static final String SECOND_NEWEST =
            """
            select s.version from {snapshots} s
            where s.stream = ? and s.state_type = ? and s.part = 0
            order by s.version desc limit 1 offset 1\
            """;

    private static final String TRIM =
            """
            delete from {snapshots} where stream = ? and state_type = ?
            and (version < ? or (version = ? and part >= ?))\
            """;

    private final SideHome home;
    private final Database database;
    private final Dialect dialect;
    private final String upsert;

    /** The snapshots of a store. */
    public JdbcSnapshotStore(SideHome home) {
        this.home = home;
        this.database = home.database();
        this.dialect = database.dialect();
        this.upsert =
                database.sql(
                        dialect.upsert(
                                "{snapshots}",
                                List.of("stream", "state_type", "version", "part"),
                                List.of("parts", "schema_version", "state")));
    }

    @Override
    public void save(Snapshot snapshot) {
        Objects.requireNonNull(snapshot, "snapshot");
        home.checkOpen();
        database.change(connection -> save(connection, snapshot));
    }

    /** Whether it is one of the stores over this database. */
    public boolean isIn(Database other) {
        return database == other;
    }

    /** Keeps a snapshot in the transaction of a connection, whoever ends that. */
    public boolean save(Connection connection, Snapshot snapshot) throws SQLException {
        byte[] state = snapshot.state().toByteArray();
        int parts = Math.max(1, (state.length + PART_BYTES - 1) / PART_BYTES);
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            for (int part = 0; part < parts; part++) {
                int from = part * PART_BYTES;
                bindNames(statement, snapshot.stream(), snapshot.stateType());
                statement.setLong(3, snapshot.version());
                statement.setInt(4, part);
                statement.setInt(5, parts);
                statement.setInt(6, snapshot.schemaVersion());
                statement.setBytes(
                        7,
                        Arrays.copyOfRange(state, from, Math.min(state.length, from + PART_BYTES)));
                statement.executeUpdate();
            }
        }
        long firstKept = secondNewest(connection, snapshot);
        try (PreparedStatement statement = connection.prepareStatement(database.sql(TRIM))) {
            bindNames(statement, snapshot.stream(), snapshot.stateType());
            statement.setLong(3, firstKept);
            statement.setLong(4, snapshot.version());
            statement.setInt(5, parts);
            return statement.executeUpdate() > 0;
        }
    }

    private void bindNames(PreparedStatement statement, StreamName stream, String stateType)
            throws SQLException {
        dialect.setName(statement, 1, stream.value());
        dialect.setName(statement, 2, stateType);
    }

    private long secondNewest(Connection connection, Snapshot snapshot) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(database.sql(SECOND_NEWEST))) {
            bindNames(statement, snapshot.stream(), snapshot.stateType());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    @Override
    public Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion) {
        Objects.requireNonNull(stream, "stream");
        NameRule.check("state type", stateType);
        home.checkOpen();
        return database.read(connection -> newest(connection, stream, stateType, maxVersion));
    }

    private Optional<Snapshot> newest(
            Connection connection, StreamName stream, String stateType, long maxVersion)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.sql(NEWEST))) {
            bindNames(statement, stream, stateType);
            dialect.setName(statement, 3, stream.value());
            dialect.setName(statement, 4, stateType);
            statement.setLong(5, maxVersion);
            try (ResultSet rows = statement.executeQuery()) {
                return whole(rows, stream, stateType);
            }
        }
    }

    /** The snapshot whose parts these are; empty if there are none, or some are missing. */
    private static Optional<Snapshot> whole(ResultSet rows, StreamName stream, String stateType)
            throws SQLException {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        long version = 0;
        int schemaVersion = 0;
        int parts = 1;
        int found = 0;
        while (found < parts && rows.next()) {
            if (rows.getInt(4) != found) {
                return Optional.empty();
            }
            version = rows.getLong(1);
            schemaVersion = rows.getInt(2);
            parts = rows.getInt(3);
            state.writeBytes(rows.getBytes(5));
            found++;
        }
        return found < parts
                ? Optional.empty()
                : Optional.of(
                        new Snapshot(
                                stream,
                                version,
                                stateType,
                                schemaVersion,
                                Payload.wrap(state.toByteArray())));
    }

    @Override
    public void drop(StreamName stream) {
        Objects.requireNonNull(stream, "stream");
        home.checkOpen();
        database.change(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(
                            database.sql("delete from {snapshots} where stream = ?"))) {
                dialect.setName(statement, 1, stream.value());
                return statement.executeUpdate();
            }
        });
    }
}
