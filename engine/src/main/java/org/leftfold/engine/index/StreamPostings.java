package org.leftfold.engine.index;

/**
 * The events of one stream in a table: the n-th position belongs to version base + n. One thread
 * changes it, any thread reads.
 */
final class StreamPostings {
    private final long base;
    private final PositionList positions = new PositionList();
    private final PositionList category;

    /**
     * Postings of a stream.
     *
     * @param base its version before the first event here
     * @param category the positions of its category
     */
    StreamPostings(long base, PositionList category) {
        this.base = base;
        this.category = category;
    }

    /** Files an event under the stream and its category. */
    void add(long position) {
        positions.add(position);
        category.add(position);
    }

    /** The version of the stream before the first event here. */
    long base() {
        return base;
    }

    PositionList positions() {
        return positions;
    }

    /** The version of the stream. */
    long version() {
        return base + positions.size();
    }
}
