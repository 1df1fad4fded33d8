package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which stores can be named, and what is loaded for them; without any server. */
class StorePlaceTest {
    private static final String POSTGRES = "jdbc:postgresql://localhost/shop";

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "jdbc:oracle:thin:x/y | 'jdbc:oracle:' is no address of a store",
                "jdbc: | 'jdbc:' is no address of a store: it begins with jdbc:postgresql://,",
                "jdbc:postgresql://host | the address names no database: jdbc:postgresql://HOST",
                "JDBC:MariaDB://host/ | the address names no database: jdbc:mariadb://HOST",
                "jdbc:mysql://host:1/?a=b | the address names no database: jdbc:mysql",
                "jdbc:postgresql://me:p?pw@host/shop | the address names no database",
                "postgres://me:pw@host/shop | a store is a directory, or an address that begins with",
                "postgresql:/me:pw@host | a store is a directory, or an address that begins with",
                "jdbc:mysql://me:pw@host/shop | user and password cannot stand before the host of jdbc:mysql",
            })
    void an_address_that_can_be_none_is_refused(String address, String text) {
        Command.Result result = leftfold("stats", "--store", address);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("leftfold: " + text).doesNotContain("pw", "\tat ");
    }

    @Test
    void what_is_for_directories_says_so() {
        assertRefused("reindex is for directories", "reindex", "--store", POSTGRES);
        assertRefused("not in a database", "demo", "--store", POSTGRES);
        assertRefused("not of a database", "bench", "--store-dir", POSTGRES);
        assertRefused("goes 'leftfold copy'", "backup", "--store", folder, "--to", POSTGRES);
        assertRefused("goes 'leftfold copy'", "restore", "--store", folder, "--from", POSTGRES);
    }

    @Test
    void what_is_for_databases_says_so() {
        assertRefused("are for databases", "stats", "--store", folder, "--user", "x");
        assertRefused("are for databases", "stats", "--store", folder, "--table-prefix", "x");
        assertRefused("are for databases", "stats", "--store", folder, "--accept-loss");
    }

    private static void assertRefused(String text, Object... words) {
        Command.Result result = leftfold(words);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("leftfold: ").contains(text).doesNotContain("\tat ");
    }

    @Test
    void nothing_of_databases_is_loaded_for_a_directory() throws Exception {
        Path store = folder.resolve("store");
        Path lines =
                Command.file(
                        folder, "l.ndjson", "{\"stream\":\"x-1\",\"type\":\"X\",\"data\":1}\n");
        for (List<String> words :
                List.of(
                        List.of("import", "--store", store.toString(), lines.toString()),
                        List.of("stats", "--store", store.toString()),
                        List.of("stats", "--store", folder.resolve("none").toString()))) {
            String loaded = loadedBy(words);
            assertThat(loaded).contains("org.leftfold.engine.EmbeddedEventStore");
            assertThat(loaded)
                    .doesNotContain(
                            "org.leftfold.jdbc.",
                            "org.leftfold.cli.store.DatabasePlace",
                            "com.zaxxer.",
                            "org.slf4j.",
                            "org.postgresql.",
                            "org.mariadb.");
        }
    }

    private String loadedBy(List<String> words) throws Exception {
        Path log = folder.resolve("loaded.log");
        ProcessBuilder child =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + log,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.leftfold.cli.Main");
        child.command().addAll(words);
        child.redirectErrorStream(true).redirectOutput(folder.resolve("out.log").toFile());
        child.start().waitFor();
        return Files.readString(log);
    }
}
