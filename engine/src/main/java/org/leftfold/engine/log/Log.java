package org.leftfold.engine.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.io.Directory;

/**
 * The log of a store: its segments in order, the last of which grows. One writer thread adds groups
 * of frames and makes them durable; any thread reads what is below {@link #durableEnd}.
 *
 * <p>A group: {@link #add} for each frame, then {@link #force}, then {@link #publish}. When the
 * active segment has no room, the group ends first and {@link #roll} begins the next segment.
 */
public final class Log implements AutoCloseable {
    static final int OFFSET_BITS = 40;
    private static final int EARLY_SHARE = 8;

    private final Directory directory;
    private final UUID storeId;
    private final long opening;
    private final SegmentSizes sizes;
    private final @Nullable SpareSegment spare; // null when the log is open for reading only
    private final @Nullable MarkFile marks; // null when the log is open for reading only
    private Manifest manifest; // writer thread only
    private @Nullable IOException manifestFailure; // writer thread only
    private @Nullable ActiveSegment
            active; // writer thread only; null when the log is open for reading only

    private final Object switching = new Object();
    private final ReplacedFiles replacedFiles = new ReplacedFiles();
    private volatile Segment[] segments; // replaced under switching, read by all
    private boolean closed; // guarded by switching
    private volatile End end; // written by publish, read by all

    /**
     * How far the log may be read.
     *
     * @param segment number of the last segment
     * @param offset behind its last durable frame
     * @param head position of the last durable event
     */
    public record End(long segment, long offset, long head) {}

    /**
     * How large segments are: they double from the first size to the last, so that a small store
     * takes little space and a large one has few files.
     *
     * @param firstBytes capacity of the first segment
     * @param maxBytes capacity of large segments
     */
    public record SegmentSizes(long firstBytes, long maxBytes) {
        /** Capacity of the segment behind one with this capacity. */
        long bytesAfter(long capacityBytes) {
            return capacityBytes >= maxBytes ? maxBytes : Math.min(2 * capacityBytes, maxBytes);
        }
    }

    /**
     * What recovery found.
     *
     * @param segments all segments
     * @param active the last of them, for writing
     * @param head position of the last event
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Content(Segment[] segments, ActiveSegment active, long head) {}

    /** A log that is open for writing, as recovery left it. */
    public Log(
            Directory directory,
            Manifest manifest,
            Content content,
            MarkFile marks,
            SegmentSizes sizes,
            Executor background) {
        this.directory = directory;
        this.storeId = manifest.storeId();
        this.opening = manifest.opening();
        this.manifest = manifest;
        this.segments = content.segments();
        for (Segment segment : segments) {
            segment.expectStableReads();
        }
        this.active = content.active();
        this.marks = marks;
        this.sizes = sizes;
        this.spare = new SpareSegment(directory, background);
        this.end =
                new End(
                        content.active().segment().number(),
                        content.active().durableBytes(),
                        content.head());
    }

    /** A log that is open for reading only, still empty; {@link #advance} fills it. */
    public Log(Directory directory, Manifest manifest) {
        this.directory = directory;
        this.storeId = manifest.storeId();
        this.opening = manifest.opening();
        this.manifest = manifest;
        this.segments = new Segment[0];
        this.sizes = new SegmentSizes(0, 0);
        this.spare = null;
        this.marks = null;
        this.end = new End(1, SegmentHeader.BYTES, 0);
    }

    /** A place in the log in one number. */
    public static long location(long segment, long offset) {
        return segment << OFFSET_BITS | offset;
    }

    /**
     * What stands for the location of a frame in a segment that was rewritten: offsets in it change
     * when it is rewritten once more, so its {@link SegmentDirectory} is asked.
     */
    public static long locationByPosition(long segment) {
        return location(segment, 0);
    }

    /**
     * Where a frame is.
     *
     * @param segment the segment as it is now, or was a moment ago
     * @param offset of the frame in it
     */
    public record Place(Segment segment, long offset) {}

    /**
     * The place of the frame that holds a position.
     *
     * @param location what was filed for the position; the segment may have been rewritten since
     * @throws Corruption if it is not there
     */
    public Place placeOf(long location, long position) {
        long number = location >>> OFFSET_BITS;
        long offset = location & (1L << OFFSET_BITS) - 1;
        if (number < 1 || number > segmentCount()) {
            throw new Corruption(
                    StoreFiles.segment(number),
                    offset,
                    "the index says that it holds position %d, but there is no such segment"
                            .formatted(position));
        }
        Segment segment = segment(number);
        if (offset == 0 && !segment.header().isRewritten()) {
            segment = openRewritten(number);
        }
        return new Place(segment, segment.header().isRewritten() ? segment.find(position) : offset);
    }

