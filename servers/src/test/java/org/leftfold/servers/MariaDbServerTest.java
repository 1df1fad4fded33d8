package org.leftfold.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MariaDbServerTest extends DatabaseServerRules {
    @Override
    DatabaseServer start(ServerOptions options) {
        return MariaDbServer.start(options);
    }

    @Override
    DatabaseServer shared() {
        return MariaDbServer.shared();
    }

    @Override
    ServerOptions withSetting() {
        return ServerOptions.STANDARD.with("max_connections", "17");
    }

    @Override
    Map<String, String> settingsWithThat() {
        return Map.of(
                "SELECT @@max_connections", "17",
                "SELECT @@innodb_flush_log_at_trx_commit", "1",
                "SELECT @@innodb_doublewrite", "ON",
                "SELECT @@log_bin", "1",
                "SELECT @@sync_binlog", "1",
                "SELECT @@binlog_format", "ROW",
                "SELECT @@binlog_row_image", "FULL",
                "SELECT @@binlog_row_metadata", "FULL",
                "SELECT @@gtid_strict_mode", "1",
                "SELECT @@bind_address", "127.0.0.1");
    }

    @Override
    ServerOptions withNonsense() {
        return ServerOptions.STANDARD.with("no_such_setting", "1");
    }

    @Override
    String nonsense() {
        return "unknown variable 'no_such_setting=1'";
    }

    @Override
    String recovery() {
        return "Starting crash recovery";
    }

    @Test
    void the_binary_log_grows_with_each_commit() throws SQLException {
        Database database = shared().newDatabase();
        run(database, "CREATE TABLE t (id INT PRIMARY KEY)");
        String before = ask(database, "SELECT @@gtid_binlog_pos");

        run(database, "INSERT INTO t VALUES (1)");

        assertThat(ask(database, "SELECT @@gtid_binlog_pos")).isNotEqualTo(before);
    }
}
