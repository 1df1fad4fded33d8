package org.leftfold.cli;

import java.util.List;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands about projections, together. */
@Command(
        name = "projections",
        sortOptions = false,
        description = {
            "Look after the projections of an application: how far they are, what they could not"
                    + " apply, their rebuilds.",
            "Works beside the programs that run them, and when none does."
        },
        footer = {
            "",
            "Examples:",
            "  leftfold projections status --store lockers --classpath 'target/classes:lib/*'",
            "  leftfold projections rebuild --store lockers --classpath app.jar \\",
            "      locker-usage --work --swap-if-equal --by anna",
            "",
            ProjectionsOption.WHAT_PROJECTIONS_ARE
        })
final class ProjectionsCommand {
    private ProjectionsCommand() {}

    static CommandLine withCommands(Console console) {
        CommandLine line = new CommandLine(new ProjectionsCommand());
        for (Object command :
                List.of(
                        new ProjectionsListCommand(console),
                        new ProjectionsStatusCommand(console),
                        new ProjectionsRebuildCommand(console),
                        new ProjectionsParkedCommand(console),
                        new ProjectionsRetryCommand(console),
                        new ProjectionsPauseCommand(console),
                        new ProjectionsResumeCommand(console))) {
            line.addSubcommand(command);
        }
        return line;
    }
}
