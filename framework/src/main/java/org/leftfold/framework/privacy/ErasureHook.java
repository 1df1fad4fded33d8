package org.leftfold.framework.privacy;

/**
 * Erases what was derived from the events of a data subject: rows of a view, documents of a search
 * index, a mailing list. Called by {@link Privacy#forget} after the keys are gone, and again
 * whenever that is repeated. Safe for any thread.
 */
@FunctionalInterface
public interface ErasureHook {
    /** What is left. */
    enum Outcome {
        /** Nothing of the subject is left there. */
        CLEAN,
        /** It is still there, and goes when the derived data are rebuilt from the events. */
        TO_REBUILD,
        /** It could not be done; the erasure has to be repeated. */
        FAILED
    }

    /**
     * Erases what there is; nothing if there is nothing.
     *
     * @throws RuntimeException if it cannot now; the receipt says {@link Outcome#FAILED}
     */
    Outcome erase(String subject);
}
