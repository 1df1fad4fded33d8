package org.leftfold.examples.loans;

import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.Tagged;

/**
 * What happens to an application for a loan. Stored names are the activities of the bank's own log,
 * so that what {@code leftfold import} has stored is read as it is: that is schema version 1, see
 * {@link Loans#SCHEMA}.
 */
public sealed interface LoanEvent {
    /** Where an application stands has changed. */
    sealed interface StageEvent extends LoanEvent {}

    /** Somebody wants to borrow this much, in euros. */
    @EventName(value = "A_SUBMITTED", version = 2)
    record Submitted(long amount) implements StageEvent {}

    /** It is in the books of the bank. */
    @EventName(value = "A_PARTLYSUBMITTED", version = 2)
    record TakenIn() implements StageEvent {}

    /** It may come to something, but more has to be known. */
    @EventName(value = "A_PREACCEPTED", version = 2)
    record Preaccepted() implements StageEvent {}

    /** It is complete. */
    @EventName(value = "A_ACCEPTED", version = 2)
    record Accepted() implements StageEvent {}

    /** An offer was made. */
    @EventName(value = "A_FINALIZED", version = 2)
    record Finalized() implements StageEvent {}

    /** The loan is granted. */
    @EventName(value = "A_APPROVED", version = 2)
    record Approved() implements StageEvent {}

    /** The loan is in the register. */
    @EventName(value = "A_REGISTERED", version = 2)
    record Registered() implements StageEvent {}

    /** The money is on its way. */
    @EventName(value = "A_ACTIVATED", version = 2)
    record Activated() implements StageEvent {}

    /** The bank does not want to. */
    @EventName(value = "A_DECLINED", version = 2)
    record Declined() implements StageEvent {}

    /** The applicant does not want to, or does not answer any more. */
    @EventName(value = "A_CANCELLED", version = 2)
    record Cancelled() implements StageEvent {}

    /**
     * What was decided was a mistake: it is again where it was. This one is not in the log.
     *
     * @param stage where it was before
     */
    @EventName("A_REOPENED")
    record Reopened(Stage stage) implements StageEvent {}

    /** Something about an offer. */
    sealed interface OfferEvent extends LoanEvent {}

    /** An offer is chosen. */
    @EventName(value = "O_SELECTED", version = 2)
    record OfferSelected() implements OfferEvent {}

    /** It is written. */
    @EventName(value = "O_CREATED", version = 2)
    record OfferCreated() implements OfferEvent {}

    /** It is sent. */
    @EventName(value = "O_SENT", version = 2)
    record OfferSent() implements OfferEvent {}

    /** It came back with a signature. */
    @EventName(value = "O_SENT_BACK", version = 2)
    record OfferSentBack() implements OfferEvent {}

    /** It holds. */
    @EventName(value = "O_ACCEPTED", version = 2)
    record OfferAccepted() implements OfferEvent {}

    /** Another one took its place, or nobody wants it. */
    @EventName(value = "O_CANCELLED", version = 2)
    record OfferCancelled() implements OfferEvent {}

    /** The bank took it back. */
    @EventName(value = "O_DECLINED", version = 2)
    record OfferDeclined() implements OfferEvent {}

    /** How far a piece of work is. */
    enum Step {
        /** It is to be done. */
        SCHEDULE,
        /** Somebody began. */
        START,
        /** Somebody stopped. */
        COMPLETE
    }

    /** A piece of work for an employee. */
    sealed interface WorkEvent extends LoanEvent {
        /** How far it is. */
        Step step();
    }

    /** Following up somebody who began to apply. */
    @EventName(value = "W_Afhandelen leads", version = 2)
    record LeadHandling(@Tagged("lifecycle") Step step) implements WorkEvent {}

    /** Completing the application. */
    @EventName(value = "W_Completeren aanvraag", version = 2)
    record Completing(@Tagged("lifecycle") Step step) implements WorkEvent {}

    /** Calling about an offer. */
    @EventName(value = "W_Nabellen offertes", version = 2)
    record OfferCall(@Tagged("lifecycle") Step step) implements WorkEvent {}

    /** Calling about papers that are missing. */
    @EventName(value = "W_Nabellen incomplete dossiers", version = 2)
    record PapersCall(@Tagged("lifecycle") Step step) implements WorkEvent {}

    /** Checking the application. */
    @EventName(value = "W_Valideren aanvraag", version = 2)
    record Validation(@Tagged("lifecycle") Step step) implements WorkEvent {}

    /** Looking for fraud. */
    @EventName(value = "W_Beoordelen fraude", version = 2)
    record FraudAssessment(@Tagged("lifecycle") Step step) implements WorkEvent {}

    /** Changing the contract. */
    @EventName(value = "W_Wijzigen contractgegevens", version = 2)
    record ContractChange(@Tagged("lifecycle") Step step) implements WorkEvent {}
}
