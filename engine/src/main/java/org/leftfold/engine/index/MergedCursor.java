package org.leftfold.engine.index;

import java.util.List;
import org.leftfold.engine.index.EventIndex.Range;
import org.leftfold.engine.index.part.Positions;

/** The union of several lists within a range, in order, each position once. */
final class MergedCursor implements PositionCursor {
    private final Positions[] lists;
    private final long[] indexes; // of the next position to give, per list
    private final long[] heads; // that position, or END
    private final boolean backward;
    private final long after;
    private final long to;

    MergedCursor(List<Positions> lists, Range range) {
        this.lists = lists.toArray(Positions[]::new);
        this.indexes = new long[this.lists.length];
        this.heads = new long[this.lists.length];
        this.backward = range.backward();
        this.after = range.after();
        this.to = range.to();
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] =
                    backward ? this.lists[i].countUpTo(to) - 1 : this.lists[i].countUpTo(after);
            heads[i] = head(i);
        }
    }

    @Override
    public long next() {
        long best = END;
        for (long head : heads) {
            if (head != END && (best == END || (backward ? head > best : head < best))) {
                best = head;
            }
        }
        for (int i = 0; best != END && i < heads.length; i++) {
            if (heads[i] == best) {
                indexes[i] += backward ? -1 : 1;
                heads[i] = head(i);
            }
        }
        return best;
    }

    private long head(int list) {
        long index = indexes[list];
        if (index < 0 || index >= lists[list].size()) {
            return END;
        }
        long position = lists[list].at(index);
        return (backward ? position <= after : position > to) ? END : position;
    }
}
