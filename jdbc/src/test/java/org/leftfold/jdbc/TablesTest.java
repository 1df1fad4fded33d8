package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.servers.SkipWithoutServer;

/** What the tables promise by themselves. */
@ExtendWith(SkipWithoutServer.class)
class TablesTest {
    private static final StreamName ORDER = StreamName.of("order", "1");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void every_column_is_documented(Kind kind) throws SQLException, IOException {
        JdbcOptions options = Kind.ownTables();
        List<String> columns = new ArrayList<>();
        try (JdbcEventStore store = kind.open(kind.shared(), options);
                Connection connection = kind.shared().getConnection();
                ResultSet found =
                        connection
                                .getMetaData()
                                .getColumns(
                                        connection.getCatalog(),
                                        null,
                                        options.tables().prefix() + "%",
                                        null)) {
            assertThat(store.head()).isZero();
            while (found.next()) {
                if (!found.getString("TABLE_NAME").matches(".*(_readable|_versions)")) {
                    columns.add("`" + found.getString("COLUMN_NAME") + "`");
                }
            }
        }
        kind.dropTables(options);
        Path document = Path.of("docs/sql.md");
        String text =
                Files.readString(
                        Files.exists(document) ? document : Path.of("..").resolve(document));
        assertThat(columns)
                .hasSizeGreaterThan(40)
                .allSatisfy(column -> assertThat(text).contains(column));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_version_of_a_stream_stands_once_whoever_inserts(Kind kind) throws SQLException {
        JdbcOptions options = Kind.ownTables();
        try (JdbcEventStore store = kind.open(kind.shared(), options);
                Connection connection = kind.shared().getConnection();
                Statement statement = connection.createStatement()) {
            store.append(ORDER, ExpectedVersion.noStream(), NewEvent.ofJson("Placed", "{}"));
            String again =
                    options.tables()
                            .sql(
                                    """
                                    insert into {events} (position, stream_id, version, id_high,
                                        id_low, recorded_at, kind_id, append_rest, payload)
                                    select 2, stream_id, version, 7, 7, recorded_at, kind_id, 0, payload
                                    from {events} where position = 1\
                                    """);
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.executeUpdate(again))
                    .matches(error -> error.getSQLState().startsWith("23"));
        }
        kind.dropTables(options);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_stream_without_a_further_number_is_full_and_no_other(Kind kind) throws SQLException {
        JdbcOptions options = Kind.ownTables();
        NewEvent event = NewEvent.ofJson("Placed", "{}");
        try (JdbcEventStore store = kind.open(kind.shared(), options)) {
            store.append(ORDER, ExpectedVersion.noStream(), event);
        }
        try (Connection connection = kind.shared().getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    options.tables().sql("update {events} set version = 2147483646"));
        }
        try (JdbcEventStore store = kind.open(kind.shared(), options)) {
            store.append(ORDER, ExpectedVersion.any(), NewEvent.ofJson("Paid", "{}"));
            for (ExpectedVersion expected :
                    List.of(ExpectedVersion.any(), ExpectedVersion.exactly(Integer.MAX_VALUE))) {
                assertThatExceptionOfType(InvalidRequestException.class)
                        .isThrownBy(
                                () -> store.append(ORDER, expected, NewEvent.ofJson("Sent", "{}")))
                        .withMessageStartingWith("LF-1002")
                        .withMessageContaining("2147483647 events");
            }
            store.append(
                    StreamName.of("order", "2"),
                    ExpectedVersion.noStream(),
                    NewEvent.ofJson("Placed", "{}"));
            assertThat(store.version(ORDER)).isEqualTo(Integer.MAX_VALUE);
            assertThat(store.head()).isEqualTo(3);
        }
        kind.dropTables(options);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_stale_writer_is_told_and_leaves_no_row(Kind kind) {
        JdbcOptions options = Kind.ownTables();
        try (JdbcEventStore store = kind.open(kind.shared(), options);
                JdbcEventStore other = kind.open(kind.shared(), options)) {
            store.append(ORDER, ExpectedVersion.noStream(), NewEvent.ofJson("Placed", "{}"));
            other.append(ORDER, ExpectedVersion.exactly(1), NewEvent.ofJson("Paid", "{}"));
            assertThatExceptionOfType(VersionConflictException.class)
                    .isThrownBy(() ->
                            store.append(
                                    ORDER,
                                    ExpectedVersion.exactly(1),
                                    NewEvent.ofJson("Cancelled", "{}")))
                    .matches(conflict -> conflict.actualVersion() == 2);
            assertThat(store.read(ReadRequest.all()).toList())
                    .extracting(event -> event.type().value())
                    .containsExactly("Placed", "Paid");
        }
        kind.dropTables(options);
    }
}
