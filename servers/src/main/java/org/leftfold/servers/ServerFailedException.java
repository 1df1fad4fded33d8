package org.leftfold.servers;

/**
 * A server did not do what it was told: it did not start, stop or answer. The text holds the last
 * lines of its log where there are some.
 */
public final class ServerFailedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    ServerFailedException(String text) {
        super(text);
    }

    ServerFailedException(String text, Throwable cause) {
        super(text + ": " + cause.getMessage(), cause);
    }
}
