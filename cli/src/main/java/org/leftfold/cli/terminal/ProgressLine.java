package org.leftfold.cli.terminal;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.leftfold.io.TimeSource;

/**
 * One line on a terminal that tells how far a long command is; silent where nobody looks. For one
 * thread.
 */
public final class ProgressLine {
    private static final long REFRESH_NANOS =
            TimeUnit.MILLISECONDS.toNanos(100); // the eye needs no more
    private static final int BAR_COLUMNS = 24;
    private static final String CLEAR = "\r\u001b[K";

    private final Output err;
    private final TimeSource time;
    private final String what;
    private final long startNanos;
    private long countBefore;
    private double partBefore;
    private long shownNanos;
    private boolean isShown;

    /** A line on {@code err} about the command's work on {@code what}. */
    public ProgressLine(Console console, String what) {
        this.err = console.err();
        this.time = console.time();
        this.what = what;
        this.startNanos = time.monotonicNanos();
        this.shownNanos = startNanos;
    }

    /**
     * Begins in the middle: somebody has done a part of the work before.
     *
     * @param count things that were done before
     * @param done part of {@code total} that was done before
     * @param total all of it, or 0 where nobody knows
     */
    public void from(long count, long done, long total) {
        countBefore = count;
        partBefore = total <= 0 ? 0 : (double) done / total;
    }

    /**
     * Says how far the work is.
     *
     * @param count things done so far
     * @param unit what they are
     * @param done part of {@code total} that is done
     * @param total all of it, or 0 where nobody knows
     */
    public void update(long count, String unit, long done, long total) {
        if (!err.isTerminal()) {
            return;
        }
        long now = time.monotonicNanos();
        if (now - shownNanos < REFRESH_NANOS) {
            return;
        }
        shownNanos = now;
        isShown = true;
        double seconds = (now - startNanos) / 1e9;
        err.text(CLEAR + text(count, unit, done, total, seconds));
        err.flush();
    }

    private String text(long count, String unit, long done, long total, double seconds) {
        String rate =
                String.format(
                        Locale.ROOT,
                        "%,d %s, %,d/s",
                        count,
                        unit,
                        Math.round((count - countBefore) / seconds));
        if (total <= 0) {
            return what + "  " + rate;
        }
        double part = Math.min(1, (double) done / total);
        int filled = (int) Math.round(part * BAR_COLUMNS);
        String bar = "#".repeat(filled) + ".".repeat(BAR_COLUMNS - filled);
        double here = part - partBefore;
        String left = here > 0 ? ", " + duration((1 - part) * seconds / here) + " left" : "";
        return String.format(
                Locale.ROOT, "%s [%s] %3.0f%%  %s%s", what, bar, part * 100, rate, left);
    }

    private static String duration(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        if (whole >= 3600) {
            return "%d:%02d h".formatted(whole / 3600, whole / 60 % 60);
        }
        return whole >= 60 ? "%d:%02d min".formatted(whole / 60, whole % 60) : whole + " s";
    }

    /** Takes the line away, so that other text can follow. */
    public void clear() {
        if (isShown) {
            err.text(CLEAR);
            err.flush();
            isShown = false;
        }
    }
}
