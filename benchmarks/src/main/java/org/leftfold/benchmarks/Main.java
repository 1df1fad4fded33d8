package org.leftfold.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.leftfold.benchmarks.Options.WorkloadKind;
import org.leftfold.benchmarks.framework.FrameworkRun;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.Zeroing;

/**
 * Measures Leftfold beside the bare log and other embedded stores, in one run. See {@link
 * Options#USAGE}.
 *
 * <p>Tables go to the standard output, progress to the standard error.
 */
public final class Main {
    private static final int EXIT_GATE_MISSED = 1;
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_STORE_FAILED = 3;

    /** What is deleted must not be called like anything of somebody else. */
    private static final String DIRECTORY_PREFIX = "leftfold-benchmark-";

    private final Options options;
    private final PrintStream out;
    private final Results results = new Results();
    private final Map<StoreKind, Throwable> failures = new EnumMap<>(StoreKind.class);

    Main(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /**
     * Runs the command. Exits with 1 when a target was missed and asked for, with 2 when the
     * command line is not understood, and with 3 when a store failed.
     */
    public static void main(String[] args) throws IOException {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Options.USAGE);
            System.exit(EXIT_USAGE);
            return;
        }
        if (options.help) {
            System.out.print(Options.USAGE);
            return;
        }
        System.exit(new Main(options, System.out).run());
    }

    /** Measures and prints; returns the exit code. */
    int run() throws IOException {
        Files.createDirectories(options.directory);
        printConditions();
        if (options.framework) {
            return framework();
        }
        if (options.needsServers()) {
            return servers();
        }
        Report report = new Report(results, out);
        if (options.growth) {
            boolean areDropped = new Growth(options, results).run(place("growth"), failures);
            report.tables(Set.of(StoreKind.LEFTFOLD));
            report.pages(areDropped);
            report.growth(options.eventCount);
        } else {
            workloads(report);
        }
        return finish(report, Gate.of(options), false);
    }

    /** Prints what came of it; returns the exit code. */
    private int finish(Report report, List<Gate> gates, boolean isElseMissed) throws IOException {
        report.gates(gates);
        report.failures(failures);
        Path csvFile = options.csvFile;
        if (csvFile != null) {
            Files.write(csvFile, results.toCsv());
        }
        boolean isMissed = isElseMissed || gates.stream().anyMatch(gate -> gate.isMissed(results));
        if (options.gates && isMissed) {
            return EXIT_GATE_MISSED;
        }
        return failures.isEmpty() ? 0 : EXIT_STORE_FAILED;
    }

    private int servers() throws IOException {
        Report report = new Report(results, out, StoreKind.AXON, StoreKind.AXON);
        ServersRun run = new ServersRun(options, results, failures, out, place("servers"));
        boolean isSkipping = run.run(report);
        return finish(report, options.sql ? ServerGates.of(options) : List.of(), isSkipping);
    }

    private int framework() throws IOException {
        Path place = place("framework");
        Contest.deleteAll(place);
        try {
            boolean isMissed =
                    new FrameworkRun(
                                    place, options.rounds, options.seconds, options.eventCount, out)
                            .run();
            return options.gates && isMissed ? EXIT_GATE_MISSED : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return EXIT_STORE_FAILED;
        } finally {
            Contest.deleteAll(place);
        }
    }

    private void workloads(Report report) throws IOException {
        check();
        if (options.has(WorkloadKind.W1) || options.has(WorkloadKind.W2)) {
            write();
        }
        boolean areDropped = !isReading() || read();
        if (options.has(WorkloadKind.W7) && options.stores.contains(StoreKind.LEFTFOLD)) {
            new Claims(
                            options,
                            results,
                            place("claims"),
                            failures,
                            Set.of(StoreKind.LEFTFOLD),
                            Contest.Opener.embedded(Zeroing.USUAL))
                    .run();
        }
        report.tables(options.stores);
        if (isReopening()) {
            report.pages(areDropped);
        }
    }

    private boolean isReading() {
        return options.has(WorkloadKind.W4) || options.has(WorkloadKind.W5) || isReopening();
    }

    private boolean isReopening() {
        return options.has(WorkloadKind.W3) || options.has(WorkloadKind.W6);
    }

    private void printConditions() throws IOException {
        out.printf(
                Locale.ROOT,
                "Java %s, %s %s, %d processors, heap up to %d MiB, %s; load before the run %.1f%n",
                System.getProperty("java.runtime.version"),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20,
                Files.getFileStore(options.directory).type(),
                Meter.load());
        out.printf(
                Locale.ROOT,
                "%d rounds of %.1f s; median [min-max] over the rounds, ratios within a round%n",
                options.rounds,
                options.seconds);
    }

    private void check() throws IOException {
        try (Contest contest = open("check", options.stores, Zeroing.SCARCE)) {
            contest.eachInTurn(0, (kind, store) -> TrustCheck.run(store, kind.readsStreams()));
            out.printf("checked: %s%n", labels(contest.kinds()));
        }
    }

    private void write() throws IOException {
        try (Contest contest = open("write", options.stores, options.zeroing)) {
            new Writes(options, results).run(contest);
        }
    }

    /** Returns whether the pages could be dropped. */
    private boolean read() throws IOException {
        Set<StoreKind> stores = EnumSet.copyOf(options.stores);
        stores.removeIf(kind -> !kind.isScanned());
        try (Contest contest = open("read", stores, Zeroing.USUAL)) {
            Scan scan = new Scan(options, results, options.eventCount);
            scan.load(contest);
            if (options.has(WorkloadKind.W4)) {
                inRounds(round -> scan.round(contest, round, Cell.w4()));
            }
            if (options.has(WorkloadKind.W3)) {
                Loads loads = new Loads(options, results, options.eventCount);
                loads.warmUp(contest);
                inRounds(round -> loads.warmRound(contest, round));
            }
            Openings openings = new Openings(options, results, options.eventCount);
            if (isReopening()) {
                inRounds(round -> openings.round(contest, round, Cell.w6(), Cell.w3Cold()));
            }
            if (options.has(WorkloadKind.W5)) { // The last, for it appends.
                Latency latency = new Latency(options, results);
                inRounds(round -> latency.round(contest, round, Cell.w5()));
            }
            return openings.pagesAreDropped();
        }
    }

    private void inRounds(IntConsumer step) {
        for (int round = 0; round < options.rounds; round++) {
            step.accept(round);
        }
    }

    private Path place(String phase) {
        return options.directory.resolve(DIRECTORY_PREFIX + phase);
    }

    private Contest open(String phase, Collection<StoreKind> stores, Zeroing zeroing)
            throws IOException {
        return new Contest(
                place(phase), stores, Contest.Opener.embedded(zeroing), results, failures);
    }

    private static String labels(Collection<StoreKind> stores) {
        return stores.stream()
                .map(kind -> kind == StoreKind.RAW ? "raw (checks no versions)" : kind.label())
                .collect(Collectors.joining(", "));
    }
}
