package org.leftfold.examples.loans;

/** An application is not at a stage where this can be done with it. */
public final class LoanRefused extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    LoanRefused(LoanCommand command, LoanState state) {
        super("%s is not possible now: %s".formatted(command, state));
    }
}
