package org.leftfold.engine.index.part;

import java.util.ArrayList;
import java.util.List;

/** Lists of positions one behind the other, each above the one before. One thread. */
final class JoinedPositions implements Positions {
    private final Runnable step;
    private final List<Piece> pieces = new ArrayList<>();
    private long size;
    private int current;

    private record Piece(Positions positions, long from, long to) {}

    /** No lists yet; {@code step} is run at each position that is asked for. */
    JoinedPositions(Runnable step) {
        this.step = step;
    }

    void add(Positions list) {
        if (list.size() > 0) {
            pieces.add(new Piece(list, size, size + list.size()));
            size += list.size();
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long at(long index) {
        step.run();
        Piece piece = pieces.get(current);
        if (index < piece.from || index >= piece.to) {
            current = 0;
            while (index >= pieces.get(current).to) {
                current++;
            }
            piece = pieces.get(current);
        }
        return piece.positions.at(index - piece.from);
    }

    @Override
    public long countUpTo(long position) {
        long count = 0;
        for (Piece piece : pieces) {
            count += piece.positions.countUpTo(position);
        }
        return count;
    }
}
