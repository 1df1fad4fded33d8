package org.leftfold.engine.backup;

/**
 * What a backup or a restore has done.
 *
 * @param position position of the last event of the copy, which is the number of its events
 * @param bytesCopied length of the files that were written, the zeros in segments included
 * @param segmentsCopied segments that were written
 * @param segmentsKept segments that were there already
 */
public record Copied(long position, long bytesCopied, long segmentsCopied, long segmentsKept) {}
