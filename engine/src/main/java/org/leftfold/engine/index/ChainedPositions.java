package org.leftfold.engine.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.leftfold.engine.index.part.Positions;

/** Lists that follow each other without overlap, as one. One thread. */
final class ChainedPositions implements Positions {
    private final List<Positions> lists = new ArrayList<>();
    private long[] ends = new long[4]; // index behind the last position of each list
    private int current;

    /** Adds a list whose positions are above all others. */
    void add(Positions list) {
        if (list.size() == 0) {
            return;
        }
        if (lists.size() == ends.length) {
            ends = Arrays.copyOf(ends, 2 * ends.length);
        }
        ends[lists.size()] = size() + list.size();
        lists.add(list);
    }

    /** This chain, or its only list. */
    Positions simplest() {
        return lists.size() == 1 ? lists.getFirst() : this;
    }

    @Override
    public long size() {
        return lists.isEmpty() ? 0 : ends[lists.size() - 1];
    }

    @Override
    public long at(long index) {
        while (index >= ends[current]) {
            current++;
        }
        while (current > 0 && index < ends[current - 1]) {
            current--;
        }
        return lists.get(current).at(current == 0 ? index : index - ends[current - 1]);
    }

    @Override
    public long countUpTo(long position) {
        for (int i = lists.size() - 1; i >= 0; i--) {
            long count = lists.get(i).countUpTo(position);
            if (count > 0) {
                return i == 0 ? count : ends[i - 1] + count;
            }
        }
        return 0;
    }
}
