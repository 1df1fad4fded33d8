package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.DataSubject;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.spi.ChangingWrapping;

/** What the files of a PostgreSQL server still have of a person whose view was erased. */
@ExtendWith(SkipWithoutServer.class)
class ErasedViewFilesTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MOST_SEGMENTS = 10;
    private static final String ERIKA = "Erika-Mustermann-0815";

    /** Somebody said who it is. */
    @EventName("guest-arrived")
    record Arrived(@DataSubject String guest, @PersonalData String name, int room) {}

    static final class Guests implements Decider<Arrived, String, Arrived> {
        @Override
        public String initialState() {
            return "";
        }

        @Override
        public List<Arrived> decide(Arrived command, String state) {
            return List.of(command);
        }

        @Override
        public String evolve(String state, Arrived event) {
            return event.name();
        }
    }

    static final class Card {
        private String name = "";

        void apply(Arrived arrived) {
            name = arrived.name();
        }
    }

    private static final Projection<Card> CARDS =
            Projection.of("cards", Card.class, EventSchema.of(Arrived.class))
                    .keyedBy(Keying.streamId())
                    .parts(1)
                    .build();

    private static void execute(DataSource source, String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** The folders, or files at the top, in which a text is. */
    private static Set<String> where(Path directory, String text) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try {
                    if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                        found.add(directory.relativize(file).toString());
                    }
                } catch (NoSuchFileException e) {
                    // the server has removed it meanwhile
                }
            }
        }
        return found;
    }

    private static void cleanAs(DataSource source, String... tables) throws SQLException {
        for (String table : tables) {
            execute(source, "VACUUM (FULL, ANALYZE) " + table);
        }
        execute(source, "VACUUM pg_catalog.pg_statistic", "CHECKPOINT");
    }

    /** Old segments of the log are used again, and keep what is in them until then. */
    private static void turnOverLog(DatabaseServer server, DataSource source) throws Exception {
        for (int i = 0; i < MOST_SEGMENTS && !where(server.dataDirectory(), ERIKA).isEmpty(); i++) {
            execute(source, "SELECT pg_switch_wal()", "CHECKPOINT");
        }
    }

    @Test
    void only_the_view_has_it_in_plain_and_its_files_have_it_until_the_server_has_cleaned_up()
            throws Exception {
        ChangingWrapping wrapping = new ChangingWrapping();
        try (DatabaseServer server = PostgresServer.start();
                HikariDataSource views = Kind.pool(server.createDatabase("views"), 8);
                HikariDataSource events = Kind.pool(server.createDatabase("events"), 8);
                JdbcEventStore store = Kind.POSTGRES.open(events, JdbcOptions.defaults())) {
            Path files = server.dataDirectory();
            Privacy privacy =
                    Privacy.of(
                            store,
                            JdbcKeyStore.onPostgres(events, wrapping, JdbcOptions.defaults()),
                            wrapping);
            Leftfold leftfold = Leftfold.on(store).protecting(privacy);
            var guests =
                    leftfold.define("guest", new Guests())
                            .snapshots(store.snapshots(), SnapshotPolicy.every(1))
                            .build();
            guests.save("17", new Arrived("17", ERIKA, 4));
            guests.save("18", new Arrived("18", "Max", 5));
            execute(events, "ANALYZE", "CHECKPOINT");
            assertThat(where(files, ERIKA)).as("events, snapshots, keys, log").isEmpty();

            try (Projections projections =
                    leftfold.projections(JdbcViewStore.open(views)).add(CARDS).start()) {
                assertThat(projections.await(CARDS, store.checkpoint(), LONG)).isTrue();
                execute(views, "ANALYZE", "CHECKPOINT");
                assertThat(where(files, ERIKA))
                        .as("rows, statistics of the planner, write-ahead log")
                        .anyMatch(file -> file.startsWith("base"))
                        .anyMatch(file -> file.startsWith("pg_wal"));
                privacy.onErasure("cards", projections.refoldOnErasure(CARDS, List::of));

                assertThat(privacy.forget("17", "dpo", "asked").isComplete()).isTrue();

                assertThat(projections.rows(CARDS).find("17").orElseThrow().name)
                        .isEqualTo("(erased)");
                execute(views, "CHECKPOINT");
                assertThat(where(files, ERIKA))
                        .as("what docs/privacy.md says of dead rows and the log")
                        .isNotEmpty();
            }
            cleanAs(views, "leftfold_view_rows", "leftfold_view_parked");
            assertThat(where(files, ERIKA))
                    .as("the log")
                    .allMatch(file -> file.startsWith("pg_wal"));
            turnOverLog(server, views);
            assertThat(where(files, ERIKA)).as("all files of the server").isEmpty();
        }
    }
}
