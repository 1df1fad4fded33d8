package org.leftfold.examples.loans;

/**
 * All of an application that decides what may happen next. Immutable.
 *
 * @param stage how far it is
 * @param amount how much is wanted, in euros
 * @param approved whether the loan was approved
 * @param registered whether it is in the register
 * @param activated whether it was paid
 * @param offers how many offers were made
 */
public record LoanState(
        Stage stage,
        long amount,
        boolean approved,
        boolean registered,
        boolean activated,
        int offers) {
    static final LoanState UNKNOWN = new LoanState(Stage.UNKNOWN, 0, false, false, false, 0);

    LoanState withOneOfferMore() {
        return new LoanState(stage, amount, approved, registered, activated, offers + 1);
    }
}
