package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** What is not committed is seen by nobody (G6). */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class UncommittedTest {
    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_is_not_committed_is_not_read(Kind kind) throws Exception {
        Database database = kind.newDatabase();
        HikariConfig dirty = new HikariConfig();
        dirty.setJdbcUrl(database.jdbcUrl());
        dirty.setUsername(database.user());
        dirty.setPassword(database.password());
        dirty.setMaximumPoolSize(3);
        if (kind == Kind.POSTGRES) { // it treats this level as READ COMMITTED
            dirty.setTransactionIsolation("TRANSACTION_READ_UNCOMMITTED");
        }
        try (HikariDataSource pool = new HikariDataSource(dirty);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults());
                Connection writer = new Sessions(kind, database).connect()) {
            StreamName stream = new StreamName("dirty-1");
            SplittableRandom random = new SplittableRandom(5_030);
            store.append(stream, ExpectedVersion.any(), Samples.event(random));
            Append held = Append.to(stream, ExpectedVersion.any(), Samples.event(random));
            new RawAppends(kind, pool).begin(writer, held);
            assertThat(store.head()).as("head").isEqualTo(1);
            assertThat(store.version(stream)).as("version").isEqualTo(1);
            assertThat(Samples.log(store)).as("events").hasSize(1);
            writer.rollback();
            assertThat(store.head()).as("head after the roll-back").isEqualTo(1);
        }
    }

    @Test
    void connections_that_see_what_is_not_committed_are_refused() {
        Database database = Kind.MARIADB.newDatabase();
        HikariConfig dirty = new HikariConfig();
        dirty.setJdbcUrl(database.jdbcUrl());
        dirty.setUsername(database.user());
        dirty.setPassword(database.password());
        dirty.setMaximumPoolSize(3);
        dirty.setTransactionIsolation("TRANSACTION_READ_UNCOMMITTED");
        try (HikariDataSource pool = new HikariDataSource(dirty)) {
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> Kind.MARIADB.open(pool, JdbcOptions.defaults()))
                    .matches(error -> error.code().equals("LF-3014"));
        }
    }
}
