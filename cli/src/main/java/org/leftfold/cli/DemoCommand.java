package org.leftfold.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.cli.demo.Demo;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Style;
import org.leftfold.engine.EmbeddedEventStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the store at work. */
@Command(
        name = "demo",
        sortOptions = false,
        description =
                "See the store at work: rules, followers, a crash and its recovery, and timings.",
        footer = {
            "",
            "Examples:",
            "  leftfold demo",
            "  leftfold demo --store cinema     keeps the store, to look at it afterwards"
        })
final class DemoCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Keep the store in this new directory; else it is deleted at the end.")
    private @Nullable String store;

    @Option(names = "--plain", description = "Without colours.")
    private boolean plain;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (store != null && StorePlace.isDatabase(store)) {
            throw InputException.because(
                    "the demo kills a process in the middle of its work: it works in a directory,"
                            + " not in a database");
        }
        Path path = store == null ? null : Path.of(store);
        if (path != null && EmbeddedEventStore.exists(path)) {
            throw InputException.because(
                    "%s holds a store already; the demo wants a new directory".formatted(path));
        }
        new Demo(console, plain ? Style.PLAIN : console.style()).run(path);
        return ExitCode.OK;
    }
}
