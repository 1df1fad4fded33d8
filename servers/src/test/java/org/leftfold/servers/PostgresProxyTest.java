package org.leftfold.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.servers.DatabaseServerRules.execute;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PostgresProxyTest extends CuttingProxyRules {
    @Override
    DatabaseServer shared() {
        return PostgresServer.shared();
    }

    @Override
    String bytesType() {
        return "BYTEA";
    }

    @Override
    String series(int rows) {
        return "SELECT generate_series(1, %d)".formatted(rows);
    }

    @Test
    void a_question_for_tls_is_no_request() throws SQLException {
        String url = proxy().jdbcUrl(database().name()).replace("=disable", "=prefer");
        long before = proxy().messages();
        CompletableFuture<Void> cut;
        try (Connection connection =
                DriverManager.getConnection(url, database().user(), database().password())) {
            assertThat(proxy().messages() - before).as("with the question").isGreaterThan(3);
            cut = proxy().loseAnswer(1);
            assertThatThrownBy(() -> execute(connection, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(cut).succeedsWithin(TIMEOUT);
    }

    @Test
    void a_server_may_go_and_come_behind_the_proxy() throws SQLException {
        try (DatabaseServer server = PostgresServer.start();
                CuttingProxy before = CuttingProxy.before(server)) {
            String url = before.jdbcUrl("postgres");
            try (Connection connection = connect(server, url)) {
                server.kill();
                assertThatThrownBy(() -> execute(connection, "SELECT 1"))
                        .isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(() -> connect(server, url).close()).isInstanceOf(SQLException.class);

            server.restart();

            try (Connection connection = connect(server, url)) {
                execute(connection, "SELECT 1");
            }
        }
    }

    private static Connection connect(DatabaseServer server, String url) throws SQLException {
        return DriverManager.getConnection(url, server.user(), server.password());
    }
}
