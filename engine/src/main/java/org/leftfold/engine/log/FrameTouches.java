package org.leftfold.engine.log;

import org.jspecify.annotations.Nullable;
import org.leftfold.io.DataFile;
import org.leftfold.io.QuickReads;

/** Brings frames that are read soon closer to the processor. Stateless. */
public final class FrameTouches {
    private FrameTouches() {}

    /**
     * Touches frames, as far as they are mapped.
     *
     * @param locations what was filed for their positions; 0 for none
     */
    public static void touch(Log log, long[] locations) {
        @Nullable DataFile[] files = new DataFile[locations.length];
        long[] offsets = new long[locations.length];
        for (int i = 0; i < locations.length; i++) {
            long number = locations[i] >>> Log.OFFSET_BITS;
            offsets[i] = locations[i] & ((1L << Log.OFFSET_BITS) - 1);
            if (offsets[i] != 0 && number > 0 && number <= log.segmentCount()) {
                Segment segment = log.segment(number);
                files[i] = segment.header().isRewritten() ? null : segment.file();
            }
        }
        QuickReads.touch(files, offsets, FrameReader.GUESS_BYTES);
    }
}
