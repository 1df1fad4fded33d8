package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.framework.projection.Projection.Effect;

/**
 * The rows of a view, as they are committed: eventually those of all events (R97); {@link
 * Projections#await} waits for one. A generation that was swapped in by another instance is read
 * within a second. Safe for any thread.
 */
public final class Rows<V> {
    private static final int PAGE = 500;

    /** A row with its key. */
    public record Entry<V>(String key, V row) {}

    private final ProjectionRun<?> run;
    private final Supplier<ViewHeader> header;
    private final RowSession.Fold<?, V> fold;

    Rows(ProjectionRun<?> run, Effect<?, V> effect, Supplier<ViewHeader> header) {
        if (!(effect instanceof Effect.Rows<?, V> rows)) {
            throw ProjectionRefusedException.notNow(
                    run.name(), "a subscriber has no rows; look where it writes");
        }
        this.run = run;
        this.header = header;
        this.fold = rows.fold();
    }

    private View view() {
        return header.get().current().view(run.name());
    }

    /**
     * The row of a key.
     *
     * @throws UnreadableRowException if it was stored by another form of the class (LF-5004)
     */
    public Optional<V> find(String key) {
        View view = view();
        Payload body =
                run.views()
                        .inTransaction(transaction -> transaction.find(view, List.of(key)))
                        .get(key);
        return Optional.ofNullable(body).map(row -> fold.read(run.name(), key, row));
    }

    /** How many rows there are. */
    public long count() {
        View view = view();
        return run.views().inTransaction(transaction -> transaction.count(view));
    }

    /**
     * All rows in an order of the store's own, read page by page; what is changed meanwhile may
     * show or not. The stream throws {@link UnreadableRowException} (LF-5004) at a row that was
     * stored by another form of the class.
     */
    public Stream<Entry<V>> stream() {
        Iterator<Entry<V>> pages = new Pages(view());
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(pages, traits), false);
    }

    private final class Pages implements Iterator<Entry<V>> {
        private final View view;
        private List<Row> page = new ArrayList<>();
        private int next;
        private String after = "";
        private boolean isAtEnd;

        Pages(View view) {
            this.view = view;
        }

        @Override
        public boolean hasNext() {
            if (next == page.size() && !isAtEnd) {
                page =
                        run.views()
                                .inTransaction(
                                        transaction -> transaction.page(view, -1, after, PAGE));
                next = 0;
                isAtEnd = page.size() < PAGE;
                if (!page.isEmpty()) {
                    after = page.getLast().key();
                }
            }
            return next < page.size();
        }

        @Override
        public Entry<V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = page.get(next++);
            return new Entry<>(row.key(), fold.read(run.name(), row.key(), row.body()));
        }
    }
}
