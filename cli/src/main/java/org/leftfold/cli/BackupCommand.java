package org.leftfold.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.engine.BackupReport;
import org.leftfold.engine.EmbeddedBackup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Copies a store to a backup directory. */
@Command(
        name = "backup",
        sortOptions = false,
        description = {
            "Copy a store to another directory, also while a process writes to it. Into the"
                    + " directory of an",
            "earlier backup only what is new is copied. A backup that was interrupted is simply"
                    + " started again."
        },
        footer = {
            "",
            "A backup is a store itself: read, stats, verify and export work on it. Do not append"
                    + " to it;",
            "make a store of it with 'leftfold restore'. Keys, checkpoints, leases and snapshots"
                    + " are not in it.",
            "",
            "Examples:",
            "  leftfold backup --store loans --to backups/loans",
            "  leftfold backup --store loans --to backups/loans --verify-all"
        })
final class BackupCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "The directory of the backup: new, empty, or with an earlier one.")
    private Path target = Path.of("");

    @Option(
            names = "--verify-all",
            description = "Read and check also what is there already; copy again what is damaged.")
    private boolean verifyAll;

    BackupCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        store.checkExists();
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw InputException.because(
                    "%s is a file; --to needs a directory, which may be new".formatted(target));
        }
        ProgressLine progress = new ProgressLine(console, "backing up");
        BackupReport report;
        try {
            report =
                    EmbeddedBackup.take(
                            store.path(),
                            target,
                            verifyAll,
                            bytes -> progress.update(bytes, "bytes", 0, 0));
        } finally {
            progress.clear();
        }
        for (String remark : report.remarks()) {
            console.err().line("note: " + remark);
        }
        console.out()
                .line(
                        "backed up %d events (position %d), %d bytes copied, %d segments already there"
                                .formatted(
                                        report.position(),
                                        report.position(),
                                        report.bytesCopied(),
                                        report.segmentsKept()));
        return ExitCode.OK;
    }
}