    /** The process that writes has rewritten a segment since it was opened here. */
    private Segment openRewritten(long number) {
        try {
            Segment segment = reopen(number, true);
            if (!segment.header().isRewritten()) {
                throw new Corruption(
                        segment.fileName(),
                        76,
                        "the index says that the segment was rewritten, it was not");
            }
            return segment;
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable("segment " + number, e);
        }
    }

    /**
     * Opens a segment anew, which was rewritten; its file of before stays open for those who have
     * it.
     *
     * @param closesUnreachable whether that file is closed as soon as nobody can reach it any more;
     *     else when the log is closed
     */
    public Segment reopen(long number, boolean closesUnreachable) throws IOException {
        Segment fresh = Segment.open(directory, storeId, number, Directory.Access.READ);
        fresh.expectStableReads();
        synchronized (switching) {
            if (closed) {
                fresh.close();
                throw StoreUnavailableException.closing("the call");
            }
            Segment[] all = segments.clone();
            replacedFiles.keep(all[(int) number - 1], closesUnreachable);
            all[(int) number - 1] = fresh;
            segments = all;
        }
        return fresh;
    }

    /** The segment with this number. */
    public Segment segment(long number) {
        return segments[(int) number - 1];
    }

    /** How many segments there are. */
    public long segmentCount() {
        return segments.length;
    }

    /** How far the log may be read now. */
    public End durableEnd() {
        return end;
    }

    /**
     * Where the walk of a segment ends for a reader that may read up to {@code limit}. A rewritten
     * segment is sealed by now and has other offsets: there the reader has to stop at its position.
     */
    public static long endOf(Segment segment, End limit) {
        return segment.number() == limit.segment() && !segment.header().isRewritten()
                ? limit.offset()
                : segment.header().framesEnd();
    }

    private ActiveSegment writable() {
        if (active == null) {
            throw new IllegalStateException("the log was opened for reading only");
        }
        return active;
    }

    /** Whether a frame with this body fits into the active segment. */
    public boolean hasRoom(EncodedBody body, int streams) {
        return writable().hasRoom(body.byteCount(), streams);
    }

    /**
     * Adds a commit to the group at hand.
     *
     * @param versions first version per stream
     * @return its location
     */
    public long addCommit(
            EncodedBody body, long firstPosition, int eventCount, long micros, long[] versions)
            throws IOException {
        return add(FrameHeader.COMMIT, body, firstPosition, eventCount, micros, versions);
    }

    /** Adds an administrative act to the group at hand. */
    public long addAct(EncodedBody body, long nextPosition, long micros) throws IOException {
        return add(FrameHeader.ACT, body, nextPosition, 0, micros, new long[0]);
    }

    private long add(
            int kind, EncodedBody body, long position, int eventCount, long micros, long[] versions)
            throws IOException {
        ActiveSegment segment = writable();
        FrameHeader.Frame frame =
                new FrameHeader.Frame(
                        kind,
                        body.byteCount(),
                        position,
                        eventCount,
                        0,
                        opening,
                        micros,
                        body.crc());
        return location(segment.segment().number(), segment.add(frame, body, versions));
    }

    /**
     * Makes the group durable.
     *
     * @throws ForceFailure if that is not certain: nothing may be written any more
     * @throws IOException if it could not be written; {@link #discard} takes it back
     */
    public void force() throws IOException {
        writable().force();
    }

    /**
     * Where the log goes on behind the group that was published last, if {@link #hasReplayState}.
     *
     * @param lastMicros time of its last frame
     */
    public ReplayState replayState(long lastMicros) {
        ActiveSegment segment = writable();
        ActiveSegment.LastFrame last = segment.lastFrame();
        return new ReplayState(
                end.segment(),
                end.offset(),
                end.head() + 1,
                lastMicros,
                opening,
                last.mark(),
                last.offset(),
                last.crc(),
                segment.durableTally());
    }

    /** Whether {@link #replayState} can be found again: there is a frame before it, and no seal. */
    public boolean hasReplayState() {
        return writable().lastFrame().offset() > 0 && !writable().isSealed();
    }

    /** Whether a group that could not be written waits for {@link #discard}. */
    public boolean needsDiscard() {
        return writable().needsDiscard();
    }

    /** Takes back a group that could not be written. */
    public void discard() throws IOException {
        writable().discard();
    }

    /**
     * Shows the durable group to readers here, and by the mark file to those of other processes.
     *
     * @throws IOException if the mark could not be written: other processes see the group later,
     *     nothing else is wrong
     */
    public void publish(long head) throws IOException {
        ActiveSegment segment = writable();
        end = new End(segment.segment().number(), segment.durableBytes(), head);
        if (segment.isHalfFull() && spare != null) {
            spare.request(sizes.bytesAfter(segment.capacityBytes()));
        }
        mark(false);
    }

