package org.leftfold.testkit.disk;

import java.util.ArrayList;
import java.util.List;

/** The ways in which a crash point can end. */
public final class CrashOutcomes {
    /**
     * The size of the pages whose loss is tried one by one: what Linux writes back at once on most
     * machines.
     */
    public static final int PAGE_BYTES = 4096;

    private CrashOutcomes() {}

    /** All regular outcomes with pages of 4096 bytes: everything but {@link #random}. */
    public static List<CrashOutcome> exhaustive(CrashPoint point) {
        return exhaustive(point, PAGE_BYTES);
    }

    /**
     * Nothing and everything kept, sizes only, sizes lost, every prefix of the pending operations,
     * every changed page alone kept and alone lost, every prefix of the pending names with and
     * without bytes, every name alone kept and alone lost. The list has random access, so a
     * parallel stream can divide it.
     *
     * @param pageBytes how large a page is, a multiple of the sector size of the disk
     */
    public static List<CrashOutcome> exhaustive(CrashPoint point, int pageBytes) {
        List<CrashOutcome> outcomes = new ArrayList<>();
        outcomes.add(new CrashOutcome.NothingKept());
        int operations = point.pendingOperations();
        if (operations == 0) {
            return outcomes;
        }
        outcomes.add(new CrashOutcome.EverythingKept());
        outcomes.add(new CrashOutcome.SizesKept());
        outcomes.add(new CrashOutcome.SizesLost());
        for (int i = 1; i < operations; i++) {
            outcomes.add(new CrashOutcome.Prefix(i));
        }
        int pages = point.changedPages(pageBytes);
        for (int i = 0; i < pages; i++) {
            outcomes.add(new CrashOutcome.OnlyPage(i, pageBytes));
            outcomes.add(new CrashOutcome.AllButPage(i, pageBytes));
        }
        int names = point.pendingNames();
        for (int i = 0; i <= names; i++) {
            outcomes.add(new CrashOutcome.NamesPrefix(i, false));
            if (i < names) {
                outcomes.add(new CrashOutcome.NamesPrefix(i, true));
            }
        }
        if (names > 1) {
            for (int i = 0; i < names; i++) {
                outcomes.add(new CrashOutcome.OnlyName(i));
                outcomes.add(new CrashOutcome.AllButName(i));
            }
        }
        return outcomes;
    }

    /**
     * Names, sizes and sectors with a fate of their own, torn sectors included, all from one seed.
     */
    public static CrashOutcome random(long seed) {
        return new CrashOutcome.Random(seed);
    }

    /**
     * The regular outcomes, then {@code count} random ones whose seeds follow from {@code seed} and
     * the point.
     */
    public static List<CrashOutcome> exhaustiveAndRandom(CrashPoint point, int count, long seed) {
        List<CrashOutcome> outcomes = exhaustive(point);
        if (point.pendingOperations() > 0) {
            for (int i = 0; i < count; i++) {
                outcomes.add(random(seed + 1_000_003L * point.callIndex() + i));
            }
        }
        return outcomes;
    }
}
