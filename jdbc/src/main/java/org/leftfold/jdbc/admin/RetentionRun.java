package org.leftfold.jdbc.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Retention;
import org.leftfold.api.UncountedVersions;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.read.JdbcEvents;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.sql.Database;

/**
 * One retention over all streams: times of recording never decrease over the positions, so one
 * position parts the old events from the young ones. For one thread.
 */
final class RetentionRun {
    private static final int PAGE = 500;
    private static final long PROGRESS_STEP = 10_000;

    private final Database database;
    private final Acts acts;
    private final Retention retention;
    private final AdminAct act;
    private final Pages pages;
    private final UncountedVersions uncounted = new UncountedVersions();

    RetentionRun(Database database, Pages pages, Acts acts, Retention retention, AdminAct act) {
        this.database = database;
        this.pages = pages;
        this.acts = acts;
        this.retention = retention;
        this.act = act;
    }

    /** Gives the number of streams of which something became unreadable. */
    long run(Instant now, LongConsumer progress) {
        Instant youngFrom = retention.youngFrom(now);
        long lastOld =
                youngFrom.equals(Instant.MIN)
                        ? 0
                        : database.read(connection -> lastBefore(connection, youngFrom));
        long looked = 0;
        long truncated = 0;
        long behind = 0;
        while (true) {
            long from = behind;
            List<Acts.Place> places =
                    database.read(connection -> acts.streamsBehind(connection, from, PAGE));
            // After the versions of the streams: a move takes its version and its note together.
            uncounted.readTo(head(), request -> new JdbcEvents(pages, request, () -> false));
            for (Acts.Place place : places) {
                behind = place.id();
                if (retention.concerns(place.name())) {
                    truncated += keepShort(place, lastOld) ? 1 : 0;
                    looked++;
                    if (looked % PROGRESS_STEP == 0) {
                        progress.accept(looked);
                    }
                }
            }
            if (places.size() < PAGE) {
                return truncated;
            }
        }
    }

    private boolean keepShort(Acts.Place place, long lastOld) {
        long old =
                lastOld == 0
                        ? 0
                        : database.read(connection -> versionAt(connection, place.id(), lastOld));
        long firstKept =
                retention.firstKeptVersion(place.version(), old, uncounted.of(place.name()));
        return firstKept > place.firstKeptVersion()
                && acts.truncate(place.name(), unused -> firstKept, act);
    }

    private long head() {
        return database.read(
                connection -> database.number(connection, "select max(position) from {events}"));
    }

    /** The last position that was recorded before a time, 0 for none. */
    private long lastBefore(Connection connection, Instant time) throws SQLException {
        long micros =
                time.isBefore(StoredRow.instant(0).minusSeconds(1L << 40))
                        ? Long.MIN_VALUE
                        : StoredRow.micros(time);
        long low = 0;
        long high = database.number(connection, "select max(position) from {events}");
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (recordedAt(connection, middle) < micros) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private long recordedAt(Connection connection, long position) throws SQLException {
        return number(connection, "select recorded_at from {events} where position = ?", position);
    }

    private long versionAt(Connection connection, long stream, long position) throws SQLException {
        return number(
                connection,
                "select max(version) from {events} where stream_id = ? and position <= ?",
                stream,
                position);
    }

    private long number(Connection connection, String template, long... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.sql(template))) {
            for (int i = 0; i < values.length; i++) {
                statement.setLong(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }
}
