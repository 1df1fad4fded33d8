package org.leftfold.examples.leads;

/** A lead is not at a stage where this can be done with it. */
public final class LeadRefused extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    LeadRefused(LeadCommand command, LeadStage stage) {
        super("%s is no use for a lead that is %s".formatted(command, stage));
    }
}
