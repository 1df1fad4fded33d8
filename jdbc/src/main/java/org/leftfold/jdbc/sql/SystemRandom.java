package org.leftfold.jdbc.sql;

import java.security.SecureRandom;

/** Bytes that nobody can guess. Safe for any thread. */
public final class SystemRandom {
    private static final SecureRandom RANDOM = new SecureRandom();

    private SystemRandom() {}

    /** New random bytes. */
    public static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
