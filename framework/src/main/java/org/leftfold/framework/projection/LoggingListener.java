package org.leftfold.framework.projection;

import java.lang.System.Logger.Level;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;

/** Logs what is bad: of an event that fails again and again one stack trace, then lines. */
final class LoggingListener implements ProjectionListener {
    private static final System.Logger LOG = System.getLogger("org.leftfold.framework.projection");

    @Override
    public void failed(String projection, RecordedEvent event, int attempt, Throwable failure) {
        String where =
                "projection '%s': attempt %d at version %d of stream '%s' failed"
                        .formatted(projection, attempt, event.version(), event.stream());
        if (attempt == 1) {
            LOG.log(Level.WARNING, where, failure);
        } else {
            LOG.log(
                    Level.WARNING,
                    "%s with %s again; attempt 1 shows where"
                            .formatted(where, failure.getClass().getName()));
        }
    }

    @Override
    public void parked(String projection, ParkedEvent event) {
        if (event.state() == State.HELD) {
            return; // that its key waits was said
        }
        LOG.log(
                Level.WARNING,
                () ->
                        "projection '%s': version %d of stream '%s' is %s, for key '%s': %s"
                                .formatted(
                                        projection,
                                        event.version(),
                                        event.stream(),
                                        event.state() == State.FAILED ? "parked" : "left out",
                                        event.key(),
                                        event.error()));
    }

    @Override
    public void stopped(String projection, Throwable failure) {
        if (failure instanceof Halt.Stopped) { // each attempt at the event was told
            LOG.log(Level.ERROR, failure::getMessage);
        } else {
            LOG.log(
                    Level.ERROR,
                    () -> "projection '%s' has stopped".formatted(projection),
                    failure);
        }
    }

    @Override
    public void waiting(String projection, Throwable failure) {
        LOG.log(Level.WARNING, () -> "projection '%s' waits".formatted(projection), failure);
    }

    @Override
    public void leasesFailed(Throwable failure) {
        LOG.log(
                Level.WARNING,
                "the leases of parts cannot be had or kept; they are asked again until they can",
                failure);
    }

    @Override
    public void effectFailed(String projection, Throwable failure) {
        LOG.log(
                Level.WARNING,
                () -> "projection '%s': an effect failed".formatted(projection),
                failure);
    }
}
