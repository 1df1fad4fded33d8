package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.contents;
import static org.leftfold.cli.Command.file;
import static org.leftfold.cli.Command.leftfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.engine.EmbeddedEventStore;

class KilledImportTest {
    private static final int TRACES = 20_000;
    private static final int EVENTS_BEFORE_KILL = 200;

    @TempDir Path folder;

    @Test
    void an_import_that_was_killed_and_started_again_ends_like_one_that_was_not() throws Exception {
        Path file = file(folder, "l.xes", log());
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        assertThat(leftfold("import", "--store", whole, file).exitCode()).isZero();

        killImport(killed, file);
        long before = Command.events(killed).size();
        Command.Result again = leftfold("import", "--store", killed, file);

        assertThat(before).isBetween((long) EVENTS_BEFORE_KILL, 2L * TRACES);
        assertThat(again.err()).isEmpty();
        assertThat(again.exitCode()).isZero();
        assertThat(contents(killed)).isEqualTo(contents(whole));
        assertThat(leftfold("export", "--store", killed, "--format", "xes").out())
                .isEqualTo(leftfold("export", "--store", whole, "--format", "xes").out());
        assertThat(leftfold("verify", "--store", killed).exitCode()).isZero();
    }

    private static String log() {
        StringBuilder log = new StringBuilder("<log><string key=\"owner\" value=\"me\"/>\n");
        for (int i = 1; i <= TRACES; i++) {
            log.append("<trace><string key=\"concept:name\" value=\"").append(i).append("\"/>");
            log.append("<event><string key=\"concept:name\" value=\"A\"/></event>");
            log.append("<event><string key=\"concept:name\" value=\"B\"/></event></trace>\n");
        }
        return log.append("</log>\n").toString();
    }

    /** Kills the import as soon as it has stored something, wherever it is then. */
    private static void killImport(Path store, Path file) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "org.leftfold.cli.Main",
                                        "import",
                                        "--store",
                                        store.toString(),
                                        file.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(store.resolveSibling("killed.log").toFile())
                        .start();
        try {
            while (process.isAlive() && head(store) < EVENTS_BEFORE_KILL) {
                process.waitFor(2, TimeUnit.MILLISECONDS);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(store.resolveSibling("killed.log"))).isEmpty();
    }

    private static long head(Path store) {
        if (!EmbeddedEventStore.exists(store)) {
            return 0;
        }
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            return reader.head();
        }
    }
}
