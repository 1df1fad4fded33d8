package org.leftfold.io;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Main program of a child JVM: tries the lock, says what came of it, and waits for its input to
 * end.
 */
final class LockHolder {
    static final String LOCKED = "locked";
    static final String REFUSED = "refused";

    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        boolean locked = new ChannelDirectory(Path.of(arguments[0])).tryLock("lock").isPresent();
        answers.println(locked ? LOCKED : REFUSED);
        answers.flush();
        // The parent closes our input, or kills us.
        System.in.transferTo(OutputStream.nullOutputStream());
    }
}
