package org.leftfold.jdbc.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.append.AppendSettings;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Tail;

/** Makes the beginnings of streams unreadable, and keeps who did it. Safe for any thread. */
final class Acts {
    private final Database database;
    private final AppendSettings settings;

    Acts(Database database, AppendSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** Where a stream is. */
    record Place(long id, StreamName name, long firstKeptVersion, long version) {}

    /** Chooses the first version that is kept of a stream, which may be unknown. */
    interface Choice {
        long firstKept(@Nullable Place place);
    }

    /**
     * Keeps a stream from a version on.
     *
     * @return whether that made anything unreadable
     */
    boolean truncate(StreamName stream, Choice choice, AdminAct act) {
        return database.change(connection -> {
            database.dialect().lock(connection, database.tables());
            Tail tail = database.dialect().tail(connection, database.tables(), settings.trusting());
            Place place = place(connection, stream);
            long firstKept = choice.firstKept(place);
            if (place == null || firstKept <= place.firstKeptVersion()) {
                return false; // it is done already
            }
            Long clock = settings.clockMicros();
            long now = clock == null ? tail.databaseMicros() : clock;
            store(
                    connection,
                    tail.head(),
                    place.id(),
                    new Backup.Act(
                            stream,
                            firstKept,
                            act,
                            StoredRow.instant(Math.max(now, tail.lastRecordedAt()))));
            return true;
        });
    }

    @Nullable Place place(Connection connection, StreamName stream) throws SQLException {
        String sql =
                """
                select s.stream_id, s.first_kept_version,
                    (select max(e.version) from {events} e where e.stream_id = s.stream_id)
                from {streams} s where s.name = ?\
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            database.dialect().setName(statement, 1, stream.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Place(row.getLong(1), stream, row.getLong(2), row.getLong(3))
                        : null;
            }
        }
    }

    /** Stores an act on a stream, which ends at {@code head}, in the transaction at hand. */
    void store(Connection connection, long head, long streamId, Backup.Act act)
            throws SQLException {
        String keep =
                "update {streams} set first_kept_version = ?"
                        + " where stream_id = ? and first_kept_version < ?";
        try (PreparedStatement statement = connection.prepareStatement(database.sql(keep))) {
            statement.setLong(1, act.firstKeptVersion());
            statement.setLong(2, streamId);
            statement.setLong(3, act.firstKeptVersion());
            statement.executeUpdate();
        }
        long actId = database.number(connection, "select max(act_id) from {acts}") + 1;
        String insert =
                """
                insert into {acts} (act_id, head, stream_id, first_kept_version, recorded_at, actor,
                    reason)
                values (?, ?, ?, ?, ?, ?, ?)\
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(insert))) {
            statement.setLong(1, actId);
            statement.setLong(2, head);
            statement.setLong(3, streamId);
            statement.setLong(4, act.firstKeptVersion());
            statement.setLong(5, StoredRow.micros(act.recordedAt()));
            statement.setString(6, act.act().actor());
            statement.setString(7, act.act().reason());
            statement.executeUpdate();
        }
    }

    /** Some streams behind a number, in the order of their numbers. */
    List<Place> streamsBehind(Connection connection, long streamId, int limit) throws SQLException {
        String sql =
                """
                select s.stream_id, s.name, s.first_kept_version,
                    (select max(e.version) from {events} e where e.stream_id = s.stream_id)
                from {streams} s where s.stream_id > ? order by s.stream_id limit ?\
                """;
        List<Place> places = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            statement.setLong(1, streamId);
            statement.setInt(2, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String name = database.dialect().name(rows, 2);
                    if (name != null) {
                        places.add(
                                new Place(
                                        rows.getLong(1),
                                        StreamName.ofStored(name),
                                        rows.getLong(3),
                                        rows.getLong(4)));
                    }
                }
            }
        }
        return places;
    }

    /** The error of a truncation to a version that a stream has not. */
    static InvalidRequestException noVersion(
            StreamName stream, long firstKeptVersion, long version) {
        return InvalidRequestException.number(
                "first kept version",
                firstKeptVersion,
                "stream '%s' has versions 1 to %d and no version before it"
                        .formatted(stream, version));
    }
}
