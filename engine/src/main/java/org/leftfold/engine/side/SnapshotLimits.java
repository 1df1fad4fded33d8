package org.leftfold.engine.side;

import org.leftfold.api.InvalidRequestException;

/**
 * How much a snapshot store keeps.
 *
 * @param maxFileBytes longest file, at least 4096; half of it is for snapshots that can be had, the
 *     other half for those that were replaced since it was last made anew. While it is made anew,
 *     half as much again is on disk. A snapshot that takes more than half of it is not kept
 * @param maxSnapshots most snapshots, at least 1; each takes about 300 bytes of memory, its names
 *     included
 */
public record SnapshotLimits(long maxFileBytes, int maxSnapshots) {
    private static final long MIN_FILE_BYTES = 4096;

    /** 1 GiB, and 100,000 snapshots in 30 MB of memory. */
    public static final SnapshotLimits STANDARD = new SnapshotLimits(1L << 30, 100_000);

    /**
     * Checks both.
     *
     * @throws InvalidRequestException if one is too small (LF-1003)
     */
    public SnapshotLimits {
        if (maxFileBytes < MIN_FILE_BYTES) {
            throw InvalidRequestException.number(
                    "largest snapshot file", maxFileBytes, "it must be at least " + MIN_FILE_BYTES);
        }
        if (maxSnapshots < 1) {
            throw InvalidRequestException.number(
                    "number of snapshots", maxSnapshots, "it must be at least 1");
        }
    }
}
