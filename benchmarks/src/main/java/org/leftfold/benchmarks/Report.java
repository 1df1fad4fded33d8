package org.leftfold.benchmarks;

import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.leftfold.benchmarks.stores.StoreKind;

/** Prints the results of a run as tables: one per cell, one line per store. */
final class Report {
    private static final int STORE_CHARS = 18;
    private static final String NOTHING = "-";

    private final Results results;
    private final PrintStream out;

    /** A column of a table: a heading, and what it says of a store. */
    private record Column(String heading, int chars, Value value) {
        interface Value {
            Optional<String> of(StoreKind store);
        }
    }

    Report(Results results, PrintStream out) {
        this.results = results;
        this.out = out;
    }

    void tables(Collection<StoreKind> stores) {
        for (Cell cell : results.cells()) {
            out.println();
            out.println(heading(cell));
            List<Column> columns = columns(cell);
            out.printf("  %-" + STORE_CHARS + "s", "store");
            columns.forEach(column -> out.printf(align(column), column.heading()));
            out.println();
            for (StoreKind store : stores) {
                if (columns.stream().anyMatch(column -> column.value().of(store).isPresent())) {
                    out.printf("  %-" + STORE_CHARS + "s", store.label());
                    columns.forEach(column ->
                            out.printf(align(column), column.value().of(store).orElse(NOTHING)));
                    out.println();
                }
            }
        }
    }

    private static String align(Column column) {
        return "  %" + column.chars() + "s";
    }

    private static String heading(Cell cell) {
        return cell
                + switch (cell.workload()) {
                    case W1 -> ": 1 event an append, durable, expected version";
                    case W2 -> ": 100 events an append, durable, expected version";
                    case W4 -> ": read everything in order, 1 thread, every field made";
                    case W5 -> ": from append to handler, 200 events/s from one caller";
                };
    }

    private List<Column> columns(Cell cell) {
        Column rate = spread("events/s", 25, cell, Metric.EVENTS_PER_SECOND, Report::count);
        Column rateRatio = ratio("to raw", 18, cell, Metric.EVENTS_PER_SECOND);
        Column cpu = median("CPU us/event", 12, cell, Metric.CPU_MICROS_PER_EVENT);
        return switch (cell.workload()) {
            case W1, W2 ->
                    List.of(
                            rate,
                            rateRatio,
                            median("p50 us", 8, cell, Metric.P50_MICROS),
                            new Column("to raw", 6, store -> p50Ratio(store, cell)),
                            median("p99 us", 8, cell, Metric.P99_MICROS),
                            cpu,
                            median("appends/commit", 14, cell, Metric.APPENDS_PER_COMMIT));
            case W4 -> List.of(rate, rateRatio, cpu);
            case W5 ->
                    List.of(
                            spread("p50 us", 24, cell, Metric.P50_MICROS, Report::plain),
                            spread("p99 us", 24, cell, Metric.P99_MICROS, Report::plain),
                            median("append p50", 10, cell, Metric.APPEND_P50_MICROS),
                            median("append p99", 10, cell, Metric.APPEND_P99_MICROS),
                            new Column("p50 above append", 16, store -> aboveAppend(store, cell)));
        };
    }

    private Column spread(
            String heading, int chars, Cell cell, Metric metric, DoubleFunction<String> format) {
        return new Column(
                heading,
                chars,
                store -> results.summary(store, cell, metric).map(s -> spread(s, format)));
    }

    private Column median(String heading, int chars, Cell cell, Metric metric) {
        return new Column(
                heading,
                chars,
                store -> results.summary(store, cell, metric).map(s -> plain(s.median())));
    }

    private Column ratio(String heading, int chars, Cell cell, Metric metric) {
        return new Column(
                heading,
                chars,
                store ->
                        results.ratioToRaw(store, cell, metric).map(s -> spread(s, Report::ratio)));
    }

    private Optional<String> p50Ratio(StoreKind store, Cell cell) {
        return results.ratioToRaw(store, cell, Metric.P50_MICROS).map(s -> ratio(s.median()));
    }

    private Optional<String> aboveAppend(StoreKind store, Cell cell) {
        return results.difference(store, cell, Metric.P50_MICROS, Metric.APPEND_P50_MICROS)
                .map(s -> plain(s.median()));
    }

    private static String spread(Summary summary, DoubleFunction<String> format) {
        return "%s [%s-%s]"
                .formatted(
                        format.apply(summary.median()),
                        format.apply(summary.min()),
                        format.apply(summary.max()));
    }

    private static String count(double value) {
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.2f M", value / 1e6);
        }
        return String.format(Locale.ROOT, value >= 1e5 ? "%.0f k" : "%.1f k", value / 1e3);
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, value < 0.1 ? "%.3f" : "%.2f", value);
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.1f" : "%,.0f", value);
    }

    void gates() {
        out.println();
        out.println("targets of the engine, by the medians of this run:");
        Gate.ALL.forEach(gate -> out.println("  " + gate.line(results)));
    }

    void failures(Map<StoreKind, Throwable> failures) {
        failures.forEach((store, failure) -> {
            out.println();
            out.println(store.label() + " failed; its results were dropped:");
            failure.printStackTrace(out);
        });
    }
}
