package org.leftfold.framework.privacy;

import java.security.SecureRandom;

/** Time and chance of the system. Safe for any thread. */
final class SystemSource {
    private static final SecureRandom RANDOM = new SecureRandom();

    private SystemSource() {}

    static long nanos() {
        return System.nanoTime();
    }

    static void fill(byte[] bytes) {
        RANDOM.nextBytes(bytes);
    }
}
