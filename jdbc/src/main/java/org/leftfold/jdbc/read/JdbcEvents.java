package org.leftfold.jdbc.read;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.SqlWork;

/**
 * One read: fetches a page, gives its connection back, and hands the events out. No snapshot and no
 * connection is held while the caller works. What the read began with bounds it: positions are
 * dense and given in commit order, so nothing can appear below a head that was seen.
 */
public final class JdbcEvents implements Events {
    private static final int FIRST_PAGE = 64;
    private static final int SMALLEST_PAGE = 4;
    private static final int LARGEST_PAGE = 2048;

    /** The database and this process work on these while the caller works. */
    private static final int PAGES_AHEAD = 2;

    /** Large bodies are fetched together up to so many bytes, or alone. */
    private static final int LARGE_TOGETHER = 16;

    /**
     * A page that is being read.
     *
     * @param span the positions that it covers; null if it ends where it is full
     */
    private record Ahead(CompletableFuture<Pages.Page> page, QueryPlan.@Nullable Range span) {}

    private final Pages pages;
    private final ReadRequest request;
    private final BooleanSupplier storeClosed;
    private final Deque<StoredRow> fetched = new ArrayDeque<>();
    private Map<Long, StoredRow.Body> large = Map.of();
    private long after;
    private long to;
    private long firstVersion;
    private long lastVersion;
    private boolean bounded;
    private long remaining;
    private int pageSize = FIRST_PAGE;
    private boolean exhausted;
    private boolean closed;
    private @Nullable QueryPlan plan;
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private @Nullable RecordedEvent next;

    /**
     * A read that has not begun; the first page is fetched at once.
     *
     * @param storeClosed whether the store was closed meanwhile
     */
    public JdbcEvents(Pages pages, ReadRequest request, BooleanSupplier storeClosed) {
        this.pages = pages;
        this.request = request;
        this.storeClosed = storeClosed;
        this.after = request.afterPosition();
        this.to = request.toPosition();
        this.firstVersion = request.afterVersion() + 1;
        this.lastVersion = request.toVersion();
        this.remaining = request.limit();
        this.exhausted = remaining == 0 || after >= to || request.afterVersion() >= lastVersion;
        if (!exhausted) {
            fetch();
        }
    }

    private void fetch() {
        if (storeClosed.getAsBoolean()) {
            throw StoreUnavailableException.closing("this read");
        }
        Ahead begun = ahead.poll();
        Pages.Page page = begun == null ? null : readAhead(begun);
        if (page == null) {
            begun = null;
            int size = nextSize();
            page = pages.database().read(connection -> page(connection, size));
        }
        pageSize = Math.min(LARGEST_PAGE, pageSize * 4);
        fetched.addAll(page.rows());
        long before = request.isBackward() ? to : after;
        if (begun != null && begun.span() != null) {
            goOnBehind(begun.span());
            if (page.rows().isEmpty()) {
                ahead.clear(); // a gap, perhaps a wide one: the next page leaps over it
                return;
            }
        } else {
            exhausted = !page.isFull();
            if (page.rows().isEmpty()) {
                return;
            }
            goOnBehind(page);
        }
        if (!exhausted && pageSize == LARGEST_PAGE) {
            long covered = request.isBackward() ? before - to : after - before;
            readAhead(covered > 2L * page.rows().size());
        }
    }

    /**
     * A page that was begun before, or null if it failed: that may be long ago, or because the
     * caller had the last connection. What is wrong still is found when the page is read again.
     */
    private Pages.@Nullable Page readAhead(Ahead begun) {
        try {
            return begun.page().join();
        } catch (CompletionException e) {
            ahead.clear();
            return null;
        }
    }

    /**
     * Reads on while what is there is handed out.
     *
     * @param sparse whether most positions have no event: then pages of so many positions would
     *     hold few events, and cost as much as full ones
     */
    private void readAhead(boolean sparse) {
        if (sparse || !request.query().isEverything()) {
            ahead.clear();
            if (remaining > fetched.size()) {
                int size = nextSize();
                ahead.add(new Ahead(begin(connection -> page(connection, size)), null));
            }
            return;
        }
        // Positions are dense but for rare gaps, so it is known where each page ends.
        Ahead last = ahead.peekLast();
        QueryPlan.Range span = last == null ? null : last.span();
        while (ahead.size() < PAGES_AHEAD
                && remaining - fetched.size() > (long) ahead.size() * LARGEST_PAGE) {
            span = spanBehind(span);
            if (span == null) {
                return;
            }
            QueryPlan.Range asked = span;
            ahead.add(new Ahead(begin(connection -> pages.ofAll(connection, asked, false)), span));
        }
    }

