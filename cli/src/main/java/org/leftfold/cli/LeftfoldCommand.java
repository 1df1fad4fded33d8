package org.leftfold.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The command without a command: help, version, and what all commands share. */
@Command(
        name = "leftfold",
        mixinStandardHelpOptions = true,
        versionProvider = LeftfoldCommand.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        sortOptions = false,
        usageHelpAutoWidth = false,
        description =
                "An event store in a directory or a database: events are appended to streams, and"
                        + " stay.",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n")
final class LeftfoldCommand {
    /** The text below the help. */
    static final String[] FOOTER = {
        "",
        "Exit codes:",
        "  0  all is well",
        "  1  something unexpected happened",
        "  2  a mistake in the call, or bad input",
        "  3  verification or comparison found problems, or stored data are damaged",
        "  4  the store cannot be used now: in use, no space, other version",
        "",
        "Examples:",
        "  leftfold demo                                          what it does, in five seconds",
        "  leftfold import --store loans log.xes.gz               import an event log",
        "  leftfold read --store loans --type A_APPROVED --limit 5",
        "  leftfold COMMAND --help                                more about a command"
    };

    @Option(
            names = "--debug",
            description = "Show where an error comes from.",
            scope = CommandLine.ScopeType.INHERIT)
    private boolean debug;

    boolean isDebug() {
        return debug;
    }

    /** The version of this program, from its jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = LeftfoldCommand.class.getPackage().getImplementationVersion();
            return new String[] {"leftfold " + (version == null ? "(not packaged)" : version)};
        }
    }
}
