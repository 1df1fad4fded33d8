package org.leftfold.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.Zeroing;

/** What one run does. */
final class Options {
    static final String USAGE =
            """
            usage: benchmarks/run [options]
              --rounds N             rounds, in each of which all stores take turns   [3]
              --seconds S            length of a turn of appends                      [2]
              --latency-seconds S    length of a turn of w5                           [10]
              --events N             events in the stores that are read, 20 a stream  [2000000]
              --streams N            short for --events 20N                           [100000]
              --callers N,N,...      callers of w1; w2 uses those up to 8             [1,8,64,256]
              --workloads w1,w2,...  of w1 to w7                                      [all]
              --stores a,b,...       any of those below                               [all]
              --dir DIR              where stores are made and deleted    [benchmarks/data]
              --out FILE.csv         all measurements as comma-separated values
              --growth               instead of all that, Leftfold alone with --events events
                                     and with ten times as many
              --framework            instead of all that, the framework beside bare calls, in
                                     a store of --events events
              --sql                  instead of all that, the stores on database servers, and
                                     Leftfold's engine beside them
              --open-snapshot MIN    the same stores, w1 beside a snapshot open so many minutes
              --nobody-skips         the same servers, whether a reader misses events
              --race-events N        events of --nobody-skips                         [50000]
              --message-db DIR       the unpacked npm package @eventide/message-db; without it
                                     that store is left out
              --gates                exit with 1 when Leftfold misses a target
              --quick                short for --rounds 2 --seconds 0.5 --latency-seconds 3
                                     --events 200000 --race-events 5000
            stores: %s
            stores of a run on servers: %s
            """
                    .formatted(labels(StoreKind.embedded()), labels(StoreKind.besideServers()));

    /** More would be no benchmark but a load test of the scheduler. */
    private static final int MAX_CALLERS = 4096;

    int rounds = 3;
    double seconds = 2;
    double latencySeconds = 10;
    long eventCount = 2_000_000;
    List<Integer> callers = List.of(1, 8, 64, 256);
    Set<WorkloadKind> workloads = EnumSet.allOf(WorkloadKind.class);
    Set<StoreKind> stores = StoreKind.embedded();
    Path directory = Path.of("benchmarks", "data");
    @Nullable Path csvFile;
    boolean gates;
    boolean growth;
    boolean framework;
    boolean help;

    /** Whether stores on servers take their turns. */
    boolean sql;

    /** How long a snapshot is open; 0 for none. */
    double snapshotMinutes;

    boolean nobodySkips;
    int raceEvents = 50_000;

    /** Where the functions of message-db are. */
    @Nullable Path messageDb;

    /** Of the stores that are written to; not on the command line. */
    Zeroing zeroing = Zeroing.AMPLE;

    /** The workloads, numbered as in the targets. */
    enum WorkloadKind {
        W1,
        W2,
        W3,
        W4,
        W5,
        W6,
        W7
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static Options parse(String... args) {
        Options options = new Options();
        options.stores = Set.of();
        Iterator<String> words = List.of(args).iterator();
        while (words.hasNext()) {
            String name = words.next();
            switch (name) {
                case "--help", "-h" -> options.help = true;
                case "--gates" -> options.gates = true;
                case "--growth" -> options.growth = true;
                case "--framework" -> options.framework = true;
                case "--sql" -> options.sql = true;
                case "--nobody-skips" -> options.nobodySkips = true;
                case "--quick" -> options.makeQuick();
                default -> options.set(name, words);
            }
        }
        options.chooseStores();
        return options;
    }

    /** Whether database servers are started. */
    boolean needsServers() {
        return sql || nobodySkips || snapshotMinutes > 0;
    }

    private void chooseStores() {
        Set<StoreKind> all = needsServers() ? StoreKind.besideServers() : StoreKind.embedded();
        if (stores.isEmpty()) {
            stores = all;
        }
        if (!all.containsAll(stores)) {
            throw new IllegalArgumentException("such a run has these stores: " + labels(all));
        }
    }

    private static String labels(Set<StoreKind> stores) {
        return stores.stream().map(StoreKind::label).collect(Collectors.joining(", "));
    }

    private void makeQuick() {
        rounds = 2;
        seconds = 0.5;
        latencySeconds = 3;
        eventCount = 200_000;
        raceEvents = 5000;
    }

    private void set(String name, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(name + " is unknown or lacks its value");
        }
        String value = words.next();
        switch (name) {
            case "--rounds" -> rounds = (int) number(name, value, 1, 1000);
            case "--seconds" -> seconds = number(name, value, 0.01, 3600);
            case "--latency-seconds" -> latencySeconds = number(name, value, 0.1, 3600);
            case "--events" -> eventCount = wholeStreams((long) number(name, value, 1000, 1e9));
            case "--streams" ->
                    eventCount = Workload.EVENTS_PER_STREAM * (long) number(name, value, 50, 5e7);
            case "--callers" ->
                    callers = list(value, word -> (int) number(name, word, 1, MAX_CALLERS));
            case "--workloads" -> workloads = EnumSet.copyOf(list(value, Options::workload));
            case "--stores" -> stores = EnumSet.copyOf(list(value, StoreKind::of));
            case "--open-snapshot" -> snapshotMinutes = number(name, value, 0.01, 1440);
            case "--race-events" -> raceEvents = (int) number(name, value, 100, 10_000_000);
            case "--message-db" -> messageDb = Path.of(value);
            case "--dir" -> directory = Path.of(value);
            case "--out" -> csvFile = Path.of(value);
            default -> throw new IllegalArgumentException("no option '" + name + "'");
        }
    }

    private static long wholeStreams(long events) {
        return events - events % Workload.EVENTS_PER_STREAM;
    }

    private static WorkloadKind workload(String word) {
        return WorkloadKind.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static <T> List<T> list(String value, Function<String, T> parser) {
        return Arrays.stream(value.split(",", -1)).map(parser).toList();
    }

    private static double number(String name, String value, double min, double max) {
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs a number, not '" + value + "'", e);
        }
        if (!(number >= min && number <= max)) {
            throw new IllegalArgumentException(
                    "%s %s: from %s to %s is possible".formatted(name, value, min, max));
        }
        return number;
    }

    boolean has(WorkloadKind workload) {
        return workloads.contains(workload);
    }
}
