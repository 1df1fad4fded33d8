package org.leftfold.engine.log;

import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The head of a frame, decoded in place. One frame is one atomic unit of the log: a commit with all
 * events of one append, an administrative act, or the seal that ends a segment.
 *
 * <pre>
 * 4  CRC-32C of store id, segment, offset of the frame, and the rest of this head
 * 1  kind: 0xA1 commit, 0xA2 act, 0xA3 seal; never 0, so that zeros are no frame
 * v  body bytes        v  position of the first event - first position of the segment
 * v  events            v  offset of the frame - offset that was durable when it was written (its mark)
 * v  opening           v  time of recording - base time of the segment, microseconds
 * v  streams written   v  first version, once per stream
 * 4  CRC-32C of the body, which follows
 * </pre>
 *
 * <p>{@code v} is a varint. The store, the segment and the place are under the checksum without
 * being stored, so that a frame that strayed to another place is no frame there. Not safe for
 * several threads.
 */
public final class FrameHeader {
    /** A commit: all events of one append. */
    public static final int COMMIT = 0xA1;

    /** An administrative act. */
    public static final int ACT = 0xA2;

    /** The end of a full segment. */
    public static final int SEAL = 0xA3;

    /** What {@link #decode} found. */
    public enum Found {
        /** A valid head. */
        HEAD,
        /** Zeros: nothing was written here. */
        NOTHING,
        /** Neither a head nor nothing. */
        BAD,
        /** The buffer ends inside what may be a head. */
        CUT
    }

    private static final int IDENTITY_BYTES = 32;
    private static final int MIN_BYTES = 4 + 1 + 7 + 4;
    private static final int MAX_STREAMS = org.leftfold.api.Limits.MAX_STREAMS_PER_APPEND;

    /** No head is longer. */
    public static final int MAX_BYTES = 4 + 1 + (7 + MAX_STREAMS) * Bytes.MAX_VARINT_BYTES + 4;

    /**
     * No body is longer: 16 MiB of payloads and names, names up to three bytes a character, ids and
     * lengths.
     */
    public static final int MAX_BODY_BYTES = 64 << 20;

    private final CRC32C crc = new CRC32C();
    private byte[] identity = new byte[IDENTITY_BYTES + 64]; // then what is covered of a head
    private final long segmentFirstPosition;
    private final long segmentBaseMicros;

    private int kind;
    private int headBytes;
    private int bodyBytes;
    private long firstPosition;
    private int eventCount;
    private long markDistance;
    private long opening;
    private long micros;
    private int streamCount;
    private long[] firstVersions = new long[1];
    private int bodyCrc;
    private int headCrc;
    private int cursor; // index behind the last varint, -1 when it was cut, -2 when it was too long

    /** Decodes and encodes heads of frames in one segment. */
    public FrameHeader(SegmentHeader segment) {
        UUID storeId = segment.storeId();
        Bytes.putLong(identity, 0, storeId.getMostSignificantBits());
        Bytes.putLong(identity, 8, storeId.getLeastSignificantBits());
        Bytes.putLong(identity, 16, segment.identity());
        segmentFirstPosition = segment.firstPosition();
        segmentBaseMicros = segment.baseMicros();
    }

    /**
     * Decodes the head at {@code index}, which lies at {@code offset} in the segment; reads below
     * {@code limit}.
     */
    public Found decode(byte[] source, int index, int limit, long offset) {
        int available = limit - index;
        if (available < MIN_BYTES) {
            return Bytes.allZero(source, index, limit) ? Found.NOTHING : Found.CUT;
        }
        int found = source[index + 4] & 0xff;
        if (found != COMMIT && found != ACT && found != SEAL) {
            return Bytes.allZero(source, index, index + MIN_BYTES) ? Found.NOTHING : Found.BAD;
        }
        kind = found;
        if (!decodeNumbers(source, index, limit)) {
            return cursor == -1 ? Found.CUT : Found.BAD;
        }
        if (limit - cursor < 4) {
            return Found.CUT;
        }
        bodyCrc = Bytes.getInt(source, cursor);
        headBytes = cursor + 4 - index;
        headCrc = Bytes.getInt(source, index);
        return headCrc == checksum(source, index, headBytes, offset) ? Found.HEAD : Found.BAD;
    }

    /**
     * Length of the frame at {@code index} as its head says, with no checksum compared; 0 if there
     * is no head, or not all of it below {@code limit}. What was decoded before is gone.
     */
    int frameBytesUnchecked(byte[] source, int index, int limit) {
        if (limit - index < MIN_BYTES) {
            return 0;
        }
        int found = source[index + 4] & 0xff;
        boolean isHead = found == COMMIT || found == ACT || found == SEAL;
        kind = found;
        return isHead && decodeNumbers(source, index, limit) ? cursor + 4 - index + bodyBytes : 0;
    }

