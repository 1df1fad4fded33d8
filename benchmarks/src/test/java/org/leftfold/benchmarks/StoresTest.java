package org.leftfold.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.Touch;
import org.leftfold.benchmarks.stores.Zeroing;

class StoresTest {
    private static final int EVENT_COUNT = 5000;

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource
    void a_store_keeps_order_and_bytes_and_refuses_wrong_versions(StoreKind kind) throws Exception {
        try (BenchStore store = kind.open(directory, Zeroing.SCARCE)) {
            TrustCheck.run(store);

            assertThat(store.scan(new Touch())).as("scanned").isEqualTo(20);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_loaded_store_holds_every_event_and_takes_more(StoreKind kind) throws Exception {
        try (BenchStore store = kind.open(directory, Zeroing.SCARCE)) {
            store.load(Workload.interleaved(EVENT_COUNT));
            store.settle();
            PlacedEvent first = Workload.interleaved(1).iterator().next();
            store.append(first.stream(), first.version(), List.of(first.event()));

            assertThat(store.scan(new Touch())).isEqualTo(EVENT_COUNT + 1);
        }
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
                        "--events", "1000",
                        "--callers", "1,16",
                        "--dir", data.toString(),
                        "--out", csvFile.toString());
        options.zeroing = Zeroing.SCARCE;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exitCode = new Main(options, new PrintStream(printed, true)).run();

        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(exitCode).as(report).isZero();
        assertThat(report)
                .contains("W1, 16 callers", "W2, 1 caller", "W4:", "W5:", "targets of the engine")
                .doesNotContain("failed");
        List<String> lines = Files.readAllLines(csvFile);
        for (StoreKind kind : StoreKind.values()) {
            assertThat(lines).anyMatch(line -> line.startsWith("1," + kind.label() + ",W1,16 "));
            assertThat(lines).anyMatch(line -> line.startsWith("1," + kind.label() + ",W2,1 "));
        }
        assertThat(lines).anyMatch(line -> line.startsWith("0,leftfold,W4,,events_per_second,"));
        assertThat(lines).anyMatch(line -> line.startsWith("1,leftfold,W5,,p50_micros,"));
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
