package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfoldIn;
import static org.leftfold.cli.SqlServer.on;
import static org.leftfold.cli.SqlServer.onWithInput;
import static org.leftfold.cli.SqlServer.password;
import static org.leftfold.cli.SqlServer.shown;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.ServerOptions;
import org.leftfold.servers.SkipWithoutServer;

/** What a command says when a database cannot be used: what to do, and no password. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlProblemsTest {
    private static final String LINE = "{\"stream\":\"x-1\",\"type\":\"X\",\"data\":1}";
    private static final String SECRET = "zebra crossing";

    private static Command.Result imported(Database database) {
        return onWithInput(database, LINE, "import", "--format", "ndjson", "-");
    }

    private static void assertProblem(Command.Result result, int exitCode, String... texts) {
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("leftfold: ")
                .contains(texts)
                .doesNotContain("\tat ", SECRET);
        assertThat(result.err().lines()).as(result.err()).hasSize(1);
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }

    private static void execute(Database database, String... statements) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_wrong_login_says_where_user_and_password_come_from(SqlServer server) {
        Database database = server.newDatabase();
        String url = database.jdbcUrl();
        String where = "the server of " + shown(database) + " refused ";
        assertProblem(
                leftfoldIn(password(SECRET), "", "stats", "--store", url, "--user", "leftfold"),
                2,
                where + "user 'leftfold' with this password (",
                "Look at --user and at the environment variable LEFTFOLD_PASSWORD");
        assertProblem(
                leftfoldIn(Map.of(), "", "stats", "--store", url, "--user", "leftfold"),
                2,
                where + "user 'leftfold' without a password (");
        assertProblem(
                leftfoldIn(
                        Map.of(),
                        "",
                        "stats",
                        "--store",
                        url + "&user=leftfold&password=" + SECRET.replace(" ", "%20")),
                2,
                where + "the user of the address with this password (");
        Command.Result both =
                leftfoldIn(
                        Map.of(),
                        "",
                        "stats",
                        "--store",
                        url + "&user=leftfold&password=leftfold",
                        "--user",
                        "x");
        assertProblem(both, 2, "leave out one of them");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void user_and_password_may_stand_in_the_address(SqlServer server) {
        Database database = server.newDatabase();
        assertThat(imported(database).exitCode()).isZero();
        String url = database.jdbcUrl() + "&user=leftfold&password=leftfold";
        Command.Result result = leftfoldIn(password(SECRET), "", "stats", "--json", "--store", url);
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("\"events\":1,");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void an_unknown_database_is_named(SqlServer server) {
        Database none = new Database(server.shared(), "no_such_one");
        assertProblem(on(none, "stats"), 2, "has no database 'no_such_one'. Look at the address");
        assertProblem(imported(none), 2, "has no database 'no_such_one'");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_server_that_is_down_is_told_at_once(SqlServer server) {
        String url;
        try (DatabaseServer own = server.start(ServerOptions.STANDARD)) {
            url = own.newDatabase().jdbcUrl();
        }
        Command.Result result =
                leftfoldIn(password(SECRET), "", "stats", "--store", url, "--user", "leftfold");
        assertProblem(
                result,
                4,
                "LF-3009: there is no connection to jdbc:",
                "Look whether the server runs, and at host, port and parameters of the address.");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void missing_rights_are_told(SqlServer server) throws SQLException {
        Database database = server.newDatabase();
        assertThat(imported(database).exitCode()).isZero();
        String user = "reader_" + database.name();
        boolean isPostgres = server == SqlServer.POSTGRES;
        execute(
                database,
                isPostgres
                        ? "create role %s login password '%s'".formatted(user, SECRET)
                        : "create user %s identified by '%s'".formatted(user, SECRET),
                isPostgres
                        ? "grant select on all tables in schema public to " + user
                        : "grant select on %s.* to %s".formatted(database.name(), user));
        Object[] login = {"--store", database.jdbcUrl(), "--user", user};
        Command.Result read =
                leftfoldIn(
                        password(SECRET), "", "read", "--all", login[0], login[1], login[2], user);
        assertThat(read.err()).isEmpty();
        assertThat(read.lines()).hasSize(1);
        Command.Result written =
                leftfoldIn(
                        password(SECRET),
                        "{\"stream\":\"y-1\",\"type\":\"Y\",\"data\":1}",
                        "import",
                        "--format",
                        "ndjson",
                        "-",
                        login[0],
                        login[1],
                        login[2],
                        user);
        assertThat(written.exitCode()).isEqualTo(4);
        assertThat(written.err())
                .contains("LF-3011: the database role", "docs/sql.md")
                .doesNotContain("\tat ", SECRET);
        Database empty = server.newDatabase();
        Command.Result made =
                leftfoldIn(
                        password(SECRET),
                        LINE,
                        "import",
                        "--format",
                        "ndjson",
                        "-",
                        "--store",
                        empty.jdbcUrl(),
                        "--user",
                        user);
        assertProblem(made, 4, "LF-3011");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_server_that_takes_no_writes_can_be_read_only(SqlServer server) throws SQLException {
        try (DatabaseServer own = server.start(ServerOptions.STANDARD)) {
            Database database = own.newDatabase();
            assertThat(imported(database).exitCode()).isZero();
            execute(
                    database,
                    server == SqlServer.POSTGRES
                            ? "alter database %s set default_transaction_read_only = on"
                                    .formatted(database.name())
                            : "set global read_only = on");
            assertThat(on(database, "read", "--all").lines()).hasSize(1);
            assertThat(on(database, "verify").exitCode()).isZero();
            Command.Result result =
                    onWithInput(
                            database,
                            "{\"stream\":\"y-1\",\"type\":\"Y\",\"data\":1}",
                            "import",
                            "--format",
                            "ndjson",
                            "-");
            assertThat(result.exitCode()).isEqualTo(4);
            assertThat(result.err()).contains("LF-3012", "Connect to the primary");
            assertProblem(on(database, "delete", "x-1", "--by", "a", "--why", "b"), 4, "LF-3012");
        }
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_server_that_loses_events_is_used_only_when_told(SqlServer server) {
        ServerOptions loses =
                server == SqlServer.POSTGRES
                        ? ServerOptions.STANDARD.with("fsync", "off")
                        : ServerOptions.STANDARD.with("sync_binlog", "0");
        try (DatabaseServer own = server.start(loses)) {
            Database database = own.newDatabase();
            Command.Result refused = imported(database);
            assertThat(refused.exitCode()).isEqualTo(4);
            assertThat(refused.err())
                    .contains("LF-3010", "For this command, that is the option --accept-loss.");
            Object[] words = {"import", "--format", "ndjson", "-", "--accept-loss"};
            assertThat(onWithInput(database, LINE, words).out())
                    .isEqualTo("imported 1 events into 1 streams\n");
        }
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void no_error_shows_a_password(SqlServer server) {
        Database database = server.newDatabase();
        String secret = "p%40ss;w";
        String url = database.jdbcUrl() + "&user=leftfold&password=" + secret;
        String[][] calls = {
            {"stats", "--store", url},
            {"stats", "--debug", "--store", url},
            {"stats", "--store", url, "--nonsense"},
            {"stats", "--store", "x", url},
            {"reindex", "--store", url},
            {"stats", "--debug", "--store", url.replace("127.0.0.1", "no host")},
            {"stats", "--store", url.replace("jdbc:", "jdbc:x")},
            {"stats", "--store", url.replace("127.0.0.1", "leftfold:" + secret + "@127.0.0.1")},
            {"bench", "--store-dir", url},
            {"demo", "--store", url},
            {"backup", "--store", url, "--to", "x"},
            {"restore", "--store", url, "--from", "x"},
        };
        for (String[] call : calls) {
            Command.Result result = leftfoldIn(password("p@ss;w"), "", (Object[]) call);
            assertThat(result.exitCode()).as(String.join(" ", call)).isNotZero();
            assertThat(result.err() + result.out())
                    .as(String.join(" ", call))
                    .startsWith("leftfold: ")
                    .doesNotContain("p%40ss", "p@ss", ";w");
        }
    }
}
