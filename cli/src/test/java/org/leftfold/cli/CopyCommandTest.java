package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;
import static org.leftfold.cli.Command.leftfoldIn;
import static org.leftfold.cli.Command.leftfoldWithInput;
import static org.leftfold.cli.SqlServer.on;
import static org.leftfold.cli.SqlServer.onWithInput;
import static org.leftfold.cli.SqlServer.password;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.ListBackup;

/** Copies of a store are equal to it, whatever kinds of stores they are. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CopyCommandTest {
    private static final AdminAct ACT = new AdminAct("ada", "no longer needed");
    private static final StreamName ORDER = new StreamName("order-1");
    private static final StreamName CART = new StreamName("cart-ü");
    private static final StreamName GONE = new StreamName("gone-1");

    @TempDir Path folder;
    private Path source;

    @BeforeEach
    void fill() {
        source = folder.resolve("source");
        try (EmbeddedEventStore store = EmbeddedEventStore.open(source)) {
            store.append(
                    Append.to(ORDER, ExpectedVersion.any(), events(3))
                            .andTo(CART, ExpectedVersion.any(), events(2))
                            .andTo(GONE, ExpectedVersion.any(), events(2)));
            for (int i = 0; i < 20; i++) {
                store.append(ORDER, ExpectedVersion.any(), events(1));
                store.append(CART, ExpectedVersion.any(), events(1 + i % 3));
            }
            store.admin().delete(GONE, ACT);
            store.admin().truncate(ORDER, 5, ACT);
            store.append(Append.to(GONE, ExpectedVersion.any(), events(2)));
            byte[] bytes = new byte[300_000];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (i * 31);
            }
            NewEvent large =
                    NewEvent.of("Lärge", Payload.of(bytes))
                            .withSchemaVersion(7)
                            .withTags("is:large", "ü:ö")
                            .withMetadata("actor", "anna \"x\" \\ ünï\n")
                            .withMetadata("empty", "");
            store.append(CART, ExpectedVersion.any(), large, NewEvent.of("E", Payload.empty()));
            store.admin().scavenge(position -> {});
            store.append(ORDER, ExpectedVersion.any(), events(2));
        }
    }

    private static List<NewEvent> events(int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(NewEvent.ofJson("Happened", "{\"n\": " + i + ".00}").withTags("n:" + i));
        }
        return events;
    }

    private static List<Backup.Entry> history(Path store) {
        try (EmbeddedEventStore events = EmbeddedEventStore.openReadOnly(store);
                Backup backup = events.admin().backup()) {
            List<Backup.Entry> history = new ArrayList<>();
            backup.forEachRemaining(history::add);
            return history;
        }
    }

    static Command.Result copy(Object from, Object to) {
        List<Object> words = new ArrayList<>(List.of("copy"));
        for (Object place : List.of(from, to)) {
            words.add(place instanceof Database database ? database.jdbcUrl() : place);
        }
        if (from instanceof Database database) {
            words.addAll(List.of("--from-user", database.user()));
        }
        if (to instanceof Database database) {
            words.addAll(List.of("--to-user", database.user()));
        }
        return leftfoldIn(password("leftfold"), "", words.toArray());
    }

    /** Copies, and gives the digest. */
    private static String digestOfCopy(Object from, Object to, long added, long there) {
        Command.Result result = copy(from, to);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.lines().getFirst())
                .isEqualTo(
                        "copied %d events (position %d), %d already there"
                                .formatted(added, added + there, there));
        assertThat(result.lines().getLast())
                .matches(
                        "compared %d events and \\d acts one by one: equal, SHA-256 [0-9a-f]{64}"
                                .formatted(added + there));
        return result.lines().getLast().replaceFirst(".* ", "");
    }

    private static void assertRefused(Command.Result result, int exitCode, String... texts) {
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("leftfold: ").contains(texts).doesNotContain("\tat ");
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void a_copy_of_a_copy_of_a_copy_is_equal_to_the_store() {
        Database postgres = SqlServer.POSTGRES.newDatabase();
        Database mariaDb = SqlServer.MARIADB.newDatabase();
        Path last = folder.resolve("last");
        Path direct = folder.resolve("direct");
        List<Backup.Entry> original = history(source);
        long head = original.stream().filter(Backup.Place.class::isInstance).count();

        String digest = digestOfCopy(source, postgres, head, 0);
        assertThat(digestOfCopy(postgres, mariaDb, head, 0)).isEqualTo(digest);
        assertThat(digestOfCopy(mariaDb, last, head, 0)).isEqualTo(digest);
        assertThat(digestOfCopy(last, direct, head, 0)).isEqualTo(digest);

        assertThat(history(last)).isEqualTo(original);
        assertThat(history(direct)).isEqualTo(original);
        assertThat(on(postgres, "verify").exitCode()).isZero();
        assertThat(on(mariaDb, "verify").exitCode()).isZero();
        assertThat(leftfold("verify", "--store", last).exitCode()).isZero();
        String lines = leftfold("export", "--store", source, "--format", "ndjson").out();
        assertThat(on(postgres, "export", "--format", "ndjson").out()).isEqualTo(lines);
        assertThat(on(mariaDb, "export", "--format", "ndjson").out()).isEqualTo(lines);
        assertThat(leftfold("export", "--store", last, "--format", "ndjson").out())
                .isEqualTo(lines);
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_copy_takes_what_it_has_not_yet(SqlServer server) {
        Database database = server.newDatabase();
        Path back = folder.resolve("back");
        List<Backup.Entry> original = history(source);
        long head = original.stream().filter(Backup.Place.class::isInstance).count();
        long some = firstAppends(original, back);

        String digest = digestOfCopy(source, back, head - some, some);
        assertThat(digestOfCopy(source, back, 0, head)).isEqualTo(digest);
        assertThat(digestOfCopy(source, database, head, 0)).isEqualTo(digest);

        try (EmbeddedEventStore store = EmbeddedEventStore.open(source)) {
            store.append(ORDER, ExpectedVersion.any(), events(3));
            store.admin().truncate(CART, 9, ACT);
            store.admin().scavenge(position -> {});
        }
        String later = digestOfCopy(source, database, 3, head);
        assertThat(later).isNotEqualTo(digest);
        assertThat(digestOfCopy(database, back, 3, head)).isEqualTo(later);
        assertThat(history(back)).isEqualTo(history(source));
    }

    /** Makes a store of a part of a history; gives how many events it has. */
    private static long firstAppends(List<Backup.Entry> history, Path store) {
        List<Backup.Entry> some = new ArrayList<>();
        for (Backup.Entry entry : history) {
            some.add(entry);
            if (some.size() > 20 && entry instanceof Backup.Place place && place.endsAppend()) {
                break;
            }
        }
        try (EmbeddedEventStore events = EmbeddedEventStore.open(store)) {
            return events.admin().restore(new ListBackup(some), position -> {});
        }
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_target_with_another_history_is_refused_and_stays(SqlServer server) {
        Database database = server.newDatabase();
        String line = "{\"stream\":\"x-1\",\"type\":\"X\",\"data\":1}";
        onWithInput(database, line, "import", "--format", "ndjson", "-");
        Path other = folder.resolve("other");
        leftfoldWithInput(line, "import", "--store", other, "--format", "ndjson", "-");
        for (Object to : List.of(database, other)) {
            assertRefused(
                    copy(source, to),
                    2,
                    "holds something else than the beginning of what is copied: LF-1011",
                    "version 1 of stream 'x-1'");
        }
        assertThat(on(database, "read", "--all").lines()).hasSize(1);
        assertThat(leftfold("read", "--store", other, "--all").lines()).hasSize(1);

        Database went = server.newDatabase();
        assertThat(copy(source, went).exitCode()).isZero();
        onWithInput(went, line, "import", "--format", "ndjson", "-");
        assertRefused(copy(source, went), 2, "the store goes on behind its end");
    }

    @ParameterizedTest
    @EnumSource(SqlServer.class)
    void a_store_is_not_copied_to_itself(SqlServer server) throws IOException {
        assertRefused(copy(source, source), 2, "are the same store; nothing was copied");
        Path link = Files.createSymbolicLink(folder.resolve("link"), source);
        assertRefused(copy(source, link), 2, "are the same store; nothing was copied");

        Database database = server.newDatabase();
        assertThat(copy(source, database).exitCode()).isZero();
        assertRefused(copy(database, database), 2, "are the same store; nothing was copied");
    }

    @Test
    void each_side_has_a_password_of_its_own() {
        Database postgres = SqlServer.POSTGRES.newDatabase();
        Database mariaDb = SqlServer.MARIADB.newDatabase();
        assertThat(copy(source, postgres).exitCode()).isZero();
        Object[] words = {
            "copy",
            postgres.jdbcUrl(),
            mariaDb.jdbcUrl(),
            "--from-user=leftfold",
            "--to-user=leftfold"
        };
        assertRefused(
                leftfoldIn(
                        Map.of("LEFTFOLD_PASSWORD", "leftfold", "LEFTFOLD_TO_PASSWORD", "zebra"),
                        "",
                        words),
                2,
                "the server of jdbc:mariadb:",
                "refused user 'leftfold'");
        assertThat(
                        leftfoldIn(
                                        Map.of(
                                                "LEFTFOLD_PASSWORD",
                                                "zebra",
                                                "LEFTFOLD_FROM_PASSWORD",
                                                "leftfold",
                                                "LEFTFOLD_TO_PASSWORD",
                                                "leftfold"),
                                        "",
                                        words)
                                .exitCode())
                .isZero();
    }

    @Test
    void mistakes_are_told_and_nothing_is_made() {
        Path missing = folder.resolve("missing");
        Path target = folder.resolve("target");
        assertRefused(copy(missing, target), 2, "missing does not exist");
        assertRefused(copy(source, Command.file(folder, "f", "x")), 2, "f is a file; TO needs");
        assertRefused(copy(source, "jdbc:oracle:x"), 2, "is no address of a store");
        assertRefused(leftfold("copy", source), 2, "Missing required parameter: 'TO'");
        assertRefused(leftfold("copy", source, target, "--to-user", "x"), 2, "are for databases");
        assertThat(Files.exists(target)).isFalse();
        assertThat(Files.exists(missing)).isFalse();
    }

    @Test
    void what_a_log_has_besides_its_traces_is_said_to_stay_behind() {
        Path log =
                Command.file(
                        folder,
                        "l.xes",
                        "<log><trace><string key=\"concept:name\" value=\"1\"/><event><string"
                                + " key=\"concept:name\" value=\"A\"/></event></trace></log>");
        Path store = folder.resolve("log");
        leftfold("import", "--store", store, log);
        Command.Result result = copy(store, folder.resolve("copy"));
        assertThat(result.exitCode()).isZero();
        assertThat(result.err())
                .isEqualTo("note: what XES logs have besides their traces is not copied\n");
    }
}
