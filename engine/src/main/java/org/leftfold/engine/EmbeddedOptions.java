package org.leftfold.engine;

import java.time.InstantSource;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.spi.SafeListener;
import org.leftfold.api.spi.StoreListener;

/**
 * How an embedded store is opened.
 *
 * @param auditPolicy which metadata every event must carry
 * @param listener is told what the store does
 * @param clock gives the times of recording, which never order anything
 * @param firstSegmentBytes size of the first segment file, at least 4 KiB; each next one is twice
 *     as large
 * @param maxSegmentBytes size of large segment files
 * @param indexMemoryBytes memory for finding events, at least 64 KiB: the newest ones, and what was
 *     read of the index files lately. It does not have to grow with the store; below some MiB
 *     everything works and is slow
 */
public record EmbeddedOptions(
        AuditPolicy auditPolicy,
        StoreListener listener,
        InstantSource clock,
        long firstSegmentBytes,
        long maxSegmentBytes,
        long indexMemoryBytes) {
    /**
     * A new store takes this much disk space: small enough for thousands of stores, enough for
     * 10,000 events.
     */
    public static final long DEFAULT_FIRST_SEGMENT_BYTES = 4 << 20;

    /**
     * About 730,000 events of 370 bytes: few files, and short work when one is to be read as a
     * whole.
     */
    public static final long DEFAULT_MAX_SEGMENT_BYTES = 256 << 20;

    /**
     * An eighth of the heap that this virtual machine may take, 16 MiB at least and 256 MiB at
     * most: enough for some hundred thousand hot streams in a heap of 2 GiB.
     */
    public static final long DEFAULT_INDEX_MEMORY_BYTES =
            Math.clamp(Runtime.getRuntime().maxMemory() / 8, 16 << 20, 256 << 20);

    private static final long SMALLEST_INDEX_MEMORY_BYTES = 64 << 10;
    private static final long SMALLEST_SEGMENT_BYTES = 4 << 10;
    private static final long LARGEST_SEGMENT_BYTES = 64L << 30;

    /**
     * @throws InvalidRequestException if a segment size is too small, or the first is above the
     *     last (LF-1003)
     */
    public EmbeddedOptions {
        if (firstSegmentBytes < SMALLEST_SEGMENT_BYTES) {
            throw InvalidRequestException.number(
                    "first segment size", firstSegmentBytes, "at least 4096 bytes are needed");
        }
        if (maxSegmentBytes > LARGEST_SEGMENT_BYTES) {
            throw InvalidRequestException.number(
                    "largest segment size", maxSegmentBytes, "at most 64 GiB are possible");
        }
        if (indexMemoryBytes < SMALLEST_INDEX_MEMORY_BYTES) {
            throw InvalidRequestException.number(
                    "index memory", indexMemoryBytes, "at least 65536 bytes are needed");
        }
        if (maxSegmentBytes < firstSegmentBytes) {
            throw InvalidRequestException.number(
                    "largest segment size",
                    maxSegmentBytes,
                    "it is below the size of the first segment");
        }
    }

    /** The listener, kept from harming the store when it throws. */
    StoreListener safeListener() {
        return listener instanceof SafeListener ? listener : new SafeListener(listener);
    }

    /**
     * No audit policy, no listener, the system's clock, segments from 4 MiB to 256 MiB, {@link
     * #DEFAULT_INDEX_MEMORY_BYTES} for the index.
     */
    public static EmbeddedOptions defaults() {
        return new EmbeddedOptions(
                AuditPolicy.none(),
                StoreListener.NONE,
                InstantSource.system(),
                DEFAULT_FIRST_SEGMENT_BYTES,
                DEFAULT_MAX_SEGMENT_BYTES,
                DEFAULT_INDEX_MEMORY_BYTES);
    }

    /** The same with another audit policy. */
    public EmbeddedOptions auditPolicy(AuditPolicy other) {
        return new EmbeddedOptions(
                other, listener, clock, firstSegmentBytes, maxSegmentBytes, indexMemoryBytes);
    }

    /** The same with another listener. */
    public EmbeddedOptions listener(StoreListener other) {
        return new EmbeddedOptions(
                auditPolicy, other, clock, firstSegmentBytes, maxSegmentBytes, indexMemoryBytes);
    }

    /** The same with another clock. */
    public EmbeddedOptions clock(InstantSource other) {
        return new EmbeddedOptions(
                auditPolicy, listener, other, firstSegmentBytes, maxSegmentBytes, indexMemoryBytes);
    }

    /** The same with other sizes of segments. */
    public EmbeddedOptions segmentBytes(long first, long max) {
        return new EmbeddedOptions(auditPolicy, listener, clock, first, max, indexMemoryBytes);
    }

    /** The same with more or less memory for the index. */
    public EmbeddedOptions indexMemoryBytes(long bytes) {
        return new EmbeddedOptions(
                auditPolicy, listener, clock, firstSegmentBytes, maxSegmentBytes, bytes);
    }
}
