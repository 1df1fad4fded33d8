package org.leftfold.engine.recovery;

import java.util.OptionalInt;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.IndexFeed;
import org.leftfold.engine.log.ActiveSegment;
import org.leftfold.engine.log.BodyDecoder;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.FrameHeader;
import org.leftfold.engine.log.FrameScanner;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.ReplayState;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentHeader;
import org.leftfold.engine.log.SegmentTally;

/**
 * Walks the log from its beginning, checks that each frame continues the one before, and files
 * every event in an index. A frame with right checksums that does not continue the log (another
 * position, an older opening, an earlier time) ends the walk like a damaged one: it is a remnant.
 * Not safe for several threads.
 */
final class Replay {
    private final IndexFeed index;
    private final BodyDecoder decoder = new BodyDecoder();

    private long nextPosition = 1;
    private long lastMicros = Long.MIN_VALUE;
    private long lastOpening;
    private long lastMark = SegmentHeader.BYTES;
    private long lastFrame; // offset of the last frame of the segment at hand, 0 for none
    private int lastCrc; // its head checksum
    private SegmentTally tally = SegmentTally.EMPTY;
    private OptionalInt seal = OptionalInt.empty();
    private long events;
    private long offset = SegmentHeader.BYTES; // behind the last frame that was taken over

    Replay(IndexFeed index) {
        this.index = index;
    }

    /**
     * A replay that goes on with the segment behind one that is sealed.
     *
     * @param seal the seal of that segment
     */
    static Replay behind(SealSearch.Seal seal, IndexFeed index) {
        Replay replay = new Replay(index);
        replay.nextPosition = seal.nextPosition();
        replay.lastMicros = seal.micros();
        replay.lastOpening = seal.opening();
        replay.seal = OptionalInt.of(seal.crc());
        return replay;
    }

    /** How the walk of a segment ended. */
    enum Ending {
        /** At the limit or at zeros. */
        OPEN,
        /** At the seal, which says the same as the frames. */
        SEALED,
        /** At something that does not continue the log. */
        BROKEN
    }

    /**
     * Where and why a walk ended.
     *
     * @param ending how
     * @param offset behind the last good frame
     * @param problem what is wrong there, if it is broken
     */
    record Stop(Ending ending, long offset, String problem) {}

    /** Checks that a segment continues the one walked before, and starts with it. */
    void enter(Segment segment) {
        SegmentHeader header = segment.header();
        if (header.firstPosition() != nextPosition) {
            throw new Corruption(
                    segment.fileName(),
                    40,
                    "the segment begins with position %d, the log before it ends with %d"
                            .formatted(header.firstPosition(), nextPosition - 1));
        }
        if (header.previousSeal() != seal.orElse(0)) {
            throw new Corruption(
                    segment.fileName(),
                    72,
                    "the segment does not follow the segment before it in this directory");
        }
        tally = SegmentTally.EMPTY;
        lastMark = SegmentHeader.BYTES;
        lastFrame = 0;
        seal = OptionalInt.empty();
        offset = SegmentHeader.BYTES;
    }

    /**
     * Starts behind what the index has, or at the beginning where it has nothing that belongs to
     * this log.
     *
     * @param segments gives the segments by their numbers, of which there are {@code count}
     * @return the number of the segment to walk first, which is entered
     */
    long begin(EventIndex from, LongFunction<Segment> segments, long count) {
        ReplayState state = from.resume();
        if (state != null) {
            if (state.segment() <= count && resume(segments.apply(state.segment()), state)) {
                return state.segment();
            }
            from.forgetFiles();
        }
        enter(segments.apply(1));
        return 1;
    }

    /**
     * Starts in the middle of the log, behind what the index has.
     *
     * @return false if the log is not the one that the index was made from; nothing was changed
     */
    private boolean resume(Segment segment, ReplayState known) {
        ReplayState state = known;
        if (segment.header().isRewritten()) {
            state = findByPosition(segment, known);
        } else if (!holds(segment, known)) {
            state = null;
        }
        if (state == null) {
            return false;
        }
        nextPosition = state.nextPosition();
        lastMicros = state.lastMicros();
        lastOpening = state.lastOpening();
        lastMark = state.lastMark();
        lastFrame = state.lastFrame();
        lastCrc = state.lastCrc();
        tally = state.tally();
        offset = state.offset();
        events = state.nextPosition() - 1;
        return true;
    }

