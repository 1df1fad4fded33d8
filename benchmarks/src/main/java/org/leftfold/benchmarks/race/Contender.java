package org.leftfold.benchmarks.race;

import java.io.Closeable;
import java.sql.Connection;
import java.util.List;

/** A store in the race. Safe for any thread. */
interface Contender extends Closeable {
    /** Appends one event to a new stream. After an exception it is there, or not. */
    void append(String stream) throws Exception;

    /**
     * Appends one event to a new stream in the transaction of a connection, which the caller
     * commits or rolls back on the same thread.
     *
     * @return to be closed behind the end of the transaction
     */
    AutoCloseable appendIn(Connection connection, String stream) throws Exception;

    /** Follows the log from its beginning, as another process does, until closed. */
    Closeable follow(Sightings sightings);

    /** All events in the order of their positions, without gaps if there are none. */
    List<Place> log() throws Exception;

    @Override
    void close();

    /** Where the only event of a stream stands. */
    record Place(long position, String stream) {}

    /** What a follower sees. */
    @FunctionalInterface
    interface Sightings {
        void saw(String stream);
    }
}
