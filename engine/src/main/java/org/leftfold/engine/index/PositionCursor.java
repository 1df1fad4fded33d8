package org.leftfold.engine.index;

/** Positions one after the other, rising or falling. Not safe for several threads. */
public interface PositionCursor {
    /** What {@link #next} gives behind the last position. */
    long END = -1;

    /** The next position, or {@link #END}. */
    long next();

    /** At most so many of the next positions, as far as they are known already; none are taken. */
    default long[] upcoming(int most) {
        return new long[0];
    }
}
