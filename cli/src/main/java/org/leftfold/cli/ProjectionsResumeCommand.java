package org.leftfold.cli;

import java.util.concurrent.Callable;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lets a projection go on. */
@Command(
        name = "resume",
        sortOptions = false,
        description =
                "Let a projection go on that was paused, or has stopped in front of an event.",
        footer = {
            "",
            "The programs that run it go on within a second; this command works on nothing itself.",
            "",
            "Example:",
            "  leftfold projections resume --store lockers --classpath app.jar locker-usage",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsResumeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private ProjectionsOption projections = new ProjectionsOption();

    @Parameters(paramLabel = "NAME", description = "The projection.")
    private String name = "";

    ProjectionsResumeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (ProjectionsOption.Opened opened = projections.open(console)) {
            opened.managing(name).resume(name);
            console.out().line("resumed '%s'".formatted(name));
        }
        return ExitCode.OK;
    }
}
