package org.leftfold.framework.repository;

import java.time.Duration;
import org.leftfold.api.StreamName;

/**
 * Keeps a listener that throws, against its contract, from failing a command, whose events may be
 * stored by then.
 */
record ShieldedListener(RepositoryListener listener) implements RepositoryListener {
    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (Exception | AssertionError | StackOverflowError e) {
            // a listener that throws harms nobody but whoever listens to it
        }
    }

    @Override
    public void loaded(StreamName stream, long eventsRead, Duration took) {
        tell(() -> listener.loaded(stream, eventsRead, took));
    }

    @Override
    public void conflicted(StreamName stream, int attempt) {
        tell(() -> listener.conflicted(stream, attempt));
    }

    @Override
    public void notCached(StreamName stream, long version, RuntimeException cause) {
        tell(() -> listener.notCached(stream, version, cause));
    }

    @Override
    public void duplicate(StreamName stream, MessageId message) {
        tell(() -> listener.duplicate(stream, message));
    }

    @Override
    public void saved(StreamName stream, long version) {
        tell(() -> listener.saved(stream, version));
    }

    @Override
    public void failed(StreamName stream, long version, RuntimeException cause) {
        tell(() -> listener.failed(stream, version, cause));
    }

    @Override
    public void skipped(StreamName stream, long version, RuntimeException cause) {
        tell(() -> listener.skipped(stream, version, cause));
    }
}
