package org.leftfold.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.DirectoryPlace;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.engine.EmbeddedBackup;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.RestoreReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a store of a backup. */
@Command(
        name = "restore",
        sortOptions = false,
        description = {
            "Make a new store of a backup.",
            "Every byte is checked. A restore that was interrupted is simply started again; in a"
                    + " directory it leaves no store."
        },
        footer = {
            "",
            "The store has the events of the backup and another epoch: checkpoints of the old store"
                    + " are",
            "refused, because it may have gone on behind the backup.",
            "",
            "Example:",
            "  leftfold restore --from backups/loans --store loans-restored"
        })
final class RestoreCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR",
            description = "The directory of the backup.")
    private String from = "";

    @Mixin private StoreOption store = new StoreOption();

    RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (StorePlace.isDatabase(from)) {
            throw InputException.because(
                    "--from: a backup is a directory. Out of a database goes 'leftfold copy'");
        }
        Path backup = Path.of(from);
        if (!EmbeddedEventStore.exists(backup)) {
            String what = Files.isDirectory(backup) ? "holds no backup" : "does not exist";
            throw InputException.because(
                    "the directory %s %s; nothing was restored".formatted(backup, what));
        }
        StorePlace place = store.place(console);
        Optional<Path> directory = place.directory();
        long events =
                directory.isPresent()
                        ? restoreFiles(backup, directory.get())
                        : restoreEvents(backup, place);
        console.out()
                .line(
                        "restored %d events; checkpoints of the old store are refused"
                                .formatted(events));
        return ExitCode.OK;
    }

    private long restoreEvents(Path backup, StorePlace place) {
        try (OpenStore from = new DirectoryPlace(backup).openReadOnly(console);
                OpenStore to = place.open(console)) {
            return new Transfer(console, "restoring").run(from, to);
        }
    }

    private long restoreFiles(Path backup, Path target) {
        new DirectoryPlace(target).requireNoFile("--store");
        ProgressLine progress = new ProgressLine(console, "restoring");
        RestoreReport report;
        try {
            report =
                    EmbeddedBackup.restore(
                            backup, target, bytes -> progress.update(bytes, "bytes", 0, 0));
        } finally {
            progress.clear();
        }
        return report.position();
    }
}
