package org.leftfold.engine;

import java.util.List;

/**
 * What a backup has done.
 *
 * @param position position of the last event that it holds, which is the number of its events
 * @param bytesCopied length of the files that were written, the zeros in segments included
 * @param segmentsCopied segments that were written
 * @param segmentsKept segments that were there already
 * @param remarks what an operator should know, such as that the store could not be recovered first
 */
public record BackupReport(
        long position,
        long bytesCopied,
        long segmentsCopied,
        long segmentsKept,
        List<String> remarks) {
    /** Copies the list. */
    public BackupReport {
        remarks = List.copyOf(remarks);
    }
}
