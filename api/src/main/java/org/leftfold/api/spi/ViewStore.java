package org.leftfold.api.spi;

import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Limits;
import org.leftfold.api.Payload;

/**
 * Keeps views of the events: their rows, how far each view is, and the events that it could not
 * apply. What belongs together changes in one transaction, so an event takes effect once, whatever
 * is cut or killed. Safe for any thread.
 *
 * <p>Names of views and keys of rows keep {@link NameRule}; others are refused with an {@link
 * InvalidRequestException} (LF-1001). A row, a header or a patch has at most {@link
 * Limits#MAX_PAYLOAD_BYTES}, others are refused as well (LF-1002).
 */
public interface ViewStore {
    /**
     * Runs work in one transaction, which is committed and durable on return.
     *
     * <p>What two transactions lock ({@link ViewTransaction#lock}, {@link
     * ViewTransaction#lockHeader}) they do one after the other; everything else sees what is
     * committed, and what this transaction has changed itself.
     *
     * @return what the work gives
     * @throws X what the work throws; nothing was changed
     * @throws org.leftfold.api.OutcomeUnknownException if it may have been committed or not
     * @throws org.leftfold.api.StoreUnavailableException if the store cannot do it now, also if it
     *     failed so inside of the work, or the work was the one that had to give way; nothing was
     *     changed
     */
    <T, X extends Exception> T inTransaction(Work<T, X> work) throws X;

    /** What is done in one transaction. */
    @FunctionalInterface
    interface Work<T, X extends Exception> {
        /** Does it. May be called by this thread only, and no longer than the call takes. */
        T in(ViewTransaction transaction) throws X;
    }

    /**
     * A view as it was built once: a rebuild makes the next generation beside it.
     *
     * @param name name of the view
     * @param generation which of them, from 1
     */
    record View(String name, int generation) {
        /**
         * Checks both.
         *
         * @throws InvalidRequestException if the name (LF-1001) or the generation (LF-1003) is not
         *     allowed
         */
        public View {
            NameRule.check("view name", name);
            if (generation < 1) {
                throw InvalidRequestException.number(
                        "view generation", generation, "it must be at least 1");
            }
        }

        @Override
        public String toString() {
            return name + "@" + generation;
        }
    }

    /**
     * How far a part of a view is.
     *
     * @param checkpoint everything up to here has taken effect or was parked; empty before the
     *     first event
     * @param fence the highest fence that has changed it, 0 where leases are not used
     * @param revision counts its changes, so that whoever remembers one knows whether another came
     * @param events how many events it was given
     */
    record Progress(Optional<Checkpoint> checkpoint, long fence, long revision, long events) {
        /** Before everything. */
        public static final Progress NONE = new Progress(Optional.empty(), 0, 0, 0);

        /**
         * Checks all of it.
         *
         * @throws InvalidRequestException if a number is negative (LF-1003)
         */
        public Progress {
            Objects.requireNonNull(checkpoint, "checkpoint");
            if (fence < 0 || revision < 0 || events < 0) {
                throw InvalidRequestException.number(
                        "number of a view's progress",
                        Math.min(fence, Math.min(revision, events)),
                        "it must not be negative");
            }
        }
    }

    /**
     * A row of a view.
     *
     * @param part the part of the view that it belongs to, from 0
     * @param key its key, once in a view
     * @param body what it holds, at most {@link Limits#MAX_PAYLOAD_BYTES}
     */
    record Row(int part, String key, Payload body) {
        /**
         * Checks all of it.
         *
         * @throws InvalidRequestException if the key (LF-1001), the size of the body (LF-1002) or
         *     the part (LF-1003) is not allowed
         */
        public Row {
            NameRule.check("view key", key);
            checkSize("row", body);
            if (part < 0) {
                throw InvalidRequestException.number(
                        "part of a view", part, "it must not be negative");
            }
        }
    }

    /**
     * Returns a payload that is small enough, for those who implement this contract.
     *
     * @param what whose payload it is, for the text of the error
     * @throws InvalidRequestException if it is too large (LF-1002)
     */
    static Payload checkSize(String what, Payload payload) {
        if (payload.sizeBytes() > Limits.MAX_PAYLOAD_BYTES) {
            throw new InvalidRequestException(
                    "LF-1002",
                    "%d bytes of a %s of a view are too many, %d are allowed. Nothing was stored."
                            .formatted(payload.sizeBytes(), what, Limits.MAX_PAYLOAD_BYTES));
        }
        return payload;
    }
}
