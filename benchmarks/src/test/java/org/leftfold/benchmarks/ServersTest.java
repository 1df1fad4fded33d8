package org.leftfold.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.leftfold.benchmarks.race.NobodySkips;
import org.leftfold.benchmarks.sql.Servers;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.Touch;
import org.leftfold.servers.SkipWithoutServer;

@ExtendWith(SkipWithoutServer.class)
class ServersTest {
    /** So that the last batch of a load is a small one. */
    private static final int EVENT_COUNT = 2020;

    @TempDir static Path directory;
    private static Servers servers;

    @BeforeAll
    static void prepare() {
        servers = new Servers(directory.resolve("servers"), null);
    }

    @AfterAll
    static void end() {
        servers.close();
    }

    /** The functions of message-db are in no artefact that the build may get. */
    static Set<StoreKind> available() {
        Set<StoreKind> kinds = EnumSet.copyOf(StoreKind.onServers());
        kinds.remove(StoreKind.MESSAGE_DB);
        return kinds;
    }

    @ParameterizedTest
    @MethodSource("available")
    void a_loaded_store_gives_its_streams_and_takes_more(StoreKind kind) throws Exception {
        try (BenchStore store = servers.open(kind)) {
            store.load(Workload.interleaved(EVENT_COUNT));
            store.settle();
            PlacedEvent first = Workload.interleaved(1).iterator().next();
            store.append(first.stream(), Workload.EVENTS_PER_STREAM, List.of(first.event()));

            assertThat(store.diskBytes().orElseThrow()).as("bytes on disk").isPositive();
            if (store.canReplay()) {
                assertThat(store.scan(new Touch())).isEqualTo(EVENT_COUNT + 1);
            }
            try (StreamReader reader = store.openReader()) {
                assertThat(reader.load(first.stream(), new Touch()))
                        .isEqualTo(Workload.EVENTS_PER_STREAM + 1);
                List<SampleEvent> read = new ArrayList<>();
                reader.read(
                        Workload.stream(7),
                        (position, stream, version, type, payload, metadata) ->
                                read.add(new SampleEvent(type, payload, metadata, "", "")));
                assertThat(read).hasSize(Workload.EVENTS_PER_STREAM);
                SampleEvent loaded = firstOf(Workload.stream(7));
                assertThat(read.getFirst().payload()).isEqualTo(loaded.payload());
                assertThat(read.getFirst().metadata()).isEqualTo(loaded.metadata());
            }
        }
    }

    private static SampleEvent firstOf(String stream) {
        for (PlacedEvent placed : Workload.interleaved(EVENT_COUNT)) {
            if (placed.stream().equals(stream)) {
                return placed.event();
            }
        }
        throw new AssertionError("no such stream");
    }

