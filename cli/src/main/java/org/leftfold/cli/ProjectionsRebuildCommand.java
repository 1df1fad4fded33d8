package org.leftfold.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.projection.ProjectionRefusedException;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildReport;
import org.leftfold.framework.projection.RebuildStatus;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Builds the view of a projection anew. */
@Command(
        name = "rebuild",
        sortOptions = false,
        description = {
            "Build the view of a projection anew, as a next generation beside the one that is read.",
            "Without an option it begins a rebuild, which programs that run the projection work on."
        },
        footer = {
            "",
            "A rebuild is kept in the store of the views. If --work is interrupted or"
                    + " killed, the same command goes on where it was. What was read before is kept"
                    + " until the next rebuild begins. Ends with exit code 3 if generations differ, or"
                    + " the rebuild has stopped at an event.",
            "",
            "Examples:",
            "  leftfold projections rebuild --store lockers --classpath app.jar \\",
            "      locker-usage --dry-run",
            "  leftfold projections rebuild --store lockers --classpath app.jar \\",
            "      locker-usage --work --swap-if-equal --by anna",
            "  leftfold projections rebuild --store lockers --classpath app.jar \\",
            "      locker-usage --cancel",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsRebuildCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private ProjectionsOption projections = new ProjectionsOption();

    @Parameters(paramLabel = "NAME", description = "The projection.")
    private String name = "";

    @Option(
            names = "--by",
            paramLabel = "WHO",
            description = "Who wants it; needed where a rebuild or a roll back begins.")
    private @Nullable String by;

    @ArgGroup private RebuildAwaitOption await = new RebuildAwaitOption();

    @ArgGroup private RebuildActOption act = new RebuildActOption();

    @Option(
            names = "--json",
            description = "What --dry-run, --verify and --swap-if-equal find, as one JSON object.")
    private boolean json;

    private Optional<RebuildStatus> underWay = Optional.empty();
    private int readBefore;

    ProjectionsRebuildCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (await.isGiven() && act.isAlone()) {
            throw InputException.because(
                    "--work and --wait are for building: leave them out, or take another option");
        }
        try (ProjectionsOption.Opened opened = projections.open(console)) {
            Projections managed = opened.managing(name);
            underWay = managed.rebuild(name).status(); // before this process works on it
            readBefore = managed.status(name).generation(); // a roll back may end as it starts
            if (!await.works()) {
                return run(opened, managed);
            }
            try (Projections here = opened.rebuilding(name)) {
                return run(opened, here);
            }
        }
    }

    private int run(ProjectionsOption.Opened opened, Projections all) throws InterruptedException {
        Rebuild rebuild = all.rebuild(name);
        RebuildPrinter printer = new RebuildPrinter(console, name, json);
        if (act.plans()) {
            printer.plan(rebuild.plan());
            return ExitCode.OK;
        }
        if (act.isAlone()) {
            return change(rebuild);
        }
        RebuildWait wait = new RebuildWait(console, opened.remarks(), all, name, readBefore);
        begin(rebuild);
        if (await.works()) {
            requireOurs(rebuild, all.status(name).version());
        }
        if (await.isGiven()) {
            int exitCode = wait.untilReady(underWay);
            if (exitCode != ExitCode.OK || rebuild.status().isEmpty()) {
                return exitCode;
            }
        }
        return finish(rebuild, printer);
    }

    private int change(Rebuild rebuild) {
        if (act.pauses()) {
            rebuild.pause();
            console.out().line("the rebuild of '%s' is paused".formatted(name));
        } else if (act.resumes()) {
            rebuild.resume();
            console.out().line("the rebuild of '%s' goes on".formatted(name));
        } else {
            rebuild.cancel();
            console.out()
                    .line(
                            "the rebuild of '%s' is cancelled; what is read was not touched"
                                    .formatted(name));
        }
        return ExitCode.OK;
    }

    /** Begins what is asked for, unless it is under way and only to be waited for. */
    private void begin(Rebuild rebuild) {
        if (act.rollsBack() && underWay.filter(RebuildStatus::rollsBack).isPresent()) {
            console.err().line("note: " + ProjectionsStatusCommand.text(underWay.get()));
            return;
        }
        if (act.rollsBack()) {
            rebuild.rollBack(requireBy());
            underWay = rebuild.status(); // most of it is there already
            console.out()
                    .line(
                            "the generation of '%s' that was read before is brought up to date, and read then"
                                    .formatted(name));
            return;
        }
        if (underWay.isPresent() && await.isGiven()) {
            console.err().line("note: " + ProjectionsStatusCommand.text(underWay.get()));
            return;
        }
        if (await.isGiven() || !act.isGiven()) {
            RebuildStatus begun = rebuild.begin(requireBy());
            console.out()
                    .line("generation %d of '%s' is begun".formatted(begun.generation(), name));
        }
        console.out().flush();
    }

    /** What other code builds is left alone by ours, and would be waited for in vain. */
    private void requireOurs(Rebuild rebuild, int version) {
        Optional<RebuildStatus> others =
                rebuild.status().filter(found -> found.version() != version);
        if (others.isPresent()) {
            throw InputException.because(
                    "generation %d of '%s' is built by version %d of its code, and this is version %d: work on it with an application that has that one, wait for one with --wait, or --cancel it"
                            .formatted(
                                    others.get().generation(),
                                    name,
                                    others.get().version(),
                                    version));
        }
    }

    private String requireBy() {
        String who = by;
        if (who == null) {
            throw InputException.because(
                    "who wants it is kept with the rebuild: say so with --by WHO. Nothing was changed");
        }
        return who;
    }

    private int finish(Rebuild rebuild, RebuildPrinter printer) {
        if (act.verifies()) {
            RebuildReport report = rebuild.verify();
            printer.report(report, false);
            return report.isEqual() ? ExitCode.OK : ExitCode.DAMAGED;
        }
        if (act.swapsIfEqual()) {
            try {
                printer.report(rebuild.swapIfEqual(), true);
            } catch (ProjectionRefusedException e) {
                RebuildReport report = rebuild.verify(); // refuses as well if that is not why
                if (report.isEqual()) {
                    throw e;
                }
                printer.report(report, false);
                return ExitCode.DAMAGED;
            }
        } else if (act.swaps()) {
            printer.swapped(rebuild.swap());
        } else if (await.isGiven()) {
            console.out().line("it is not read yet: --verify compares it, --swap lets it be read");
        }
        return ExitCode.OK;
    }
}
