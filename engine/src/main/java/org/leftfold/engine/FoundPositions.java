package org.leftfold.engine;

import java.util.Arrays;
import org.leftfold.api.Query;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.EventIndex.Range;
import org.leftfold.engine.index.PositionCursor;

/**
 * The positions that match a query in a range, asked from the index in portions that grow, so that
 * no file of it is kept open by a slow reader. One thread.
 */
final class FoundPositions implements PositionCursor {
    private static final int FIRST_PORTION = 32;
    private static final int LARGEST_PORTION = 1024;

    private final Query query;
    private final EventIndex index;
    private Range range; // what was not asked yet
    private long[] portion = new long[FIRST_PORTION];
    private int count;
    private int given;
    private boolean isLast;

    private FoundPositions(Query query, EventIndex index, Range range) {
        this.query = query;
        this.index = index;
        this.range = range;
    }

    /** The positions that match. */
    static PositionCursor of(Query query, EventIndex index, Range range) {
        return query.isEverything() ? new All(range) : new FoundPositions(query, index, range);
    }

    @Override
    public long next() {
        if (given == count) {
            if (isLast) {
                return END;
            }
            ask();
            if (count == 0) {
                return END;
            }
        }
        return portion[given++];
    }

    @Override
    public long[] upcoming(int most) {
        return Arrays.copyOfRange(portion, given, Math.min(count, given + most));
    }

    private void ask() {
        if (count == portion.length && count < LARGEST_PORTION) {
            portion = new long[4 * count > LARGEST_PORTION ? LARGEST_PORTION : 4 * count];
        }
        count = index.find(query, range, portion);
        given = 0;
        isLast = count < portion.length;
        if (!isLast) {
            long end = portion[count - 1];
            range =
                    range.backward()
                            ? new Range(range.after(), end - 1, true)
                            : new Range(end, range.to(), false);
        }
    }

    /** Every position of a range. */
    private static final class All implements PositionCursor {
        private final Range range;
        private long given;

        All(Range range) {
            this.range = range;
        }

        @Override
        public long next() {
            if (given >= range.to() - range.after()) {
                return END;
            }
            given++;
            return range.backward() ? range.to() + 1 - given : range.after() + given;
        }
    }
}