    /** The positions of the page behind another one, or of the next page; null at the end. */
    private QueryPlan.@Nullable Range spanBehind(QueryPlan.@Nullable Range before) {
        long low = before == null || request.isBackward() ? after : before.to();
        long high = before == null || !request.isBackward() ? to : before.after();
        if (low >= high) {
            return null;
        }
        boolean whole = high - low <= LARGEST_PAGE;
        return request.isBackward()
                ? new QueryPlan.Range(whole ? low : high - LARGEST_PAGE, high, true, LARGEST_PAGE)
                : new QueryPlan.Range(low, whole ? high : low + LARGEST_PAGE, false, LARGEST_PAGE);
    }

    private void goOnBehind(QueryPlan.Range span) {
        if (request.isBackward()) {
            to = span.after();
        } else {
            after = span.to();
        }
        exhausted = after >= to;
    }

    private CompletableFuture<Pages.Page> begin(SqlWork<Pages.Page> read) {
        return CompletableFuture.supplyAsync(
                () -> pages.database().tryToRead(read), JdbcEvents::inBackground);
    }

    private static void inBackground(Runnable read) {
        Thread.ofVirtual().name("leftfold-read-ahead").start(read);
    }

    /** How many rows the next page has; few sizes, for each is a statement of its own. */
    private int nextSize() {
        long wanted = remaining - fetched.size();
        int size = pageSize;
        while (size > SMALLEST_PAGE && size / 2 >= wanted) {
            size /= 2;
        }
        return size;
    }

    private void goOnBehind(Pages.Page page) {
        if (!bounded) {
            to = Math.min(to, page.head());
            bounded = true;
        }
        StoredRow last = page.rows().getLast();
        if (request.isBackward()) {
            to = last.position() - 1;
            lastVersion = isOfOneStream() ? last.version() - 1 : lastVersion;
        } else {
            after = last.position();
            firstVersion = isOfOneStream() ? last.version() + 1 : firstVersion;
        }
    }

    private boolean isOfOneStream() {
        return request.query().items().size() == 1
                && request.query().items().getFirst().streams().size() == 1;
    }

    private Pages.Page page(Connection connection, int limit) throws SQLException {
        QueryPlan.Range range = new QueryPlan.Range(after, to, request.isBackward(), limit);
        if (isOfOneStream()) {
            return pages.ofStream(
                    connection,
                    new Pages.StreamRange(
                            request.query().items().getFirst().streams().iterator().next(),
                            firstVersion,
                            lastVersion,
                            range),
                    !bounded);
        }
        if (request.query().isEverything()) {
            return pages.ofAll(connection, range, !bounded);
        }
        if (!bounded) { // the head before the kinds: those of all events up to it are there then
            to =
                    Math.min(
                            to,
                            pages.database()
                                    .number(connection, "select max(position) from {events}"));
            bounded = true;
        }
        QueryPlan known = plan;
        if (known == null) {
            known = QueryPlan.of(connection, pages.database(), pages.kinds(), request.query());
            plan = known;
        }
        return pages.ofPlan(
                connection, known, new QueryPlan.Range(after, to, request.isBackward(), limit));
    }

    @Override
    public boolean hasNext() {
        if (next != null) {
            return true;
        }
        if (closed) {
            if (remaining == 0) {
                return false;
            }
            throw InvalidRequestException.closed("this read");
        }
        next = remaining > 0 ? advance() : null;
        if (next == null) {
            remaining = 0;
            close();
            return false;
        }
        remaining--;
        return true;
    }

    private @Nullable RecordedEvent advance() {
        while (true) {
            StoredRow row = fetched.poll();
            if (row == null) {
                if (exhausted) {
                    return null;
                }
                fetch();
                continue;
            }
            RecordedEvent event = row.isReadable() ? event(row) : null;
            if (event != null && request.covers(event)) {
                return event;
            }
        }
    }

    private @Nullable RecordedEvent event(StoredRow row) {
        StoredRow.Body body = row.body();
        if (body == null) {
            body = largeBody(row);
        }
        return body == null ? null : row.event(body);
    }

    private StoredRow.@Nullable Body largeBody(StoredRow row) {
        if (!large.containsKey(row.position())) {
            if (storeClosed.getAsBoolean()) {
                throw StoreUnavailableException.closing("this read");
            }
            List<Long> wanted = new ArrayList<>();
            wanted.add(row.position());
            for (StoredRow later : fetched) {
                if (later.isLarge() && wanted.size() < LARGE_TOGETHER) {
                    wanted.add(later.position());
                }
            }
            large = pages.database().read(connection -> pages.bodies(connection, wanted));
        }
        return large.get(row.position());
    }

    @Override
    public RecordedEvent next() {
        RecordedEvent found = hasNext() ? next : null;
        if (found == null) {
            throw new NoSuchElementException("this read has no further event");
        }
        next = null;
        return found;
    }

    @Override
    public void close() {
        closed = true;
        ahead.clear(); // they end by themselves, and give their connections back
        fetched.clear();
        large = Map.of();
        next = null;
    }
}
