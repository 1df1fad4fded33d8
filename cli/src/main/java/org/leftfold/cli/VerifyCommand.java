package org.leftfold.cli;

import java.util.concurrent.Callable;
import org.leftfold.api.VerificationReport;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks every stored byte. */
@Command(
        name = "verify",
        sortOptions = false,
        description = "Read every stored byte and compare it with its checksums. Changes nothing.",
        footer = {
            "",
            "Ends with exit code 0 if all is well, and 3 if there are problems: one line each,"
                    + " with",
            "file and offset. Works while another process writes to the store.",
            "",
            "Example:",
            "  leftfold verify --store loans"
        })
final class VerifyCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private StoreOption store = new StoreOption();

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        StorePlace place = store.place(console);
        ProgressLine progress = new ProgressLine(console, "verifying");
        VerificationReport report =
                place.verify(console, events -> progress.update(events, "events", 0, 0));
        progress.clear();
        String checked =
                "verified %d events in %d streams".formatted(report.events(), report.streams());
        if (report.isClean()) {
            console.out().line(checked + ": " + console.style().green("no problems"));
            return ExitCode.OK;
        }
        for (VerificationReport.Problem problem : report.problems()) {
            console.out().line(problem.toString());
        }
        String count = report.problems().size() + " problems";
        console.out().line(checked + ": " + console.style().red(count));
        return ExitCode.DAMAGED;
    }
}
