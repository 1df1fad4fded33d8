package org.leftfold.benchmarks.sql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.leftfold.benchmarks.stores.SampleEvent;

/**
 * An event as the bytes that Pekko's journal takes: lengths and texts of stream and type, length of
 * the payload, payload, metadata. The stream is left out where it is the persistence id.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record PekkoEvent(String stream, String type, byte[] payload, byte[] metadata) {

    static byte[] encode(String id, String stream, SampleEvent event) {
        byte[] name =
                stream.equals(id) ? new byte[0] : stream.getBytes(StandardCharsets.ISO_8859_1);
        byte[] type = event.type().getBytes(StandardCharsets.ISO_8859_1);
        int lengthBytes = 1 + name.length + 1 + type.length + Short.BYTES;
        return ByteBuffer.allocate(lengthBytes + event.payload().length + event.metadata().length)
                .put((byte) name.length)
                .put(name)
                .put((byte) type.length)
                .put(type)
                .putShort((short) event.payload().length)
                .put(event.payload())
                .put(event.metadata())
                .array();
    }

    static PekkoEvent decode(String id, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        String stream = text(buffer);
        String type = text(buffer);
        byte[] payload = new byte[buffer.getShort()];
        buffer.get(payload);
        byte[] metadata = new byte[buffer.remaining()];
        buffer.get(metadata);
        return new PekkoEvent(stream.isEmpty() ? id : stream, type, payload, metadata);
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.get()];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
