package org.leftfold.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.leftfold.api.Events;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Output;
import org.leftfold.cli.terminal.Style;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.io.Machine;

/** Runs commands in this process. */
final class Command {
    /** What came of a command. */
    record Result(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private Command() {}

    static Result leftfold(Object... args) {
        return leftfoldWithInput("", args);
    }

    /** A command with environment variables. */
    static Result leftfoldIn(Map<String, String> environment, String input, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console plain = console(input, new Output(out, false), err);
        Console console =
                new Console(
                        plain.in(),
                        plain.out(),
                        plain.err(),
                        plain.style(),
                        plain.columns(),
                        plain.time(),
                        environment);
        int exitCode = Main.run(texts(args), console);
        return new Result(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    static Result leftfoldWithInput(String input, Object... args) {
        return leftfoldIn(Map.of(), input, args);
    }

    static Console console(String input, Output out, ByteArrayOutputStream err) {
        return new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                new Output(err, false),
                Style.PLAIN,
                Console.DEFAULT_COLUMNS,
                Machine.system(Path.of("")).time(),
                Map.of());
    }

    static String[] texts(Object... args) {
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        return texts;
    }

    static List<RecordedEvent> events(Path store) {
        try (EmbeddedEventStore events = EmbeddedEventStore.openReadOnly(store);
                Events all = events.read(ReadRequest.all())) {
            return all.toList();
        }
    }

    /** What the writers of the events chose, and in which order they are. */
    static List<String> contents(Path store) {
        return events(store).stream()
                .map(e -> {
                    NewEvent event = e.toNewEvent();
                    return "%d %s@%d %s %s %s %s %s"
                            .formatted(
                                    e.position(),
                                    e.stream(),
                                    e.version(),
                                    event.id(),
                                    event.type(),
                                    event.metadata(),
                                    event.tags(),
                                    event.payload().asText());
                })
                .toList();
    }

    static Path file(Path directory, String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
