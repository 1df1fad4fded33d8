package org.leftfold.engine;

/**
 * What a restore has done.
 *
 * @param position position of the last event, which is the number of events of the new store
 * @param bytesCopied length of the files that were written, the zeros in segments included
 */
public record RestoreReport(long position, long bytesCopied) {}
