package org.leftfold.examples.tour;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.EventStore;
import org.leftfold.cli.Main;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Output;
import org.leftfold.cli.terminal.Style;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.projection.Projections;
import org.leftfold.io.Machine;

/** The commands of docs/command.md on projections, run in their order. */
class ProjectionsSessionTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    @TempDir Path folder;

    @AfterEach
    void forget() throws SQLException {
        try (Connection views = LockerUsageDomain.views().getConnection();
                Statement statement = views.createStatement()) {
            statement.execute("SHUTDOWN");
        }
        System.clearProperty("lockers.views");
    }

    @Test
    void the_session_of_the_document_gives_what_stands_there() throws Exception {
        System.setProperty("lockers.views", folder.resolve("views").toString());
        nameDomain();
        try (EventStore store = EmbeddedEventStore.open(folder.resolve("lockers"))) {
            Lockers.run(store, said -> {});
        }
        List<String> documented = new ArrayList<>();
        List<String> found = new ArrayList<>();
        int commands = 0;
        for (String line : section()) {
            if (line.startsWith("    $ APP=")) {
                continue;
            }
            documented.add(plain(line.substring(4)));
            if (line.startsWith("    $ ")) {
                found.add(line.substring(4));
                run(line.substring(6))
                        .lines()
                        .map(ProjectionsSessionTest::plain)
                        .forEach(found::add);
                commands++;
            }
        }

        assertThat(commands).as("commands").isGreaterThan(8);
        assertThat(found).isEqualTo(documented);
        assertThat(folder.resolve("views.mv.db")).exists();
        assertThat(folder.resolve("views.trace.db")).doesNotExist();
    }

    @Test
    void the_command_works_beside_a_program_that_has_the_views_open() throws Exception {
        System.setProperty("lockers.views", folder.resolve("views").toString());
        nameDomain();
        try (EventStore store = EmbeddedEventStore.open(folder.resolve("lockers"))) {
            Lockers.run(store, said -> {});
            var views = new LockerUsageDomain().projections(Leftfold.on(store)).orElseThrow();
            try (Projections projections = views.start()) {
                Duration limit = Duration.ofSeconds(30);
                assertThat(projections.await(LockerUsageDomain.usage(), store.checkpoint(), limit))
                        .isTrue();
                List<String> command = new ArrayList<>();
                command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
                command.add("-Dlockers.views=" + System.getProperty("lockers.views"));
                command.addAll(List.of("-cp", System.getProperty("java.class.path")));
                command.add(Main.class.getName());
                command.addAll(words("projections status --store lockers --classpath $APP"));
                Process other = new ProcessBuilder(command).redirectErrorStream(true).start();
                String said = new String(other.getInputStream().readAllBytes(), UTF_8);
                assertThat(other.waitFor()).as(said).isZero();
            }
        }
    }

    private void nameDomain() throws IOException {
        Path services = folder.resolve("application/META-INF/services");
        Files.createDirectories(services);
        Files.writeString(
                services.resolve(LeftfoldDomain.class.getName()),
                LockerUsageDomain.class.getName());
    }

    /** The indented lines, which are commands and what they print. */
    private static List<String> section() throws IOException {
        String text = Files.readString(ReadmeTest.inRepository("docs/command.md"));
        String section = text.split("\n## projections\n", -1)[1].split("\n## ", -1)[0];
        return section.replaceAll("(?ms)^```.*?^```$", "")
                .lines()
                .filter(line -> line.startsWith("    "))
                .toList();
    }

    private static String plain(String line) {
        return line.replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", "TIME")
                .replaceAll("in \\d+\\.\\d s", "in TIME");
    }

    private String run(String line) throws InterruptedException {
        if (line.startsWith("java ")) {
            List<String> said = new ArrayList<>();
            try (EventStore store = EmbeddedEventStore.openReadOnly(folder.resolve("lockers"))) {
                LockerUsageDomain.run(store, said::add);
            }
            return String.join("\n", said);
        }
        List<String> words = words(line);
        String input = "";
        if (words.getFirst().equals("echo")) {
            input = words.get(1) + "\n";
            words = words.subList(3, words.size()); // echo TEXT |
        }
        assertThat(words.getFirst()).isEqualTo("leftfold");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output output = new Output(out, false);
        Console console =
                new Console(
                        new ByteArrayInputStream(input.getBytes(UTF_8)),
                        output,
                        output,
                        Style.PLAIN,
                        Console.DEFAULT_COLUMNS,
                        Machine.system(folder).time(),
                        Map.of());
        int exitCode = Main.run(words.subList(1, words.size()).toArray(String[]::new), console);
        assertThat(exitCode).as(out.toString(UTF_8)).isZero();
        return out.toString(UTF_8);
    }

    /** As a shell takes it apart, with the places of this test. */
    private List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            String word =
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            words.add(
                    switch (word) {
                        case "lockers" -> folder.resolve("lockers").toString();
                        case "$APP" -> folder.resolve("application").toString();
                        default -> word;
                    });
        }
        return words;
    }
}
