package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With few events, so that it is quick; what it measures then means nothing. */
class BenchCommandTest {
    @TempDir Path folder;

    private Command.Result bench(Object... more) {
        List<Object> all = new ArrayList<>();
        all.addAll(List.of("bench", "--store-dir", folder, "--events", "100", "--callers", "3"));
        all.addAll(List.of(more));
        return leftfold(all.toArray());
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void the_table_has_a_row_for_each_measure_and_the_directory_is_gone() throws IOException {
        Command.Result result = bench();

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .startsWith("100 events of 256 bytes, Java ")
                .containsPattern("disk: write and force 4 KiB +[\\d,]+ +[\\d,]+ +[\\d,]+ ")
                .containsPattern("load a stream of 20 events +[\\d,]+ .* from 5 streams")
                .containsPattern("read everything +[\\d,]+ +100 events in order")
                .containsPattern("append, 1 caller +[\\d,]+ +[\\d,]+ +[\\d,]+ ")
                .containsPattern("append, 3 callers +[\\d,]+ ")
                .containsPattern("append to handler +[\\d,]+ +[\\d,]+ ");
        assertNothingLeft();
    }

    @Test
    void the_json_has_the_same_in_numbers() throws IOException {
        Command.Result result = bench("--payload", "1000", "--json");

        assertThat(result.err()).isEmpty();
        assertThat(result.lines()).hasSize(1);
        JsonNode json = JsonMapper.shared().readTree(result.out());
        assertThat(json.get("events").asInt()).isEqualTo(100);
        assertThat(json.get("callers").asInt()).isEqualTo(3);
        assertThat(json.get("payloadBytes").asInt()).isEqualTo(1000);
        List<String> names = new ArrayList<>();
        for (JsonNode measure : json.get("measures")) {
            names.add(measure.get("name").asString());
            boolean hasTimes = measure.has("p50Micros");
            assertThat(hasTimes || measure.get("perSecond").asDouble() > 0).isTrue();
            if (hasTimes) {
                double p50 = measure.get("p50Micros").asDouble();
                assertThat(p50).isPositive();
                assertThat(measure.get("p99Micros").asDouble()).isGreaterThanOrEqualTo(p50);
                assertThat(measure.get("count").asInt()).isBetween(1, 100);
            }
        }
        assertThat(names)
                .containsExactly("disk", "load", "scan", "append1", "appendMany", "follow");
        assertNothingLeft();
    }

    @Test
    void what_cannot_be_measured_is_refused_and_leaves_nothing() throws IOException {
        for (List<String> wrong :
                List.of(
                        List.of("--events", "19"),
                        List.of("--callers", "0"),
                        List.of("--payload", "-1"),
                        List.of("--payload", "1048577"),
                        List.of("--events", "100000000", "--payload", "1000"))) {
            List<Object> all = new ArrayList<>(List.of("bench", "--store-dir", folder));
            all.addAll(wrong);
            Command.Result result = leftfold(all.toArray());
            assertThat(result.exitCode()).as(wrong.toString()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .startsWith("leftfold: ")
                    .containsPattern("is possible|are more than 16.0 GiB")
                    .doesNotContain("\tat ");
        }
        assertThat(leftfold("bench", "--store-dir", folder.resolve("missing")).err())
                .contains("missing: there is no such directory");
        assertNothingLeft();
    }
}