    private boolean decodeNumbers(byte[] source, int index, int limit) {
        cursor = index + 5;
        long body = varint(source, limit);
        firstPosition = segmentFirstPosition + varint(source, limit);
        long events = varint(source, limit);
        markDistance = varint(source, limit);
        opening = varint(source, limit);
        micros = segmentBaseMicros + unzigzag(varint(source, limit));
        long streams = varint(source, limit);
        if (cursor < 0
                || body > MAX_BODY_BYTES
                || events > Integer.MAX_VALUE
                || streams > MAX_STREAMS) {
            cursor = cursor < 0 ? cursor : -2;
            return false;
        }
        bodyBytes = (int) body;
        eventCount = (int) events;
        streamCount = (int) streams;
        if (firstVersions.length < streamCount) {
            firstVersions = new long[streamCount];
        }
        for (int i = 0; i < streamCount; i++) {
            firstVersions[i] = varint(source, limit);
        }
        return cursor >= 0;
    }

    private long varint(byte[] source, int limit) {
        if (cursor < 0) {
            return 0;
        }
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (cursor >= limit) {
                cursor = -1;
                return 0;
            }
            byte b = source[cursor++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        cursor = -2;
        return 0;
    }

    /**
     * Small numbers of either sign become small ones without a sign: 0, -1, 1, -2 become 0, 1, 2,
     * 3.
     */
    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    private int checksum(byte[] source, int index, int length, long offset) {
        int headBytesCovered = length - 4;
        if (identity.length < IDENTITY_BYTES + headBytesCovered) {
            identity = Arrays.copyOf(identity, IDENTITY_BYTES + headBytesCovered);
        }
        Bytes.putLong(identity, 24, offset);
        System.arraycopy(source, index + 4, identity, IDENTITY_BYTES, headBytesCovered);
        crc.reset();
        crc.update(identity, 0, IDENTITY_BYTES + headBytesCovered);
        return (int) crc.getValue();
    }

    /**
     * Encodes a head at {@code index}, which has room for {@link #MAX_BYTES}.
     *
     * @param versions first version per stream, in the order of the body
     * @return the index behind the head
     */
    int encode(byte[] target, int index, long offset, Frame frame, long[] versions) {
        target[index + 4] = (byte) frame.kind();
        int at = index + 5;
        at = Bytes.putVarint(target, at, frame.bodyBytes());
        at = Bytes.putVarint(target, at, frame.firstPosition() - segmentFirstPosition);
        at = Bytes.putVarint(target, at, frame.eventCount());
        at = Bytes.putVarint(target, at, frame.markDistance());
        at = Bytes.putVarint(target, at, frame.opening());
        at = Bytes.putVarint(target, at, zigzag(frame.micros() - segmentBaseMicros));
        at = Bytes.putVarint(target, at, versions.length);
        for (long version : versions) {
            at = Bytes.putVarint(target, at, version);
        }
        Bytes.putInt(target, at, frame.bodyCrc());
        at += 4;
        headCrc = checksum(target, index, at - index, offset);
        Bytes.putInt(target, index, headCrc);
        return at;
    }

    /** What a head says, apart from the versions. */
    record Frame(
            int kind,
            int bodyBytes,
            long firstPosition,
            int eventCount,
            long markDistance,
            long opening,
            long micros,
            int bodyCrc) {}

    /** Whether the body at {@code index} is the one that was written. */
    public boolean bodyMatches(byte[] source, int index) {
        crc.reset();
        crc.update(source, index, bodyBytes);
        return (int) crc.getValue() == bodyCrc;
    }

    /** {@link #COMMIT}, {@link #ACT} or {@link #SEAL}. */
    public int kind() {
        return kind;
    }

    /** Length of the head. */
    public int headBytes() {
        return headBytes;
    }

    /** Length of the body. */
    public int bodyBytes() {
        return bodyBytes;
    }

    /** Length of head and body. */
    public int frameBytes() {
        return headBytes + bodyBytes;
    }

    /** Position of the first event; of the next event where the frame holds none. */
    public long firstPosition() {
        return firstPosition;
    }

    /** Number of events. */
    public int eventCount() {
        return eventCount;
    }

    /** How many bytes before the frame the log was durable when it was written. */
    public long markDistance() {
        return markDistance;
    }

    /** The opening of the store that wrote it. */
    public long opening() {
        return opening;
    }

    /** Time of recording, microseconds. */
    public long micros() {
        return micros;
    }

    /** Number of streams that it writes. */
    public int streamCount() {
        return streamCount;
    }

    /** First version that it writes to the n-th of its streams, from 0. */
    public long firstVersion(int stream) {
        return firstVersions[stream];
    }

    /** The checksum of this head. */
    public int headCrc() {
        return headCrc;
    }
}
