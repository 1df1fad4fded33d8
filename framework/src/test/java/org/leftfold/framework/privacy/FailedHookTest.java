package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Why an erasure hook failed is not lost. */
class FailedHookTest {
    /** Keeps what is logged. */
    private static final class Kept extends Handler {
        private final List<LogRecord> lines = new ArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void the_cause_is_logged_and_the_other_hooks_are_called() {
        Office office = new Office();
        IllegalStateException cause = new IllegalStateException("no such table");
        office.privacy.onErasure(
                "bad",
                subject -> {
                    throw cause;
                });
        office.privacy.onErasure("good", subject -> ErasureHook.Outcome.CLEAN);
        Logger logger = Logger.getLogger("org.leftfold.framework.privacy");
        Kept kept = new Kept();
        logger.addHandler(kept);
        logger.setUseParentHandlers(false);
        try {
            assertThat(office.privacy.forget("17", "dpo", "asked").derived())
                    .containsEntry("bad", ErasureHook.Outcome.FAILED)
                    .containsEntry("good", ErasureHook.Outcome.CLEAN);
        } finally {
            logger.removeHandler(kept);
            logger.setUseParentHandlers(true);
        }
        assertThat(kept.lines).hasSize(1);
        assertThat(kept.lines.getFirst().getThrown()).isSameAs(cause);
        assertThat(kept.lines.getFirst().getMessage())
                .isEqualTo(
                        "erasure hook 'bad' has failed, which the receipt says. Mend what it failed on, and forget again.");
    }
}
