package org.leftfold.api;

/**
 * The store has moved on since the decision was made. Nothing was stored. Read {@link #missed()},
 * decide again, and append new events; do not resend these.
 */
public abstract class ConflictException extends LeftfoldException {
    private static final long serialVersionUID = 1L;

    private final transient ReadRequest missed;

    /** A conflict, with the read that gives exactly the events that the writer had not seen. */
    protected ConflictException(String code, String text, ReadRequest missed) {
        super(code, text, null);
        this.missed = missed;
    }

    /**
     * Gives exactly the events that the writer had not seen when it decided, as of the moment of
     * the refusal: {@code store.read(conflict.missed())}.
     */
    public ReadRequest missed() {
        return missed;
    }
}
