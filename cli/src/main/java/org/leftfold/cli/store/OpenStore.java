package org.leftfold.cli.store;

import java.util.function.Predicate;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamSummary;

/** A store that a command has opened. */
public interface OpenStore extends AutoCloseable {
    /** Its events. */
    EventStore events();

    /** The administrative acts on it. */
    StoreAdmin admin();

    /**
     * Gives the streams that have readable events, in the order of their names as bytes in UTF-8.
     *
     * @param prefix only names that begin with it; empty for all
     * @param visitor takes one stream, and returns whether it wants another one
     */
    void streams(String prefix, Predicate<StreamSummary> visitor);

    @Override
    void close();
}
