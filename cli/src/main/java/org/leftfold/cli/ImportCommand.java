package org.leftfold.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.cli.intake.AppendPipeline;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.intake.InputFile;
import org.leftfold.cli.ndjson.NdjsonImport;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.cli.xes.XesImport;
import org.leftfold.io.Directory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings events from files into a store. */
@Command(
        name = "import",
        sortOptions = false,
        description = {
            "Import events from files.",
            "Importing the same file again adds nothing, so an import that was interrupted is"
                    + " simply started again."
        },
        footer = {
            "",
            "xes     An event log (IEEE 1849). A trace becomes the stream CATEGORY-<name of the"
                    + " trace>;",
            "        attributes, their types and order, and all else in the log are kept for"
                    + " export.",
            "ndjson  One JSON object a line, as 'read --json' and 'export' write them. The fields",
            "        stream, type and data are enough.",
            "Files may be gzipped, whatever their name is.",
            "",
            "Examples:",
            "  leftfold import --store loans bpic2012.xes.gz",
            "  leftfold import --store loans --category claims log-2024.xes log-2025.xes",
            "  leftfold export --store loans --format ndjson | leftfold import --store copy"
                    + " --format ndjson -"
        })
final class ImportCommand implements Callable<Integer> {
    /** What a file may hold. */
    enum Format {
        /** An event log in XML. */
        xes,
        /** Lines of JSON. */
        ndjson
    }

    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "xes or ndjson. Guessed from the file name if left out.")
    private @Nullable Format format;

    @Option(
            names = {"-c", "--category"},
            paramLabel = "NAME",
            description = "For xes: the category of the streams. The name of the file if left out.")
    private @Nullable String category;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "The files, in this order; '-' is the standard input.")
    private List<String> files = List.of();

    ImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        checkCategory();
        for (String file : files) {
            checkFile(file);
        }
        try (OpenStore opened = store.open(console)) {
            AppendPipeline pipeline = new AppendPipeline(opened.events());
            for (String file : files) {
                importFile(file, pipeline);
            }
            console.out().line(summary(pipeline));
        }
        return ExitCode.OK;
    }

    private void checkCategory() {
        if (category != null) {
            if (category.indexOf('-') >= 0) {
                throw InputException.because(
                        "the category '%s' contains '-', which ends a category"
                                .formatted(category));
            }
            StreamName.of(category, "x");
        }
    }

    private void checkFile(String file) {
        formatOf(file);
        if (!file.equals(InputFile.STANDARD_INPUT) && !Files.isReadable(Path.of(file))) {
            String what = Files.exists(Path.of(file)) ? "cannot be read" : "does not exist";
            throw InputException.because(
                    "the file %s %s; nothing was imported".formatted(file, what));
        }
        if (Files.isDirectory(Path.of(file))) {
            throw InputException.because(
                    file + " is a directory, not a file; nothing was imported");
        }
    }

    private Format formatOf(String file) {
        if (format != null) {
            return format;
        }
        String name = file.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        if (name.endsWith(".xes")) {
            return Format.xes;
        }
        if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) {
            return Format.ndjson;
        }
        throw InputException.because(
                "what is in %s? Its name does not tell: give --format xes or --format ndjson"
                        .formatted(file.equals(InputFile.STANDARD_INPUT) ? "the input" : file));
    }

    private void importFile(String name, AppendPipeline pipeline) throws IOException {
        ProgressLine line = new ProgressLine(console, "importing");
        try (InputFile file = InputFile.open(name, console.in())) {
            Runnable progress =
                    () ->
                            line.update(
                                    pipeline.countSoFar(),
                                    "events",
                                    file.bytesRead(),
                                    file.sizeBytes());
            if (formatOf(name) == Format.xes) {
                importXes(file, pipeline, progress);
            } else {
                new NdjsonImport(file, pipeline, progress).run();
            }
        } catch (RuntimeException | IOException e) {
            line.clear();
            pipeline.drainQuietly();
            if (e instanceof InputException wrong) {
                throw wrong.with(stopped(pipeline));
            }
            console.err().line(stopped(pipeline));
            throw e;
        }
        line.clear();
    }

    private void importXes(InputFile file, AppendPipeline pipeline, Runnable progress)
            throws IOException {
        Optional<Directory> sideFiles = store.place(console).sideFiles();
        if (sideFiles.isEmpty()) {
            console.err()
                    .line("note: what the log has besides its traces is not kept in a database");
        }
        Optional<String> replaced =
                new XesImport(file, pipeline, sideFiles, progress)
                        .run(Optional.ofNullable(category));
        replaced.ifPresent(name ->
                console.err()
                        .line(
                                ("the attributes of the whole log that were kept for category"
                                                + " '%s' are now those of %s")
                                        .formatted(name, file.name())));
    }

    private static String summary(AppendPipeline pipeline) {
        String text =
                "imported %d events into %d streams"
                        .formatted(pipeline.newEvents(), pipeline.newStreams());
        return pipeline.knownEvents() == 0
                ? text
                : text + " (%d already there)".formatted(pipeline.knownEvents());
    }

    private static String stopped(AppendPipeline pipeline) {
        return ("The import stopped; before that it had %s. What is stored stays: start the same"
                        + " import again when the cause is gone, it goes on from there.")
                .formatted(summary(pipeline));
    }
}
