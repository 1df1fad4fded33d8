package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldWithInput;
import static org.leftfold.cli.SqlServer.on;
import static org.leftfold.cli.SqlServer.onWithInput;
import static org.leftfold.cli.SqlServer.shown;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** What works on a directory works on a database, with the same texts. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlCommandsTest {
    private static final String LINES =
            """
            {"stream":"order-1","type":"Placed","tags":["shop:north"],"metadata":{"actor":"anna"},"data":{"cents":5}}
            {"stream":"order-1","type":"Paid","tags":["shop:north"],"data":{"cents":5}}
            {"stream":"order-2","type":"Placed","data":{"cents":7}}
            {"stream":"order-2","type":"Paid","data":{"cents":7}}
            {"stream":"möbel-1","type":"Placed","data":"größer"}
            {"stream":"member-1","type":"Joined","data":[1, 2.0,  3e2]}
            {"stream":"member-1","type":"Left","data":null}
            """;

    @TempDir Path folder;

    /** What differs between two stores: times, and how many bytes they take. */
    private static String same(String text) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\d[ T][0-9:.]+Z", "TIME")
                .replaceAll("\"bytes\":\\d+", "\"bytes\":0")
                .replaceAll("bytes +[0-9,]+ .*", "bytes")
                .replaceAll("removed, .*", "removed");
    }

    private void assertSame(Path directory, Database database, String... words) {
        List<Object> onDirectory = new ArrayList<>(List.of((Object[]) words));
        onDirectory.addAll(List.of("--store", directory));
        Command.Result expected = leftfold(onDirectory.toArray());
        Command.Result found = on(database, (Object[]) words);
        String what = String.join(" ", words);
        assertThat(found.err()).as(what).isEqualTo(expected.err());
        assertThat(same(found.out())).as(what).isEqualTo(same(expected.out())).isNotEmpty();
        assertThat(found.exitCode()).as(what).isEqualTo(expected.exitCode()).isZero();
    }

    private static void imported(Path directory, Database database, String lines) {
        Command.Result expected =
                leftfoldWithInput(lines, "import", "--store", directory, "--format", "ndjson", "-");
        Command.Result found = onWithInput(database, lines, "import", "--format", "ndjson", "-");
        assertThat(found.err()).isEmpty();
        assertThat(found.out()).isEqualTo(expected.out());
        assertThat(found.exitCode()).isZero();
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void commands_say_of_a_database_what_they_say_of_a_directory(SqlServer server) {
        Path directory = folder.resolve("store");
        Database database = server.newDatabase();
        imported(directory, database, LINES);
        imported(directory, database, LINES);

        assertSame(directory, database, "read", "--all", "--json");
        assertSame(directory, database, "read", "--all", "--backward", "--limit", "2");
        assertSame(directory, database, "read", "order-1", "--after", "1");
        assertSame(directory, database, "read", "--tag", "shop:north", "--type", "Paid");
        assertSame(directory, database, "read", "-c", "möbel");
        assertSame(directory, database, "tail", "--from-start", "--limit", "7");
        assertSame(directory, database, "stats");
        assertSame(directory, database, "stats", "--json");
        assertSame(directory, database, "streams");
        assertSame(directory, database, "streams", "--prefix", "order-", "--json");
        assertSame(directory, database, "streams", "-c", "m\u00f6bel");
        assertSame(directory, database, "verify");
        assertSame(directory, database, "export", "--format", "ndjson");
        assertSame(directory, database, "export", "--format", "xes", "-c", "order");

        assertSame(
                directory,
                database,
                "truncate",
                "order-1",
                "--before",
                "2",
                "--by",
                "a",
                "--why",
                "b");
        assertSame(directory, database, "delete", "member-1", "--by", "a", "--why", "b");
        assertSame(directory, database, "streams");
        assertSame(
                directory,
                database,
                "scavenge",
                "-c",
                "order",
                "--max-count",
                "1",
                "--by",
                "a",
                "--why",
                "b");
        assertSame(directory, database, "scavenge");
        assertSame(directory, database, "read", "--all");
        assertSame(directory, database, "stats", "--json");
        assertSame(directory, database, "verify");
        imported(directory, database, LINES);
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void state_and_history_come_from_a_database_as_well(SqlServer server) throws Exception {
        Path application = folder.resolve("application");
        Path services = Files.createDirectories(application.resolve("META-INF/services"));
        Files.writeString(
                services.resolve(LeftfoldDomain.class.getName()),
                StateAndHistoryTest.Domain.class.getName() + "\n");
        Path directory = folder.resolve("store");
        Database database = server.newDatabase();
        imported(
                directory,
                database,
                """
                {"stream":"counter-7","type":"count-changed","data":{"count":7,"unit":"kg"}}
                {"stream":"counter-7","type":"count-changed","data":{"count":9,"unit":"kg"}}
                """);

        String path = application.toString();
        assertSame(directory, database, "state", "counter-7", "--classpath", path);
        assertSame(directory, database, "state", "counter-7", "--classpath", path, "--at", "1");
        assertSame(directory, database, "history", "counter-7", "--classpath", path);
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void tail_shows_what_another_process_appends(SqlServer server) {
        Database database = server.newDatabase();
        onWithInput(database, LINES, "import", "--format", "ndjson", "-");
        CompletableFuture<Command.Result> tail =
                CompletableFuture.supplyAsync(
                        () -> on(database, "tail", "--from-start", "--limit", "8", "--json"));
        onWithInput(
                database,
                "{\"stream\":\"late-1\",\"type\":\"Late\",\"data\":1}",
                "import",
                "--format",
                "ndjson",
                "-");
        Command.Result result = tail.join();
        // it waits only where it was faster than the import
        assertThat(result.err()).isIn("", "waiting for events; Ctrl-C ends it\n");
        assertThat(result.exitCode()).isZero();
        assertThat(result.lines()).hasSize(8);
        assertThat(result.lines().getLast()).contains("\"type\":\"Late\"");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_store_with_other_names_of_tables_is_a_store_of_its_own(SqlServer server) {
        Database database = server.newDatabase();
        onWithInput(database, LINES, "import", "--format", "ndjson", "-");
        Object[] other = {"import", "--format", "ndjson", "-", "--table-prefix", "other_"};
        assertThat(
                        onWithInput(
                                        database,
                                        "{\"stream\":\"x-1\",\"type\":\"X\",\"data\":1}",
                                        other)
                                .out())
                .isEqualTo("imported 1 events into 1 streams\n");
        assertThat(on(database, "stats", "--json", "--table-prefix", "other_").out())
                .contains("\"events\":1,");
        assertThat(on(database, "stats", "--json").out()).contains("\"events\":7,");
        assertThat(on(database, "stats", "--table-prefix", "No!").err())
                .contains("LF-1001: table prefix");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_database_is_backed_up_to_a_directory_and_restored(SqlServer server) {
        Database database = server.newDatabase();
        onWithInput(database, LINES, "import", "--format", "ndjson", "-");
        on(database, "truncate", "order-1", "--before", "2", "--by", "a", "--why", "b");
        Path backup = folder.resolve("backup");
        Command.Result first = on(database, "backup", "--to", backup);
        assertThat(first.err()).isEmpty();
        assertThat(first.out()).isEqualTo("backed up 7 events (position 7), 0 already there\n");
        onWithInput(
                database,
                "{\"stream\":\"late-1\",\"type\":\"Late\",\"data\":1}",
                "import",
                "--format",
                "ndjson",
                "-");
        assertThat(on(database, "backup", "--to", backup, "--verify-all").out())
                .isEqualTo("backed up 8 events (position 8), 7 already there\n");
        assertThat(leftfold("verify", "--store", backup).exitCode()).isZero();

        Database restored = server.newDatabase();
        assertThat(on(restored, "restore", "--from", backup).out())
                .isEqualTo("restored 8 events; checkpoints of the old store are refused\n");
        assertThat(on(restored, "export", "--format", "ndjson").out())
                .isEqualTo(on(database, "export", "--format", "ndjson").out())
                .isEqualTo(leftfold("export", "--store", backup, "--format", "ndjson").out());

        Database other = server.newDatabase();
        onWithInput(other, LINES, "import", "--format", "ndjson", "-");
        Command.Result wrong = on(other, "backup", "--to", backup);
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("LF-1011");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_log_is_imported_without_what_stands_besides_its_traces(SqlServer server) {
        Database database = server.newDatabase();
        Path log =
                Command.file(
                        folder,
                        "l.xes",
                        "<log><string key=\"owner\" value=\"me\"/><trace><string key=\"concept:name\""
                                + " value=\"1\"/><event><string key=\"concept:name\" value=\"A\"/></event>"
                                + "</trace></log>");
        Command.Result result = on(database, "import", log);
        assertThat(result.out()).isEqualTo("imported 1 events into 1 streams\n");
        assertThat(result.err())
                .isEqualTo("note: what the log has besides its traces is not kept in a database\n");
        assertThat(on(database, "export", "--format", "xes").out())
                .contains("<trace>", "value=\"A\"")
                .doesNotContain("owner");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_database_without_a_store_is_told_and_stays_empty(SqlServer server) {
        Database database = server.newDatabase();
        String text =
                ("leftfold: there is no store in %s: it has no tables 'leftfold_...'. Look at the address"
                                + " and at --table-prefix, or make a store there: leftfold import --store %s FILE\n")
                        .formatted(shown(database), shown(database));
        for (String words :
                List.of(
                        "read --all",
                        "stats",
                        "streams",
                        "verify",
                        "tail",
                        "scavenge",
                        "export --format ndjson",
                        "delete x-1 --by a --why b",
                        "truncate x-1 --before 2 --by a --why b",
                        "backup --to " + folder.resolve("backup"))) {
            Command.Result result = on(database, (Object[]) words.split(" ", -1));
            assertThat(result.err()).as(words).isEqualTo(text);
            assertThat(result.out()).as(words).isEmpty();
            assertThat(result.exitCode()).as(words).isEqualTo(2);
        }
        assertThat(Files.exists(folder.resolve("backup"))).isFalse();
    }
}
