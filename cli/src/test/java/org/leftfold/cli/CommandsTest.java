package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldWithInput;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.cli.terminal.Output;
import org.leftfold.engine.EmbeddedEventStore;

class CommandsTest {
    private static final String LINES =
            """
            {"stream":"order-1","type":"Placed","data":{"cents":5},"metadata":{"actor":"anna"},"tags":["shop:north"]}
            {"stream":"order-2","type":"Placed","data":{"cents":6},"tags":["shop:south"]}
            {"stream":"order-1","type":"Paid","data":{"cents":5},"tags":["shop:north","by:card"]}
            {"stream":"member-1","type":"Joined","data":"\\u0007 hello"}
            """;

    @TempDir Path folder;
    private Path store;

    @BeforeEach
    void fill_store() {
        store = folder.resolve("store");
        leftfoldWithInput(LINES, "import", "--store", store, "--format", "ndjson", "-");
    }

    private List<String> read(Object... args) {
        Object[] all = new Object[args.length + 4];
        all[0] = "read";
        all[1] = "--store";
        all[2] = store;
        all[3] = "--json";
        System.arraycopy(args, 0, all, 4, args.length);
        Command.Result result = leftfold(all);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.lines().stream()
                .map(line -> line.replaceAll("^\\{\"position\":(\\d+),.*", "$1"))
                .toList();
    }

    @Test
    void filters_of_different_kinds_narrow_each_other() {
        assertThat(read("--all")).containsExactly("1", "2", "3", "4");
        assertThat(read("order-1")).containsExactly("1", "3");
        assertThat(read("--category", "order")).containsExactly("1", "2", "3");
        assertThat(read("--type", "Paid", "--type", "Joined")).containsExactly("3", "4");
        assertThat(read("--tag", "shop:north", "--tag", "by:card")).containsExactly("3");
        assertThat(read("--category", "order", "--type", "Placed", "--tag", "shop:south"))
                .containsExactly("2");
    }

    @Test
    void after_is_a_version_of_a_stream_and_a_position_otherwise() {
        assertThat(read("order-1", "--after", "1")).containsExactly("3");
        assertThat(read("--all", "--after", "3")).containsExactly("4");
        assertThat(read("--all", "--backward", "--limit", "2")).containsExactly("4", "3");
    }

    @Test
    void json_shows_everything_of_an_event() {
        assertThat(leftfold("read", "--store", store, "order-1", "--json", "--limit", "1").out())
                .matches(
                        String.join(
                                ",",
                                "\\{\"position\":1",
                                "\"stream\":\"order-1\"",
                                "\"version\":1",
                                "\"id\":\"[0-9a-f-]{36}\"",
                                "\"type\":\"Placed\"",
                                "\"schemaVersion\":1",
                                "\"recordedAt\":\"[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}Z\"",
                                "\"metadata\":\\{\"actor\":\"anna\"}",
                                "\"tags\":\\[\"shop:north\"]",
                                "\"data\":\\{\"cents\":5}}\n"));
    }

    @Test
    void text_is_aligned_and_safe_for_a_terminal() {
        List<String> lines = leftfold("read", "--store", store, "--all").lines();
        assertThat(lines.getFirst())
                .matches(
                        "     1  \\S+ \\S+Z  order-1@1 {9,}  Placed +  anna *  shop:north * "
                                + " \\{\"cents\":5}");
        assertThat(lines.get(1).indexOf("order-2@1"))
                .isEqualTo(lines.getFirst().indexOf("order-1@1"));
        assertThat(lines.getLast()).endsWith("\"\\u0007 hello\"").doesNotContain("\u001b");
    }

    @Test
    void a_read_without_a_match_says_so() {
        Command.Result result = leftfold("read", "--store", store, "order-1", "-t", "Joined");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("no event matches\n");
    }

    @Test
    void stats_count_everything() {
        assertThat(leftfold("stats", "--store", store, "--json").out())
                .matches(
                        "\\{\"events\":4,\"streams\":3,\"head\":4,\"bytes\":\\d+,"
                                + "\"categories\":\\{\"member\":1,\"order\":3},"
                                + "\"types\":\\{\"Joined\":1,\"Paid\":1,\"Placed\":2}}\n");
        assertThat(leftfold("stats", "--store", store).out())
                .containsSubsequence("events", "4", "categories (2)", "3  order", "1  member")
                .containsSubsequence("types (3)", "2  Placed", "1  Joined", "1  Paid");
    }

    @Test
    void verify_says_that_all_is_well() {
        Command.Result result = leftfold("verify", "--store", store);
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("verified 4 events in 3 streams: no problems\n");
    }