    @Test
    void stores_of_another_run_are_refused() {
        assertThatThrownBy(() -> Options.parse("--sql", "--stores", "raw"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Options.parse("--stores", "axon"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Options.parse("--sql").stores)
                .as("the engine and all on servers")
                .contains(StoreKind.LEFTFOLD)
                .containsAll(StoreKind.onServers());
    }

    @Test
    void a_gate_without_a_bound_is_a_goal_that_nobody_insists_on() {
        Results results = new Results();
        Options options = Options.parse("--sql");
        results.add(0, StoreKind.PEKKO, Cell.w1(64), Metric.EVENTS_PER_SECOND, 100);
        results.add(0, StoreKind.LEFTFOLD_POSTGRESQL, Cell.w1(64), Metric.EVENTS_PER_SECOND, 200);

        assertThat(ServerGates.of(options))
                .noneMatch(gate -> gate.isMissed(results))
                .anySatisfy(gate ->
                        assertThat(gate.line(results))
                                .startsWith("goal  W1, 64 callers: leftfold-postgresql events/s")
                                .endsWith("2.00 [2.00 to 2.00]; goal at least 2.50 not reached"));
    }

    @Test
    void a_gate_of_the_servers_compares_with_axon() {
        Results results = new Results();
        Options options = Options.parse("--sql");
        results.add(0, StoreKind.AXON, Cell.w1(64), Metric.EVENTS_PER_SECOND, 100);
        results.add(0, StoreKind.LEFTFOLD_POSTGRESQL, Cell.w1(64), Metric.EVENTS_PER_SECOND, 340);
        results.add(0, StoreKind.LEFTFOLD_MARIADB, Cell.w1(64), Metric.EVENTS_PER_SECOND, 250);

        assertThat(
                        ServerGates.of(options).stream()
                                .filter(gate -> gate.isMissed(results))
                                .map(gate -> gate.line(results)))
                .containsExactly(
                        "MISS  W1, 64 callers: leftfold-postgresql events/s to axon"
                                + " 3.40 [3.40 to 3.40], at least 3.50; goal at least 6.00"
                                + " not reached");
    }

    private static List<String> missed(Results results) {
        return ServerGates.of(Options.parse("--sql")).stream()
                .filter(gate -> gate.isMissed(results))
                .map(gate -> gate.line(results))
                .toList();
    }

    @Test
    void on_mariadb_the_peers_are_those_on_mariadb() {
        Results results = new Results();
        for (Cell cell : List.of(Cell.w1(64), Cell.w4())) {
            results.add(0, StoreKind.AXON, cell, Metric.EVENTS_PER_SECOND, 1000);
            results.add(0, StoreKind.PEKKO, cell, Metric.EVENTS_PER_SECOND, 1000);
            results.add(0, StoreKind.MESSAGE_DB, cell, Metric.EVENTS_PER_SECOND, 1000);
            results.add(0, StoreKind.AXON_MARIADB, cell, Metric.EVENTS_PER_SECOND, 100);
        }
        results.add(0, StoreKind.LEFTFOLD_MARIADB, Cell.w1(64), Metric.EVENTS_PER_SECOND, 240);
        results.add(0, StoreKind.LEFTFOLD_MARIADB, Cell.w4(), Metric.EVENTS_PER_SECOND, 280);

        assertThat(missed(results))
                .containsExactly(
                        "MISS  W1, 64 callers: leftfold-mariadb events/s to axon-mariadb"
                                + " 2.40 [2.40 to 2.40], at least 2.45; goal at least 4.20"
                                + " not reached");
        assertThat(ServerGates.of(Options.parse("--sql", "--stores", "leftfold-mariadb")))
                .as("of peers on another server")
                .noneMatch(gate -> gate.what().matches(".*(pekko|message-db|axon)"));
    }

    @Test
    void the_engine_is_compared_with_the_stores_on_postgresql() {
        Results results = new Results();
        results.add(0, StoreKind.AXON, Cell.w1(256), Metric.EVENTS_PER_SECOND, 100);
        results.add(0, StoreKind.AXON_MARIADB, Cell.w1(256), Metric.EVENTS_PER_SECOND, 1);
        results.add(0, StoreKind.PEKKO, Cell.w1(256), Metric.EVENTS_PER_SECOND, 200);
        results.add(0, StoreKind.LEFTFOLD, Cell.w1(256), Metric.EVENTS_PER_SECOND, 2400);
        results.add(0, StoreKind.AXON, Cell.w3(1), Metric.P50_MICROS, 500);
        results.add(0, StoreKind.LEFTFOLD, Cell.w3(1), Metric.P50_MICROS, 20);
        results.add(0, StoreKind.PLAIN, Cell.w2(8), Metric.EVENTS_PER_SECOND, 100);
        results.add(0, StoreKind.LEFTFOLD, Cell.w2(8), Metric.EVENTS_PER_SECOND, 440);

        assertThat(missed(results))
                .containsExactly(
                        "MISS  W1, 256 callers: leftfold events/s to axon 24.00 [24.00 to 24.00],"
                                + " at least 25.00; goal at least 35.00 not reached");
        assertThat(ServerGates.of(Options.parse("--sql")).stream().map(gate -> gate.line(results)))
                .contains(
                        "pass  W3, 1 thread: leftfold p50 to axon 0.040 [0.040 to 0.040],"
                                + " at most 0.10; goal at most 0.035 not reached",
                        "goal  W1, 256 callers: leftfold events/s to pekko 12.00 [12.00 to 12.00];"
                                + " goal at least 10.00 reached",
                        "goal  W2, 8 callers: leftfold events/s to plain 4.40 [4.40 to 4.40];"
                                + " goal at least 4.50 not reached");
    }

    @Test
    void a_table_compares_a_store_with_axon_on_the_same_server() {
        Results results = new Results();
        results.add(0, StoreKind.AXON, Cell.w4(), Metric.EVENTS_PER_SECOND, 100);
        results.add(0, StoreKind.AXON_MARIADB, Cell.w4(), Metric.EVENTS_PER_SECOND, 200);
        results.add(0, StoreKind.LEFTFOLD, Cell.w4(), Metric.EVENTS_PER_SECOND, 300);
        results.add(0, StoreKind.LEFTFOLD_POSTGRESQL, Cell.w4(), Metric.EVENTS_PER_SECOND, 600);
        results.add(0, StoreKind.LEFTFOLD_MARIADB, Cell.w4(), Metric.EVENTS_PER_SECOND, 600);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new Report(results, new PrintStream(printed, true), StoreKind.AXON, StoreKind.AXON)
                .tables(StoreKind.besideServers());

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.matches(" *leftfold .* 3\\.00 \\[.*"))
                .anyMatch(line -> line.matches(" *leftfold-postgresql .* 6\\.00 \\[.*"))
                .anyMatch(line -> line.matches(" *leftfold-mariadb .* 3\\.00 \\[.*"))
                .anyMatch(line -> line.matches(" *axon-mariadb .* 1\\.00 \\[.*"));
    }

    @Test
    void where_no_store_of_ours_races_nothing_passes() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Set<StoreKind> stores = EnumSet.of(StoreKind.LEFTFOLD, StoreKind.PLAIN);

        new NobodySkips(servers, stores, 300, new PrintStream(printed, true)).run();

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("nobody skips")
                .doesNotContain("pass ");
    }

