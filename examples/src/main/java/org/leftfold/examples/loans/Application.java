package org.leftfold.examples.loans;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.examples.loans.LoanEvent.OfferCreated;
import org.leftfold.examples.loans.LoanEvent.OfferEvent;
import org.leftfold.examples.loans.LoanEvent.StageEvent;
import org.leftfold.examples.loans.LoanEvent.Step;
import org.leftfold.examples.loans.LoanEvent.Submitted;
import org.leftfold.examples.loans.LoanEvent.WorkEvent;
import org.leftfold.framework.codec.DomainEvent;

/** An application as lists and figures show it: a row of a view. Of one thread. */
public final class Application {
    private long amount;
    private Stage stage = Stage.UNKNOWN;
    private final Set<Stage> reached = EnumSet.noneOf(Stage.class);
    private @Nullable Instant submittedAt;
    private @Nullable Instant decidedAt;
    private int offers;
    private int timesWorkedOn;
    private long events;

    /** Takes an event, with the time at which it happened. */
    public void apply(DomainEvent<LoanEvent> stored) {
        events = stored.version();
        Instant at = Loans.time(stored).toInstant();
        switch (stored.event()) {
            case StageEvent event -> apply(event, at);
            case OfferCreated created -> offers++;
            case OfferEvent offer -> {}
            case WorkEvent work -> timesWorkedOn += work.step() == Step.START ? 1 : 0;
        }
    }

    private void apply(StageEvent event, Instant at) {
        stage = Stage.behind(event);
        reached.add(stage);
        if (event instanceof Submitted submitted) {
            amount = submitted.amount();
            submittedAt = at;
        }
        if (!stage.isDecided()) {
            decidedAt = null; // also if it was reopened
        } else if (decidedAt == null) {
            decidedAt = at;
        }
    }

    /** How far it is. */
    public Stage stage() {
        return stage;
    }

    /** Where it has ever been. */
    public Set<Stage> reached() {
        return Set.copyOf(reached);
    }

    /** How much is wanted, in euros. */
    public long amount() {
        return amount;
    }

    /** How many offers were made. */
    public int offers() {
        return offers;
    }

    /** How many events it has. */
    public long events() {
        return events;
    }

    /** From when it was submitted to when it was decided; empty if it is not. */
    public Optional<Duration> timeToDecision() {
        return submittedAt == null || decidedAt == null
                ? Optional.empty()
                : Optional.of(Duration.between(submittedAt, decidedAt));
    }

    @Override
    public String toString() {
        return "%s, %d euros, reached %s, decided after %s, offers: %d, worked on: %d, events: %d"
                .formatted(
                        stage,
                        amount,
                        reached,
                        timeToDecision().map(Duration::toString).orElse("-"),
                        offers,
                        timesWorkedOn,
                        events);
    }
}
