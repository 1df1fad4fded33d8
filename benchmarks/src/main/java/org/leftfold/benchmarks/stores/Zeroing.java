package org.leftfold.benchmarks.stores;

/**
 * How much of the yardstick's file is zeroed ahead of its appends.
 *
 * @param firstBytes before the first append
 * @param stepBytes whenever half of the last step is used
 */
public record Zeroing(long firstBytes, long stepBytes) {
    private static final long STEP_BYTES = 256L << 20;

    /** For measured appends: enough for the first cells, as an engine has its next file ready. */
    public static final Zeroing AMPLE = new Zeroing(1L << 30, STEP_BYTES);

    /** For loading. */
    public static final Zeroing USUAL = new Zeroing(STEP_BYTES, STEP_BYTES);

    /** For checks. */
    public static final Zeroing SCARCE = new Zeroing(1 << 20, 1 << 20);
}
