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
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;

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

    @Test
    void the_tour_of_the_readme_prints_what_stands_there() throws IOException {
        List<String> said = new ArrayList<>();
        try (EventStore store = InMemoryEventStore.open()) {
            Lockers.run(store, said::add);
        }
        assertThat(Files.readString(inRepository("README.md")))
                .contains("```\n" + String.join("\n", said) + "\n```");
    }

    private static List<Path> filesIn(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(inRepository(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void the_tour_does_what_it_says(@TempDir Path directory) {
        List<String> said = new ArrayList<>();
        Tour.run(directory, said::add);

        assertThat(said.subList(0, said.size() - 1))
                .containsExactly(
                        "paid is version 2",
                        "stored twice: false",
                        "missed: OrderPaid",
                        "last: OrderPaid@2",
                        "ada joins: true",
                        "eve joins: false",
                        "1 order-17 OrderPlaced",
                        "2 order-17 OrderPaid",
                        "3 member-ada MemberJoined");
        assertThat(said.getLast()).startsWith("keep this: lf1:").endsWith(":3");
    }

    @Test
    void a_kept_checkpoint_goes_on_behind_what_was_seen(@TempDir Path directory) {
        List<String> said = new ArrayList<>();
        Tour.run(directory, said::add);
        String kept = said.getLast().substring("keep this: ".length());
        said.clear();

        try (EventStore store = EmbeddedEventStore.open(directory)) {
            store.append(
                    StreamName.of("order", "18"),
                    ExpectedVersion.noStream(),
                    NewEvent.ofJson("OrderPlaced", "{}"));
            Checkpoint checkpoint = Checkpoint.parse(kept);
            Tour.follow(store, FollowRequest.after(Query.all(), checkpoint), said::add);
        }

        assertThat(said).containsExactly("4 order-18 OrderPlaced");
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

    private static Path inRepository(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder.resolve(name);
    }
}
