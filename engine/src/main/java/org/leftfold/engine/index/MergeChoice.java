package org.leftfold.engine.index;

import java.util.List;

/**
 * Which parts are merged next: when there are {@value IndexOptions#FAN_IN} of one size, these and
 * the smaller ones among and behind them. So each event is written again once for each fourfold of
 * the store, and there are never many parts of one size.
 */
final class MergeChoice {
    private static final int BITS_A_LEVEL = 2; // a level has parts of up to 4 times the size

    private MergeChoice() {}

    /** The parts to merge into one, which follow each other; empty if there are none. */
    static List<SharedPart> of(List<SharedPart> parts) {
        int highest = parts.stream().mapToInt(MergeChoice::level).max().orElse(-1);
        for (int level = 0; level <= highest; level++) {
            int from = parts.size();
            int alike = 0;
            while (from > 0 && level(parts.get(from - 1)) <= level) {
                from--;
                alike += level(parts.get(from)) == level ? 1 : 0;
            }
            if (alike >= IndexOptions.FAN_IN) {
                return parts.subList(from, parts.size());
            }
        }
        return List.of();
    }

    /**
     * The parts to merge when reads are many: the last ones, from the oldest on that is at most
     * twice as large as all newer ones together. So each part that stays is larger than what comes
     * behind it, and an event is only written again when its part grows by half.
     */
    static List<SharedPart> forReads(List<SharedPart> parts) {
        long[] events = parts.stream().mapToLong(part -> part.part().header().events()).toArray();
        return parts.subList(forReads(events), parts.size());
    }

    /** The same by the sizes of the parts: the first one, or as many as there are for none. */
    static int forReads(long[] events) {
        int from = events.length;
        long newer = 0;
        for (int i = events.length - 1; i >= 0; i--) {
            if (events[i] <= 2 * newer) {
                from = i;
            }
            newer += events[i];
        }
        return from;
    }

    private static int level(SharedPart shared) {
        long events = shared.part().header().events();
        return (Long.SIZE - Long.numberOfLeadingZeros(events)) / BITS_A_LEVEL;
    }
}
