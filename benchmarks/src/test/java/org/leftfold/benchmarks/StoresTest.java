package org.leftfold.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.Touch;
import org.leftfold.benchmarks.stores.Zeroing;

class StoresTest {
    private static final int EVENT_COUNT = 5000;

    @TempDir Path directory;

    @ParameterizedTest
    @MethodSource("org.leftfold.benchmarks.stores.StoreKind#embedded")
    void a_store_keeps_order_and_bytes_and_refuses_wrong_versions(StoreKind kind) throws Exception {
        try (BenchStore store = kind.open(directory, Zeroing.SCARCE)) {
            TrustCheck.run(store, kind.readsStreams());

            assertThat(store.scan(new Touch())).as("scanned").isEqualTo(20);
        }
    }

    @ParameterizedTest
    @MethodSource("org.leftfold.benchmarks.stores.StoreKind#embedded")
    void a_loaded_store_holds_every_event_and_takes_more(StoreKind kind) throws Exception {
        try (BenchStore store = kind.open(directory, Zeroing.SCARCE)) {
            store.load(Workload.interleaved(EVENT_COUNT));
            store.settle();
            PlacedEvent first = Workload.interleaved(1).iterator().next();
            store.append(first.stream(), Workload.EVENTS_PER_STREAM, List.of(first.event()));

            assertThat(store.scan(new Touch())).isEqualTo(EVENT_COUNT + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("org.leftfold.benchmarks.stores.StoreKind#embedded")
    void a_store_that_was_closed_gives_its_streams_and_takes_more(StoreKind kind) throws Exception {
        assumeTrue(kind.readsStreams(), "the yardstick and the sisters are not opened again");
        try (BenchStore store = kind.open(directory, Zeroing.SCARCE)) {
            store.load(Workload.interleaved(EVENT_COUNT));
            store.settle();
        }

        try (BenchStore store = kind.open(directory, Zeroing.SCARCE)) {
            String stream = Workload.stream(7);
            int before;
            try (StreamReader reader = store.openReader()) {
                before = reader.load(stream, new Touch());
            }
            store.append(stream, before, List.of(Workload.event(1)));

            assertThat(before).isEqualTo(Workload.EVENTS_PER_STREAM);
            try (StreamReader reader = store.openReader()) {
                assertThat(reader.load(stream, new Touch())).isEqualTo(before + 1);
            }
            assertThat(store.scan(new Touch())).isEqualTo(EVENT_COUNT + 1);
        }
    }

    @Test
    void a_claim_is_refused_when_it_was_made_before() throws Exception {
        try (BenchStore store = StoreKind.LEFTFOLD.open(directory, Zeroing.SCARCE)) {
            store.loadClaimed(Workload.interleaved(100));
            SampleEvent first = Workload.interleaved(1).iterator().next().event();

            assertThatThrownBy(() -> store.appendClaimed("new", 0, first, 0))
                    .isInstanceOf(ConditionFailedException.class);
            store.appendClaimed("new", 0, first, 100);
            assertThat(store.scan(new Touch())).isEqualTo(101);
        }
    }

    @Test
    void every_stream_is_loaded_with_twenty_events_in_order() {
        Map<String, Long> versions = new HashMap<>();
        for (PlacedEvent event : Workload.interleaved(EVENT_COUNT)) {
            long before = versions.getOrDefault(event.stream(), 0L);
            assertThat(event.version()).as(event.stream()).isEqualTo(before + 1);
            versions.put(event.stream(), event.version());
        }

        assertThat(versions).hasSize(Workload.streamCount(EVENT_COUNT));
        assertThat(versions.values()).containsOnly((long) Workload.EVENTS_PER_STREAM);
    }

    @Test
    void a_load_with_a_gap_is_refused() {
        StreamReader reader =
                new StreamReader() {
                    @Override
                    public void read(String stream, EventSink sink) {
                        byte[] bytes = {1};
                        sink.accept(1, stream, 1, "type", bytes, bytes);
                        sink.accept(2, stream, 3, "type", bytes, bytes);
                    }

                    @Override
                    public void close() {}
                };

        assertThatThrownBy(() -> reader.load("stream", new Touch()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 3");
    }

    @Test
    void space_behind_the_last_byte_is_not_in_use() throws Exception {
        byte[] bytes = new byte[3_000_000];
        bytes[1_999_999] = 1;
        Files.write(directory.resolve("prepared"), bytes);
        Files.write(directory.resolve("full"), new byte[] {0, 0});

        assertThat(DiskUse.of(directory)).isEqualTo(new DiskUse(2_000_002, 1_000_000));
    }

    @Test
    void a_tiny_run_of_growth_compares_two_sizes() throws Exception {
        Path csvFile = directory.resolve("out.csv");
        Options options =
                Options.parse(
                        "--growth",
                        "--rounds",
                        "2",
                        "--seconds",
                        "0.02",
                        "--streams",
                        "100",
                        "--dir",
                        directory.resolve("data").toString(),
                        "--out",
                        csvFile.toString());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exitCode = new Main(options, new PrintStream(printed, true)).run();

        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(exitCode).as(report).isZero();
        assertThat(report).contains("20,000 events to 2,000 events:").doesNotContain("failed");
        assertThat(report).doesNotContainPattern("(?m)^  W\\d.* -$");
        assertThat(Files.readAllLines(csvFile))
                .anyMatch(line -> line.startsWith("1,leftfold,W1,\"64 callers, 20,000 events\","));
    }

    @Test
    void a_tiny_run_measures_every_store_in_every_workload_and_deletes_what_it_made()
            throws Exception {
        Path csvFile = directory.resolve("out.csv");
        Path data = directory.resolve("data");
        Options options =
                Options.parse(
                        "--rounds", "2",
                        "--seconds", "0.02",
                        "--latency-seconds", "0.1",
                        "--events", "2000",
                        "--callers", "1,16",
                        "--dir", data.toString(),
                        "--out", csvFile.toString());
        options.zeroing = Zeroing.SCARCE;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exitCode = new Main(options, new PrintStream(printed, true)).run();

        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(exitCode).as(report).isZero();
        assertThat(report)
                .contains(
                        "W1, 16 callers",
                        "W2, 1 caller",
                        "W3, 8 threads",
                        "W4:",
                        "W5:",
                        "W6:",
                        "W7, 2,000 events",
                        "targets, by the medians")
                .doesNotContain("failed");
        List<String> lines = Files.readAllLines(csvFile);
        for (StoreKind kind : StoreKind.embedded()) {
            assertThat(lines).anyMatch(line -> line.startsWith("1," + kind.label() + ",W1,16 "));
            assertThat(lines).anyMatch(line -> line.startsWith("1," + kind.label() + ",W2,1 "));
        }
        assertThat(lines).anyMatch(line -> line.startsWith("0,leftfold,W4,,events_per_second,"));
        assertThat(lines).anyMatch(line -> line.startsWith("1,leftfold,W5,,p50_micros,"));
        assertThat(lines).anyMatch(line -> line.startsWith("1,sqlite,W3,8 threads,p99_micros,"));
        assertThat(lines).anyMatch(line -> line.startsWith("1,rocksdb,W6,,open_millis,"));
        assertThat(lines).anyMatch(line -> line.startsWith("1,leftfold,W7,\"1,000 events\","));
        assertThat(data).as("left behind").isEmptyDirectory();
    }

    @Test
    void the_events_have_the_sizes_that_the_method_names() {
        SampleEvent event = Workload.event(12_345);

        assertThat(event.payload()).hasSize(256);
        assertThat(event.metadata()).hasSize(50);
        assertThat(event.correlationId()).hasSize(20);
        assertThat(event.actor()).hasSize(9);
    }
}
