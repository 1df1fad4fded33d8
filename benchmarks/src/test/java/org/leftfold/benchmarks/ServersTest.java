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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
    private static final int EVENT_COUNT = 2000;

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

    @Test
    void a_tiny_run_does_everything_and_deletes_what_it_made() throws Exception {
        Path csvFile = directory.resolve("out.csv");
        Path data = directory.resolve("data");
        Options options =
                Options.parse(
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
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exitCode = new Main(options, new PrintStream(printed, true)).run();

        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(exitCode).as(report).isZero();
        assertThat(report)
                .contains(
                        "message-db: not available here",
                        "axon (takes too high versions)",
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
            assertThat(lines).anyMatch(line -> line.contains(label + ",W1,\"16 callers, snapshot"));
        }
        assertThat(data).as("left behind").isEmptyDirectory();
    }
}
