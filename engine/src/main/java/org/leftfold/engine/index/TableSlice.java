package org.leftfold.engine.index;

import org.leftfold.engine.index.part.Positions;

/** What a list in memory held when this was made, without the positions up to one. */
final class TableSlice implements Positions {
    private final PositionList list;
    private final long from;
    private final long to;

    TableSlice(PositionList list, long after) {
        this.list = list;
        this.to = list.size();
        this.from = Math.min(to, list.countUpTo(after));
    }

    @Override
    public long size() {
        return to - from;
    }

    @Override
    public long at(long index) {
        return list.at((int) (from + index));
    }

    @Override
    public long countUpTo(long position) {
        return Math.max(0, Math.min(to, list.countUpTo(position)) - from);
    }
}
