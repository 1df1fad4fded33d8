package org.leftfold.engine.log;

import java.util.OptionalLong;

/** The names of the files of a store. */
public final class StoreFiles {
    /** Locked by the process that writes. */
    public static final String LOCK = "lock";

    /** Identity of the store; see {@link Manifest}. */
    public static final String MANIFEST = "manifest";

    /** How far the log is durable; see {@link MarkFile}. */
    public static final String MARK = "mark";

    /** Files with this ending were being prepared; they hold nothing that was acknowledged. */
    public static final String TEMPORARY = ".tmp";

    /** Files with this beginning belong to tools; the engine leaves them alone. */
    public static final String ATTACHMENT = "attachment-";

    /** A segment in preparation. */
    public static final String SPARE = "spare" + TEMPORARY;

    private static final String SEGMENT = ".segment";
    private static final int DIGITS = 10;

    private StoreFiles() {}

    /** The file of a segment, such as {@code 0000000001.segment}. */
    public static String segment(long number) {
        return ("%0" + DIGITS + "d").formatted(number) + SEGMENT;
    }

    /** The number of the segment that a file name stands for, if it stands for one. */
    public static OptionalLong segmentNumber(String name) {
        int length = DIGITS + SEGMENT.length();
        if (name.length() != length || !name.endsWith(SEGMENT)) {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalLong.empty();
            }
            number = number * 10 + digit;
        }
        return number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
    }

    /** Whether the engine knows what a file of this name is. */
    public static boolean isKnown(String name) {
        return name.equals(LOCK)
                || name.equals(MANIFEST)
                || name.equals(MARK)
                || isTemporary(name)
                || name.startsWith(ATTACHMENT)
                || segmentNumber(name).isPresent();
    }

    /** Whether a file of this name is one that the engine was preparing. */
    public static boolean isTemporary(String name) {
        return name.equals(SPARE) || name.equals(MANIFEST + TEMPORARY);
    }
}
