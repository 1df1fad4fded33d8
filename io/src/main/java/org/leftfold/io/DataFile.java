package org.leftfold.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file, addressed by byte offset.
 *
 * <p>{@link #read} is safe for any thread, also beside a writer, and an interrupt of the calling
 * thread neither closes the file for others nor fails the call (the interrupt flag stays set).
 * {@link #write}, {@link #truncate}, {@link #force} and {@link #writeZeros} belong to one thread at
 * a time, a thread of the store and never a caller's.
 */
public interface DataFile extends AutoCloseable {
    /** The longest that can be read quickly. */
    int QUICK_BYTES = MappedReads.LARGEST_BYTES;

    /** The file's name in its directory. */
    String name();

    /** The file's length in bytes. */
    long size() throws IOException;

    /**
     * Reads from {@code offset} until {@code target} is full or the file ends.
     *
     * @return the number of bytes read, 0 when {@code offset} is at or behind the end of the file
     */
    int read(long offset, ByteBuffer target) throws IOException;

    /**
     * Writes all remaining bytes of {@code source} at {@code offset}; the file grows where needed.
     * They are durable only after {@link #force()}.
     *
     * @throws IOException if the bytes could not all be written; some of them may have been
     */
    void write(long offset, ByteBuffer source) throws IOException;

    /**
     * Fills {@code byteCount} bytes from {@code offset} with zeros that occupy real disk space, so
     * that later writes there need no more space and change no metadata of the file. Durable only
     * after {@link #force()}.
     */
    void writeZeros(long offset, long byteCount) throws IOException;

    /**
     * Cuts the file to {@code sizeBytes}; a shorter file is left alone. Durable only after {@link
     * #force()}.
     */
    void truncate(long sizeBytes) throws IOException;

    /**
     * Makes all bytes written so far, and the length of the file, survive a power cut.
     *
     * @throws IOException if that is not certain; the bytes written since the last successful call
     *     are then in doubt and a later successful call proves nothing about them
     */
    void force() throws IOException;

    /**
     * Says that the file keeps its length, and that bytes will not be read before they have their
     * last value: small reads may become quicker. They give the same bytes and the same errors.
     */
    default void expectStableReads() throws IOException {}

    /**
     * Fills an array of at most {@value #QUICK_BYTES} bytes, if no call of the system is needed for
     * it.
     *
     * @return false if it has to be read by {@link #read}, which also says why if that fails; the
     *     target may have been changed
     */
    default boolean readQuickly(long offset, byte[] target) {
        return false;
    }

    /** For {@link QuickReads}: brings bytes closer to the processor, where it can. */
    default int touch(long offset, int byteCount) {
        return 0;
    }

    /** For {@link QuickReads}: puts 8 bytes, low first, into a place; false where it cannot. */
    default boolean peek(long offset, long[] target, int index) {
        return false;
    }

    /** For {@link QuickReads}: whether what was touched, or peeked at, had to come from a disk. */
    default void noteQuickReads(boolean wereSlow) {}

    @Override
    void close() throws IOException;
}
