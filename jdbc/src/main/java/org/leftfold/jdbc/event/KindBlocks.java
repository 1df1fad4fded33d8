package org.leftfold.jdbc.event;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.SystemTime;

/**
 * The index of events by kind, where the database has arrays: for each full block of positions one
 * row for each category and type in it, under the number of the first kind that had them. A row is
 * 2 bytes for an event where an entry of an ordinary index is 30, and costs the append nothing:
 * blocks are filed behind the commits, by a thread of their own. Whoever reads searches the filed
 * blocks and walks through what lies behind them, so it finds all, however late they are filed.
 * What a block holds never changes. Safe for any thread.
 */
public final class KindBlocks {
    /** Positions of a block. */
    public static final int POSITIONS = 1024;

    /** Stands in the place of a kind, for a block that is filed. */
    private static final int FILED = -1;

    /** Stands in the place of a kind, for the highest number of a kind in filed blocks. */
    private static final int HIGHEST = -2;

    /** While so many positions are not filed yet, nothing is done. */
    private static final int WORTH_A_PASS = 2 * POSITIONS;

    /** So many are filed together. */
    private static final int MOST_TOGETHER = 16 * POSITIONS;

    private static final Duration LONGEST_CLOSE = Duration.ofMillis(500);

    /** So often it is looked anyway, when there are appends. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How many positions are in filed blocks, from the first one on; for PostgreSQL. */
    public static final String FILED_POSITIONS =
            """
            select %d::bigint * coalesce(max(f.block) + 1, 0) from {kind_blocks} f where f.kind_id = %d\
            """
                    .formatted(POSITIONS, FILED);

    /** For each kind the number under which it is filed, which no later kind changes. */
    public static final String FILED_UNDER =
            "select k.kind_id, min(k.kind_id) over (partition by k.type, k.category) as under"
                    + " from {kinds} k";

    private static final String REACHED =
            "select coalesce(max(e.position), 0), (" + FILED_POSITIONS + ") from {events} e";

    /**
     * Nothing, unless the blocks below are filed and these are full for this statement as well.
     * Does not wait for the disk: what a crash takes away is filed again.
     */
    private static final String FILE =
            """
            with those as materialized (
                select e.position - 1 as place, e.kind_id, coalesce(u.under, e.kind_id) as under
                from {events} e left join (%4$s) u on u.kind_id = e.kind_id
                where e.position > ? and e.position <= ? and (%5$s) = ?
                    and (select max(l.position) from {events} l) >= ?)
            insert into {kind_blocks} (kind_id, block, positions)
            select t.under, t.place / %1$d,
                array_agg((t.place %% %1$d)::smallint order by t.place)
                from those t group by t.under, t.place / %1$d
            union all
            select %2$d, t.place / %1$d, array[]::smallint[] from those t
                where (select set_config('synchronous_commit', 'off', true)) = 'off'
                group by t.place / %1$d
            union all
            select %3$d, max(t.kind_id), array[]::smallint[] from those t having count(*) > 0
            on conflict do nothing\
            """
                    .formatted(POSITIONS, FILED, HIGHEST, FILED_UNDER, FILED_POSITIONS);

    private static final String LAST_KIND =
            """
            select greatest(coalesce((
                select max(b.block) from {kind_blocks} b where b.kind_id = %d), 0), coalesce((
                select max(e.kind_id) from {events} e where e.position > (%s)), 0))\
            """
                    .formatted(HIGHEST, FILED_POSITIONS);

    private final Database database;
    private final StoreListener listener;
    private @Nullable Thread thread; // guarded by this
    private boolean isWanted; // guarded by this; there is news since the thread has looked
    private long triedTo = -WORTH_A_PASS; // guarded by this
    private long lookedNanos; // guarded by this
    private boolean closed; // guarded by this
    private boolean failed; // read and written by the thread, of which there is one at a time

    /** The blocks of a store. */
    public KindBlocks(Database database, StoreListener listener) {
        this.database = database;
        this.listener = listener;
        this.lookedNanos = SystemTime.nanos() - LOOK_NANOS;
    }

    /** The highest number of a kind that an event has. */
    static int lastKind(Connection connection, Database database) throws SQLException {
        return (int)
                database.number(
                        connection,
                        database.dialect().filesKindsInBlocks()
                                ? LAST_KIND
                                : "select max(kind_id) from {events}");
    }

    /** The log goes as far as this at least. */
    public synchronized void moved(long head) {
        if (head < POSITIONS) {
            return;
        }
        if (head - triedTo >= WORTH_A_PASS) {
            triedTo = head;
            begin();
        } else {
            look();
        }
    }

    /** The log goes further, nobody says how far. */
    public synchronized void look() {
        long now = SystemTime.nanos();
        if (now - lookedNanos >= LOOK_NANOS) {
            lookedNanos = now;
            begin();
        }
    }

    private void begin() {
        if (closed || !database.dialect().filesKindsInBlocks()) {
            return;
        }
        isWanted = true;
        if (thread == null) {
            try {
                thread = Thread.ofVirtual().name("leftfold-kind-blocks").start(this::run);
            } catch (RuntimeException | OutOfMemoryError e) {
                // none can be had; whoever appends next tries again
            }
        }
    }

    private void run() {
        try {
            while (goesOn()) {
                try {
                    pass();
                    failed = false;
                } catch (RuntimeException e) { // also what a data source throws of its own
                    notice(e);
                }
            }
        } finally {
            ended();
        }
    }

    /** Reads by kind take longer; it is tried again before long. */
    private void notice(RuntimeException why) {
        if (!failed && !isClosed()) {
            listener.noticed("events are not filed by kind: " + why.getMessage());
        }
        failed = true;
    }

    private synchronized void ended() {
        if (Thread.currentThread().equals(thread)) {
            thread = null;
        }
    }

    private synchronized boolean goesOn() {
        boolean more = isWanted && !closed;
        isWanted = false;
        if (!more) {
            thread = null;
        }
        return more;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void pass() {
        boolean more = true;
        while (more && !isClosed()) {
            more = database.read(this::fileSome);
        }
    }

    private boolean fileSome(Connection connection) throws SQLException {
        long head;
        long filed;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(REACHED));
                ResultSet row = statement.executeQuery()) {
            row.next();
            head = row.getLong(1);
            filed = row.getLong(2);
        }
        long full = head - head % POSITIONS;
        long to = Math.min(full, filed + MOST_TOGETHER);
        if (to <= filed) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(database.sql(FILE))) {
            statement.setLong(1, filed);
            statement.setLong(2, to);
            statement.setLong(3, filed);
            statement.setLong(4, to);
            return statement.executeUpdate() > 0 && to < full;
        }
    }

    /**
     * Ends the work; what is not filed yet stays so until somebody appends again. Does not wait
     * long: it may need a connection that the caller has, and what it files is right whenever it
     * comes.
     */
    public void close() {
        Thread working;
        synchronized (this) {
            closed = true;
            working = thread;
        }
        if (working == null || working.equals(Thread.currentThread())) {
            return;
        }
        try {
            working.join(LONGEST_CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