    /**
     * The state at the same position in a segment that was rewritten since: positions and times
     * have stayed, offsets have not. Acts that stand at the position are met once more, which
     * changes nothing.
     *
     * @return null if the last frame that the index knows is not there
     */
    private static @Nullable ReplayState findByPosition(Segment segment, ReplayState known) {
        FrameScanner scanner =
                new FrameScanner(segment, SegmentHeader.BYTES, segment.header().framesEnd());
        FrameHeader head = scanner.header();
        ReplayState state =
                new ReplayState(
                        segment.number(),
                        SegmentHeader.BYTES,
                        segment.header().firstPosition(),
                        Long.MIN_VALUE,
                        0,
                        SegmentHeader.BYTES,
                        0,
                        0,
                        SegmentTally.EMPTY);
        while (scanner.next() == FrameScanner.Found.FRAME) {
            long next = head.firstPosition() + head.eventCount();
            if (head.kind() == FrameHeader.SEAL || next > known.nextPosition()) {
                return null;
            }
            if (head.firstPosition() < known.nextPosition()) {
                state =
                        new ReplayState(
                                segment.number(),
                                scanner.nextOffset(),
                                next,
                                head.micros(),
                                head.opening(),
                                scanner.frameOffset(),
                                scanner.frameOffset(),
                                head.headCrc(),
                                state.tally().plus(head));
            }
            if (next == known.nextPosition()
                    && head.micros() == known.lastMicros()
                    && head.opening() == known.lastOpening()) {
                return state;
            }
        }
        return null;
    }

    /** Whether the last frame that the index knows is there, and ends where it should. */
    private static boolean holds(Segment segment, ReplayState state) {
        long capacity = segment.header().capacityBytes();
        if (state.lastFrame() < SegmentHeader.BYTES || state.offset() > capacity) {
            return false;
        }
        FrameScanner scanner = new FrameScanner(segment, state.lastFrame(), capacity);
        return scanner.next() == FrameScanner.Found.FRAME
                && scanner.header().kind() != FrameHeader.SEAL
                && scanner.header().headCrc() == state.lastCrc()
                && scanner.nextOffset() == state.offset();
    }

    /** What has to be known to go on behind the last frame that was taken over. */
    private ReplayState state(Segment segment) {
        return new ReplayState(
                segment.number(),
                offset,
                nextPosition,
                lastMicros,
                lastOpening,
                lastMark,
                lastFrame,
                lastCrc,
                tally);
    }

    /** Walks on in the entered segment, from where the last walk ended, up to {@code limit}. */
    Stop walk(Segment segment, long limit) {
        FrameScanner scanner = new FrameScanner(segment, offset, limit);
        while (true) {
            switch (scanner.next()) {
                case END -> {
                    return new Stop(Ending.OPEN, scanner.nextOffset(), "");
                }
                case BAD -> {
                    return new Stop(Ending.BROKEN, scanner.frameOffset(), scanner.problem());
                }
                case FRAME -> {
                    String problem = whyNotNext(scanner);
                    if (!problem.isEmpty()) {
                        return new Stop(Ending.BROKEN, scanner.frameOffset(), problem);
                    }
                    boolean beginsGroup = scanner.header().markDistance() == 0;
                    if (beginsGroup && lastFrame > 0 && index.wantsFlush()) {
                        index.flush(state(segment)); // all before the group was durable
                    }
                    boolean isSeal = accept(scanner);
                    offset = scanner.nextOffset();
                    if (isSeal) {
                        return new Stop(Ending.SEALED, scanner.nextOffset(), "");
                    }
                }
            }
        }
    }

