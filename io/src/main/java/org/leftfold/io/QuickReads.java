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

    /** After so many it is looked at the time: more than memory serves at once. */
    private static final int PIECES_A_LOOK = 8;

    /** Written by all threads, read by nobody: what is kept here has to be read. */
    static int kept;

    private QuickReads() {}

    /**
     * Touches bytes that are read soon, as far as they are mapped. Ends early where they come from
     * a disk, one after the other: whoever reads them can do better.
     *
     * @param files the files, one a piece; null for none
     * @param offsets where the pieces begin
     * @param byteCount how long each is
     */
    public static void touch(@Nullable DataFile[] files, long[] offsets, int byteCount) {
        touch(files, offsets, byteCount, TIME);
    }

    static void touch(@Nullable DataFile[] files, long[] offsets, int byteCount, TimeSource time) {
        long begin = time.monotonicNanos();
        try {
            int sum = 0;
            int touched = 0;
            // The first line of each, so that their pages are looked up together; then the others.
            for (; touched < files.length && !isTimeToEnd(begin, touched, time); touched++) {
                DataFile file = files[touched];
                if (file != null) {
                    sum += file.touch(offsets[touched], 1);
                }
            }
            for (int i = 0; i < files.length && touched == files.length; i++) {
                DataFile file = files[i];
                if (file != null) {
                    int line = MappedReads.LINE_BYTES;
                    sum += file.touch(offsets[i] + line, byteCount - line);
                }
            }
            kept = sum;
            MappedReads.deliverFault();
            note(files, touched, touched < files.length || isSlow(begin, touched, time));
        } catch (InternalError e) { // so a bad page arrives: the read meets it, and says what it is
            note(files, files.length, true);
        }
    }

    /**
     * Reads numbers of 8 bytes, low first.
     *
     * @param files the files, one a number; null for none, and set to null where it cannot be read
     *     in this way, or not soon
     * @param offsets where the numbers lie
     * @param target gets them; has no meaning where the file is null
     */
    public static void numbers(@Nullable DataFile[] files, long[] offsets, long[] target) {
        numbers(files, offsets, target, TIME);
    }

    static void numbers(
            @Nullable DataFile[] files, long[] offsets, long[] target, TimeSource time) {
        long begin = time.monotonicNanos();
        try {
            int read = 0;
            for (; read < files.length && !isTimeToEnd(begin, read, time); read++) {
                DataFile file = files[read];
                if (file != null && !file.peek(offsets[read], target, read)) {
                    files[read] = null;
                }
            }
            MappedReads.deliverFault();
            note(files, read, read < files.length || isSlow(begin, read, time));
            Arrays.fill(files, read, files.length, null);
        } catch (InternalError e) { // nobody else may ever read the bad page, so it is noted here
            note(files, files.length, true);
            Arrays.fill(files, null);
        }
    }

    private static boolean isTimeToEnd(long begin, int pieces, TimeSource time) {
        return pieces > 0 && pieces % PIECES_A_LOOK == 0 && isSlow(begin, pieces, time);
    }

    private static boolean isSlow(long begin, int pieces, TimeSource time) {
        long most = MappedReads.SLOW_NANOS + pieces * PIECE_NANOS;
        return time.monotonicNanos() - begin > most;
    }

    /** Each file of the first ones once: files that follow each other are the same. */
    private static void note(@Nullable DataFile[] files, int count, boolean wereSlow) {
        DataFile last = null;
        for (int i = 0; i < count; i++) {
            DataFile file = files[i];
            if (file != null && !file.equals(last)) {
                file.noteQuickReads(wereSlow);
                last = file;
            }
        }
    }
}
