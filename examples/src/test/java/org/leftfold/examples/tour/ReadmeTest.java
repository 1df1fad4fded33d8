package org.leftfold.examples.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents show in Java is compiled, and does what it says. */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```$");
    private static final Pattern REGION =
            Pattern.compile("(?ms)^ *// @start region=\"[a-z]+\"\n(.*?)^ *// @end$");

    @Test
    void every_java_block_of_the_documents_is_a_region_of_the_examples() throws IOException {
        Set<String> regions = new HashSet<>();
        for (Path source : filesIn("examples/src", ".java")) {
            regions.addAll(found(REGION, Files.readString(source)));
        }
        List<Path> documents = new ArrayList<>(filesIn("docs", ".md"));
        documents.add(inRepository("README.md"));
        int blocks = 0;
        for (Path document : documents) {
            for (String block : found(BLOCK, Files.readString(document))) {
                assertThat(regions).as("regions, for a block of %s", document).contains(block);
                blocks++;
            }
        }
        assertThat(blocks).as("Java blocks").isGreaterThan(5);
    }

    @Test
    void the_readme_shows_the_whole_tour_in_order() throws IOException {
        String lockers = "examples/src/main/java/org/leftfold/examples/tour/Lockers.java";
        assertThat(found(BLOCK, Files.readString(inRepository("README.md"))))
                .isEqualTo(found(REGION, Files.readString(inRepository(lockers))));
    }

    private static List<Path> filesIn(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(inRepository(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    /** What a pattern encloses, moved to the left margin, without empty lines around it. */
    private static List<String> found(Pattern pattern, String text) {
        List<String> all = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            all.add(matcher.group(1).stripTrailing().stripIndent());
        }
        return all;
    }

    static Path inRepository(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder.resolve(name);
    }
}
