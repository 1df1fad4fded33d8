package org.leftfold.io;

import java.security.SecureRandom;
import java.util.UUID;

/** Random UUIDs (version 4) and bytes from the system's secure random source. */
final class SystemEntropy implements EntropySource {
    private final SecureRandom random = new SecureRandom();

    @Override
    public UUID nextUuid() {
        return UUID.randomUUID();
    }

    @Override
    public void fill(byte[] target) {
        random.nextBytes(target);
    }
}
