package org.leftfold.io;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads of many small pieces that lie apart, in one file or in several. Memory serves some ten
 * requests at a time, but only one after the other to a reader that needs each answer before it
 * asks again: so they are asked for together. Only what is mapped can be read in this way, and a
 * disk that has to be waited for is noticed as {@link MappedReads} says.
 */
public final class QuickReads {
    private static final TimeSource TIME = new SystemTime();

    /** More than a piece takes in memory, before anything is compiled. */
    private static final long PIECE_NANOS = 10_000;

    /** Written by all threads, read by nobody: what is kept here has to be read. */
    static int kept;

    private QuickReads() {}

    /**
     * Touches bytes that are read soon, as far as they are mapped.
     *
     * @param files the files, one a piece; null for none
     * @param offsets where the pieces begin
     * @param byteCount how long each is
     */
    public static void touch(@Nullable DataFile[] files, long[] offsets, int byteCount) {
        long begin = TIME.monotonicNanos();
        try {
            int sum = 0;
            for (int i = 0; i < files.length; i++) {
                DataFile file = files[i];
                if (file != null) {
                    sum += file.touch(offsets[i], byteCount);
                }
            }
            kept = sum;
            MappedReads.deliverFault();
        } catch (InternalError e) {
            return; // so a bad page arrives: the read meets it again, and says what it is
        }
        noteTime(begin, files);
    }

    /**
     * Reads numbers of 8 bytes, low first.
     *
     * @param files the files, one a number; null for none, and set to null where it cannot be read
     *     in this way
     * @param offsets where the numbers lie
     * @param target gets them; has no meaning where the file is null
     */
    public static void numbers(@Nullable DataFile[] files, long[] offsets, long[] target) {
        long begin = TIME.monotonicNanos();
        try {
            for (int i = 0; i < files.length; i++) {
                DataFile file = files[i];
                if (file != null && !file.peek(offsets[i], target, i)) {
                    files[i] = null;
                }
            }
            MappedReads.deliverFault();
        } catch (InternalError e) {
            Arrays.fill(files, null);
        }
        noteTime(begin, files);
    }

    /** Each file once, and only those that were read: files that follow each other are the same. */
    private static void noteTime(long begin, @Nullable DataFile[] files) {
        long most = MappedReads.SLOW_NANOS + files.length * PIECE_NANOS;
        boolean wereSlow = TIME.monotonicNanos() - begin > most;
        DataFile last = null;
        for (DataFile file : files) {
            if (file != null && !file.equals(last)) {
                file.noteQuickReads(wereSlow);
                last = file;
            }
        }
    }
}
