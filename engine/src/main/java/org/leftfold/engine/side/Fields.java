package org.leftfold.engine.side;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Texts and numbers in contents of records: a text is its length in bytes (u16) and UTF-8. */
final class Fields {
    private Fields() {}

    static ByteBuffer of(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static int textBytes(byte[] utf8) {
        return Short.BYTES + utf8.length;
    }

    static void putText(ByteBuffer target, byte[] utf8) {
        target.putShort((short) utf8.length).put(utf8);
    }

    static String text(ByteBuffer source) {
        byte[] utf8 = new byte[Short.toUnsignedInt(source.getShort())];
        if (utf8.length > source.remaining()) {
            throw new BufferUnderflowException();
        }
        source.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
