package org.leftfold.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.leftfold.cli.intake.InputException;
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
            "Make a new store of a backup. Every byte is checked. A restore that was interrupted"
                    + " leaves no",
            "store, and is simply started again."
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
    private Path backup = Path.of("");

    @Mixin private StoreOption store = new StoreOption();

    RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!EmbeddedEventStore.exists(backup)) {
            String what = Files.isDirectory(backup) ? "holds no backup" : "does not exist";
            throw InputException.because(
                    "the directory %s %s; nothing was restored".formatted(backup, what));
        }
        if (Files.exists(store.path()) && !Files.isDirectory(store.path())) {
            throw InputException.because(
                    "%s is a file; --store needs a directory, which may be new"
                            .formatted(store.path()));
        }
        ProgressLine progress = new ProgressLine(console, "restoring");
        RestoreReport report;
        try {
            report =
                    EmbeddedBackup.restore(
                            backup, store.path(), bytes -> progress.update(bytes, "bytes", 0, 0));
        } finally {
            progress.clear();
        }
        console.out()
                .line(
                        "restored %d events; checkpoints of the old store are refused"
                                .formatted(report.position()));
        return ExitCode.OK;
    }
}