    private void mark(boolean clean) throws IOException {
        if (marks != null) {
            marks.write(end.segment(), end.offset(), end.head(), opening, clean);
        }
    }

    /**
     * Ends the active segment and begins the next one, with room for at least this body. Every step
     * may be repeated after a failure that is no {@link ForceFailure}: nothing was lost and the old
     * segment is still the last.
     */
    public void roll(EncodedBody body, int streams, long nextPosition, long micros)
            throws IOException {
        long needed = ActiveSegment.capacityFor(body.byteCount(), streams);
        long wanted = sizes.bytesAfter(writable().capacityBytes());
        roll(Math.max(wanted, needed), needed, nextPosition, micros);
    }

    /**
     * Ends the active segment though it has room, so that it can be rewritten. The next one is
     * smaller, for space is what this is about; those behind it double again.
     */
    public void rollEarly(long nextPosition, long micros) throws IOException {
        long capacity = Math.max(sizes.firstBytes(), writable().capacityBytes() / EARLY_SHARE);
        roll(capacity, SegmentHeader.BYTES, nextPosition, micros);
    }

    private void roll(long capacity, long needed, long nextPosition, long micros)
            throws IOException {
        ActiveSegment full = writable();
        if (spare == null) {
            throw new IllegalStateException("the log was opened for reading only");
        }
        long number = full.segment().number() + 1;
        SpareSegment.Prepared prepared = awaitSpare(spare, capacity, needed);
        if (!full.isSealed()) {
            full.seal(nextPosition, opening, micros);
            end = new End(full.segment().number(), full.durableBytes(), end.head());
        }
        SegmentHeader header =
                new SegmentHeader(
                        storeId,
                        number,
                        nextPosition,
                        prepared.capacityBytes(),
                        micros,
                        opening,
                        full.sealCrc());
        try {
            SegmentMaker.install(directory, prepared.file(), header);
        } finally {
            spare.used(); // also after a failure: the file may have got its name, or not
        }
        Segment segment = Segment.open(directory, storeId, number, Directory.Access.WRITE);
        active =
                new ActiveSegment(
                        segment,
                        SegmentHeader.BYTES,
                        SegmentTally.EMPTY,
                        ActiveSegment.LastFrame.NONE,
                        OptionalInt.empty());
        addSegment(segment);
        end = new End(number, SegmentHeader.BYTES, end.head());
        saveManifest(number);
    }

    /** A disk without room for a large segment may have room for a small one. */
    private SpareSegment.Prepared awaitSpare(SpareSegment from, long wanted, long needed)
            throws IOException {
        long smallest = Math.max(needed, Math.min(wanted, sizes.firstBytes()));
        long capacity = wanted;
        while (true) {
            try {
                return from.await(capacity);
            } catch (IOException e) {
                if (capacity == smallest) {
                    throw e;
                }
                capacity = Math.max(smallest, capacity / 2);
            }
        }
    }

    /**
     * The manifest may be behind: it is a witness against missing segments, not the list of them.
     */
    private void saveManifest(long lastSegment) {
        try {
            Manifest next = manifest.withLastSegment(lastSegment);
            next.save(directory);
            manifest = next;
        } catch (IOException e) {
            manifestFailure = e;
        }
    }

    /** Why the manifest could not follow the last roll, if so; asking forgets it. */
    public @Nullable IOException takeManifestFailure() {
        IOException failure = manifestFailure;
        manifestFailure = null;
        return failure;
    }

    private void addSegment(Segment segment) {
        segment.expectStableReads();
        synchronized (switching) {
            Segment[] more = Arrays.copyOf(segments, segments.length + 1);
            more[segments.length] = segment;
            segments = more;
        }
    }

    /** Opens the next segment of a log that another process writes; nothing of it is shown yet. */
    public void open(long number) throws IOException {
        if (number > segments.length) {
            addSegment(Segment.open(directory, storeId, number, Directory.Access.READ));
        }
    }

    /** Shows more of a log that another process writes. */
    public void advance(End newEnd) {
        end = newEnd;
    }

    /**
     * Closes all files.
     *
     * @param clean whether everything that was added is durable, which the mark then says for the
     *     next opening
     */
    public void close(boolean clean) throws IOException {
        IOException failures = new IOException("not all files could be closed");
        List<AutoCloseable> files = new ArrayList<>();
        synchronized (switching) {
            closed = true;
            files.addAll(List.of(segments));
        }
        files.add(replacedFiles);
        if (spare != null) {
            files.add(spare::close);
        }
        if (marks != null) {
            MarkFile file = marks;
            files.addFirst(file);
            if (clean) {
                files.addFirst(() -> {
                    mark(true);
                    file.force();
                });
            }
        }
        Closing.all(files, failures);
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }

    @Override
    public void close() throws IOException {
        close(false);
    }
}
