package org.leftfold.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.cli.terminal.Console;
import org.leftfold.engine.EmbeddedEventStore;

/** Another process writes to the store and is killed while it does. For one thread. */
final class CrashStory {
    private static final long WRITING_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final int MIN_ACKNOWLEDGED = 100; // so that there is something to lose

    private final Console console;
    private final Narrator say;

    CrashStory(Console console, Narrator say) {
        this.console = console;
        this.say = say;
    }

    /** Tells the story; the store as it was opened after the crash. */
    EmbeddedEventStore run(Path directory) throws IOException {
        say.chapter("Crash", "another process appends and is killed (SIGKILL) in the middle");
        long acknowledged = acknowledgedBeforeKill(directory);
        say.line(
                "    %s appends were acknowledged, then it died"
                        .formatted(Narrator.count(acknowledged)));
        long start = console.time().monotonicNanos();
        EmbeddedEventStore store = EmbeddedEventStore.open(directory);
        long millis = (console.time().monotonicNanos() - start) / 1_000_000;
        long found = found(store);
        String text =
                "opened again after %d ms: %s of its events are there"
                        .formatted(millis, Narrator.count(found));
        if (found < acknowledged) {
            store.close();
            throw new IOException(text + ", that is too few");
        }
        say.good(text + ", none that was acknowledged is missing");
        return store;
    }

    private long acknowledgedBeforeKill(Path directory) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-XX:+UseSerialGC",
                                        "-Xshare:auto",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "org.leftfold.cli.Main",
                                        CrashingWriter.ARGUMENT,
                                        directory.toString()))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        long acknowledged = 0;
        long killAt = Long.MAX_VALUE;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.isEmpty()) {
                acknowledged = Math.max(acknowledged, Long.parseLong(line));
                long now = console.time().monotonicNanos();
                if (killAt == Long.MAX_VALUE) {
                    killAt = now + WRITING_NANOS;
                } else if (now >= killAt && acknowledged >= MIN_ACKNOWLEDGED) {
                    process.toHandle().destroyForcibly(); // What it said before can still be read.
                    killAt = Long.MAX_VALUE - 1;
                }
                line = lines.readLine();
            }
        } finally {
            waitFor(process.destroyForcibly());
        }
        if (acknowledged == 0) {
            throw new IOException("the other process did not start: nothing came from it");
        }
        return acknowledged;
    }

    private static void waitFor(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many events the process left, which must be the first ones without a gap. */
    private static long found(EmbeddedEventStore store) throws IOException {
        long number = 0;
        try (Events events = store.read(ReadRequest.stream(CrashingWriter.STREAM))) {
            while (events.hasNext()) {
                number++;
                String expected = "{\"number\":" + number + "}";
                String text = events.next().payload().asText();
                if (!text.equals(expected)) {
                    throw new IOException(
                            "expected the event %s, found %s".formatted(expected, text));
                }
            }
        }
        return number;
    }
}
