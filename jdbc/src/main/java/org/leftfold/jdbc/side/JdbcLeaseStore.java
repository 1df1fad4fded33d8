package org.leftfold.jdbc.side;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.NameRule;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;

/**
 * Leases in a table, one row for each name ever, which stays, so that its fence never falls. Each
 * call locks the row first and asks for the time then: a call that waited decides by the time at
 * which it goes on. Safe for any thread and any number of processes.
 */
public final class JdbcLeaseStore implements LeaseStore {
    private final SideHome home;
    private final Database database;
    private final Dialect dialect;

    /** The leases of a store. */
    public JdbcLeaseStore(SideHome home) {
        this.home = home;
        this.database = home.database();
        this.dialect = database.dialect();
    }

    /** One row; times in microseconds since 1970. */
    private record Row(
            String name,
            String owner,
            long fence,
            boolean held,
            long expiresAt,
            long durationMicros) {
        boolean isHeldAt(long now) {
            return held && now < expiresAt;
        }

        /** The same when the clock was set back: it never lasts longer than its duration. */
        Row seenAt(long now) {
            long latest = now + durationMicros;
            return expiresAt > latest
                    ? new Row(name, owner, fence, held, latest, durationMicros)
                    : this;
        }

        Row lasting(long now, long micros) {
            return new Row(name, owner, fence, true, now + micros, micros);
        }

        Row released() {
            return new Row(name, owner, fence, false, expiresAt, durationMicros);
        }

        boolean isOf(Lease lease) {
            return fence == lease.fence() && owner.equals(lease.owner());
        }

        Optional<Lease> lease() {
            return Optional.of(new Lease(name, owner, fence, StoredRow.instant(expiresAt)));
        }
    }

    @Override
    public Optional<Lease> acquire(String name, String owner, Duration duration) {
        NameRule.check("lease name", name);
        NameRule.check("lease owner", owner);
        long micros = micros(duration);
        home.checkOpen();
        return database.change(connection -> {
            Row stored = locked(connection, name, owner);
            long now = home.nowMicros(connection);
            Row row = stored.seenAt(now);
            if (row.isHeldAt(now) && !row.owner.equals(owner)) {
                if (!row.equals(stored)) {
                    write(connection, row);
                }
                return Optional.empty();
            }
            Row taken = new Row(name, owner, row.fence + 1, true, now + micros, micros);
            write(connection, taken);
            return taken.lease();
        });
    }

    @Override
    public Optional<Lease> renew(Lease lease, Duration duration) {
        Objects.requireNonNull(lease, "lease");
        long micros = micros(duration);
        home.checkOpen();
        return database.change(connection -> {
            Row row = find(connection, lease.name());
            if (row == null || !row.isOf(lease)) {
                return Optional.empty();
            }
            long now = home.nowMicros(connection);
            if (!row.isHeldAt(now)) {
                return Optional.empty();
            }
            Row renewed = row.lasting(now, micros);
            write(connection, renewed);
            return renewed.lease();
        });
    }

    @Override
    public void release(Lease lease) {
        Objects.requireNonNull(lease, "lease");
        home.checkOpen();
        database.change(connection -> {
            Row row = find(connection, lease.name());
            if (row != null && row.isOf(lease)) {
                write(connection, row.released());
            }
            return lease;
        });
    }

    /** Waits for nobody: the row is not locked. */
    @Override
    public Optional<Lease> holder(String name) {
        NameRule.check("lease name", name);
        home.checkOpen();
        return database.read(connection -> {
            Row row = find(connection, name, "");
            if (row == null) {
                return Optional.empty();
            }
            long now = home.nowMicros(connection);
            return row.isHeldAt(now) ? row.seenAt(now).lease() : Optional.empty();
        });
    }

    private static long micros(Duration duration) {
        return LeaseStore.checkDuration(duration).toNanos() / 1_000;
    }

    /** The row of a lease, made free if it is missing, and locked to the end of the transaction. */
    private Row locked(Connection connection, String name, String owner) throws SQLException {
        Row row = find(connection, name);
        if (row != null) {
            return row;
        }
        String sql =
                dialect.insertIfAbsent(
                        "{leases}",
                        "name, owner, fence, held, expires_at, duration_micros",
                        "?, ?, 0, false, 0, 0");
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            dialect.setName(statement, 1, name);
            dialect.setName(statement, 2, owner);
            statement.executeUpdate();
        }
        Row made = find(connection, name);
        if (made == null) {
            throw new SQLException("the row of lease " + name + " is gone again", "LF000");
        }
        return made;
    }

    private @Nullable Row find(Connection connection, String name) throws SQLException {
        return find(connection, name, " for update");
    }

    private @Nullable Row find(Connection connection, String name, String forUpdate)
            throws SQLException {
        String sql =
                "select owner, fence, held, expires_at, duration_micros from {leases} where name = ?"
                        + forUpdate;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            dialect.setName(statement, 1, name);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                return new Row(
                        name,
                        String.valueOf(dialect.name(row, 1)),
                        row.getLong(2),
                        row.getBoolean(3),
                        row.getLong(4),
                        row.getLong(5));
            }
        }
    }

    private void write(Connection connection, Row row) throws SQLException {
        String sql =
                """
                update {leases} set owner = ?, fence = ?, held = ?, expires_at = ?, duration_micros = ?
                where name = ?\
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            dialect.setName(statement, 1, row.owner());
            statement.setLong(2, row.fence());
            statement.setBoolean(3, row.held());
            statement.setLong(4, row.expiresAt());
            statement.setLong(5, row.durationMicros());
            dialect.setName(statement, 6, row.name());
            statement.executeUpdate();
        }
    }
}
