package org.leftfold.engine.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Writes the stored example anew, before a format is released: {@code -Dleftfold.golden=write}. */
@EnabledIfSystemProperty(named = "leftfold.golden", matches = "write")
class WriteGoldenStoreTest {
    @Test
    void write_the_example() throws IOException {
        Path golden = Path.of("src/test/resources/golden/format-1");
        Path made = golden.resolve("store");
        Files.createDirectories(made);
        try (Stream<Path> before = Files.list(made)) {
            for (Path file : before.toList()) {
                Files.delete(file);
            }
        }
        GoldenStore.write(made);
        SecondReader reader = new SecondReader(made).read();
        Files.write(golden.resolve("events.ndjson"), Listing.of(reader));
    }
}