    @Test
    void verify_works_beside_a_writer() {
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store)) {
            assertThat(writer.head()).isEqualTo(4);
            assertThat(leftfold("verify", "--store", store).exitCode()).isZero();
        }
    }

    @Test
    void verify_names_the_place_of_a_changed_byte() throws IOException {
        try (var files = Files.list(store)) {
            Path segment =
                    files.filter(f -> f.toString().endsWith(".segment")).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(segment);
            int place = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("shop");
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {'S'}), place);
            }
        }
        Command.Result result = leftfold("verify", "--store", store);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out()).contains(".segment at offset ").contains("problems\n");
    }

    @Test
    void tail_shows_what_another_writer_appends() {
        CompletableFuture<Command.Result> tail =
                CompletableFuture.supplyAsync(() ->
                        leftfold(
                                "tail",
                                "--store",
                                store,
                                "--from-start",
                                "--limit",
                                "5",
                                "--json"));
        leftfoldWithInput(
                "{\"stream\":\"late-1\",\"type\":\"Late\",\"data\":1}",
                "import",
                "--store",
                store,
                "--format",
                "ndjson",
                "-");
        Command.Result result = tail.join();
        assertThat(result.err()).isIn("", "waiting for events; Ctrl-C ends it\n");
        assertThat(result.exitCode()).isZero();
        assertThat(result.lines()).hasSize(5);
        assertThat(result.lines().getLast()).contains("\"type\":\"Late\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"read --all", "stats", "verify", "tail", "export --format ndjson"})
    void a_missing_store_is_named_and_not_created(String command) {
        Path missing = folder.resolve("missing");
        String[] words = command.split(" ", -1);
        Object[] args = new Object[words.length + 2];
        System.arraycopy(words, 0, args, 0, words.length);
        args[words.length] = "--store";
        args[words.length + 1] = missing;

        Command.Result result = leftfold(args);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo(
                        "leftfold: the directory %s does not exist. Look at the path, or make a store there: leftfold import --store %s FILE\n"
                                .formatted(missing, missing));
        assertThat(Files.exists(missing)).isFalse();
    }

    @Test
    void a_store_in_use_is_told_apart_by_the_exit_code() {
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store)) {
            assertThat(writer.head()).isEqualTo(4);
            Command.Result result =
                    leftfoldWithInput("", "import", "--store", store, "--format", "ndjson", "-");
            assertThat(result.exitCode()).isEqualTo(4);
            assertThat(result.err()).contains("leftfold: LF-3004: ").doesNotContain("\tat ");
        }
    }

    @Test
    void debug_shows_where_an_error_comes_from() {
        Command.Result result = leftfold("read", "--store", store, "--debug", "-c", "a-b");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains("leftfold: LF-1001: category 'a-b'")
                .contains("\tat org.leftfold");
    }

    @Test
    void mistakes_in_the_call_are_told_with_a_way_on() {
        assertThat(leftfold().exitCode()).isEqualTo(2);
        assertThat(leftfold("read", "--store", store).err()).contains("which events?");
        assertThat(leftfold("read", "--store", store, "--all", "x-1").exitCode()).isEqualTo(2);
        assertThat(leftfold("read", "--store", store, "--all", "--limit", "-1").exitCode())
                .isEqualTo(2);
        assertThat(leftfold("import", "--store", store, folder.resolve("no.xes")).err())
                .contains("no.xes does not exist; nothing was imported");
        assertThat(leftfold("import", "--store", store, folder).exitCode()).isEqualTo(2);
        assertThat(leftfold("import", "--store", store, "what.txt").err())
                .contains("give --format");
        assertThat(leftfold("import", "--store", store, "-c", "a-b", "x.xes").err())
                .contains("contains '-'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "import",
                "read",
                "tail",
                "stats",
                "verify",
                "export",
                "backup",
                "restore",
                "copy",
                "truncate",
                "delete",
                "scavenge",
                "bench"
            })
    void every_command_has_help_with_examples(String command) {
        Command.Result result =
                command.isEmpty() ? leftfold("--help") : leftfold(command, "--help");
        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("Usage: leftfold")
                .containsPattern("Examples?:\n  leftfold ");
        assertThat(result.lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void the_version_is_told() {
        assertThat(leftfold("--version").out()).startsWith("leftfold ");
    }

    @Test
    void a_reader_that_goes_away_ends_the_command_quietly() {
        OutputStream gone =
                new OutputStream() {
                    @Override
                    public void write(int oneByte) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                Main.run(
                        Command.texts("read", "--store", store, "--all"),
                        Command.console("", new Output(gone, true), err));
        assertThat(exitCode).isZero();
        assertThat(err.size()).isZero();
    }

    @Test
    void the_list_of_commands_says_what_each_does_in_whole_sentences() {
        String help = leftfold("--help").out();
        String list = help.substring(help.indexOf("Commands:"), help.indexOf("Exit codes:"));
        List<String> commands =
                list.replaceAll("\\R {10,}", " ") // what goes on in a second line
                        .lines()
                        .filter(line -> line.startsWith("  "))
                        .toList();

        assertThat(commands).as("commands").hasSizeGreaterThan(10);
        assertThat(commands).allSatisfy(line -> assertThat(line).endsWith("."));
    }
}
