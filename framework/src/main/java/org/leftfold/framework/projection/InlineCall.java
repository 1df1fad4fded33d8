package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.Completer;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.projection.InlineAttempt.Blame;
import org.leftfold.framework.projection.InlineAttempt.Culprit;
import org.leftfold.framework.projection.PartWriter.Failed;

/**
 * One append with its views, tried until its outcome is known: events that fail are tried again,
 * parked or left out, each time in a new transaction. Of one thread, and used once.
 */
final class InlineCall {
    private final JoiningStore store;
    private final ViewStore viewStore;
    private final List<InlineView<?>> views;
    private final Append append;
    private final InlineGate gate;
    private final Map<Culprit, Failed> failed = new HashMap<>();
    private final Map<Culprit, Integer> attempts = new HashMap<>();
    private boolean isInterrupted;

    InlineCall(
            JoiningStore store,
            ViewStore viewStore,
            List<InlineView<?>> views,
            Append append,
            InlineGate gate) {
        this.store = store;
        this.viewStore = viewStore;
        this.views = views;
        this.append = append;
        this.gate = gate;
    }

    AppendResult make() {
        boolean unused = takeInterrupt();
        while (true) {
            InlineAttempt attempt = new InlineAttempt(store, views, append, failed);
            AppendResult result;
            try {
                result = gate.pass(() -> viewStore.inTransaction(attempt));
            } catch (StoreUnavailableException e) {
                if (takeInterrupt()) {
                    return makeElsewhere();
                }
                throw e;
            } catch (Exception | AssertionError | StackOverflowError e) {
                treat(attempt, e);
                continue;
            }
            attempt.committed();
            return result;
        }
    }

    /**
     * Goes on where no interrupt comes: one gets a thread no connection, and cuts the one that a
     * virtual thread waits for. Whatever was committed before has the same ids.
     */
    private AppendResult makeElsewhere() {
        CompletableFuture<AppendResult> outcome = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("leftfold-inline")
                .start(() -> {
                    try {
                        outcome.complete(make());
                    } catch (Throwable e) { // whatever it is, the caller is told
                        outcome.completeExceptionally(e);
                    }
                });
        return Completer.await(outcome);
    }

    private boolean takeInterrupt() {
        if (!Thread.interrupted()) {
            return false;
        }
        isInterrupted = true;
        return true;
    }

    /** Interrupts the thread if it was while this waited for the outcome. */
    void giveBackInterrupt() {
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what the policy says about an event that has failed; throws what was none. */
    private void treat(InlineAttempt attempt, Throwable failure) {
        Blame blame = attempt.blame();
        if (blame == null) {
            throw unchecked(failure);
        }
        StoreUnavailableException outage = PartWriter.outage(failure);
        if (outage != null) {
            throw outage; // the event is not to blame
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

    private static RuntimeException unchecked(Throwable e) {
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
            isInterrupted = true;
        }
    }
}
