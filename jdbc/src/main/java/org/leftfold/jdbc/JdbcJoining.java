package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.read.Pages;
import org.leftfold.jdbc.read.QueryPlan;
import org.leftfold.jdbc.sql.Database;

/**
 * Appends inside of a transaction on views. It needs no connection but the one of the transaction:
 * whoever holds the append lock must not wait for a second one from a pool that those who wait for
 * the lock have emptied. Of one thread.
 */
final class JdbcJoining implements JoiningStore.Joining {
    private static final int FEW_ROWS = 16;
    private static final int MOST_ROWS = 512;

    /** So much of payloads is read at a time, but for one event. */
    private static final long MOST_BYTES = 4 << 20;

    private final Database database;
    private final UUID epoch;
    private final JoinedAppends joined;
    private final Connection connection;
    private final Pages pages;

    JdbcJoining(Database database, UUID epoch, JoinedAppends joined, Connection connection) {
        this.database = database;
        this.epoch = epoch;
        this.joined = joined;
        this.connection = connection;
        this.pages = new Pages(joined.rows());
    }

    @Override
    public JoiningStore.Appended append(List<Append> appends) {
        List<JoiningStore.Outcome> outcomes = new ArrayList<>();
        long from = Long.MAX_VALUE;
        long last = 0;
        for (Outcome outcome : joined.appendEach(appends)) {
            switch (outcome) {
                case Outcome.Refused refused ->
                        outcomes.add(new JoiningStore.Outcome.Refused(refused.why()));
                case Outcome.Stored stored -> {
                    AppendResult result = stored.result();
                    outcomes.add(new JoiningStore.Outcome.Stored(result));
                    if (!result.repeated()) {
                        from = Math.min(from, result.writes().getFirst().firstPosition() - 1);
                        last = Math.max(last, result.lastPosition());
                    }
                }
            }
        }
        return new JoiningStore.Appended(outcomes, events(from, last));
    }

    @Override
    public Checkpoint behind(long position) {
        return Checkpoint.of(epoch, position);
    }

    /** As they are in the tables, so that views are told the same now as in a rebuild. */
    private List<RecordedEvent> events(long after, long last) {
        long from = after;
        List<RecordedEvent> events = new ArrayList<>();
        while (from < last) {
            List<RecordedEvent> some =
                    read(
                            Query.all(),
                            Optional.of(behind(from)),
                            last,
                            (int) Math.min(MOST_ROWS, last - from));
            events.addAll(some);
            from = some.isEmpty() ? last : some.getLast().position();
        }
        return events;
    }

    @Override
    public List<RecordedEvent> read(Query query, Optional<Checkpoint> after, long upTo, int limit) {
        long from = after.isEmpty() ? 0 : after.get().positionIn(epoch, upTo);
        try {
            QueryPlan plan =
                    query.isEverything()
                            ? null
                            : QueryPlan.of(connection, database, joined.rows().kinds(), query);
            List<RecordedEvent> found = new ArrayList<>();
            boolean isFull = true;
            while (isFull && found.isEmpty()) {
                QueryPlan.Range range = new QueryPlan.Range(from, upTo, false, rows(limit));
                Pages.Page page =
                        plan == null
                                ? pages.ofAll(connection, range, false)
                                : pages.ofPlan(connection, plan, range);
                add(page.rows(), query, limit, found);
                isFull = page.isFull();
                from = page.rows().isEmpty() ? upTo : page.rows().getLast().position();
            }
            return found;
        } catch (SQLException e) {
            throw database.translate(e);
        }
    }

    @Override
    public Optional<RecordedEvent> find(StreamName stream, long version) {
        try {
            List<RecordedEvent> found = new ArrayList<>();
            add(pages.ofVersion(connection, stream, version), Query.all(), 1, found);
            return found.stream().findFirst();
        } catch (SQLException e) {
            throw database.translate(e);
        }
    }

    /** Few sizes of pages, for each is a statement of its own. */
    private static int rows(int limit) {
        return limit <= FEW_ROWS ? FEW_ROWS : MOST_ROWS;
    }

    /** Adds what matches, which may be less than a plan finds, until it is enough. */
    private void add(List<StoredRow> rows, Query query, int limit, List<RecordedEvent> found)
            throws SQLException {
        long bytes = 0;
        for (StoredRow row : rows) {
            StoredRow.Body body = row.body();
            if (row.isLarge()) {
                body = pages.bodies(connection, List.of(row.position())).get(row.position());
            }
            if (row.isReadable() && body != null && query.matches(row.event(body))) {
                found.add(row.event(body));
                bytes += body.payload().sizeBytes();
            }
            if (found.size() == limit || bytes > MOST_BYTES) {
                return;
            }
        }
    }

    @Override
    public void committed() {
        joined.tellCommitted();
    }

    @Override
    public void close() {
        joined.close();
    }
}
