package org.leftfold.benchmarks.stores;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Events as the bytes of {@link RawStore}, little-endian; RocksDB and MVStore hold the same bytes
 * as their values.
 *
 * <pre>
 *  0 int   bytes behind the checksum      24 int  bytes of the payload
 *  4 int   CRC32C of all bytes behind it  28 long offset of the stream's previous frame
 *  8 long  position                          (never filled, but its place is paid for)
 * 16 int   version                        36 stream, type, payload, metadata
 * 20 short bytes of the stream
 * 22 short bytes of the type
 * </pre>
 */
final class RawFrames {
    static final int HEADER_BYTES = 36;

    /** Length and checksum, which are not part of what the length counts. */
    static final int PREFIX_BYTES = 8;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private RawFrames() {}

    /** A frame without position and checksum. */
    static byte[] encode(String stream, long version, SampleEvent event) {
        byte[] name = stream.getBytes(StandardCharsets.ISO_8859_1);
        byte[] type = event.type().getBytes(StandardCharsets.ISO_8859_1);
        byte[] payload = event.payload();
        byte[] metadata = event.metadata();
        int bodyBytes = name.length + type.length + payload.length + metadata.length;
        byte[] frame = new byte[HEADER_BYTES + bodyBytes];
        ByteBuffer.wrap(frame)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(frame.length - PREFIX_BYTES)
                .putInt(0)
                .putLong(0)
                .putInt((int) version)
                .putShort((short) name.length)
                .putShort((short) type.length)
                .putInt(payload.length)
                .putLong(-1)
                .put(name)
                .put(type)
                .put(payload)
                .put(metadata);
        return frame;
    }

    /** Gives a frame its position and its checksum. */
    static void stamp(byte[] frame, long position, CRC32C checksum) {
        LONGS.set(frame, 8, position);
        checksum.reset();
        checksum.update(frame, PREFIX_BYTES, frame.length - PREFIX_BYTES);
        INTS.set(frame, 4, (int) checksum.getValue());
    }

    /** Bytes of the frame at {@code offset} of a little-endian buffer, 0 where none was written. */
    static int frameBytes(ByteBuffer buffer, int offset) {
        int bytes = buffer.getInt(offset);
        return bytes == 0 ? 0 : bytes + PREFIX_BYTES;
    }

    /** Whether the frame at {@code offset} is as it was stamped. */
    static boolean isIntact(ByteBuffer buffer, int offset, CRC32C checksum) {
        int end = offset + frameBytes(buffer, offset);
        checksum.reset();
        checksum.update(buffer.duplicate().position(offset + PREFIX_BYTES).limit(end));
        return (int) checksum.getValue() == buffer.getInt(offset + 4);
    }

    /** The position that the frame at {@code offset} was stamped with. */
    static long position(ByteBuffer buffer, int offset) {
        return buffer.getLong(offset + 8);
    }

    /** Makes all fields of the frame at {@code offset} and gives them to {@code sink}. */
    static void decode(ByteBuffer buffer, int offset, long position, EventSink sink) {
        byte[] name = new byte[buffer.getShort(offset + 20)];
        byte[] type = new byte[buffer.getShort(offset + 22)];
        byte[] payload = new byte[buffer.getInt(offset + 24)];
        int at = offset + HEADER_BYTES;
        int end = offset + frameBytes(buffer, offset);
        byte[] metadata = new byte[end - at - name.length - type.length - payload.length];
        buffer.get(at, name);
        at += name.length;
        buffer.get(at, type);
        at += type.length;
        buffer.get(at, payload);
        at += payload.length;
        buffer.get(at, metadata);
        sink.accept(
                position,
                new String(name, StandardCharsets.ISO_8859_1),
                buffer.getInt(offset + 16),
                new String(type, StandardCharsets.ISO_8859_1),
                payload,
                metadata);
    }

    /** Makes all fields of a frame that is a value in another store. */
    static void decode(byte[] frame, long position, EventSink sink) {
        decode(ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN), 0, position, sink);
    }
}
