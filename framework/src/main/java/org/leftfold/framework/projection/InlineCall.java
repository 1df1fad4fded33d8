package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.JoiningStore.Outcome;
import org.leftfold.framework.projection.InlineAttempt.Blame;
import org.leftfold.framework.projection.InlineAttempt.Culprit;
import org.leftfold.framework.projection.InlineRequest.Made;
import org.leftfold.framework.projection.PartWriter.Failed;

/**
 * One append with its views, tried until its outcome is known: events that fail are tried again,
 * parked or left out, each time in a new transaction. Of one thread, and used once.
 */
final class InlineCall {
    private final InlineAttempt.Home home;
    private final Append append;
    private final InlineGate gate;
    private final Map<Culprit, Failed> failed = new HashMap<>();
    private final Map<Culprit, Integer> attempts = new HashMap<>();

    InlineCall(InlineAttempt.Home home, Append append, InlineGate gate) {
        this.home = home;
        this.append = append;
        this.gate = gate;
    }

    /** Makes it; what was refused or failed is thrown. */
    Made make() {
        while (true) {
            InlineAttempt attempt = new InlineAttempt(home, List.of(append), failed);
            List<Outcome> outcomes;
            try {
                outcomes = gate.pass(() -> home.views().inTransaction(attempt));
            } catch (Exception | AssertionError | StackOverflowError e) {
                treat(attempt.blame(), e);
                continue;
            }
            List<Runnable> afterwards = attempt.committed().getFirst();
            return switch (outcomes.getFirst()) {
                case Outcome.Stored stored -> new Made(stored.result(), afterwards);
                case Outcome.Refused refused -> throw refused.why();
            };
        }
    }

    /**
     * Does what the policy says about an event that has failed; throws what was none.
     *
     * @param blame the event; null if there is none to blame
     */
    void treat(@Nullable Blame blame, Throwable failure) {
        StoreUnavailableException outage = PartWriter.outage(failure);
        if (blame == null || outage != null) {
            throw outage != null ? outage : unchecked(failure); // the event is not to blame
        }
        ProjectionRun<?> run = blame.run();
        ErrorPolicy policy = run.work().definition().errors();
        int tried = attempts.merge(blame.culprit(), 1, Integer::sum);
        run.listener().failed(run.name(), blame.event(), tried, failure);
        if (tried <= policy.retries()) {
            pause(policy.pauseAfter(tried));
        } else if (policy.then() == ErrorPolicy.Then.STOP) {
            throw ProjectionRefusedException.append(run.name(), blame.event(), failure);
        } else {
            failed.put(blame.culprit(), new Failed(failure, tried, policy.then()));
        }
    }

    static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException("a transaction on views failed", e);
    }

    /** Waits, unless the store is being closed; an interrupt ends the waiting only. */
    private void pause(Duration pause) {
        try {
            gate.pause(pause);
        } catch (InterruptedException e) {
            // of a handler, on a thread that is nobody's but this store's
        }
    }
}
