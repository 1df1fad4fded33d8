package org.leftfold.testkit.scenario;

import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ViewStore;

/**
 * A store of views of which, when it fails, every third transaction is lost, and of every fourth
 * nobody knows whether it was committed. Safe for any thread.
 */
final class UnreliableViews implements ViewStore {
    private final ViewStore views;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean fails; // written by the test, read by all

    UnreliableViews(ViewStore views) {
        this.views = views;
    }

    /** From now on it fails, or works. */
    void fail(boolean now) {
        fails = now;
    }

    @Override
    public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
        int call = calls.incrementAndGet();
        T given =
                views.inTransaction(transaction -> {
                    T result = work.in(transaction);
                    if (fails && call % 5 == 1) {
                        throw StoreUnavailableException.closing("a transaction of a test");
                    }
                    return result;
                });
        if (fails && call % 7 == 3) {
            throw OutcomeUnknownException.ofTransaction(
                    "of a test", new IllegalStateException("it was committed"));
        }
        return given;
    }
}
