package org.leftfold.cli;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.cli.intake.InputException;
import picocli.CommandLine.Option;

/** Who changes what is there, and why: the store records it. */
final class ActOptions {
    @Option(
            names = "--by",
            paramLabel = "WHO",
            description = "Who does it: a person or a program. Recorded in the store.")
    private @Nullable String actor;

    @Option(
            names = "--why",
            paramLabel = "TEXT",
            description = "Why it is done. Recorded in the store.")
    private @Nullable String reason;

    /** Whether one of them was given. */
    boolean isGiven() {
        return actor != null || reason != null;
    }

    /** Refuses to go on where one of them is missing. */
    AdminAct require() {
        return requireFor("what becomes unreadable");
    }

    /** The same for something else that is recorded. */
    AdminAct requireFor(String what) {
        if (actor == null || reason == null) {
            throw InputException.because(
                    what
                            + " is recorded: say who does it and why, with --by WHO --why TEXT. Nothing"
                            + " was changed");
        }
        return new AdminAct(actor, reason);
    }
}