    private static Options tinyRun(Path data, Path csvFile) {
        return Options.parse(
                "--sql",
                "--rounds",
                "1",
                "--seconds",
                "0.02",
                "--latency-seconds",
                "0.1",
                "--events",
                "2000",
                "--callers",
                "1,16",
                "--open-snapshot",
                "0.01",
                "--nobody-skips",
                "--race-events",
                "300",
                "--dir",
                data.toString(),
                "--out",
                csvFile.toString());
    }

    @Test
    void a_tiny_run_does_everything_and_deletes_what_it_made() throws Exception {
        Path csvFile = directory.resolve("out.csv");
        Path data = directory.resolve("data");
        Options options = tinyRun(data, csvFile);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exitCode = new Main(options, new PrintStream(printed, true)).run();

        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(exitCode).as(report).isZero();
        assertThat(report)
                .contains(
                        "message-db: not available here",
                        "axon (takes too high versions)",
                        "axon-mariadb (takes too high versions)",
                        "W1, 16 callers",
                        "W1, 64 callers, 4 stores",
                        "W2, 1 caller",
                        "W3, 8 threads",
                        "W4:",
                        "W5, same process",
                        "W5, another process",
                        "W6, disk",
                        "W7, 2,000 events",
                        "while a snapshot is open",
                        "nobody skips: 64 writers",
                        "pass  Leftfold: nothing but zeros")
                .doesNotContain("failed");
        List<String> lines = Files.readAllLines(csvFile);
        String checked = // order, bytes and refused versions, by TrustCheck
                report.lines().filter(line -> line.startsWith("checked: ")).findAny().orElse("");
        for (StoreKind kind : available()) {
            String label = kind.label();
            assertThat(checked).contains(label);
            assertThat(lines).anyMatch(line -> line.startsWith("0," + label + ",W1,16 "));
            assertThat(lines).anyMatch(line -> line.startsWith("0," + label + ",W2,1 "));
            assertThat(lines).anyMatch(line -> line.startsWith("0," + label + ",W3,8 "));
            assertThat(lines).anyMatch(line -> line.startsWith("0," + label + ",W6,disk,"));
            assertThat(lines)
                    .anyMatch(line -> line.startsWith("0," + label + ",W1,\"16 callers, snapshot"));
        }
        assertThat(checked).contains("checked: leftfold, ");
        assertThat(cells(lines, StoreKind.LEFTFOLD))
                .as("the engine in a run over servers")
                .containsExactlyInAnyOrder(
                        "W1,1 caller",
                        "W1,16 callers",
                        "W2,1 caller",
                        "W3,1 thread",
                        "W3,8 threads",
                        "W4,",
                        "W5,same process");
        assertThat(data).as("left behind").isEmptyDirectory();
    }

    private static Set<String> cells(List<String> csv, StoreKind kind) {
        return csv.stream()
                .filter(line -> line.startsWith("0," + kind.label() + ","))
                .map(line -> line.replaceAll("^0,[^,]*,|,[^,]*,[^,]*$", ""))
                .collect(Collectors.toSet());
    }
}
