package org.leftfold.examples.counts;

import org.leftfold.framework.aggregate.Command;

/** What somebody wants of a count. */
public sealed interface CountCommand extends Command {
    /** Asks for another count, taken with a template. */
    record UpdateCountRequestCommand(int count, int templateId) implements CountCommand {}

    /** Agrees with the update. */
    record ApproveCountRequestCommand() implements CountCommand {}

    /** Does not agree with the update. */
    record RejectCountRequestCommand() implements CountCommand {}
}
