package org.leftfold.framework.projection;

import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.ParkedEvent;

/** Keeps a listener that throws, against its contract, from stopping a projection. */
record ShieldedListener(ProjectionListener listener) implements ProjectionListener {
    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (Exception | AssertionError | StackOverflowError e) {
            // a listener that throws harms nobody but whoever listens to it
        }
    }

    @Override
    public void failed(String projection, RecordedEvent event, int attempt, Throwable failure) {
        tell(() -> listener.failed(projection, event, attempt, failure));
    }

    @Override
    public void parked(String projection, ParkedEvent event) {
        tell(() -> listener.parked(projection, event));
    }

    @Override
    public void stopped(String projection, Throwable failure) {
        tell(() -> listener.stopped(projection, failure));
    }

    @Override
    public void waiting(String projection, Throwable failure) {
        tell(() -> listener.waiting(projection, failure));
    }

    @Override
    public void leasesFailed(Throwable failure) {
        tell(() -> listener.leasesFailed(failure));
    }

    @Override
    public void effectFailed(String projection, Throwable failure) {
        tell(() -> listener.effectFailed(projection, failure));
    }

    @Override
    public void swapped(String projection, int generation) {
        tell(() -> listener.swapped(projection, generation));
    }
}
