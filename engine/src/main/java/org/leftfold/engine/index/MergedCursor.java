package org.leftfold.engine.index;

import java.util.List;

/** The union of several lists within a range, in order, each position once. */
final class MergedCursor implements PositionCursor {
    private final PositionList[] lists;
    private final int[] indexes; // of the next position to give, per list
    private final boolean backward;
    private final long after;
    private final long to;

    MergedCursor(List<PositionList> lists, long after, long to, boolean backward) {
        this.lists = lists.toArray(PositionList[]::new);
        this.indexes = new int[this.lists.length];
        this.backward = backward;
        this.after = after;
        this.to = to;
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] =
                    backward ? this.lists[i].countUpTo(to) - 1 : this.lists[i].countUpTo(after);
        }
    }

    @Override
    public long next() {
        long best = END;
        for (int i = 0; i < lists.length; i++) {
            long head = head(i);
            if (head != END && (best == END || (backward ? head > best : head < best))) {
                best = head;
            }
        }
        if (best != END) {
            for (int i = 0; i < lists.length; i++) {
                if (head(i) == best) {
                    indexes[i] += backward ? -1 : 1;
                }
            }
        }
        return best;
    }

    private long head(int list) {
        int index = indexes[list];
        if (backward) {
            return index < 0 || lists[list].at(index) <= after ? END : lists[list].at(index);
        }
        return index >= lists[list].size() || lists[list].at(index) > to
                ? END
                : lists[list].at(index);
    }
}
