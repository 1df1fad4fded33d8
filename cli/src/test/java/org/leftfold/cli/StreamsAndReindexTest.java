package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/** In a store whose index has files, for it has little memory. */
class StreamsAndReindexTest {
    private static final int ORDERS = 1200;
    private static final EmbeddedOptions LITTLE_MEMORY =
            EmbeddedOptions.defaults().indexMemoryBytes(64 << 10);

    @TempDir Path folder;

    private Path store() {
        return folder.resolve("store");
    }

    private void fill() {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(store(), LITTLE_MEMORY)) {
            append(store, "order", 1);
            append(store, "orderly-1", 1);
            append(store, "gone-1", 1);
            for (int i = 0; i < ORDERS; i++) {
                append(store, "order-%05d".formatted(i), 2);
            }
            append(store, "order-00007", 1);
            append(store, "möbel-1", 1);
            AdminAct act = new AdminAct("tester", "test");
            store.admin().truncate(new StreamName("order-00007"), 3, act);
            store.admin().delete(new StreamName("gone-1"), act);
        }
    }

    private static void append(EmbeddedEventStore store, String stream, int events) {
        List<NewEvent> all = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            all.add(NewEvent.ofJson("Happened", "{}"));
        }
        store.append(Append.to(new StreamName(stream), ExpectedVersion.any(), all));
    }

    private List<String> names(Object... args) {
        Object[] all = new Object[args.length + 4];
        all[0] = "streams";
        all[1] = "--store";
        all[2] = store();
        all[3] = "--json";
        System.arraycopy(args, 0, all, 4, args.length);
        Command.Result result = leftfold(all);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.lines().stream()
                .map(line -> line.replaceAll("^\\{\"stream\":\"([^\"]+)\".*", "$1"))
                .toList();
    }

    @Test
    void all_streams_that_can_be_read_are_listed_once_and_in_order() {
        fill();

        List<String> names = names();

        TreeSet<String> expected = new TreeSet<>(List.of("order", "orderly-1", "möbel-1"));
        for (int i = 0; i < ORDERS; i++) {
            expected.add("order-%05d".formatted(i));
        }
        assertThat(names).containsExactlyElementsOf(expected);
    }

    @Test
    void category_prefix_and_limit_narrow_each_other() {
        fill();

        assertThat(names("--category", "order")).hasSize(ORDERS + 1).doesNotContain("orderly-1");
        assertThat(names("--category", "order", "--limit", "2"))
                .containsExactly("order", "order-00000");
        assertThat(names("--category", "order", "--limit", "1")).containsExactly("order");
        assertThat(names("--prefix", "order-0001", "--limit", "3"))
                .containsExactly("order-00010", "order-00011", "order-00012");
        assertThat(names("--prefix", "orderl", "--category", "order")).isEmpty();
        assertThat(names("--prefix", "order-0119", "--category", "order")).hasSize(10);
        assertThat(names("--prefix", "mö")).containsExactly("möbel-1");
        assertThat(names("--prefix", "gone")).as("deleted").isEmpty();
        assertThat(names("--prefix", "x".repeat(5000))).isEmpty();
    }

    @Test
    void a_line_tells_version_readable_events_and_positions() {
        fill();

        assertThat(
                        leftfold("streams", "--store", store(), "--prefix", "order-00007", "--json")
                                .out())
                .isEqualTo(
                        """
                        {"stream":"order-00007","version":3,"readableEvents":1,"firstPosition":2404,"lastPosition":2404}
                        """);
        List<String> lines =
                leftfold("streams", "--store", store(), "--prefix", "order-00008").lines();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .isEqualTo("   version    readable           first            last  stream");
        assertThat(lines.getLast()).matches(" {9}2 {11}2 {14}20 {14}21  order-00008");
    }

    @Test
    void no_stream_at_all_is_said_beside_the_results() {
        fill();

        Command.Result none = leftfold("streams", "--store", store(), "--prefix", "gone");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).isEqualTo("no stream matches\n");
        assertThat(leftfold("streams", "--store", store(), "--prefix", "gone", "--json").err())
                .isEmpty();
    }

    @Test
    void a_limit_below_one_is_refused() {
        fill();

        assertThat(leftfold("streams", "--store", store(), "--limit", "0").exitCode())
                .isEqualTo(ExitCode.USER_MISTAKE);
    }

    @Test
    void a_damaged_file_of_the_index_is_reported_and_made_anew() throws IOException {
        fill();
        List<String> before = Command.contents(store());
        List<String> names = names();
        Path damaged = largestIndexFile();
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length / 2] ^= 1;
        Files.write(damaged, bytes);
        Command.Result bad = leftfold("verify", "--store", store());
        assertThat(bad.exitCode()).isEqualTo(ExitCode.DAMAGED);
        assertThat(bad.out()).contains(damaged.getFileName().toString());

        Command.Result result = leftfold("reindex", "--store", store());

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .isEqualTo("reindexed %d events in %d streams\n".formatted(2402, ORDERS + 3));
        assertThat(leftfold("verify", "--store", store()).exitCode()).isZero();
        assertThat(Command.contents(store())).isEqualTo(before);
        assertThat(names()).isEqualTo(names);
    }

    private Path largestIndexFile() throws IOException {
        try (Stream<Path> files = Files.list(store())) {
            return files.filter(file -> file.toString().endsWith(".index"))
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
    }

    @Test
    void a_store_that_is_open_for_writing_keeps_its_index() throws IOException {
        fill();
        try (EmbeddedEventStore open = EmbeddedEventStore.open(store(), LITTLE_MEMORY)) {
            Path file = largestIndexFile();

            Command.Result result = leftfold("reindex", "--store", store());

            assertThat(result.exitCode()).isEqualTo(ExitCode.STORE_UNAVAILABLE);
            assertThat(file).exists();
            assertThat(open.head()).isPositive();
        }
    }

    @Test
    void no_store_is_made_where_there_is_none() {
        assertThat(leftfold("reindex", "--store", store()).exitCode())
                .isEqualTo(ExitCode.USER_MISTAKE);
        assertThat(store()).doesNotExist();
    }
}
