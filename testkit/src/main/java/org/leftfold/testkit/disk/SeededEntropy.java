package org.leftfold.testkit.disk;

import java.util.SplittableRandom;
import java.util.UUID;
import org.leftfold.io.EntropySource;

/**
 * Identities and bytes that follow from a seed: the same seed gives the same ones in the same
 * order. Safe for any thread.
 */
public final class SeededEntropy implements EntropySource {
    private final SplittableRandom random; // guarded by this

    /** Identities of one seed. */
    public SeededEntropy(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A UUID of version 4. */
    @Override
    public synchronized UUID nextUuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    @Override
    public synchronized void fill(byte[] target) {
        random.nextBytes(target);
    }
}
