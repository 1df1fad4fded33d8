package org.leftfold.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.leftfold.benchmarks.Options.WorkloadKind;
import org.leftfold.benchmarks.race.NobodySkips;
import org.leftfold.benchmarks.sql.Servers;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.Zeroing;

/**
 * A run over stores on database servers: the workloads, an open snapshot, whether readers skip. The
 * engine takes part in the workloads that it has.
 */
final class ServersRun {
    /** Where a follower is that is told of appends. */
    static final String SAME_PROCESS = "same process";

    /** Where a follower is that has to ask for them. */
    static final String OTHER_PROCESS = "another process";

    /** Stores on the same tables. */
    static final int FOUR = 4;

    /** They know conditions over the whole store, and any number of them may be open. */
    private static final Set<StoreKind> OURS =
            EnumSet.of(StoreKind.LEFTFOLD_POSTGRESQL, StoreKind.LEFTFOLD_MARIADB);

    private final Options options;
    private final Results results;
    private final Map<StoreKind, Throwable> failures;
    private final PrintStream out;
    private final Path place;
    private final Set<StoreKind> stores;

    ServersRun(
            Options options,
            Results results,
            Map<StoreKind, Throwable> failures,
            PrintStream out,
            Path place) {
        this.options = options;
        this.results = results;
        this.failures = failures;
        this.out = out;
        this.place = place;
        this.stores = EnumSet.copyOf(options.stores);
    }

    /** Measures and prints; returns whether a reader of Leftfold missed something. */
    boolean run(Report report) throws IOException {
        if (options.messageDb == null && stores.remove(StoreKind.MESSAGE_DB)) {
            out.println("message-db: not available here, see --message-db");
        }
        try (Servers servers = new Servers(place.resolve("data"), options.messageDb)) {
            if (options.sql || options.snapshotMinutes > 0) {
                check(servers);
            }
            if (options.sql) {
                workloads(servers);
                report.tables(stores);
                missing();
            }
            if (options.snapshotMinutes > 0) {
                snapshot(servers);
            }
            return options.nobodySkips
                    && new NobodySkips(servers, stores, options.raceEvents, out).run();
        } finally {
            Contest.deleteAll(place);
        }
    }

    private void check(Servers servers) throws IOException {
        try (Contest contest = open(servers, "check", stores, Zeroing.SCARCE)) {
            contest.eachInTurn(0, (kind, store) -> TrustCheck.run(store, true));
            out.println(
                    "checked: "
                            + contest.kinds().stream()
                                    .map(kind -> told(kind, contest.store(kind)))
                                    .collect(Collectors.joining(", ")));
        }
    }

    private static String told(StoreKind kind, BenchStore store) {
        StringBuilder text = new StringBuilder(kind.label());
        if (!store.refusesGaps()) {
            text.append(" (takes too high versions)");
        }
        if (!store.canReplay()) {
            text.append(" (streams only)");
        }
        byte[] payload = Workload.event(0).payload();
        if (!Arrays.equals(store.givenBack(payload), payload)) {
            text.append(" (gives back equal JSON, other bytes)");
        }
        return text.toString();
    }

    /** The engine has no sessions. */
    private void snapshot(Servers servers) throws IOException {
        Set<StoreKind> onServers = EnumSet.copyOf(stores);
        onServers.retainAll(StoreKind.onServers());
        if (onServers.isEmpty()) {
            return;
        }
        try (Contest contest = open(servers, "snapshot", onServers, options.zeroing)) {
            new Snapshots(options, results, out).run(contest);
        }
    }

    private void workloads(Servers servers) throws IOException {
        if (options.has(WorkloadKind.W1) || options.has(WorkloadKind.W2)) {
            try (Contest contest = open(servers, "write", stores, options.zeroing)) {
                new Writes(options, results).run(contest);
            }
        }
        if (EnumSet.of(WorkloadKind.W3, WorkloadKind.W4, WorkloadKind.W5, WorkloadKind.W6).stream()
                .anyMatch(options::has)) {
            read(servers);
        }
        Set<StoreKind> ours = EnumSet.copyOf(OURS);
        ours.retainAll(stores);
        if (options.has(WorkloadKind.W1)) {
            share(servers, ours);
        }
        if (options.has(WorkloadKind.W7) && !ours.isEmpty()) {
            Contest.Opener opener = (kind, directory) -> servers.open(kind);
            new Claims(options, results, place.resolve("claims"), failures, ours, opener).run();
        }
    }

