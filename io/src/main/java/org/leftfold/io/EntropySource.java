package org.leftfold.io;

import java.util.UUID;

/** Where identities and keys come from. Safe for any thread. */
public interface EntropySource {
    /** An identity that nobody has seen before. */
    UUID nextUuid();

    /** Fills {@code target} with bytes that nobody can guess, fit for keys. */
    void fill(byte[] target);
}
