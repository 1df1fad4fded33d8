package org.leftfold.engine.index;

/**
 * How much memory the index may take, and how it hashes.
 *
 * @param memoryBytes memory for everything together, about
 * @param hashBits how many bits of the hash of an id count, 1 to 40; few are for tests
 */
public record IndexOptions(long memoryBytes, int hashBits) {
    /** So many parts of about one size become one. */
    static final int FAN_IN = 4;

    /** The usual hashing. */
    public static IndexOptions of(long memoryBytes) {
        return new IndexOptions(memoryBytes, IdHashing.BITS);
    }

    /**
     * One table grows while another is written. Tables get most: the larger they are, the more
     * events of a stream are written together.
     */
    long tableBytes() {
        return memoryBytes / 16 * 5;
    }

    /** Pages of files; what is not here is read from the system's cache. */
    long cacheBytes() {
        return memoryBytes / 8;
    }

    /** Versions of streams that no table has. */
    long headBytes() {
        return memoryBytes / 4;
    }
}
