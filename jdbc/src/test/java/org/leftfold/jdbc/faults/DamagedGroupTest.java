package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.jdbc.append.Transactions;
import org.leftfold.servers.SkipWithoutServer;

/** A damaged row is an error for the append that needs it, and for no other of its group. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class DamagedGroupTest {
    private static final StreamName STREAM = new StreamName("order-1");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_was_stored_is_not_refused_for_the_sake_of_a_row_that_another_append_needs(Kind kind)
            throws SQLException {
        for (String damage :
                List.of(
                        "delete from leftfold_kinds where type = 'Placed'",
                        "update leftfold_events set tags = 'x' where position = 1")) {
            try (HikariDataSource pool = kind.newPool(4);
                    JdbcEventStore store = kind.open(pool, JdbcOptions.defaults())) {
                Append placed =
                        Append.to(
                                STREAM,
                                ExpectedVersion.noStream(),
                                NewEvent.ofJson("Placed", "{}").withTags("city:Ulm"));
                store.append(placed);
                store.append(
                        new StreamName("order-2"),
                        ExpectedVersion.any(),
                        NewEvent.ofJson("Paid", "{}"));
                try (Connection connection = pool.getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(statement.executeUpdate(damage)).isEqualTo(1);
                }
                Append paid =
                        Append.to(
                                STREAM, ExpectedVersion.exactly(1), NewEvent.ofJson("Paid", "{}"));
                List<Outcome> outcomes = make(kind, pool, List.of(paid, placed));
                assertThat(store.version(STREAM)).as(damage).isEqualTo(2);
                assertThat(outcomes.getFirst())
                        .as(damage)
                        .isInstanceOfSatisfying(
                                Outcome.Stored.class,
                                stored -> assertThat(stored.result().lastPosition()).isEqualTo(3));
                assertThat(outcomes.getLast())
                        .as(damage)
                        .isInstanceOfSatisfying(
                                Outcome.Refused.class,
                                refused -> assertThat(codes(refused.why())).contains("LF-4001"));
            }
        }
    }

    private static List<Outcome> make(Kind kind, HikariDataSource pool, List<Append> group) {
        try (Transactions transactions = RawAppends.writer(kind, pool, null)) {
            return transactions.make(group);
        }
    }

    /** The code of an error, and that of its cause. */
    private static List<String> codes(LeftfoldException error) {
        return error.getCause() instanceof LeftfoldException cause
                ? List.of(error.code(), cause.code())
                : List.of(error.code());
    }
}
