package org.leftfold.servers;

/**
 * This machine cannot run the server: no programs for its system, or something that they need is
 * missing or forbidden. Nothing was started. A reason to skip a test, see {@link
 * SkipWithoutServer}.
 */
public final class ServerUnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    ServerUnavailableException(String reason) {
        super(reason);
    }
}
