package org.leftfold.benchmarks.stores;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A store as the workloads see it. {@link #append} may be called by many threads; everything else
 * by one thread at a time, and {@link #load}, {@link #settle} and {@link #scan} never beside
 * appends.
 */
public interface BenchStore extends Closeable {
    /**
     * Appends to one stream, all events or none; they are durable when it returns.
     *
     * @param expectedVersion number of events that the stream holds
     * @throws WrongVersionException if it holds another number; nothing was stored
     */
    void append(String stream, long expectedVersion, List<SampleEvent> events) throws Exception;

    /** Whether {@link #append} compares the expected version; only the yardstick does not. */
    default boolean checksVersions() {
        return true;
    }

    /** Whether it also refuses an expected version that is too high. */
    default boolean refusesGaps() {
        return checksVersions();
    }

    /**
     * Whether a caller of {@link #append} parks until a commit thread has finished, so that virtual
     * threads serve it best, or works and blocks in the call itself.
     */
    boolean parksCallers();

    /** Appends these events in this order, by the fastest way that the store has. */
    void load(Iterable<PlacedEvent> events) throws Exception;

    /** Brings what was loaded into the form that the store reads best. */
    default void settle() throws Exception {}

    /** Whether {@link #replay} and {@link #scan} work. */
    default boolean canReplay() {
        return true;
    }

    /** What the store gives back for a JSON object; others than these bytes from few stores. */
    default byte[] givenBack(byte[] json) {
        return json;
    }

    /** Gives all events in the order of their positions. */
    void replay(EventSink sink) throws Exception;

    /**
     * Reads all events in the order of their positions, makes every field and uses it.
     *
     * @return how many there were
     */
    default long scan(Touch touch) throws Exception {
        long[] count = new long[1];
        replay((position, stream, version, type, payload, metadata) -> {
            count[0]++;
            touch.number(position);
            touch.text(stream);
            touch.number(version);
            touch.text(type);
            touch.bytes(payload);
            touch.bytes(metadata);
        });
        return count[0];
    }

    /**
     * A way to read streams; each is for one thread, and any number are open side by side. They are
     * closed before the store.
     */
    default StreamReader openReader() throws Exception {
        throw new UnsupportedOperationException("this store cannot find streams");
    }

    /** Loads events that are claimed: event {@code n}, from 0, has claim {@code n}. */
    default void loadClaimed(Iterable<PlacedEvent> events) throws Exception {
        throw new UnsupportedOperationException("this store knows no conditions");
    }

    /**
     * Appends one event with a claim, unless an event of the same type has the same claim, wherever
     * in the store; else as {@link #append}.
     */
    default void appendClaimed(String stream, long expectedVersion, SampleEvent event, long claim)
            throws Exception {
        throw new UnsupportedOperationException("this store knows no conditions");
    }

    /** Whether {@link #follow} works. */
    default boolean canFollow() {
        return false;
    }

    /** Gives the payload of each event appended from now on to {@code handler}, until closed. */
    default Closeable follow(Consumer<byte[]> handler) throws Exception {
        throw new UnsupportedOperationException("this store cannot be followed");
    }

    /** Whether {@link #followElsewhere} works. */
    default boolean canFollowElsewhere() {
        return false;
    }

    /**
     * The same as {@link #follow} from another process: nothing in this one tells the follower what
     * was appended.
     */
    default Closeable followElsewhere(Consumer<byte[]> handler) throws Exception {
        throw new UnsupportedOperationException("this store cannot be followed");
    }

    /** Bytes of its tables and indexes; empty for a store whose files are measured instead. */
    default OptionalLong diskBytes() throws Exception {
        return OptionalLong.empty();
    }

    /** Opens a snapshot of the store's tables in another session, until closed, as a dump does. */
    default Closeable openSnapshot() throws Exception {
        throw new UnsupportedOperationException("this store has no sessions");
    }

    /**
     * As {@link #append}, by one of four stores on the same tables, as four processes have them.
     */
    default void appendByFour(String stream, long expectedVersion, List<SampleEvent> events)
            throws Exception {
        throw new UnsupportedOperationException("this store is alone");
    }

    /** Appends in one commit, on average since the last call; empty where nobody counts them. */
    default OptionalDouble appendsPerCommit() {
        return OptionalDouble.empty();
    }

    @Override
    void close() throws IOException;
}
