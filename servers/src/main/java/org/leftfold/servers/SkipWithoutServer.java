package org.leftfold.servers;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Skips, with its reason, each test whose method or set-up ends with a {@link
 * ServerUnavailableException}. Register it with {@code @ExtendWith}.
 */
public final class SkipWithoutServer
        implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    /** For JUnit. */
    public SkipWithoutServer() {}

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable error)
            throws Throwable {
        throw skipped(error);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable error)
            throws Throwable {
        throw skipped(error);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable error)
            throws Throwable {
        throw skipped(error);
    }

    private static Throwable skipped(Throwable error) {
        return error instanceof ServerUnavailableException
                ? new TestAbortedException("skipped: " + error.getMessage(), error)
                : error;
    }
}
