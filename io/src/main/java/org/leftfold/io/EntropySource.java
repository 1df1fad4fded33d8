package org.leftfold.io;

import java.util.UUID;

/** Where identities come from. Safe for any thread. */
public interface EntropySource {
    /** An identity that nobody has seen before. */
    UUID nextUuid();
}
