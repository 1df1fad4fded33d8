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
    private final StoreKind yardstick;
    private final StoreKind yardstickOfLoads;

    /** A column of a table: a heading, and what it says of a store. */
    private record Column(String heading, int chars, Value value) {
        interface Value {
            Optional<String> of(StoreKind store);
        }
    }

    /** Of stores that are compared with the bare log, and in loads with Leftfold. */
    Report(Results results, PrintStream out) {
        this(results, out, StoreKind.RAW, StoreKind.LEFTFOLD);
    }

    /** Of stores that are compared with these two, or with the same on their server. */
    Report(Results results, PrintStream out, StoreKind yardstick, StoreKind yardstickOfLoads) {
        this.results = results;
        this.out = out;
        this.yardstick = yardstick;
        this.yardstickOfLoads = yardstickOfLoads;
    }

    /** What a store reached to what one of the yardsticks did, or the same on its server. */
    private Optional<Summary> toYardstick(
            StoreKind kind, StoreKind store, Cell cell, Metric metric) {
        return results.ratioTo(kind.asYardstickOf(store), store, cell, metric);
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
                    case W3 ->
                            cell.equals(Cell.w3Cold())
                                    ? ": load a stream of 20 events, 1 thread, pages dropped"
                                    : ": load a stream of 20 events at random, every field made";
                    case W4 -> ": read everything in order, 1 thread, every field made";
                    case W5 -> ": from append to handler, 200 events/s from one caller";
                    case W6 ->
                            cell.equals(Cell.disk())
                                    ? ": tables and indexes"
                                    : ": close, drop the pages, open, read a stream";
                    case W7 -> ": W1 with 64 callers, if nobody has the same claim";
                };
    }

    private List<Column> columns(Cell cell) {
        Column rate = spread("events/s", 25, cell, Metric.EVENTS_PER_SECOND, Report::count);
        String toYardstick = "to " + yardstick.label();
        Column rateRatio = ratio(toYardstick, 18, cell, Metric.EVENTS_PER_SECOND);
        Column cpu = median("CPU us/event", 12, cell, Metric.CPU_MICROS_PER_EVENT);
        return switch (cell.workload()) {
            case W1, W2 ->
                    List.of(
                            rate,
                            rateRatio,
                            median("p50 us", 8, cell, Metric.P50_MICROS),
                            new Column(toYardstick, 7, store -> p50Ratio(store, cell)),
                            median("p99 us", 8, cell, Metric.P99_MICROS),
                            cpu,
                            median("appends/commit", 14, cell, Metric.APPENDS_PER_COMMIT));
            case W3 -> loadColumns(cell);
            case W4 -> List.of(rate, rateRatio, cpu);
            case W6 -> cell.equals(Cell.disk()) ? diskColumns(cell) : openingColumns(cell);
            case W7 ->
                    List.of(
                            rate,
                            spread(
                                    "without condition",
                                    25,
                                    cell,
                                    Metric.PLAIN_EVENTS_PER_SECOND,
                                    Report::count),
                            new Column("ratio", 18, store -> conditionRatio(store, cell)),
                            median("p50 us", 8, cell, Metric.P50_MICROS),
                            median("p99 us", 8, cell, Metric.P99_MICROS),
                            cpu);
            case W5 ->
                    List.of(
                            spread("p50 us", 24, cell, Metric.P50_MICROS, Report::plain),
                            spread("p99 us", 24, cell, Metric.P99_MICROS, Report::plain),
                            median("append p50", 10, cell, Metric.APPEND_P50_MICROS),
                            median("append p99", 10, cell, Metric.APPEND_P99_MICROS),
                            new Column("p50 above append", 16, store -> aboveAppend(store, cell)));
        };
    }

    private List<Column> loadColumns(Cell cell) {
        Column p50 = spread("p50 us", 24, cell, Metric.P50_MICROS, Report::plain);
        Column ratio =
                new Column(
                        "p50 to " + yardstickOfLoads.label(),
                        18,
                        store ->
                                toYardstick(yardstickOfLoads, store, cell, Metric.P50_MICROS)
                                        .map(s -> spread(s, Report::ratio)));
        Column p99 = median("p99 us", 8, cell, Metric.P99_MICROS);
        return cell.equals(Cell.w3Cold())
                ? List.of(p50, ratio, p99, median("a block, us", 11, cell, Metric.COLD_READ_MICROS))
                : List.of(
                        spread("loads/s", 25, cell, Metric.LOADS_PER_SECOND, Report::count),
                        p50,
                        ratio,
                        p99,
                        median("CPU us/load", 11, cell, Metric.CPU_MICROS_PER_LOAD));
    }

    private List<Column> diskColumns(Cell cell) {
        return List.of(
                median("disk B/event", 12, cell, Metric.DISK_BYTES_PER_EVENT),
                new Column(
                        "to " + yardstick.label(),
                        10,
                        store ->
                                toYardstick(yardstick, store, cell, Metric.DISK_BYTES_PER_EVENT)
                                        .map(s -> ratio(s.median()))),
                median("to content", 10, cell, Metric.DISK_TO_CONTENT));
    }

    private List<Column> openingColumns(Cell cell) {
        return List.of(
                spread("open ms", 22, cell, Metric.OPEN_MILLIS, Report::plain),
                spread("first read ms", 22, cell, Metric.FIRST_READ_MILLIS, Report::plain),
                median("heap MiB", 8, cell, Metric.HEAP_OPENED_MEBIBYTES),
                median("in use MiB", 10, cell, Metric.HEAP_IN_USE_MEBIBYTES),
                median("disk B/event", 12, cell, Metric.DISK_BYTES_PER_EVENT),
                new Column(
                        "to content",
                        10,
                        store ->
                                results.summary(store, cell, Metric.DISK_TO_CONTENT)
                                        .map(s -> ratio(s.median()))),
                median("unused MiB", 10, cell, Metric.UNUSED_MEBIBYTES));
    }

    private Optional<String> conditionRatio(StoreKind store, Cell cell) {
        return results.ratio(
                        store, cell, Metric.EVENTS_PER_SECOND, cell, Metric.PLAIN_EVENTS_PER_SECOND)
                .map(s -> spread(s, Report::ratio));
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
                        toYardstick(yardstick, store, cell, metric)
                                .map(s -> spread(s, Report::ratio)));
    }

    private Optional<String> p50Ratio(StoreKind store, Cell cell) {
        return toYardstick(yardstick, store, cell, Metric.P50_MICROS).map(s -> ratio(s.median()));
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

    /** How the figures of the larger store compare with those of the smaller one. */
    void growth(long small) {
        out.println();
        out.printf(Locale.ROOT, "%,d events to %,d events:%n", small * Growth.FACTOR, small);
        for (Growth.Figure figure : Growth.Figure.ALL) {
            Cell large = figure.cell().at(small * Growth.FACTOR);
            String ratio =
                    results.ratio(
                                    StoreKind.LEFTFOLD,
                                    large,
                                    figure.metric(),
                                    figure.cell().at(small),
                                    figure.metric())
                            .map(s -> spread(s, Report::ratio))
                            .orElse(NOTHING);
            out.printf("  %-16s %-24s %s%n", figure.cell(), figure.metric().label(), ratio);
        }
    }

    /** The sentence without which cold figures say nothing. */
    void pages(boolean areDropped) {
        out.println();
        out.println(
                areDropped
                        ? "pages of closed stores were dropped by dd iflag=nocache"
                        : "pages of closed stores could not be dropped here (that takes Linux and"
                                + " dd): W6 is warm, cold loads: none");
    }

    void gates(List<Gate> gates) {
        if (gates.isEmpty()) {
            return;
        }
        out.println();
        out.println("targets, by the medians of this run:");
        gates.forEach(gate -> out.println("  " + gate.line(results)));
    }

    void failures(Map<StoreKind, Throwable> failures) {
        failures.forEach((store, failure) -> {
            out.println();
            out.println(store.label() + " failed; its results were dropped:");
            failure.printStackTrace(out);
        });
    }
}
