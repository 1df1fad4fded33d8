package org.leftfold.engine.index;

import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.ReplayState;

/** An index that tells how many events were filed; all else is done by the one it stands for. */
public final class WatchedIndex implements EventIndex {
    /** So often that a person sees it move, so seldom that it costs nothing. */
    private static final int EVENTS_PER_REPORT = 1 << 12;

    private final EventIndex index;
    private final LongConsumer progress;
    private long filed; // feeding thread only

    /**
     * Watches an index.
     *
     * @param progress told the number of events that were filed, now and then
     */
    public WatchedIndex(EventIndex index, LongConsumer progress) {
        this.index = index;
        this.progress = progress;
    }

    @Override
    public void add(IndexEntry event, long location) {
        add(event, location, null);
    }

    @Override
    public void add(IndexEntry event, long location, @Nullable StreamPlace place) {
        index.add(event, location, place);
        filed++;
        if (filed % EVENTS_PER_REPORT == 0) {
            progress.accept(filed);
        }
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion) {
        index.truncate(stream, firstKeptVersion);
    }

    @Override
    public long knownVersion(StreamName stream) {
        return index.knownVersion(stream);
    }

    @Override
    public long version(StreamName stream) {
        return index.version(stream);
    }

    @Override
    public StreamPlace place(StreamName stream) {
        return index.place(stream);
    }

    @Override
    public long version(StreamName stream, @Nullable StreamPlace place) {
        return index.version(stream, place);
    }

    @Override
    public boolean wantsFlush() {
        return index.wantsFlush();
    }

    @Override
    public long unflushedEvents() {
        return index.unflushedEvents();
    }

    @Override
    public void flush(ReplayState state) {
        index.flush(state);
    }

    @Override
    public long versionAt(StreamName stream, long upTo) {
        return index.versionAt(stream, upTo);
    }

    @Override
    public long positionOf(StreamName stream, long version) {
        return index.positionOf(stream, version);
    }

    @Override
    public long firstKeptVersion(StreamName stream) {
        return index.firstKeptVersion(stream);
    }

    @Override
    public boolean hasTruncations() {
        return index.hasTruncations();
    }

    @Override
    public int find(Query query, Range range, long[] found) {
        return index.find(query, range, found);
    }

    @Override
    public long candidates(Query query, Range range) {
        return index.candidates(query, range);
    }

    @Override
    public long locationOf(long position) {
        return index.locationOf(position);
    }

    @Override
    public long[] locationsInMemory(long[] positions) {
        return index.locationsInMemory(positions);
    }

    @Override
    public long[] candidates(StreamName stream, EventId id, @Nullable Sealed known) {
        return index.candidates(stream, id, known);
    }

    @Override
    public Sealed sealedCandidates(StreamName stream, EventId id) {
        return index.sealedCandidates(stream, id);
    }

    @Override
    public long sealedTo() {
        return index.sealedTo();
    }

    @Override
    public @Nullable IOException obstacle(boolean act) {
        return index.obstacle(act);
    }

    @Override
    public Counts count(long upTo) {
        return index.count(upTo);
    }

    @Override
    public void streams(String prefix, long upTo, Predicate<StreamEntry> visitor) {
        index.streams(prefix, upTo, visitor);
    }

    @Override
    public @Nullable ReplayState resume() {
        return index.resume();
    }

    @Override
    public void forgetFiles() {
        index.forgetFiles();
    }

    @Override
    public void settled() throws IOException {
        index.settled();
    }

    @Override
    public void close() {
        index.close();
    }
}
