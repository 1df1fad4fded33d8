package org.leftfold.engine.recovery;

import java.util.OptionalInt;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.IndexFeed;
import org.leftfold.engine.index.VersionTable;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.ReplayState;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentDirectory;
import org.leftfold.engine.recovery.SealSearch.Seal;

/**
 * Checks the segments of a log in their order, all or all that are new: every checksum, that each
 * frame continues the one before and each segment the one before, and what the seals say. A segment
 * that is found damaged leaves the check where it was before it. One thread.
 */
public final class LogCheck {
    private final Versions versions = new Versions();
    private Replay before = new Replay(versions);

    /** Checks the next segment, which must end with its seal. */
    public void full(Segment segment) {
        Replay replay = next();
        Replay.Stop stop = walk(replay, segment, segment.header().framesEnd());
        if (stop.ending() != Replay.Ending.SEALED) {
            versions.forget();
            throw Recovery.notSealed(segment, stop);
        }
        if (segment.header().isRewritten()) {
            checkDirectory(segment);
        }
        before = replay;
    }

    private void checkDirectory(Segment segment) {
        try {
            SegmentDirectory.check(segment);
        } catch (Corruption e) {
            versions.forget();
            throw e;
        }
    }

    /**
     * Checks the last segment, in which a frame must end at {@code end}.
     *
     * @return position of the last event
     */
    public long last(Segment segment, long end) {
        Replay replay = next();
        Replay.Stop stop = walk(replay, segment, end);
        if (stop.offset() != end) {
            versions.forget();
            throw new Corruption(
                    segment.fileName(),
                    stop.offset(),
                    stop.problem().isEmpty()
                            ? "the log ends before its mark " + end
                            : stop.problem());
        }
        return replay.nextPosition() - 1;
    }

    /** Passes over a segment that was checked before. */
    public void pass(Seal seal) {
        versions.forget();
        before = Replay.behind(seal, versions);
    }

    private Replay next() {
        OptionalInt seal = before.seal();
        return seal.isEmpty()
                ? new Replay(versions)
                : Replay.behind(
                        new Seal(
                                seal.getAsInt(),
                                seal.getAsInt(),
                                before.nextPosition(),
                                before.lastMicros(),
                                before.lastOpening()),
                        versions);
    }

    private Replay.Stop walk(Replay replay, Segment segment, long limit) {
        try {
            replay.enter(segment);
            return replay.walk(segment, limit);
        } catch (Corruption e) {
            versions.forget();
            throw e;
        }
    }

    /**
     * The versions of streams as far as they are known: all of them unless a part of the log was
     * passed over.
     */
    private static final class Versions implements IndexFeed {
        private static final long UNKNOWN = -1;

        private VersionTable table = new VersionTable();
        private boolean isWhole = true;

        void forget() {
            table = new VersionTable();
            isWhole = false;
        }

        @Override
        public void add(IndexEntry event, long location) {
            table.add(event, location);
        }

        @Override
        public void truncate(StreamName stream, long firstKeptVersion) {
            table.truncate(stream, firstKeptVersion);
        }

        @Override
        public long knownVersion(StreamName stream) {
            long version = table.version(stream);
            return version == 0 && !isWhole ? UNKNOWN : version;
        }

        @Override
        public long version(StreamName stream) {
            return table.version(stream);
        }

        @Override
        public long versionAt(StreamName stream, long upTo) {
            return table.versionAt(stream, upTo);
        }

        @Override
        public boolean wantsFlush() {
            return false;
        }

        @Override
        public void flush(ReplayState state) {
            table.flush(state);
        }
    }
}
