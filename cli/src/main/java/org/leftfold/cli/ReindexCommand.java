package org.leftfold.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.leftfold.api.StoreStatistics;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.DirectoryPlace;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.engine.EmbeddedEventStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes the index anew. */
@Command(
        name = "reindex",
        sortOptions = false,
        description = "Delete the files of the index and make them anew from the events.",
        footer = {
            "",
            "For when verify reports a file of the index. Events do not change. Nobody may have the",
            "store open for writing.",
            "",
            "Example:",
            "  leftfold reindex --store loans"
        })
final class ReindexCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    ReindexCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        StorePlace place = store.place(console);
        Path directory =
                place.directory()
                        .orElseThrow(() ->
                                InputException.because(
                                        ("%s is a database, which keeps its indexes itself: reindex"
                                                        + " is for directories")
                                                .formatted(place.shown())));
        place.requireStore();
        ProgressLine progress = new ProgressLine(console, "reindexing");
        StoreStatistics statistics =
                EmbeddedEventStore.reindex(
                        directory,
                        DirectoryPlace.remarkingTo(console),
                        events -> progress.update(events, "events", 0, 0));
        progress.clear();
        console.out()
                .line(
                        "reindexed %d events in %d streams"
                                .formatted(statistics.events(), statistics.streams()));
        return ExitCode.OK;
    }
}
