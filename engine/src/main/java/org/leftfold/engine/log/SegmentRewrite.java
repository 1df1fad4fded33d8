package org.leftfold.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.leftfold.api.StreamName;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * Writes a sealed segment anew without its unreadable events, and puts it in the place of the old
 * one with one rename. Each frame stays a frame with its positions, versions and times; only bodies
 * become shorter. So the old file and the new one are each whole, and say the same of everything
 * that may be read. One thread.
 */
public final class SegmentRewrite {
    private static final int BUFFER_BYTES = 1 << 20;

    /** Offsets in a {@link SegmentDirectory} are 32 bits long. */
    private static final long MAX_BYTES = 0xffffffffL;

    private final DataFile file;
    private final SegmentHeader header; // without what is known at the end only
    private final FrameHeader codec;
    private final SegmentDirectory.Builder directory;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private long writtenBytes = SegmentHeader.BYTES; // includes what is buffered
    private SegmentTally tally = SegmentTally.EMPTY;

    private SegmentRewrite(DataFile file, SegmentHeader before, int firstSeal) {
        this.file = file;
        this.header = before.rewritten(firstSeal, 0, 0);
        this.codec = new FrameHeader(header);
        this.directory = new SegmentDirectory.Builder(header);
    }

    /** Says which events are kept. */
    @FunctionalInterface
    public interface Keeps {
        /** Whether a version of a stream may be read. */
        boolean isReadable(StreamName stream, long version);
    }

    /**
     * What could be removed from a segment.
     *
     * @param events unreadable events that hold something
     * @param bytes what removing that would save
     * @param usedBytes offset behind the last frame
     */
    public record Waste(long events, long bytes, long usedBytes) {
        /** Whether a segment with this waste can be rewritten. */
        public boolean isPossible() {
            return events > 0 && usedBytes <= MAX_BYTES;
        }
    }

    /**
     * Reads a segment and adds up what could be removed from it.
     *
     * @param limit how far it may be read
     * @param passed told the positions that were passed; may throw to end the walk
     * @throws Corruption if it is damaged
     */
    public static Waste measure(Segment segment, long limit, Keeps keeps, LongConsumer passed) {
        SegmentWalk walk = new SegmentWalk(segment, limit, keeps);
        while (walk.next()) {
            passed.accept(walk.lastPosition());
        }
        return new Waste(walk.removedEvents(), walk.savedBytes(), walk.usedBytes());
    }

    /**
     * Rewrites a segment. On return its file has its name, which {@link Directory#force} makes
     * durable; after a failure it is the old one or the new one.
     *
     * @param sealName what the next segment calls the seal of this one
     * @param passed told the positions that were passed; may throw to end it, up to the rename
     * @return how many events were removed
     * @throws Corruption if the segment is damaged; nothing was changed
     */
    public static long run(
            Directory target, Segment segment, int sealName, Keeps keeps, LongConsumer passed)
            throws IOException {
        target.delete(StoreFiles.SCAVENGE);
        long removed;
        try {
            try (DataFile file = target.create(StoreFiles.SCAVENGE)) {
                SegmentWalk walk = new SegmentWalk(segment, segment.header().framesEnd(), keeps);
                new SegmentRewrite(file, segment.header(), sealName).copy(segment, walk, passed);
                removed = walk.removedEvents();
            }
            passed.accept(0);
            target.rename(StoreFiles.SCAVENGE, StoreFiles.segment(segment.number()));
        } catch (IOException | RuntimeException | Error e) {
            discard(target, e);
            throw e;
        }
        return removed;
    }

    /** A half-made file takes space that may be what is missing. */
    private static void discard(Directory target, Throwable reason) {
        try {
            target.delete(StoreFiles.SCAVENGE);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private void copy(Segment segment, SegmentWalk walk, LongConsumer passed) throws IOException {
        while (walk.next()) {
            FrameHeader head = walk.head();
            directory.add(head.firstPosition(), writtenBytes);
            add(head, walk.body(), walk.versions());
            tally = tally.plus(head.eventCount(), codec.headCrc());
            passed.accept(walk.lastPosition());
        }
        FrameHeader seal = walk.head();
        if (!walk.isSealed() || segment.header().nameOfSeal(seal.headCrc()) != firstSeal()) {
            throw new Corruption(
                    segment.fileName(),
                    walk.usedBytes(),
                    "the segment does not end with the seal that the next one names");
        }
        add(seal, tally.seal(), new long[0]);
        long framesEnd = writtenBytes;
        byte[] pages = directory.finish();
        put(pages, pages.length);
        flush();
        SegmentHeader last =
                segment.header().rewritten(firstSeal(), framesEnd, framesEnd + pages.length);
        file.write(0, ByteBuffer.wrap(last.encode()));
        file.force();
    }

    private int firstSeal() {
        return header.rewriting().firstSeal();
    }

    private void add(FrameHeader head, EncodedBody body, long[] versions) throws IOException {
        FrameHeader.Frame frame =
                new FrameHeader.Frame(
                        head.kind(),
                        body.byteCount(),
                        head.firstPosition(),
                        head.eventCount(),
                        0,
                        head.opening(),
                        head.micros(),
                        body.crc());
        if (BUFFER_BYTES - buffered < FrameHeader.MAX_BYTES) {
            flush();
        }
        int end = codec.encode(buffer, buffered, writtenBytes, frame, versions);
        writtenBytes += end - buffered;
        buffered = end;
        put(body.bytes(), body.byteCount());
    }

    private void put(byte[] bytes, int byteCount) throws IOException {
        if (BUFFER_BYTES - buffered < byteCount) {
            flush();
        }
        if (byteCount > BUFFER_BYTES) {
            file.write(writtenBytes, ByteBuffer.wrap(bytes, 0, byteCount));
        } else {
            System.arraycopy(bytes, 0, buffer, buffered, byteCount);
            buffered += byteCount;
        }
        writtenBytes += byteCount;
    }

    private void flush() throws IOException {
        file.write(writtenBytes - buffered, ByteBuffer.wrap(buffer, 0, buffered));
        buffered = 0;
    }
}
