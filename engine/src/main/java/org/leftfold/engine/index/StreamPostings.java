package org.leftfold.engine.index;

/**
 * The events of one stream: the n-th position belongs to version n. One thread changes it, any
 * thread reads.
 */
public final class StreamPostings {
    /** A stream that was never written. */
    public static final StreamPostings NONE = new StreamPostings(new PositionList());

    private final PositionList positions = new PositionList();
    private final PositionList category;
    private volatile long firstKeptVersion = 1; // written by the changing thread, read by all

    /** Postings of a stream of the category with these positions. */
    StreamPostings(PositionList category) {
        this.category = category;
    }

    /** Files an event under the stream and its category. */
    void add(long position) {
        positions.add(position);
        category.add(position);
    }

    /** Makes versions below {@code version} unreadable; never fewer than before. */
    void truncate(long version) {
        firstKeptVersion = Math.max(firstKeptVersion, version);
    }

    /** The positions of all versions, those that are unreadable included. */
    public PositionList positions() {
        return positions;
    }

    /** The version of the stream: the number of events ever appended. */
    public long version() {
        return positions.size();
    }

    /** The first version that may be read. */
    public long firstKeptVersion() {
        return firstKeptVersion;
    }

    /** The position of a version that exists. */
    public long positionOf(long version) {
        return positions.at((int) (version - 1));
    }

    /** Number of readable events. */
    public long readable() {
        return Math.max(0, version() - firstKeptVersion + 1);
    }
}
