package org.leftfold.io;

import java.util.UUID;

/** Random UUIDs (version 4) from the system's secure random source. */
final class SystemEntropy implements EntropySource {
    @Override
    public UUID nextUuid() {
        return UUID.randomUUID();
    }
}