    /** W1 by one store and by four on the same tables: what processes cost each other. */
    private void share(Servers servers, Set<StoreKind> ours) throws IOException {
        try (Contest contest = open(servers, "share", ours, options.zeroing)) {
            Writes writes = new Writes(options, results);
            inRounds(round -> {
                shareTurn(contest, writes, round, Cell.shared(1), Writes.PLAIN);
                shareTurn(contest, writes, round, Cell.shared(FOUR), BenchStore::appendByFour);
            });
        }
    }

    private void shareTurn(
            Contest contest, Writes writes, int round, Cell cell, Writes.Appending appending) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, cell);
        writes.turn(
                contest,
                round,
                Cell.SHARED_CALLERS,
                appending,
                kind -> (metric, value) -> results.add(round, kind, cell, metric, value));
    }

    private void read(Servers servers) throws IOException {
        try (Contest contest = open(servers, "read", stores, Zeroing.USUAL)) {
            Scan scan = new Scan(options, results, options.eventCount);
            scan.load(contest);
            if (options.has(WorkloadKind.W6)) {
                contest.eachInTurn(0, this::measureDisk);
            }
            if (options.has(WorkloadKind.W4)) {
                inRounds(round -> scan.round(contest, round, Cell.w4()));
            }
            if (options.has(WorkloadKind.W3)) {
                Loads loads = new Loads(options, results, options.eventCount);
                loads.warmUp(contest);
                for (int threads : Loads.THREADS) {
                    inRounds(round -> loads.round(contest, round, Cell.w3(threads), threads));
                }
            }
            if (options.has(WorkloadKind.W5)) { // The last, for it appends.
                Latency latency = new Latency(options, results);
                inRounds(round -> latency.round(contest, round, Cell.w5(SAME_PROCESS)));
                inRounds(round -> latency.roundElsewhere(contest, round, Cell.w5(OTHER_PROCESS)));
            }
        }
    }

    private void measureDisk(StoreKind kind, BenchStore store) throws Exception {
        OptionalLong bytes = store.diskBytes();
        if (bytes.isPresent()) {
            double bytesPerEvent = (double) bytes.getAsLong() / options.eventCount;
            results.add(0, kind, Cell.disk(), Metric.DISK_BYTES_PER_EVENT, bytesPerEvent);
            results.add(
                    0,
                    kind,
                    Cell.disk(),
                    Metric.DISK_TO_CONTENT,
                    bytesPerEvent / Workload.CONTENT_BYTES_PER_EVENT);
        }
    }

    /** Says why a table has fewer stores than another. */
    private void missing() {
        out.println();
        out.println("to axon: those on MariaDB to axon-mariadb");
        out.println("n/a: leftfold in W5, another process (one process has its files), in W6 and");
        out.println("     W7 (see the run without --sql);");
        out.println("     pekko in W4 and W5 (no read of the whole log without tags);");
        out.println("     message-db and plain in W5, same process (nobody tells the follower);");
        out.println("     axon, pekko, message-db and plain in W7 (no conditions)");
    }

    private void inRounds(IntConsumer step) {
        for (int round = 0; round < options.rounds; round++) {
            step.accept(round);
        }
    }

    private Contest open(Servers servers, String phase, Set<StoreKind> kinds, Zeroing zeroing)
            throws IOException {
        Contest.Opener embedded = Contest.Opener.embedded(zeroing);
        return new Contest(
                place.resolve(phase),
                kinds,
                (kind, directory) ->
                        kind == StoreKind.LEFTFOLD
                                ? embedded.open(kind, directory)
                                : servers.open(kind),
                results,
                failures);
    }
}
