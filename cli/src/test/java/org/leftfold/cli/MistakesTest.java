package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldWithInput;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.leftfold.cli.terminal.Output;

/** What somebody sees who wrote something else than what was meant. */
class MistakesTest {
    private static final String LINES =
            """
            {"stream":"order-1","type":"Placed","data":{"cents":5}}
            {"stream":"order-L7","type":"Placed","data":{"cents":6}}
            {"stream":"member-1","type":"Joined","data":1}
            """;

    @TempDir Path folder;
    private Path store;

    @BeforeEach
    void fill_store() {
        store = folder.resolve("store");
        leftfoldWithInput(LINES, "import", "--store", store, "--format", "ndjson", "-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "raed | there is no command 'raed'. Did you mean 'read'? | leftfold",
                "imprt | there is no command 'imprt'. Did you mean 'import'? | leftfold",
                "stat | there is no command 'stat'. Did you mean 'stats' or 'state'? | leftfold",
                "frobnicate | there is no command 'frobnicate' | leftfold",
                "--verison | leftfold has no option '--verison'. Did you mean '--version'? | leftfold",
                "read --limt=3 | leftfold read has no option '--limt'. Did you mean '--limit'? | leftfold read",
                "read --colour | leftfold read has no option '--colour' | leftfold read",
                "stats order-1 | leftfold stats takes no 'order-1' here | leftfold stats",
            })
    void the_nearest_word_that_is_known_is_named(String call, String text, String helped) {
        String[] words = call.split(" ", -1);
        Object[] args = new Object[words.length + (words.length > 1 ? 2 : 0)];
        System.arraycopy(words, 0, args, 0, words.length);
        if (words.length > 1) {
            args[words.length] = "--store";
            args[words.length + 1] = store;
        }

        Command.Result result = leftfold(args);

        assertThat(result.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo("leftfold: %s\nTry: %s --help\n".formatted(text, helped));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "L7 | . Did you mean 'order-L7'?",
                "order-l7 | . Did you mean 'order-L7'?",
                "order-2 | . Did you mean 'order-1'?",
                "parcel-17 | ; leftfold streams lists those there are",
            })
    void a_stream_that_never_was_is_told_from_one_without_a_match(String stream, String hint) {
        for (String json : new String[] {"--limit=9", "--json"}) {
            Command.Result result = leftfold("read", "--store", store, stream, json);
            assertThat(result.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .isEqualTo("leftfold: there is no stream '%s'%s\n".formatted(stream, hint));
        }
    }

    @Test
    void a_stream_that_was_deleted_is_not_one_that_never_was() {
        leftfold("delete", "--store", store, "order-1", "--by", "ops", "--why", "test");
        Command.Result result = leftfold("read", "--store", store, "order-1");
        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEqualTo("no event matches\n");
    }

    @Test
    void a_file_is_no_store_that_does_not_exist() throws IOException {
        Path file = Files.writeString(folder.resolve("orders.ndjson"), LINES);
        for (String command : new String[] {"stats", "verify", "streams", "reindex"}) {
            Command.Result result = leftfold(command, "--store", file);
            assertThat(result.exitCode()).isEqualTo(ExitCode.USER_MISTAKE);
            assertThat(result.err()).contains(file + " is a file; --store needs a directory");
        }
    }

    /** The standard error of a command; counts down when it says something. */
    private static final class Heard extends ByteArrayOutputStream {
        private final CountDownLatch something = new CountDownLatch(1);

        @Override
        public void flush() {
            something.countDown();
        }
    }

    @Test
    void a_tail_without_events_says_that_it_waits() throws InterruptedException {
        Heard err = new Heard();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Integer> tail =
                CompletableFuture.supplyAsync(() ->
                        Main.run(
                                Command.texts("tail", "--store", store, "--limit", "1"),
                                Command.console("", new Output(out, false), err)));
        assertThat(err.something.await(60, TimeUnit.SECONDS)).as("it says something").isTrue();

        append("late-1");

        assertThat(tail.join()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("waiting for events; Ctrl-C ends it\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("late-1@1");
    }

    @Test
    void a_tail_of_what_is_not_there_says_what_may_be_meant_and_waits()
            throws InterruptedException {
        append("late-1");
        Heard err = new Heard();
        CompletableFuture<Integer> tail =
                CompletableFuture.supplyAsync(() ->
                        Main.run(
                                Command.texts(
                                        "tail",
                                        "--store",
                                        store,
                                        "--from-start",
                                        "-c",
                                        "lates",
                                        "--limit",
                                        "1"),
                                Command.console(
                                        "", new Output(new ByteArrayOutputStream(), false), err)));
        assertThat(err.something.await(60, TimeUnit.SECONDS)).as("it says something").isTrue();

        append("lates-1");

        assertThat(tail.join()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith(
                        "note, for it may come: no stream of category 'lates' has an event. Did you mean 'late'?\n");
    }

    private void append(String stream) {
        leftfoldWithInput(
                "{\"stream\":\"%s\",\"type\":\"Late\",\"data\":1}".formatted(stream),
                "import",
                "--store",
                store,
                "--format",
                "ndjson",
                "-");
    }
}
