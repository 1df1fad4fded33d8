package org.leftfold.engine.index;

/**
 * The events of one stream in a table: the n-th position belongs to version base + n. One thread
 * changes it, any thread reads.
 */
final class StreamPostings extends PositionList {
    private final long base;
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
    @Override
    void add(long position) {
        super.add(position);
        category.add(position);
    }

    /** The version of the stream before the first event here. */
    long base() {
        return base;
    }

    /** The version of the stream. */
    long version() {
        return base + size();
    }
}
