package org.leftfold.testkit.scenario;

import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewTransaction;

/**
 * A store of views of which transactions are lost, or nobody knows whether they were committed.
 * Safe for any thread.
 */
final class UnreliableViews implements ViewStore {
    /** What goes wrong. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** The first transaction of each event is lost after everything was done in it. */
        EACH_ONCE,
        /** Every fifth transaction is lost, and of every seventh nobody knows what became of it. */
        LOST_OR_UNKNOWN
    }

    private final ViewStore views;
    private final Fault fault;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean fails; // written by the test, read by all
    private long lost; // events of which a transaction was lost; guarded by this

    UnreliableViews(ViewStore views, Fault fault) {
        this.views = views;
        this.fault = fault;
    }

    /** From now on it fails. */
    void begin() {
        fails = true;
    }

    /** From now on it works. */
    void end() {
        fails = false;
    }

    @Override
    public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
        int call = calls.incrementAndGet();
        T given =
                views.inTransaction(transaction -> {
                    T result = work.in(transaction);
                    if (fails && isLost(transaction, call)) {
                        throw StoreUnavailableException.closing("a transaction of a test");
                    }
                    return result;
                });
        if (fails && fault == Fault.LOST_OR_UNKNOWN && call % 7 == 3) {
            throw OutcomeUnknownException.ofTransaction(
                    "of a test", new IllegalStateException("it was committed"));
        }
        return given;
    }

    private boolean isLost(ViewTransaction transaction, int call) {
        return switch (fault) {
            case NONE -> false;
            case EACH_ONCE -> isFirstOfAnEvent(transaction);
            case LOST_OR_UNKNOWN -> call % 5 == 1;
        };
    }

    private synchronized boolean isFirstOfAnEvent(ViewTransaction transaction) {
        long events = 0;
        for (String name : transaction.names()) {
            for (Progress progress : transaction.progress(new View(name, 1)).values()) {
                events += progress.events();
            }
        }
        boolean isFirst = events > lost;
        lost = Math.max(lost, events);
        return isFirst;
    }
}
