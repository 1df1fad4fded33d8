package org.leftfold.cli.terminal;

import java.util.List;
import java.util.Locale;

/** Sizes for people. */
public final class ByteSize {
    private static final double UNIT_STEP = 1024;

    private ByteSize() {}

    /** A number of bytes in the unit that suits it, such as {@code 124.2 MiB}. */
    public static String text(long bytes) {
        double size = bytes;
        String unit = "B";
        for (String next : List.of("KiB", "MiB", "GiB", "TiB")) {
            if (size < UNIT_STEP) {
                break;
            }
            size /= UNIT_STEP;
            unit = next;
        }
        return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", size, unit);
    }
}
