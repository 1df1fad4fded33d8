package org.leftfold.cli;

import picocli.CommandLine.Option;

/** Who builds while the command waits; at most one of them is given. */
final class RebuildAwaitOption {
    @Option(
            names = "--work",
            description =
                    "Build it in this process, until it has caught up; begins a rebuild unless one is"
                            + " under way. No other program needs to run the projection.")
    private boolean works;

    @Option(
            names = "--wait",
            description = "The same, but other programs build it, and this one waits.")
    private boolean waits;

    boolean works() {
        return works;
    }

    boolean isGiven() {
        return works || waits;
    }
}
