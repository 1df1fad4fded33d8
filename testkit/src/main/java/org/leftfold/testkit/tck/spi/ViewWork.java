package org.leftfold.testkit.tck.spi;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;

/** What the tests of view stores have in common: transactions in short, rows and progress. */
final class ViewWork {
    static final View ORDERS = new View("orders", 1);

    private ViewWork() {}

    /** What the work of a test throws. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Does something in a transaction of its own. */
    static void run(ViewStore store, Consumer<ViewTransaction> work) {
        Boolean unused =
                store.inTransaction(transaction -> {
                    work.accept(transaction);
                    return true;
                });
    }

    /** Asks something in a transaction of its own. */
    static <T> T ask(ViewStore store, Function<ViewTransaction, T> question) {
        return store.inTransaction(question::apply);
    }

    static long count(ViewStore store, View view) {
        return store.inTransaction(transaction -> transaction.count(view));
    }

    static long lastParked(ViewStore store, int part) {
        return store.inTransaction(transaction -> transaction.lastParked(ORDERS, part));
    }

    static Row row(int part, String key, String body) {
        return new Row(part, key, Payload.ofText(body));
    }

    /** Rows of these keys, of part 0, each with its key as its body. */
    static List<Row> rows(Collection<String> keys) {
        return keys.stream().map(key -> row(0, key, key)).toList();
    }

    static List<String> keys(List<Row> rows) {
        return rows.stream().map(Row::key).toList();
    }

    /** What a row holds, as text. */
    static Optional<String> text(ViewTransaction transaction, View view, String key) {
        return Optional.ofNullable(transaction.find(view, List.of(key)).get(key))
                .map(Payload::asText);
    }

    /** All rows of a view or of one part, read in pages of this size. */
    static List<Row> all(ViewTransaction transaction, View view, int part, int limit) {
        List<Row> all = new ArrayList<>();
        String after = "";
        List<Row> page;
        do {
            page = transaction.page(view, part, after, limit);
            all.addAll(page);
            after = page.isEmpty() ? "" : page.getLast().key();
        } while (!page.isEmpty());
        return all;
    }

    /** Bodies by key, as {@link ViewTransaction#find} gives them. */
    static Map<String, Payload> bodies(Collection<Row> rows) {
        Map<String, Payload> bodies = new HashMap<>();
        rows.forEach(row -> bodies.put(row.key(), row.body()));
        return bodies;
    }

    static Checkpoint at(long position) {
        return Checkpoint.of(UUID.fromString("5a0c0000-0000-4000-8000-000000000001"), position);
    }

    static Progress progress(long number) {
        return new Progress(Optional.of(at(number)), number + 1, number + 2, number + 3);
    }

    /** A parked event with little in it. */
    static ParkedEvent parked(int part, long sequence, String key, State state) {
        return new ParkedEvent(
                part,
                sequence,
                key,
                state,
                new StreamName("order-" + sequence),
                sequence,
                "OrderPlaced",
                1,
                "it failed",
                Optional.empty(),
                Instant.ofEpochSecond(1_700_000_000, 123_456_000));
    }
}
