package org.leftfold.engine.index;

/** Positions one after the other, rising or falling. Not safe for several threads. */
public interface PositionCursor {
    /** What {@link #next} gives behind the last position. */
    long END = -1;

    /** The next position, or {@link #END}. */
    long next();
}
