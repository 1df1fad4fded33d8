package org.leftfold.engine.log;

import java.util.List;
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

    /** Files of the index end with this; they are made from the segments. */
    public static final String INDEX = ".index";

    /** The small stores beside the log: what they hold is no part of it. */
    public static final List<String> SIDE_FILES =
            List.of("snapshots", "checkpoints", "leases", "keys");

    /** A segment in preparation. */
    public static final String SPARE = "spare" + TEMPORARY;

    /** A segment that is being rewritten without its unreadable events. */
    public static final String SCAVENGE = "scavenge" + TEMPORARY;

    /** A file that a backup or a restore is copying; it gets its name when it is whole. */
    public static final String COPY = "copy" + TEMPORARY;

    /** Where this is and no manifest, there is a first backup that was not finished. */
    public static final String BACKUP = "backup" + TEMPORARY;

    /** Where this is, there is a restore that was not finished; it becomes the manifest. */
    public static final String RESTORE = "restoring" + TEMPORARY;

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
                || isIndex(name)
                || SIDE_FILES.contains(name)
                || (name.endsWith(TEMPORARY)
                        && SIDE_FILES.contains(
                                name.substring(0, name.length() - TEMPORARY.length())))
                || segmentNumber(name).isPresent();
    }

    /** Whether a file of this name belongs to the index, or was to. */
    public static boolean isIndex(String name) {
        return name.endsWith(INDEX) || (name.contains(INDEX + ".") && name.endsWith(TEMPORARY));
    }

    /** Whether a file of this name is one that the engine was preparing. */
    public static boolean isTemporary(String name) {
        return name.equals(SPARE) || name.equals(SCAVENGE) || name.equals(MANIFEST + TEMPORARY);
    }
}
