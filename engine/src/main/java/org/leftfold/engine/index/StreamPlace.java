package org.leftfold.engine.index;

import org.jspecify.annotations.Nullable;

/**
 * Where a stream was found, for the feeding thread, which then need not look for it again. It holds
 * for as long as the table that grew at that time still grows: what is older cannot change.
 * Immutable.
 */
public final class StreamPlace {
    private final MemoryTable growing;
    private final @Nullable StreamPostings postings; // in that table, if it had the stream
    private final long older; // version before that table; known if it did not have the stream

    private StreamPlace(MemoryTable growing, @Nullable StreamPostings postings, long older) {
        this.growing = growing;
        this.postings = postings;
        this.older = older;
    }

    /** In the growing table. */
    static StreamPlace in(MemoryTable growing, StreamPostings postings) {
        return new StreamPlace(growing, postings, 0);
    }

    /** Not in the growing table; before it the stream was at a version. */
    static StreamPlace before(MemoryTable growing, long version) {
        return new StreamPlace(growing, null, version);
    }

    /** The version of the stream when it was looked up, or a newer one. */
    public long version() {
        return postings == null ? older : postings.version();
    }

    /** Whether this still holds where a table grows. */
    boolean holdsFor(MemoryTable table) {
        return growing == table;
    }

    /** The postings in the growing table, null if it did not have the stream. */
    @Nullable StreamPostings postings() {
        return postings;
    }
}
