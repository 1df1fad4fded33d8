package org.leftfold.testkit.tck.spi;

/**
 * One opened store under test. For one thread.
 *
 * @param <S> its contract
 */
public interface SpiTckStore<S> extends AutoCloseable {
    /** The store as it is open now. */
    S store();

    /**
     * Closes the store and opens it again on the same stored data. A store that keeps nothing
     * beyond its closing stays open and returns itself.
     */
    S reopen();

    /** Closes the store, which may be closed already, and removes what it stored. */
    @Override
    void close();
}
