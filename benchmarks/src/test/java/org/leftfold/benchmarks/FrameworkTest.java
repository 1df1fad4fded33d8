package org.leftfold.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameworkTest {
    private static final Pattern ROW =
            Pattern.compile("^  (.+?) +(-?[\\d,.]+) +\\[(-?[\\d,.]+)-(-?[\\d,.]+)] +(\\S+)$");

    @TempDir Path directory;

    private record Row(double median, String ratio) {}

    /** The rows of the table by part and name, in the order in which they are printed. */
    private static Map<String, Map<String, Row>> parts(String report) {
        Map<String, Map<String, Row>> parts = new LinkedHashMap<>();
        Map<String, Row> part = new LinkedHashMap<>();
        for (String line : report.lines().toList()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                double median = Double.parseDouble(row.group(2).replace(",", ""));
                part.put(row.group(1), new Row(median, row.group(5)));
            } else {
                part = new LinkedHashMap<>();
                parts.put(line.replaceAll("[\\d.]+ to [\\d.]+", "N to N"), part);
            }
        }
        parts.values().removeIf(Map::isEmpty);
        return parts;
    }

    @Test
    void a_tiny_run_shows_commands_dispatch_json_loads_and_projections_in_one_table()
            throws Exception {
        Options options =
                Options.parse(
                        "--framework",
                        "--rounds",
                        "1",
                        "--seconds",
                        "0.02",
                        "--events",
                        "20000",
                        "--dir",
                        directory.toString());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exitCode = new Main(options, new PrintStream(printed, true)).run();

        String report = printed.toString(StandardCharsets.UTF_8);
        assertThat(exitCode).as(report).isZero();
        Map<String, Map<String, Row>> parts = parts(report);
        assertThat(parts.keySet())
                .as(report)
                .containsExactly(
                        "commands/s, 1 caller: load N to N events, decide, append 1",
                        "commands/s, 64 callers: load N to N events, decide, append 1",
                        "dispatch, ns: apply one of four kinds of events",
                        "JSON, ns: one event of 107 bytes",
                        "load, us: a stream of 20 events",
                        "load, us: a stream of 1,000 events",
                        "load, us: a stream of 100,000 events",
                        "projections, events/s: 20,000 events");
        parts.forEach((part, rows) -> {
            assertThat(rows.values().iterator().next().ratio()).as(part).isEqualTo("1.00");
            List<String> names = List.copyOf(rows.keySet());
            if (part.startsWith("commands")) {
                assertThat(names)
                        .containsExactly(
                                "bare store calls",
                                "bare store calls and JSON",
                                "repository, decider",
                                "repository, dispatching aggregate",
                                "repository, decider, cache");
            } else if (part.startsWith("load")) {
                assertThat(names)
                        .containsExactly(
                                "plain",
                                "of it decoding JSON",
                                "of it reading the store",
                                "snapshot, 10 events old",
                                "cache, nothing new behind it");
            } else if (part.startsWith("projections")) {
                assertThat(names)
                        .containsExactly(
                                "JSON alone",
                                "bare replay",
                                "replay and JSON, one thread",
                                "followed, a handler that does nothing",
                                "followed, rows in memory",
                                "followed, rows in PostgreSQL",
                                "rebuilt, rows in PostgreSQL");
            }
        });
        Map<String, Row> longest = parts.get("load, us: a stream of 100,000 events");
        assertThat(longest.get("snapshot, 10 events old").median())
                .as("ten events instead of all\n%s", report)
                .isLessThan(longest.get("plain").median() / 10);
        assertThat(report).contains("1 caller, time of a command to the bare store calls: ");
        assertThat(directory).as("left behind").isEmptyDirectory();
    }
}
