package org.leftfold.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.DirectoryPlace;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.store.StorePlace;
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
            "Copy a store to another directory, also while a process writes to it.",
            "Into the directory of an earlier backup only what is new is copied. A backup that was"
                    + " interrupted is simply started again."
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
    private String to = "";

    @Option(
            names = "--verify-all",
            description = "Read and check also what is there already; copy again what is damaged.")
    private boolean verifyAll;

    BackupCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (StorePlace.isDatabase(to)) {
            throw InputException.because(
                    "--to: a backup is a directory. Into a database goes 'leftfold copy'");
        }
        StorePlace place = store.place(console);
        DirectoryPlace target = new DirectoryPlace(Path.of(to));
        target.requireNoFile("--to");
        Optional<Path> directory = place.directory();
        if (directory.isPresent()) {
            place.requireStore();
            copyFiles(directory.get(), target.path());
        } else {
            copyEvents(place, target);
        }
        return ExitCode.OK;
    }

    /** Of a database, events are taken one by one; those that are there already are compared. */
    private void copyEvents(StorePlace place, DirectoryPlace target) {
        try (OpenStore from = place.openReadOnly(console);
                OpenStore backup = target.open(console)) {
            long added = new Transfer(console, "backing up").run(from, backup);
            long head = backup.events().head();
            console.out()
                    .line(
                            "backed up %d events (position %d), %d already there"
                                    .formatted(head, head, head - added));
        }
    }

    private void copyFiles(Path source, Path target) {
        ProgressLine progress = new ProgressLine(console, "backing up");
        BackupReport report;
        try {
            report =
                    EmbeddedBackup.take(
                            source,
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
    }
}
