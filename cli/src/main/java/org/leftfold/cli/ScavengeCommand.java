package org.leftfold.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Retention;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.terminal.ByteSize;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Gives back the space of unreadable events, after making unreadable what rules do not keep. */
@Command(
        name = "scavenge",
        sortOptions = false,
        description = {
            "Give back the space of events that were truncated or deleted.",
            "With rules, first make unreadable what they do not keep, for good; where both are"
                    + " given, the stricter counts."
        },
        footer = {
            "",
            "Positions, versions and ids stay, so an append that is repeated is still recognised.",
            "Nobody else may have a store in a directory open for writing. When it is interrupted,"
                    + " what"
                    + " was",
            "done stays; start it again.",
            "",
            "Examples:",
            "  leftfold scavenge --store shop",
            "  leftfold scavenge --store shop --category cart --max-age 30d --max-count 1000"
                    + " \\",
            "      --by nightly-job --why \"carts are kept for 30 days\""
        })
final class ScavengeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();
    @Mixin private RetentionOptions rules = new RetentionOptions();
    @Mixin private ActOptions who = new ActOptions();

    ScavengeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Optional<Retention> retention = rules.retention();
        if (retention.isEmpty() && who.isGiven()) {
            throw InputException.because(
                    "--by and --why are for rules; add --max-age AGE or --max-count N");
        }
        Optional<AdminAct> act = retention.map(rule -> who.require());
        try (OpenStore events = store.openExisting(console)) {
            StoreAdmin admin = events.admin();
            if (retention.isPresent() && act.isPresent()) {
                retain(admin, retention.get(), act.get());
            }
            scavenge(admin);
        }
        return ExitCode.OK;
    }

    private void retain(StoreAdmin admin, Retention retention, AdminAct act) {
        ProgressLine progress = new ProgressLine(console, "looking at streams");
        long truncated;
        try {
            truncated =
                    admin.retain(
                            retention, act, looked -> progress.update(looked, "streams", 0, 0));
        } finally {
            progress.clear();
        }
        console.out()
                .line(
                        truncated == 0
                                ? "truncated 0 streams: all events that can be read are kept"
                                : "truncated %d streams".formatted(truncated));
        console.out().flush(); // it is done, whatever becomes of the rest
    }

    private void scavenge(StoreAdmin admin) {
        long head = admin.statistics().head();
        ProgressLine progress = new ProgressLine(console, "scavenging");
        ScavengeReport report;
        try {
            report =
                    admin.scavenge(
                            position -> progress.update(position, "positions", position, head));
        } finally {
            progress.clear();
        }
        console.out().line(text(report));
    }

    /** Also where the store has grown, as the first scavenge of a small one may let it. */
    static String text(ScavengeReport report) {
        String before = ByteSize.text(report.bytesBefore());
        String after = ByteSize.text(report.bytesAfter());
        long freed = report.bytesBefore() - report.bytesAfter();
        return "scavenged: %d events removed, %s (%s -> %s)"
                .formatted(
                        report.removedEvents(),
                        freed > 0 ? ByteSize.text(freed) + " freed" : "nothing freed",
                        before,
                        after);
    }
}
