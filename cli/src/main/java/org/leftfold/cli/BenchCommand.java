package org.leftfold.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.cli.bench.Bench;
import org.leftfold.cli.bench.Measure;
import org.leftfold.cli.bench.Plan;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.json.JsonText;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.TemporaryDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the store on this machine. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {
            "Measure the store on this machine and this disk.",
            "Makes a new store in a temporary directory, which is deleted afterwards. Takes about"
                    + " 15 seconds."
        },
        footer = {
            "",
            "Each line is warmed up before it is measured. Times are in microseconds: half of all"
                    + " operations",
            "took no longer than p50, 99 of 100 no longer than p99. Name a directory on the disk"
                    + " that you",
            "mean: the system's temporary directory may be memory.",
            "",
            "Examples:",
            "  leftfold bench",
            "  leftfold bench --store-dir data --callers 16 --payload 1024 --json"
        })
final class BenchCommand implements Callable<Integer> {
    private static final String ROW = "%-30s %12s %10s %10s   %s";

    private final Console console;

    @Option(
            names = "--store-dir",
            paramLabel = "DIR",
            description = "Make the temporary directory in here; else where the system has such.")
    private @Nullable String storeDirectory;

    @Option(
            names = "--events",
            paramLabel = "N",
            description =
                    "Read a store of N events, and do nothing more than N times: ${DEFAULT-VALUE}.")
    private int events = 200_000;

    @Option(
            names = "--callers",
            paramLabel = "N",
            description = "So many append at once: ${DEFAULT-VALUE}.")
    private int callers = 64;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "The size of each payload: ${DEFAULT-VALUE}.")
    private int payloadBytes = 256;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = new Plan(events, callers, payloadBytes);
        if (storeDirectory != null && StorePlace.isDatabase(storeDirectory)) {
            throw InputException.because(
                    "--store-dir: the measurements are of a directory, not of a database");
        }
        Path parent = storeDirectory == null ? null : Path.of(storeDirectory);
        if (parent != null && !Files.isDirectory(parent)) {
            throw InputException.because(
                    "--store-dir %s: there is no such directory".formatted(parent));
        }
        try (TemporaryDirectory directory = TemporaryDirectory.create(parent, "leftfold-bench")) {
            try {
                measure(directory.path(), plan);
            } catch (RuntimeException | IOException e) {
                if (!directory.isEnding()) { // else Ctrl-C took the store away
                    throw e;
                }
            }
        }
        return ExitCode.OK;
    }

    private void measure(Path directory, Plan plan) throws IOException, InterruptedException {
        String disk = Files.getFileStore(directory).type();
        if (json) {
            List<Measure> measures = new ArrayList<>();
            new Bench(directory, plan, measures::add).run();
            console.out().line(json(plan, disk, measures));
            return;
        }
        line(
                console.style()
                        .bold(
                                "%,d events of %,d bytes, Java %s, %d processors, %s on %s"
                                        .formatted(
                                                plan.events(),
                                                plan.payloadBytes(),
                                                System.getProperty("java.version"),
                                                Runtime.getRuntime().availableProcessors(),
                                                disk,
                                                System.getProperty("os.name"))));
        if (disk.equals("tmpfs")) {
            line("This directory is memory: name one on a disk with --store-dir DIR.");
        }
        line("");
        line(console.style().dim(ROW.formatted("", "a second", "p50 us", "p99 us", "")));
        new Bench(directory, plan, this::show).run();
    }

    private void line(String text) {
        console.out().line(text.stripTrailing());
        console.out().flush();
    }

    private void show(Measure measure) {
        Measure.Times times = measure.times();
        line(
                ROW.formatted(
                        measure.title(),
                        measure.perSecond() > 0 ? whole(measure.perSecond()) : "",
                        times == null ? "" : whole(times.micros(0.5)),
                        times == null ? "" : whole(times.micros(0.99)),
                        console.style().dim(measure.remark())));
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%,d", Math.round(number));
    }

    private static String json(Plan plan, String disk, List<Measure> measures) {
        JsonText text = new JsonText().beginObject();
        text.name("java").string(System.getProperty("java.version"));
        text.name("system").string(System.getProperty("os.name"));
        text.name("processors").number(Runtime.getRuntime().availableProcessors());
        text.name("fileSystem").string(disk);
        text.name("events").number(plan.events());
        text.name("callers").number(plan.callers());
        text.name("payloadBytes").number(plan.payloadBytes());
        text.name("measures").beginArray();
        for (Measure measure : measures) {
            text.beginObject();
            text.name("name").string(measure.name());
            text.name("title").string(measure.title());
            if (measure.perSecond() > 0) {
                text.name("perSecond").raw(decimal(measure.perSecond()));
            }
            Measure.Times times = measure.times();
            if (times != null) {
                text.name("count").number(times.count());
                text.name("p50Micros").raw(decimal(times.micros(0.5)));
                text.name("p99Micros").raw(decimal(times.micros(0.99)));
            }
            text.endObject();
        }
        return text.endArray().endObject().toString();
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
