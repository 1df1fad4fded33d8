package org.leftfold.benchmarks.stores;

/** A store refused an append because its stream is not at the expected version. */
public final class WrongVersionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The store said where the stream is. */
    public WrongVersionException(String stream, long expectedVersion, long actualVersion) {
        super(
                "stream '%s' is at version %d and not at %d"
                        .formatted(stream, actualVersion, expectedVersion));
    }

    /** The store said no more than that. */
    public WrongVersionException(String message, Throwable cause) {
        super(message, cause);
    }
}
