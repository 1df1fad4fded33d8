package org.leftfold.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.ndjson.EventLine;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.cli.xes.XesExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes events out of a store. */
@Command(
        name = "export",
        sortOptions = false,
        description = "Write events to a file or the standard output.",
        footer = {
            "",
            "xes     One category as an event log. A log that was imported comes back with"
                    + " everything it",
            "        had; of other events the payload becomes a string.",
            "ndjson  One JSON object a line, payloads byte for byte.",
            "",
            "Examples:",
            "  leftfold export --store loans --format ndjson --output loans.ndjson.gz",
            "  leftfold export --store loans --format xes --category bpic2012 > bpic2012.xes"
        })
final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "xes or ndjson.")
    private ImportCommand.Format format = ImportCommand.Format.ndjson;

    @Option(
            names = {"-c", "--category"},
            paramLabel = "NAME",
            description = "Only this category. Needed for xes when the store has several.")
    private @Nullable String category;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write, gzipped if it ends in .gz. It appears when complete.")
    private @Nullable Path output;

    ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (OpenStore opened = store.openReadOnly(console)) {
            Path file = output;
            if (file == null) {
                write(opened, console.out());
            } else {
                writeFile(opened, file);
            }
        }
        return ExitCode.OK;
    }

    private void writeFile(OpenStore opened, Path file) throws IOException {
        long process = ProcessHandle.current().pid();
        Path draft = file.resolveSibling("%s.%d.part".formatted(file.getFileName(), process));
        Files.createFile(draft); // never writes over a file that somebody else has made
        try {
            long count;
            try (OutputStream bytes = Files.newOutputStream(draft);
                    OutputStream target = buffered(file, bytes)) {
                count = write(opened, target);
            }
            try (FileChannel whole = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                whole.force(true); // the old file goes only when the new one is safe
            }
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
            console.out().line("exported %d events to %s".formatted(count, file));
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static OutputStream buffered(Path file, OutputStream bytes) throws IOException {
        boolean isPacked = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
        return isPacked
                ? new GZIPOutputStream(bytes, BUFFER_BYTES)
                : new BufferedOutputStream(bytes, BUFFER_BYTES);
    }

    private long write(OpenStore opened, OutputStream target) throws IOException {
        if (format == ImportCommand.Format.ndjson) {
            return writeLines(opened.events(), target);
        }
        return new XesExport(
                        opened.events(),
                        store.place(console).sideFiles(),
                        chosenCategory(opened),
                        target)
                .run();
    }

    private String chosenCategory(OpenStore opened) {
        if (category != null) {
            return category;
        }
        Set<String> all = opened.admin().statistics().categories().keySet();
        if (all.size() == 1) {
            return all.iterator().next();
        }
        throw InputException.because(
                all.isEmpty()
                        ? "the store is empty: there is no log to export"
                        : "a log holds one category: choose one with --category, of " + all);
    }

    private long writeLines(EventStore events, OutputStream target) throws IOException {
        ProgressLine progress = new ProgressLine(console, "exporting");
        Query query = category == null ? Query.all() : Query.category(category);
        long head = events.head();
        long count = 0;
        try (Events found = events.read(ReadRequest.of(query))) {
            while (found.hasNext()) {
                var event = found.next();
                target.write(EventLine.of(event));
                count++;
                if (output != null) {
                    progress.update(count, "events", event.position(), head);
                }
            }
        }
        progress.clear();
        return count;
    }
}
