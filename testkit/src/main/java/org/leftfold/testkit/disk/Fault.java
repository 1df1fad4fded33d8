package org.leftfold.testkit.disk;

/**
 * What goes wrong in one call of a simulated disk. Which call that is, {@link FaultPlan} says. A
 * fault that makes no sense for the kind of call (a lying force on a read) lets the call succeed.
 */
public sealed interface Fault {
    /** EIO: the call throws and has changed nothing. On a force the pending bytes stay pending. */
    record InputOutputError() implements Fault {}

    /** EIO although the call took effect: the caller cannot know. */
    record ErrorAfterEffect() implements Fault {}

    /** ENOSPC: the call throws and has changed nothing. */
    record NoSpace() implements Fault {}

    /**
     * A write of {@code bytes} bytes, then ENOSPC. Other calls fail without effect.
     *
     * @param bytes how many bytes are still written, at most all but one
     */
    record ShortWrite(long bytes) implements Fault {}

    /** {@link OutOfMemoryError}; nothing was changed. */
    record OutOfMemory() implements Fault {}

    /** {@link java.nio.channels.ClosedByInterruptException}; nothing was changed. */
    record Interrupted() implements Fault {}

    /**
     * A failed write-back. On a write: it succeeds, and the next force of the file fails; on a
     * force: it fails. After that force the bytes count as clean: a second force succeeds, and they
     * are still not durable.
     */
    record LateWriteBackError() implements Fault {}

    /** A force that returns as if all were well and makes nothing durable. */
    record LyingForce() implements Fault {}

    /**
     * A read that finds an older version of one sector.
     *
     * @param sector number of the sector in the file
     * @param older all bytes the file had before
     */
    @SuppressWarnings(
            "ArrayRecordComponent") // Never compared; tests hand over what contents() gave them.
    record StaleSector(int sector, byte[] older) implements Fault {}

    /**
     * A read that sees, or a write that stores, one changed bit.
     *
     * @param offset of the byte in the file; the call passes unharmed when it does not touch it
     * @param bit 0 to 7
     */
    record BitFlip(long offset, int bit) implements Fault {}

    /**
     * No fault: runs a piece of the test before the call, without any lock held, and goes on to the
     * next rule.
     *
     * @param action what to run
     */
    record Before(Runnable action) implements Fault {}
}
