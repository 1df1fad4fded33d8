package org.leftfold.framework.repository;

import java.util.function.Supplier;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;

/** Appends; where the outcome is unknown, the same append again settles it (G5). */
record Appender(EventStore store, RetryPolicy retry, Waiting waiting) {
    AppendResult append(Append append) {
        return append(() -> store.append(append));
    }

    /** The same with another way to append, always the same events. */
    AppendResult append(Supplier<AppendResult> once) {
        OutcomeUnknownException unknown = null;
        for (int attempt = 1; ; attempt++) {
            try {
                return once.get();
            } catch (OutcomeUnknownException e) {
                if (attempt >= retry.maxAttempts()) {
                    throw e;
                }
                unknown = e;
            } catch (StoreUnavailableException e) {
                if (unknown == null) {
                    throw e;
                }
                unknown.addSuppressed(e); // it does not tell what became of the first one
                throw unknown;
            }
            waiting.pause(retry.delayAfter(attempt));
        }
    }
}
