package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldIn;
import static org.leftfold.cli.SqlServer.password;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** A store is made of another one by the command, whatever kinds they are. */
@ExtendWith(SkipWithoutServer.class)
class TransformCommandTest {
    private static final StreamName TANK = new StreamName("tank-7");

    @TempDir Path folder;
    private Path source;
    private Path application;

    @BeforeEach
    void fill() {
        source = folder.resolve("source");
        application = Rewriting.application(folder);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(source)) {
            for (int i = 1; i <= 5; i++) {
                store.append(TANK, ExpectedVersion.any(), old(i));
            }
            var tanks = Rewriting.tanks(Leftfold.on(store));
            tanks.handle("7", new Rewriting.Filled(10, "hl"));
        }
    }

    private static NewEvent old(int amount) {
        return NewEvent.ofJson("filled", "{\"amount\":" + amount + "}");
    }

    private Command.Result transform(Object to, Object... more) {
        List<Object> words = new ArrayList<>(List.of("transform", source));
        if (to instanceof Database database) {
            words.addAll(List.of(database.jdbcUrl(), "--to-user", database.user()));
        } else {
            words.add(to);
        }
        words.addAll(List.of("--classpath", application, "--by", "anna", "--why", "2.0"));
        words.addAll(List.of(more));
        return leftfoldIn(password("leftfold"), "", words.toArray());
    }

    private Map<String, String> bytesOf(Path directory) {
        Map<String, String> bytes = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                bytes.put(
                        file.getFileName().toString(),
                        HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    @Test
    void everything_is_stored_in_the_format_of_today_and_the_source_stays_byte_for_byte() {
        Path target = folder.resolve("target");
        Map<String, String> before = bytesOf(source);

        Command.Result result = transform(target, "--upcast");

        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .matches(
                        """
                        read 6 events, appended 6, 0 already there
                        compared 6 events of the source with 6 copied ones: equal, SHA-256 [0-9a-f]{64}
                        """);
        assertThat(result.exitCode()).isZero();
        assertThat(bytesOf(source)).hasSizeGreaterThan(3).isEqualTo(before);
        List<RecordedEvent> events =
                Command.events(target).stream().filter(it -> it.stream().equals(TANK)).toList();
        assertThat(events)
                .extracting(it -> it.schemaVersion() + it.payload().asText())
                .startsWith("2{\"amount\":1,\"unit\":\"l\"}")
                .endsWith("2{\"amount\":10,\"unit\":\"hl\"}")
                .hasSize(6);
        assertThat(events)
                .extracting(RecordedEvent::id)
                .isEqualTo(Command.events(source).stream().map(RecordedEvent::id).toList());

        assertThat(transform(target, "--upcast").out())
                .startsWith("read 0 events, appended 0, 0 already there");
        assertThat(transform(target, "--upcast", "--verify-only", "--json").out())
                .startsWith("{\"verification\":{\"equal\":true,\"upTo\":6,\"read\":6,")
                .contains("\"types\":{\"filled\":6},\"categories\":{\"tank\":6},\"sha256\":\"");
    }

    @Test
    void the_digest_is_the_same_in_every_kind_of_store() {
        String digest = "";
        for (Object target :
                List.of(
                        folder.resolve("target"),
                        SqlServer.POSTGRES.newDatabase(),
                        SqlServer.MARIADB.newDatabase())) {
            Command.Result result = transform(target, "--transformation", "doubled");
            assertThat(result.err()).isEmpty();
            String line = result.lines().getLast();
            assertThat(line)
                    .startsWith("compared 6 events of the source with 12 copied ones: equal, ");
            assertThat(digest.isEmpty() || digest.equals(line)).isTrue();
            digest = line;
        }
    }

    @Test
    void what_is_not_what_the_transformation_makes_is_told_and_ends_with_3() {
        Path target = folder.resolve("target");
        assertThat(transform(target, "--transformation", "doubled").exitCode()).isZero();
        int head = Command.events(target).size();

        Command.Result other = transform(target, "--transformation", "broken");

        assertThat(other.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
        assertThat(other.err()).contains("it was begun with the transformation 'doubled'");
        try (EmbeddedEventStore store = EmbeddedEventStore.open(target)) {
            RecordedEvent one = Command.events(target).get(2);
            store.append(one.stream(), ExpectedVersion.any(), one.toNewEvent().withId(other(one)));
        }
        Command.Result verified = transform(target, "--transformation", "doubled", "--verify-only");
        assertThat(verified.exitCode()).isEqualTo(ExitCode.DAMAGED);
        assertThat(verified.out())
                .contains("target is not what the transformation makes of the source:")
                .contains("has no counterpart in the source");
        assertThat(Command.events(target)).hasSize(head + 1);
    }

    private static org.leftfold.api.EventId other(RecordedEvent event) {
        return org.leftfold.api.EventId.fromName(event.id().value(), "other");
    }

    @Test
    void a_stream_is_split_and_merged_again() {
        Object[] split = {
            "split",
            "--store",
            source,
            "--classpath",
            application,
            "--transformation",
            "odd-apart",
            TANK,
            "--by",
            "anna",
            "--why",
            "odd"
        };
        String equal = "compared 6 old events with 6 new ones: equal, SHA-256 [0-9a-f]{64}\n";
        assertThat(leftfold(split).out())
                .matches("tank-7 became tank-odd, tank-even with 6 events; sealed\n" + equal);
        assertThat(leftfold(split).out())
                .matches("tank-7 became tank-odd, tank-even before; nothing was done\n" + equal);
        Command.Result merged =
                leftfold(
                        "merge",
                        "--store",
                        source,
                        "--into",
                        "tank-8",
                        "tank-even",
                        "tank-odd",
                        "--by",
                        "anna",
                        "--why",
                        "even",
                        "--json");
        assertThat(merged.out())
                .startsWith(
                        "{\"from\":[\"tank-even\",\"tank-odd\"],\"successors\":[\"tank-8\"],\"events\":6,\"repeated\":false,\"verification\":{\"equal\":true,\"upTo\":12,\"read\":6,\"expected\":6,\"found\":6,\"types\":{\"filled\":6},\"categories\":{\"tank\":6},\"sha256\":\"");
        assertThat(
                        leftfold("state", "--store", source, "--classpath", application, "tank-8")
                                .lines()
                                .getLast())
                .isEqualTo("{\"amount\":25}");
    }

    @Test
    void what_came_behind_a_seal_is_told_and_ends_with_3() {
        Object[] merge = {"merge", "--store", source, "--into", "tank-8", "tank-7"};
        List<Object> words = new ArrayList<>(List.of(merge));
        words.addAll(List.of("--by", "anna", "--why", "one tank"));
        assertThat(leftfold(words.toArray()).exitCode()).isZero();
        try (EmbeddedEventStore store = EmbeddedEventStore.open(source)) {
            store.append(TANK, ExpectedVersion.any(), old(7));
        }
        words = new ArrayList<>(List.of(merge));
        words.add("--verify-only");
        Command.Result verified = leftfold(words.toArray());
        assertThat(verified.exitCode()).isEqualTo(ExitCode.DAMAGED);
        assertThat(verified.out())
                .isEqualTo(
                        """
                        what the new streams have is not what becomes of the old ones:
                          stream 'tank-8' has 6 copied events, and not just the 7 that the rule makes
                        """);
        words.set(4, "tank-9");
        Command.Result other = leftfold(words.toArray());
        assertThat(other.exitCode()).isEqualTo(ExitCode.DAMAGED);
        assertThat(other.out()).contains("stream 'tank-9' has 0 copied events");
    }

    @Test
    void mistakes_are_told_before_anything_is_made() {
        Path target = folder.resolve("target");
        assertMistake(transform(target), "say which transformation, with --transformation NAME");
        assertMistake(
                transform(target, "--transformation", "odd"),
                "there is no transformation 'odd', but [broken, doubled, odd-apart]");
        assertMistake(
                transform(target, "--transformation", "doubled", "--upcast"),
                "--upcast and --transformation exclude each other");
        assertMistake(transform(source, "--transformation", "doubled"), "are the same store");
        assertMistake(
                leftfold("transform", source, target, "--classpath", application, "--upcast"),
                "what is copied is recorded: say who does it and why");
        assertMistake(
                leftfold(
                        "transform",
                        source,
                        target,
                        "--classpath",
                        folder,
                        "--upcast",
                        "--by",
                        "a",
                        "--why",
                        "b"),
                "no LeftfoldDomain was found in");
        assertThat(target).doesNotExist();
    }

    private static void assertMistake(Command.Result result, String text) {
        assertThat(result.err()).contains(text);
        assertThat(result.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
    }
}
