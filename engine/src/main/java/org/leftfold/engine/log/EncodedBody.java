package org.leftfold.engine.log;

/**
 * The body of a frame, ready to be copied into the log. Immutable once made.
 *
 * @param bytes holds the body from index 0
 * @param byteCount length of the body
 * @param crc CRC-32C of the body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the array is handed over, not shared
public record EncodedBody(byte[] bytes, int byteCount, int crc) {}
