package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StoreUnavailableException;

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
    void a_receipt_of_before_names_no_causes() {
        Office office = new Office();
        office.store.append(
                Privacy.ERASURES,
                ExpectedVersion.any(),
                NewEvent.ofJson(
                        ErasureList.DONE.value(),
                        """
                        {"form":1,"fingerprint":"00:11","keyFingerprints":[],"keysAreAbsent":true,
                        "derived":{"view":"FAILED"}}\
                        """));
        ErasureReceipt receipt = office.privacy.receipts().getFirst();
        assertThat(receipt.derived()).containsEntry("view", ErasureHook.Outcome.FAILED);
        assertThat(receipt.causes()).isEmpty();
        assertThat(receipt.isComplete()).isFalse();
    }

    @Test
    void the_cause_is_logged_and_the_other_hooks_are_called() {
        Office office = new Office();
        IllegalStateException cause =
                new IllegalStateException(
                        "no row of Erika",
                        StoreUnavailableException.unreadable(
                                "it", new java.io.IOException("Erika")));
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
            ErasureReceipt receipt = office.privacy.forget("17", "dpo", "asked");
            assertThat(receipt.derived())
                    .containsEntry("bad", ErasureHook.Outcome.FAILED)
                    .containsEntry("good", ErasureHook.Outcome.CLEAN);
            assertThat(receipt.causes()).containsOnlyKeys("bad");
            assertThat(receipt.causes().get("bad"))
                    .as("without what it says, which may name the person")
                    .matches(
                            "java.lang.IllegalStateException at org.leftfold.framework.privacy.FailedHookTest"
                                    + "[^ ]+:\\d+, because of org.leftfold.api.StoreUnavailableException"
                                    + " \\(LF-3005\\), because of java.io.IOException");
            assertThat(office.privacy.receipts()).containsExactly(receipt);
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