    private String whyNotNext(FrameScanner scanner) {
        FrameHeader head = scanner.header();
        long mark = scanner.frameOffset() - head.markDistance();
        if (head.firstPosition() != nextPosition) {
            return "the frame begins with position %d, %d should follow"
                    .formatted(head.firstPosition(), nextPosition);
        }
        if (head.opening() < lastOpening) {
            return "the frame is of opening %d, the one before of %d"
                    .formatted(head.opening(), lastOpening);
        }
        if (head.micros() < lastMicros) {
            return "the frame was recorded before the one before it";
        }
        if (mark < lastMark) {
            return "the frame's mark %d is below the one before, %d".formatted(mark, lastMark);
        }
        return "";
    }

    /** Takes the frame over; true if it is the seal. */
    private boolean accept(FrameScanner scanner) {
        FrameHeader head = scanner.header();
        lastMicros = head.micros();
        lastOpening = head.opening();
        lastMark = scanner.frameOffset() - head.markDistance();
        lastFrame = scanner.frameOffset();
        lastCrc = head.headCrc();
        Segment segment = scanner.segment();
        switch (head.kind()) {
            case FrameHeader.SEAL -> {
                if (!tally.isSealedBy(scanner)) {
                    throw new Corruption(
                            segment.fileName(),
                            scanner.frameOffset(),
                            "the seal does not agree with the %d frames before it"
                                    .formatted(tally.frames()));
                }
                seal = OptionalInt.of(segment.header().nameOfSeal(head.headCrc()));
                return true;
            }
            case FrameHeader.ACT -> {
                BodyDecoder.Truncation act =
                        decoder.truncation(
                                segment.fileName(),
                                scanner.frameOffset(),
                                head,
                                scanner.buffer(),
                                scanner.bodyIndex());
                long all =
                        index.versionAt(act.stream(), nextPosition - 1)
                                + 1; // 0 stands for a deletion
                index.truncate(
                        act.stream(), act.firstKeptVersion() == 0 ? all : act.firstKeptVersion());
            }
            default -> addEvents(scanner);
        }
        tally = tally.plus(head);
        return false;
    }

    private void addEvents(FrameScanner scanner) {
        FrameHeader head = scanner.header();
        Segment segment = scanner.segment();
        long location =
                segment.header().isRewritten()
                        ? Log.locationByPosition(segment.number())
                        : Log.location(segment.number(), scanner.frameOffset());
        scanner.decode(decoder);
        int count = 0;
        while (decoder.next()) {
            BodyDecoder.IndexEntry entry = decoder.entry();
            long version = index.knownVersion(entry.stream());
            if (version >= 0 && entry.version() != version + 1) {
                throw new Corruption(
                        segment.fileName(),
                        scanner.frameOffset(),
                        "stream '%s' goes from version %d to %d"
                                .formatted(entry.stream(), version, entry.version()));
            }
            index.add(entry, location);
            count++;
        }
        if (count != head.eventCount()) {
            throw new Corruption(
                    segment.fileName(),
                    scanner.frameOffset(),
                    "the frame holds %d events, its head says %d"
                            .formatted(count, head.eventCount()));
        }
        nextPosition += count;
        events += count;
    }

    /** Position that the next event will have. */
    long nextPosition() {
        return nextPosition;
    }

    /** Time of the last frame, or {@link Long#MIN_VALUE}. */
    long lastMicros() {
        return lastMicros;
    }

    /** The opening that wrote the last frame. */
    long lastOpening() {
        return lastOpening;
    }

    /** What the last frame of the segment at hand says was durable before it. */
    long lastMark() {
        return lastMark;
    }

    /** The last frame of the segment at hand. */
    ActiveSegment.LastFrame lastFrame() {
        return new ActiveSegment.LastFrame(lastFrame, lastCrc, lastMark);
    }

    /** The tally of the segment at hand. */
    SegmentTally tally() {
        return tally;
    }

    /** The head checksum of the seal of the segment at hand, if it is sealed. */
    OptionalInt seal() {
        return seal;
    }

    /** Events up to where the walk is. */
    long events() {
        return events;
    }
}
