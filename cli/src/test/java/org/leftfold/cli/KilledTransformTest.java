package org.leftfold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.cli.Command.leftfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;

/** A process that makes a store of another one is killed, and started again. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledTransformTest {
    private static final int STREAMS = 40;
    private static final int EVENTS = 1000; // in each, taking turns: appends of at most 80 events

    @TempDir Path folder;

    @Test
    void a_run_that_was_killed_and_started_again_ends_like_one_that_was_not() throws Exception {
        Path source = folder.resolve("source");
        Path application = Rewriting.application(folder);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(source)) {
            for (int i = 0; i < EVENTS; i++) {
                for (int stream = 0; stream < STREAMS; stream++) {
                    var unused =
                            store.appendAsync(
                                    Append.to(
                                            StreamName.of("tank", String.valueOf(stream)),
                                            ExpectedVersion.any(),
                                            NewEvent.ofJson("filled", "{\"amount\":" + i + "}")));
                }
            }
        }
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        assertThat(leftfold(words(source, whole, application)).exitCode()).isZero();

        kill(words(source, killed, application), killed);
        int before = copied(killed).size();
        Command.Result again = leftfold(words(source, killed, application));

        assertThat(before).as("events before the kill").isBetween(1, 2 * STREAMS * EVENTS - 1);
        assertThat(again.err()).isEmpty();
        assertThat(again.exitCode()).isZero();
        assertThat(again.lines().getLast())
                .isEqualTo(leftfold(words(source, whole, application)).lines().getLast());
        assertThat(copied(killed)).isEqualTo(copied(whole));
    }

    private static Object[] words(Path source, Path target, Path application) {
        return new Object[] {
            "transform",
            source,
            target,
            "--classpath",
            application,
            "--transformation",
            "doubled",
            "--by",
            "anna",
            "--why",
            "2.0"
        };
    }

    /** Streams, versions, ids and contents in the order of the store. */
    private static List<String> copied(Path store) {
        List<String> lines = new ArrayList<>();
        for (RecordedEvent event : Command.events(store)) {
            if (!event.stream().category().startsWith("leftfold.")) {
                lines.add(event.stream() + "@" + event.version() + " " + event.toNewEvent());
            }
        }
        return lines;
    }

    /** Kills it as soon as it has stored something, wherever it is then. */
    private void kill(Object[] words, Path store) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.leftfold.cli.Main"));
        command.addAll(List.of(Command.texts(words)));
        Path log = folder.resolve("killed.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            while (process.isAlive() && head(store) < 2 * STREAMS) {
                process.waitFor(2, TimeUnit.MILLISECONDS);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(log)).isEmpty();
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
