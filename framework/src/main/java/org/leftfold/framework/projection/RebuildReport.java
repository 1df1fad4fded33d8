package org.leftfold.framework.projection;

import java.util.List;
import org.leftfold.api.Checkpoint;

/**
 * What came of comparing a generation that was built anew with the one that is read, both at the
 * same place.
 *
 * @param generation the generation that was built
 * @param against the generation that is read
 * @param checkpoint the place
 * @param rows how many rows the generation that was built has
 * @param equal how many rows are the same in both
 * @param different how many rows hold something else
 * @param missing how many rows only the one that is read has
 * @param added how many rows only the one that was built has
 * @param parkedKeys how many keys are parked in the one that was built: their rows are not complete
 * @param examples keys of rows that are not equal, at most {@value #MAX_EXAMPLES}
 */
public record RebuildReport(
        int generation,
        int against,
        Checkpoint checkpoint,
        long rows,
        long equal,
        long different,
        long missing,
        long added,
        int parkedKeys,
        List<String> examples) {
    /** Most keys that are named. */
    public static final int MAX_EXAMPLES = 100;

    /** Copies the examples. */
    public RebuildReport {
        examples = List.copyOf(examples);
    }

    /** Whether both generations hold the same. */
    public boolean isEqual() {
        return different == 0 && missing == 0 && added == 0;
    }
}
