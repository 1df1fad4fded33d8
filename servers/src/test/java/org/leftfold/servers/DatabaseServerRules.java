package org.leftfold.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What holds for each server. */
@ExtendWith(SkipWithoutServer.class)
abstract class DatabaseServerRules {
    abstract DatabaseServer start(ServerOptions options);

    abstract DatabaseServer shared();

    /** Options with one more setting. */
    abstract ServerOptions withSetting();

    /** Questions to a server with that setting, and what it answers. */
    abstract Map<String, String> settingsWithThat();

    /** Options that no server accepts. */
    abstract ServerOptions withNonsense();

    /** How the server's log says so. */
    abstract String nonsense();

    /** How the log of a server begins that was not stopped in good order. */
    abstract String recovery();

    @Test
    void settings_are_production_settings_and_those_of_the_caller() throws SQLException {
        try (DatabaseServer server = start(withSetting())) {
            Database database = server.newDatabase();
            for (Map.Entry<String, String> setting : settingsWithThat().entrySet()) {
                assertThat(ask(database, setting.getKey()))
                        .as(setting.getKey())
                        .isEqualTo(setting.getValue());
            }
        }
    }

    @Test
    void a_committed_row_survives_a_kill_and_an_uncommitted_one_does_not() throws SQLException {
        try (DatabaseServer server = start(ServerOptions.STANDARD)) {
            Database database = server.newDatabase();
            int port = server.port();
            run(database, "CREATE TABLE t (id INT PRIMARY KEY)");
            try (Connection open = connect(database)) {
                open.setAutoCommit(false);
                execute(open, "INSERT INTO t VALUES (1)");
                open.commit();
                execute(open, "INSERT INTO t VALUES (2)");
                List<ProcessHandle> before =
                        ProcessHandle.of(server.pid()).orElseThrow().descendants().toList();

                server.kill();

                assertThat(before).noneMatch(DatabaseServerRules::runs);
                assertThatThrownBy(() -> execute(open, "SELECT 1"))
                        .isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(() -> connect(database)).isInstanceOf(SQLException.class);
            assertThatThrownBy(server::kill).hasMessage("this server is down");

            server.restart();

            assertThat(server.port()).isEqualTo(port);
            assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("1");
            assertThat(server.log()).as("log of a kill").contains(recovery());
        }
    }

    @Test
    void a_restart_in_good_order_keeps_port_and_data() throws SQLException {
        try (DatabaseServer server = start(ServerOptions.STANDARD)) {
            Database database = server.newDatabase();
            int port = server.port();
            long pid = server.pid();
            run(database, "CREATE TABLE t (id INT PRIMARY KEY)");
            run(database, "INSERT INTO t VALUES (1)");

            server.restart();

            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(server.log()).as("log of a stop").doesNotContain(recovery());
            assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void two_servers_run_at_once_and_know_nothing_of_each_other() throws SQLException {
        try (DatabaseServer one = start(ServerOptions.STANDARD);
                DatabaseServer two = start(ServerOptions.STANDARD)) {
            Database first = one.createDatabase("same");
            Database second = two.createDatabase("same");
            run(first, "CREATE TABLE t (id INT PRIMARY KEY)");
            run(second, "CREATE TABLE t (id INT PRIMARY KEY)");
            run(first, "INSERT INTO t VALUES (1)");

            assertThat(one.port()).isNotEqualTo(two.port());
            assertThat(one.dataDirectory()).isNotEqualTo(two.dataDirectory());
            assertThat(ask(second, "SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    void a_closed_server_leaves_neither_files_nor_processes(@TempDir Path parent)
            throws IOException {
        DatabaseServer server = start(ServerOptions.STANDARD.in(parent));
        Path data = server.dataDirectory();
        long pid = server.pid();
        assertThat(data).isDirectory().startsWith(parent.toRealPath());

        server.close();
        server.close();

        assertThat(ProcessHandle.of(pid)).isEmpty();
        try (var left = Files.list(parent)) {
            assertThat(left).isEmpty();
        }
        assertThatThrownBy(server::restart).hasMessage("this server is closed");
    }

    @Test
    void a_server_that_does_not_start_shows_its_log_and_leaves_nothing(@TempDir Path parent)
            throws IOException {
        assertThatThrownBy(() -> start(withNonsense().in(parent)))
                .isInstanceOf(ServerFailedException.class)
                .hasMessageContaining(nonsense());
        try (var left = Files.list(parent)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_database_exists_once_and_its_name_is_plain() {
        DatabaseServer server = shared();
        Database database = server.newDatabase();

        assertThatThrownBy(() -> server.createDatabase(database.name()))
                .isInstanceOf(ServerFailedException.class)
                .hasMessageContaining("exists");
        assertThatThrownBy(() -> server.createDatabase("a; DROP DATABASE b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_shared_server_is_one_and_cannot_be_taken_from_others() throws SQLException {
        DatabaseServer server = shared();

        assertThat(shared()).isSameAs(server);
        assertThat(server.newDatabase()).isNotEqualTo(server.newDatabase());
        assertThatThrownBy(server::kill).hasMessageContaining("shared");
        assertThatThrownBy(server::restart).hasMessageContaining("shared");
        assertThatThrownBy(server::close).hasMessageContaining("shared");
        assertThat(ask(server.newDatabase(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void a_wrong_password_is_refused() {
        Database database = shared().newDatabase();

        assertThatThrownBy(() ->
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), "wrong")
                                .close())
                .isInstanceOf(SQLException.class)
                .hasMessageMatching("(?is).*(password|denied).*");
    }

    @Test
    void a_jvm_that_is_killed_leaves_no_server_behind() throws Exception {
        Process child =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServerChild.class.getName(),
                                getClass().getSimpleName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Properties told = new Properties();
        told.load(child.inputReader());
        if (told.containsKey("unavailable")) {
            throw new ServerUnavailableException(told.getProperty("unavailable"));
        }
        ProcessHandle server =
                ProcessHandle.of(Long.parseLong(told.getProperty("pid"))).orElseThrow();
        ProcessHandle watcher =
                ProcessHandle.of(Long.parseLong(told.getProperty("watcher"))).orElseThrow();
        assertThat(server.isAlive()).isTrue();

        child.destroyForcibly().waitFor();

        watcher.onExit().get();
        assertThat(server).matches(one -> !runs(one), "is gone");
        assertThat(Path.of(told.getProperty("data"))).doesNotExist();
    }

    static Connection connect(Database database) throws SQLException {
        return DriverManager.getConnection(
                database.jdbcUrl(), database.user(), database.password());
    }

    static void run(Database database, String sql) throws SQLException {
        try (Connection connection = connect(database)) {
            execute(connection, sql);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String ask(Database database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).as(sql).isTrue();
            return rows.getString(1);
        }
    }

    /** A process that nobody has waited for yet does not run. */
    static boolean runs(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
        } catch (IOException e) {
            return false;
        }
    }

    static void exists(String file) {
        assertThat(Path.of(file)).exists();
    }

    static boolean isThere(String file) {
        return Files.exists(Path.of(file));
    }

    static boolean isSegment(String id) {
        try {
            return Files.readString(Path.of("/proc/sysvipc/shm"))
                    .lines()
                    .anyMatch(line -> line.strip().split("\\s+", 3)[1].equals(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
