package org.leftfold.cli;

import java.util.concurrent.Callable;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets a projection rest. */
@Command(
        name = "pause",
        sortOptions = false,
        description =
                "Let a projection rest in all programs, also after restarts, until it is resumed.",
        footer = {
            "",
            "Example:",
            "  leftfold projections pause --store lockers --classpath app.jar locker-usage",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsPauseCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private ProjectionsOption projections = new ProjectionsOption();

    @Parameters(paramLabel = "NAME", description = "The projection.")
    private String name = "";

    ProjectionsPauseCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (ProjectionsOption.Opened opened = projections.open(console)) {
            opened.managing(name).pause(name);
            console.out().line("paused '%s'; programs let it rest within a second".formatted(name));
        }
        return ExitCode.OK;
    }
}
