package org.leftfold.engine.log;

import java.util.Arrays;

/**
 * Walks the frames of a segment and gives each as it is without its unreadable events. Everything
 * is checked that a walk of one segment can check, so that no damage is made to look right by
 * writing it anew. One thread.
 */
final class SegmentWalk {
    private static final int ID_BYTES = 16;

    private final FrameScanner scanner;
    private final SegmentRewrite.Keeps keeps;
    private final BodyDecoder decoder = new BodyDecoder();
    private SegmentTally tally = SegmentTally.EMPTY;
    private long nextPosition;
    private boolean isSealed;
    private byte[] body = new byte[0];
    private int bodyBytes;
    private long removedEvents;
    private long savedBytes;

    /** Walks up to {@code limit}, where a frame ends. */
    SegmentWalk(Segment segment, long limit, SegmentRewrite.Keeps keeps) {
        this.scanner = new FrameScanner(segment, SegmentHeader.BYTES, limit);
        this.keeps = keeps;
        this.nextPosition = segment.header().firstPosition();
    }

    /**
     * Goes to the next frame; false at the seal, or at the limit where there is none.
     *
     * @throws Corruption if the segment is damaged
     */
    boolean next() {
        FrameScanner.Found found = scanner.next();
        if (found == FrameScanner.Found.BAD) {
            throw damaged(scanner.problem());
        }
        if (found == FrameScanner.Found.END) {
            return false;
        }
        FrameHeader head = scanner.header();
        if (head.firstPosition() != nextPosition) {
            throw damaged(
                    "the frame begins with position %d, %d should follow"
                            .formatted(head.firstPosition(), nextPosition));
        }
        if (head.kind() == FrameHeader.SEAL) {
            if (!tally.isSealedBy(scanner)) {
                throw damaged("the seal does not agree with the frames before it");
            }
            isSealed = true;
            return false;
        }
        take(head);
        return true;
    }

    private void take(FrameHeader head) {
        bodyBytes = 0;
        if (body.length < head.bodyBytes()) {
            body = new byte[Math.max(head.bodyBytes(), 2 * body.length)];
        }
        if (head.kind() == FrameHeader.COMMIT) {
            keep(head);
        } else {
            copy(scanner.bodyIndex(), scanner.bodyIndex() + head.bodyBytes());
        }
        savedBytes += head.bodyBytes() - bodyBytes;
        tally = tally.plus(head);
        nextPosition += head.eventCount();
    }

    private void keep(FrameHeader head) {
        scanner.decode(decoder);
        int events = 0;
        int from = decoder.index();
        while (decoder.next()) {
            int begin = decoder.index();
            copy(from, begin); // the name of a stream, where one begins
            boolean isKept =
                    decoder.isRemoved() || keeps.isReadable(decoder.stream(), decoder.version());
            decoder.skip();
            from = decoder.index();
            if (isKept) {
                copy(begin, from);
            } else {
                copy(begin, begin + ID_BYTES);
                body[bodyBytes++] = BodyEncoder.REMOVED;
                removedEvents++;
            }
            events++;
        }
        if (events != head.eventCount()) {
            throw damaged(
                    "the frame holds %d events, its head says %d"
                            .formatted(events, head.eventCount()));
        }
    }

    private void copy(int from, int to) {
        System.arraycopy(scanner.buffer(), from, body, bodyBytes, to - from);
        bodyBytes += to - from;
    }

    private Corruption damaged(String what) {
        return new Corruption(scanner.segment().fileName(), scanner.frameOffset(), what);
    }

    /** The head of the frame at hand, as it is on disk; of the seal behind the last one. */
    FrameHeader head() {
        return scanner.header();
    }

    /** First version per stream of the frame at hand. */
    long[] versions() {
        long[] versions = new long[head().streamCount()];
        Arrays.setAll(versions, head()::firstVersion);
        return versions;
    }

    /** The body of the frame at hand without what is unreadable; valid until the next call. */
    EncodedBody body() {
        return new EncodedBody(body, bodyBytes, Bytes.crc(body, 0, bodyBytes));
    }

    /** Whether the seal was reached. */
    boolean isSealed() {
        return isSealed;
    }

    /** Position of the last event that was passed. */
    long lastPosition() {
        return nextPosition - 1;
    }

    /** Offset behind the last frame that was passed, the seal included. */
    long usedBytes() {
        return scanner.nextOffset();
    }

    /** So many events have lost what they held. */
    long removedEvents() {
        return removedEvents;
    }

    /** So many bytes shorter are the bodies. */
    long savedBytes() {
        return savedBytes;
    }
}
