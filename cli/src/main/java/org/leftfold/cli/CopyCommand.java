package org.leftfold.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.leftfold.api.Backup;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.store.Secrets;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.io.Directory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Copies a store into another place, of whatever kind. */
@Command(
        name = "copy",
        sortOptions = false,
        description = {
            "Copy a store: from a directory or a database into another directory or database.",
            "Positions, versions, ids, times, payloads and what was appended together stay what"
                    + " they are; then both are compared. A copy that was interrupted, or whose"
                    + " source has gone on, is simply started again."
        },
        footer = {
            "",
            "TO has to be new or empty, or to hold the beginning of FROM. It gets an epoch of its"
                    + " own, so",
            "checkpoints of FROM are refused there. Keys, checkpoints, leases and snapshots are not"
                    + " copied.",
            "Ends with exit code 3 if the two are not equal.",
            "",
            "Passwords stand in the environment: "
                    + Secrets.FROM_PASSWORD
                    + " and "
                    + Secrets.TO_PASSWORD
                    + ",",
            "or " + Secrets.PASSWORD + " for both.",
            "",
            "Examples:",
            "  leftfold copy loans jdbc:postgresql://localhost/loans --to-user loans",
            "  leftfold copy jdbc:postgresql://localhost/loans jdbc:mariadb://localhost/loans \\",
            "      --from-user loans --to-user loans"
        })
final class CopyCommand implements Callable<Integer> {
    private static final String OTHER_HISTORY = "LF-1011";
    private static final String SIDE_FILES = "attachment-";

    private final Console console;

    @Mixin private FromToOption places = new FromToOption();

    CopyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        StorePlace source = places.source(console);
        StorePlace target = places.target(console);
        FromToOption.requireTwo(source, target);
        try (OpenStore store = source.openReadOnly(console);
                OpenStore copy = target.open(console)) {
            if (epoch(store).equals(epoch(copy))) {
                throw FromToOption.sameStore(source, target);
            }
            noteSideFiles(source);
            // what there is before anything is copied has to be there afterwards
            try (Backup wanted = store.admin().backup()) {
                copy(store, copy, target);
                return compare(wanted, store, copy, source, target);
            }
        }
    }

    /** The identity of a store's history, which a checkpoint begins with. */
    private static String epoch(OpenStore store) {
        String checkpoint = store.events().checkpoint().toString();
        return checkpoint.substring(0, checkpoint.lastIndexOf(':'));
    }

    private void noteSideFiles(StorePlace source) throws IOException {
        Optional<Directory> directory = source.sideFiles();
        if (directory.isPresent()
                && directory.get().list().stream().anyMatch(name -> name.startsWith(SIDE_FILES))) {
            console.err().line("note: what XES logs have besides their traces is not copied");
        }
    }

    private void copy(OpenStore store, OpenStore copy, StorePlace target) {
        long added;
        try {
            added = new Transfer(console, "copying").run(store, copy);
        } catch (InvalidRequestException e) {
            if (!e.code().equals(OTHER_HISTORY)) {
                throw e;
            }
            throw InputException.because(
                    "%s holds something else than the beginning of what is copied: %s"
                            .formatted(target.shown(), e.getMessage()));
        }
        long head = copy.events().head();
        console.out()
                .line(
                        "copied %d events (position %d), %d already there"
                                .formatted(added, head, head - added));
        console.out().flush(); // it is done, whatever the comparison says
    }

    private int compare(
            Backup wanted, OpenStore store, OpenStore copy, StorePlace source, StorePlace target) {
        long head = copy.events().head();
        ProgressLine progress = new ProgressLine(console, "comparing");
        Comparison comparison;
        try (Backup found = copy.admin().backup()) {
            comparison =
                    Comparison.of(
                            wanted,
                            found,
                            position -> progress.update(position, "events", position, head));
        } finally {
            progress.clear();
        }
        Optional<String> difference = comparison.difference();
        if (difference.isPresent()) {
            console.out()
                    .line(
                            "%s and %s are %s: %s. If events of the first were truncated or deleted"
                                            .formatted(
                                                    source.shown(),
                                                    target.shown(),
                                                    console.style().red("not equal"),
                                                    difference.get())
                                    + " meanwhile, start the copy again.");
            return ExitCode.DAMAGED;
        }
        console.out()
                .line(
                        "compared %d events and %d acts one by one: %s, SHA-256 %s"
                                .formatted(
                                        comparison.events(),
                                        comparison.acts(),
                                        console.style().green("equal"),
                                        comparison.digest()));
        if (comparison.goesOn() || store.events().head() > head) {
            console.err()
                    .line(
                            "note: %s has gone on meanwhile; start the copy again to take the rest"
                                    .formatted(source.shown()));
        }
        return ExitCode.OK;
    }
}
