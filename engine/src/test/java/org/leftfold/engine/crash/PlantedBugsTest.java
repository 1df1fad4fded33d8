package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q46: the crash tests find every planted bug, and nothing in the engine as it is. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class PlantedBugsTest {
    private static final int LEAST = 47;
    private static final int SHOWN = 150;
    private static final String NOT_FOUND = "not found";

    @TempDir Path directory;

    @Test
    void every_planted_bug_is_found(TestReporter reporter) {
        List<PlantedBug> bugs = PlantedBugs.all();
        Map<String, String> findings = new ConcurrentHashMap<>();
        IntStream.range(0, bugs.size())
                .parallel()
                .forEach(
                        i -> findings.put(bugs.get(i).name(), bugs.get(i).hunt(folder("bug" + i))));
        Map<String, String> table = new TreeMap<>();
        findings.forEach((name, found) ->
                table.put(
                        name,
                        found.isEmpty()
                                ? NOT_FOUND
                                : found.substring(0, Math.min(SHOWN, found.length()))));
        reporter.publishEntry(table);
        long found = findings.values().stream().filter(text -> !text.isEmpty()).count();
        reporter.publishEntry(
                "Q46",
                "{\"goal\":\"Q46\",\"runs\":%d,\"found\":%d,\"skipped\":0}"
                        .formatted(bugs.size(), found));
        assertThat(table)
                .as("found")
                .doesNotContainValue(NOT_FOUND)
                .hasSizeGreaterThanOrEqualTo(LEAST);
    }

    @Test
    void nothing_is_found_in_the_engine_as_it_is() {
        PlantedBug none = new PlantedBug("none", List.of());
        assertThat(none.hunt(folder("none"))).isEmpty();
    }

    private Path folder(String name) {
        try {
            return Files.createDirectory(directory.resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
