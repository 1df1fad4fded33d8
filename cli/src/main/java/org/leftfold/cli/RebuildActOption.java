package org.leftfold.cli;

import picocli.CommandLine.Option;

/** What is done with a rebuild; at most one of them is given. */
final class RebuildActOption {
    @Option(
            names = "--dry-run",
            description = "Count what a rebuild would read, by type; changes nothing.")
    private boolean plans;

    @Option(
            names = "--verify",
            description = "Compare what was built with what is read, at the same position.")
    private boolean verifies;

    @Option(
            names = "--swap",
            description = "Let what was built be read from now on, whether rows differ or not.")
    private boolean swaps;

    @Option(
            names = "--swap-if-equal",
            description = "The same if all rows are equal, and nothing if not.")
    private boolean swapsIfEqual;

    @Option(
            names = "--roll-back",
            description = "Let the generation be read again that was read before, up to date.")
    private boolean rollsBack;

    @Option(names = "--pause", description = "Let the rebuild rest until it is resumed.")
    private boolean pauses;

    @Option(names = "--resume", description = "Let it go on, also if it has stopped at an event.")
    private boolean resumes;

    @Option(
            names = "--cancel",
            description = "Throw away what was built; what is read is not touched.")
    private boolean cancels;

    boolean plans() {
        return plans;
    }

    boolean verifies() {
        return verifies;
    }

    boolean swaps() {
        return swaps;
    }

    boolean swapsIfEqual() {
        return swapsIfEqual;
    }

    boolean rollsBack() {
        return rollsBack;
    }

    boolean pauses() {
        return pauses;
    }

    boolean resumes() {
        return resumes;
    }

    /** Whether one of them is given. */
    boolean isGiven() {
        return isAlone() || verifies || swaps || swapsIfEqual || rollsBack;
    }

    /** Whether nothing is built or compared first. */
    boolean isAlone() {
        return plans || pauses || resumes || cancels;
    }
}
