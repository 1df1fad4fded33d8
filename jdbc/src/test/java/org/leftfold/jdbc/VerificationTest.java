package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.servers.SkipWithoutServer;

/** Verification of a store in a database finds rows that do not fit together. */
@ExtendWith(SkipWithoutServer.class)
class VerificationTest {
    /** What somebody does to the rows, and what verification has to say about it. */
    private static final Map<String, String> DAMAGES =
            Map.ofEntries(
                    Map.entry(
                            "delete from {events} where position = 2",
                            "table {events}: positions 2 to 2 are missing"),
                    Map.entry(
                            "delete from {events} where position = 3",
                            "table {streams}: stream number 2 has 0 events"),
                    Map.entry(
                            "update {events} set recorded_at = 0 where position = 2",
                            "table {events}: position 2 was recorded before the one before it"),
                    Map.entry(
                            "update {events} set append_rest = 5 where position = 2",
                            "table {events}: position 2 does not go on with the append"),
                    Map.entry(
                            "update {events} set append_rest = 2 where position = 3",
                            "table {events}: the last 2 events of an append are missing"),
                    Map.entry(
                            "update {events} set version = 9 where position = 3",
                            "table {streams}: stream number 2 has 1 events with versions 9 to 9"),
                    Map.entry(
                            "update {events} set tags = 'x' where position = 1",
                            "table {events}: behind position 0"),
                    Map.entry(
                            "update {streams} set first_kept_version = 9 where stream_id = 1",
                            "and is kept from version 9 on"),
                    Map.entry(
                            "delete from {streams} where stream_id = 1",
                            "events belong to streams that have no row"),
                    Map.entry(
                            "delete from {kinds} where type = 'Paid'",
                            "1 events are of kinds that have no row"),
                    Map.entry(
                            "delete from {tags} where position = 1",
                            "table {tags}: a tag of position 1 is not filed"),
                    Map.entry(
                            "insert into {tags} (tag_key, position) values (7, 3)",
                            "table {tags}: position 3 is filed under a tag it has not"));

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rows_that_do_not_fit_together_are_named(Kind kind) throws SQLException {
        for (Map.Entry<String, String> damage : DAMAGES.entrySet()) {
            JdbcOptions options = Kind.ownTables();
            fill(kind, options);
            try (Connection connection = kind.shared().getConnection();
                    Statement statement = connection.createStatement()) {
                String sql = options.tables().sql(damage.getKey());
                assertThat(statement.executeUpdate(sql)).as(damage.getKey()).isEqualTo(1);
            }
            try (JdbcEventStore store = kind.open(kind.shared(), options)) {
                List<String> problems =
                        store.admin().verify(position -> {}).problems().stream()
                                .map(VerificationReport.Problem::toString)
                                .toList();
                assertThat(problems)
                        .as(damage.getKey())
                        .anyMatch(text -> text.contains(options.tables().sql(damage.getValue())));
            }
            kind.dropTables(options);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_event_whose_stream_or_kind_is_lost_is_damage(Kind kind) throws SQLException {
        for (String damage : List.of("delete from {streams}", "delete from {kinds}")) {
            JdbcOptions options = Kind.ownTables();
            fill(kind, options);
            try (Connection connection = kind.shared().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate(options.tables().sql(damage));
            }
            try (JdbcEventStore store = kind.open(kind.shared(), options)) {
                assertThatThrownBy(() -> store.read(ReadRequest.all()).toList())
                        .as(damage)
                        .isInstanceOf(IntegrityException.class)
                        .hasMessageStartingWith("LF-4001")
                        .hasMessageContaining("position 1");
            }
            kind.dropTables(options);
        }
    }

    /** Else the events of the lost one would be taken for those of another stream or kind. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_number_of_a_lost_stream_or_kind_is_not_given_to_another(Kind kind)
            throws SQLException {
        for (String damage :
                List.of(
                        "delete from {streams} where stream_id = 2",
                        "delete from {kinds} where type = 'Paid'")) {
            for (int events = 1; events <= 2; events++) { // one event has a shorter way
                JdbcOptions options = Kind.ownTables();
                fill(kind, options);
                try (Connection connection = kind.shared().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.executeUpdate(options.tables().sql(damage));
                }
                try (JdbcEventStore store = kind.open(kind.shared(), options)) {
                    for (String type : List.of("Placed", "Closed")) {
                        store.append(
                                StreamName.of("order", type),
                                ExpectedVersion.any(),
                                Collections.nCopies(events, type).stream()
                                        .map(each -> NewEvent.ofJson(each, "{}"))
                                        .toList());
                    }
                    assertThatThrownBy(() -> store.read(ReadRequest.all()).toList())
                            .as("%s, then %d events", damage, events)
                            .isInstanceOf(IntegrityException.class)
                            .hasMessageContaining("position 3");
                }
                kind.dropTables(options);
            }
        }
    }

    private static void fill(Kind kind, JdbcOptions options) {
        try (JdbcEventStore store = kind.open(kind.shared(), options)) {
            NewEvent placed = NewEvent.ofJson("Placed", "{}").withTags("city:Ulm");
            store.append(
                    Append.to(
                            StreamName.of("order", "1"),
                            ExpectedVersion.noStream(),
                            placed,
                            NewEvent.ofJson("Packed", "{}")));
            store.append(
                    StreamName.of("order", "2"),
                    ExpectedVersion.noStream(),
                    NewEvent.ofJson("Paid", "{}"));
            assertThat(store.admin().verify(position -> {}).problems()).isEmpty();
        }
    }
}
