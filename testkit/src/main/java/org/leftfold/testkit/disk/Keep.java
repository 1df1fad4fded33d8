package org.leftfold.testkit.disk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which of the pending operations of one node a crash keeps. "Kept up to" is a sequence number:
 * operations up to it are kept. A sector is kept up to one operation, so it always has a state that
 * it had in memory at some time; a torn sector has one state in its first bytes and an older one
 * behind them.
 */
final class Keep {
    static final int NOTHING = -1;
    static final int EVERYTHING = Integer.MAX_VALUE;

    /** For every sector without an entry of its own. */
    final int keptUpTo;

    /** For sizes and truncations. */
    final int sizeKeptUpTo;

    int sectorBytes;
    int firstSector;
    int @Nullable [] sectorKeptUpTo;
    int @Nullable [] tornKeptUpTo;
    int @Nullable [] tornBytes;

    Keep(int keptUpTo, int sizeKeptUpTo) {
        this.keptUpTo = keptUpTo;
        this.sizeKeptUpTo = sizeKeptUpTo;
    }

    /**
     * Gives the sectors from {@code firstSector} on states of their own, to begin with that of all
     * others.
     */
    int[] withSectors(int bytesEach, int first, int count) {
        this.sectorBytes = bytesEach;
        this.firstSector = first;
        int[] states = new int[count];
        Arrays.fill(states, keptUpTo);
        this.sectorKeptUpTo = states;
        return states;
    }

    boolean keepsAll() {
        return keptUpTo == EVERYTHING && sizeKeptUpTo == EVERYTHING && sectorKeptUpTo == null;
    }

    boolean keepsNothing() {
        return keptUpTo == NOTHING && sizeKeptUpTo == NOTHING && sectorKeptUpTo == null;
    }

    /** Applies the kept part of a write or of zeros. */
    void apply(Operation.Data operation, byte[] target) {
        int[] states = sectorKeptUpTo;
        int stop = Math.min(operation.end(), target.length);
        if (states == null) {
            if (operation.sequence <= keptUpTo) {
                operation.copyTo(target, operation.offset, stop);
            }
            return;
        }
        int at = operation.offset;
        while (at < stop) {
            int sector = at / sectorBytes - firstSector;
            if (sector < 0 || sector >= states.length) {
                throw new AssertionError("sector outside of the pending range");
            }
            int sectorStart = (sector + firstSector) * sectorBytes;
            int next = Math.min(stop, sectorStart + sectorBytes);
            if (operation.sequence <= states[sector]) {
                operation.copyTo(target, at, next);
            } else if (tornKeptUpTo != null
                    && tornBytes != null
                    && operation.sequence <= tornKeptUpTo[sector]) {
                operation.copyTo(target, at, Math.min(next, sectorStart + tornBytes[sector]));
            }
            at = next;
        }
    }
}
