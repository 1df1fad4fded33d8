package org.leftfold.api.spi;

import java.util.List;
import java.util.Optional;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * An event store that can append inside of a transaction on views, where both are kept in one
 * database: then the events and what they change in the views are committed together, or neither.
 */
public interface JoiningStore extends EventStore {
    /**
     * Joins a transaction on views.
     *
     * @param transaction one that has not ended
     * @throws org.leftfold.api.InvalidRequestException if the views are not kept where the events
     *     are
     * @throws org.leftfold.api.StoreUnavailableException if the store does not answer
     */
    Joining joining(ViewTransaction transaction);

    /**
     * Appends inside of a transaction. Of one thread, the one of the transaction. What fails here
     * has to leave the work of the transaction as the exception that it is, so that nothing of it
     * is committed.
     */
    interface Joining extends AutoCloseable {
        /**
         * Appends, each for itself and in this order: one that is refused changes nothing, and the
         * others do not suffer from it. From here to the end of the transaction everybody else who
         * appends waits, so nothing stands in front of these events that this transaction cannot
         * see.
         *
         * @return what becomes of them if the transaction is committed; it holds of none of them if
         *     it is not
         * @throws org.leftfold.api.StoreUnavailableException if the store cannot do it now
         * @throws org.leftfold.api.LeftfoldException if one of them cannot be decided on; alone,
         *     another may be
         */
        Appended append(List<Append> appends);

        /** The checkpoint right behind a position of this store. */
        Checkpoint behind(long position);

        /**
         * Events, read in this transaction: those that are committed, and its own.
         *
         * @param after everything up to here is known; empty to begin at the first event
         * @param upTo the last position that is wanted
         * @param limit how many at most
         * @return the next of them, in their order, so many as are sensible at a time; none only at
         *     the end
         * @throws org.leftfold.api.StaleCheckpointException if the checkpoint belongs to another
         *     history, or lies behind what is wanted (LF-4002)
         */
        List<RecordedEvent> read(Query query, Optional<Checkpoint> after, long upTo, int limit);

        /**
         * One event by its place in its stream, read in this transaction; empty if it is not there,
         * or not any more.
         */
        Optional<RecordedEvent> find(StreamName stream, long version);

        /**
         * Says that the transaction was committed, after it was, so that followers look at once.
         */
        void committed();

        /** Ends this, while its transaction is still going on; does not end the transaction. */
        @Override
        void close();
    }

    /** What becomes of one append. */
    sealed interface Outcome {
        /** It is stored, by this transaction or, as a repetition, before. */
        record Stored(AppendResult result) implements Outcome {}

        /** It is refused, as {@link EventStore#append(Append)} would have thrown. */
        record Refused(LeftfoldException why) implements Outcome {}
    }

    /**
     * What becomes of appends if their transaction is committed.
     *
     * @param outcomes what becomes of each, in the order in which they were given
     * @param events the events of all that are stored by this transaction, as everybody will read
     *     them, in the order of their positions, with none between them
     */
    record Appended(List<Outcome> outcomes, List<RecordedEvent> events) {
        /** Copies the lists. */
        public Appended {
            outcomes = List.copyOf(outcomes);
            events = List.copyOf(events);
        }
    }
}
