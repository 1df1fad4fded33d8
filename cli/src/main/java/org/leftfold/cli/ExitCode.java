package org.leftfold.cli;

/** How a command ends, for scripts. Documented in the help of {@code leftfold}. */
final class ExitCode {
    /** All is well. */
    static final int OK = 0;

    /** Something happened that this program does not know. */
    static final int UNEXPECTED = 1;

    /** The user's mistake, or bad input. */
    static final int USER_MISTAKE = 2;

    /** Verification found problems, or stored data are damaged. */
    static final int DAMAGED = 3;

    /** The store cannot be used now: open for writing elsewhere, disk full, other version. */
    static final int STORE_UNAVAILABLE = 4;

    private ExitCode() {}
}
