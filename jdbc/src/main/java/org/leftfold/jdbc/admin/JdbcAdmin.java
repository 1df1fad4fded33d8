package org.leftfold.jdbc.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Retention;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.jdbc.append.AppendSettings;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.sql.Database;

/** The administrative acts on a store in a database. Safe for any thread. */
public final class JdbcAdmin implements StoreAdmin {
    private static final int RESTORED_TOGETHER = 500;
    private static final long RESTORED_BYTES_TOGETHER = 4 << 20;
    private static final long PROGRESS_STEP = 10_000;

    private final Database database;
    private final Kinds kinds;
    private final Pages pages;
    private final AppendSettings settings;
    private final Acts acts;
    private final Shared shared;

    /**
     * What the administrators of a store have in common with it.
     *
     * @param epoch of the store
     * @param scavenging whether one of them scavenges now
     * @param moved told when the head has moved
     * @param requireOpen throws when the store is closed
     * @param requireNoOwnLock throws when the calling thread holds the append lock itself
     */
    public record Shared(
            UUID epoch,
            AtomicBoolean scavenging,
            LongConsumer moved,
            Runnable requireOpen,
            Runnable requireNoOwnLock) {
        void requireFree() {
            requireOpen.run();
            requireNoOwnLock.run();
        }
    }

    /** The acts on a store. */
    public JdbcAdmin(
            Database database, Kinds kinds, Pages pages, AppendSettings settings, Shared shared) {
        this.database = database;
        this.kinds = kinds;
        this.pages = pages;
        this.settings = settings;
        this.shared = shared;
        this.acts = new Acts(database, settings);
    }

    @Override
    public StoreStatistics statistics() {
        shared.requireOpen().run();
        return database.read(this::count);
    }

    private StoreStatistics count(Connection connection) throws SQLException {
        String sql =
                """
                select k.category, k.type, count(*), count(distinct e.stream_id)
                from {events} e
                join {streams} s on s.stream_id = e.stream_id
                join {kinds} k on k.kind_id = e.kind_id
                where e.version >= s.first_kept_version and e.payload is not null
                group by k.category, k.type\
                """;
        Map<String, Long> categories = new TreeMap<>();
        Map<String, Long> types = new TreeMap<>();
        long events = 0;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql));
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                long count = rows.getLong(3);
                events += count;
                categories.merge(
                        String.valueOf(database.dialect().name(rows, 1)), count, Long::sum);
                types.merge(String.valueOf(database.dialect().name(rows, 2)), count, Long::sum);
            }
        }
        long streams =
                database.number(
                        connection,
                        """
                        select count(*) from {streams} s where exists (
                            select 1 from {events} e where e.stream_id = s.stream_id
                                and e.version >= s.first_kept_version and e.payload is not null)\
                        """);
        long head = database.number(connection, "select max(position) from {events}");
        long bytes = database.dialect().bytes(connection, database.tables());
        return new StoreStatistics(events, streams, head, bytes, categories, types);
    }

    @Override
    public VerificationReport verify(LongConsumer progress) {
        shared.requireOpen().run();
        return new Verification(database, pages).run(progress);
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion, AdminAct act) {
        shared.requireFree();
        acts.truncate(
                stream,
                place -> {
                    long version = place == null ? 0 : place.version();
                    if (firstKeptVersion < 2 || firstKeptVersion > version + 1) {
                        throw Acts.noVersion(stream, firstKeptVersion, version);
                    }
                    return firstKeptVersion;
                },
                act);
    }

    @Override
    public void delete(StreamName stream, AdminAct act) {
        shared.requireFree();
        acts.truncate(
                stream,
                place -> {
                    if (place == null) {
                        throw InvalidRequestException.number(
                                "version", 0, "stream '%s' was never written".formatted(stream));
                    }
                    return place.version() + 1;
                },
                act);
    }

    @Override
    public long retain(Retention retention, AdminAct act, LongConsumer progress) {
        shared.requireFree();
        retention.requireRule();
        return new RetentionRun(database, pages, acts, retention, act).run(now(), progress);
    }

    private Instant now() {
        if (settings.clock() != null) {
            return settings.clock().instant().truncatedTo(ChronoUnit.MICROS);
        }
        return database.change(connection -> {
            return StoredRow.instant(
                    database.dialect().tail(connection, database.tables(), true).databaseMicros());
        });
    }

    @Override
    public ScavengeReport scavenge(LongConsumer progress) {
        shared.requireOpen().run();
        if (!shared.scavenging().compareAndSet(false, true)) {
            throw StoreUnavailableException.scavenging(database.where());
        }
        try {
            return new Scavenging(database).run(progress);
        } finally {
            shared.scavenging().set(false);
        }
    }

    @Override
    public Backup backup() {
        shared.requireOpen().run();
        return new JdbcBackup(database, pages, shared.epoch());
    }

    @Override
    public long restore(Backup backup, LongConsumer progress) {
        shared.requireFree();
        try (Backup own = backup()) {
            backup.passOver(own, progress);
        }
        long added = 0;
        long told = 0;
        while (backup.hasNext()) {
            List<List<Backup.Entry>> parts = new ArrayList<>();
            try {
                gather(backup, parts);
            } catch (InvalidRequestException wrong) {
                if (!parts.isEmpty()) {
                    shared.moved().accept(take(parts)); // what stood before it is right
                }
                throw wrong;
            }
            long head = take(parts);
            shared.moved().accept(head);
            added += together(parts).stream().filter(Backup.Place.class::isInstance).count();
            if (head - told >= PROGRESS_STEP) {
                progress.accept(head);
                told = head;
            }
        }
        return added;
    }

    /** Takes as many parts as are right, even if one is wrong. */
    private long take(List<List<Backup.Entry>> parts) {
        try {
            return takeTogether(together(parts));
        } catch (InvalidRequestException wrong) {
            long head = 0;
            for (List<Backup.Entry> part : parts) {
                head = takeTogether(part);
            }
            return head;
        }
    }

    private static List<Backup.Entry> together(List<List<Backup.Entry>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private long takeTogether(List<Backup.Entry> entries) {
        RestoredBatch batch = new RestoredBatch(entries);
        return database.change(connection ->
                batch.take(
                        new Restoration(connection, database, kinds, acts, settings.trusting())));
    }

    /** Adds some appends and acts to {@code parts}. */
    private static void gather(Backup backup, List<List<Backup.Entry>> parts) {
        int entries = 0;
        long bytes = 0;
        while (backup.hasNext() && entries < RESTORED_TOGETHER && bytes < RESTORED_BYTES_TOGETHER) {
            List<Backup.Entry> part = backup.nextTogether();
            parts.add(part);
            entries += part.size();
            for (Backup.Entry entry : part) {
                bytes += entry instanceof Backup.Kept kept ? kept.event().payload().sizeBytes() : 0;
            }
        }
    }
}
