package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/** An append that may have been stored is never said to be not stored. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class InDoubtTest {
    private static final StreamName STREAM = new StreamName("doubt-1");

    /** The commit's answer is lost, and whoever comes back has not the right to look. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_append_in_doubt_is_not_called_refused_by_what_comes_after(Kind kind) throws Exception {
        SplittableRandom random = new SplittableRandom(5_040);
        try (CutBench bench = new CutBench(kind)) {
            makeStranger(kind, bench);
            try (HikariDataSource mine = bench.newCutPool();
                    HikariDataSource strangers =
                            Kind.pool(bench.database().jdbcUrl(), "stranger", "stranger", 2)) {
                AtomicReference<CompletableFuture<Void>> lost =
                        new AtomicReference<>(new CompletableFuture<>());
                DataSource source = new Changing(() -> lost.get().isDone() ? strangers : mine);
                try (JdbcEventStore store = kind.open(source, JdbcOptions.defaults())) {
                    store.append(STREAM, ExpectedVersion.any(), Samples.event(random));
                    store.append(STREAM, ExpectedVersion.any(), Samples.event(random));
                    lost.set(
                            kind == Kind.POSTGRES
                                    ? bench.proxy().loseAnswer(1)
                                    : bench.proxy().loseAnswerTo("COMMIT"));
                    assertThatThrownBy(() ->
                                    store.append(
                                            STREAM,
                                            ExpectedVersion.exactly(2),
                                            Samples.event(random)))
                            .isInstanceOf(OutcomeUnknownException.class);
                    assertThat(bench.direct().version(STREAM)).as("it was stored").isEqualTo(3);
                }
            }
        }
    }

    private static void makeStranger(Kind kind, CutBench bench) throws SQLException {
        try (Connection connection = bench.directPool().getConnection();
                Statement statement = connection.createStatement()) {
            if (kind == Kind.POSTGRES) {
                statement.execute("drop role if exists stranger");
                statement.execute("create role stranger login password 'stranger'");
            } else {
                statement.execute("create or replace user stranger identified by 'stranger'");
                statement.execute("grant create on " + bench.database().name() + ".* to stranger");
            }
        }
    }

    /** Which source is asked now. */
    private interface Choice {
        DataSource now();
    }

    /** Gives connections of another source from some moment on. */
    private record Changing(Choice choice) implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            return choice.now().getConnection();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return choice.now().getConnection(user, password);
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            return choice.now().getLogWriter();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            choice.now().setLogWriter(out);
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            choice.now().setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return choice.now().getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return choice.now().unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return choice.now().isWrapperFor(type);
        }
    }
}
