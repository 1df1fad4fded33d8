package org.leftfold.benchmarks.race;

import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.leftfold.benchmarks.sql.OwnDatabase;
import org.leftfold.benchmarks.sql.Servers;
import org.leftfold.benchmarks.stores.StoreKind;

/**
 * Lets stores race, one after the other: 64 writers append, hold transactions open, roll back and
 * are killed, while a follower reads on. What it saw is held against the log.
 */
public final class NobodySkips {
    /** The name of the sessions that may be killed. */
    static final String WRITERS = "writers";

    /** The name of those that may not. */
    static final String READERS = "readers";

    private static final Set<StoreKind> CONTENDERS =
            EnumSet.of(StoreKind.LEFTFOLD_POSTGRESQL, StoreKind.LEFTFOLD_MARIADB, StoreKind.AXON);

    private final Servers servers;
    private final Set<StoreKind> stores;
    private final int eventCount;
    private final PrintStream out;

    /**
     * Races that end when so many events were acknowledged.
     *
     * @param stores those of them that can race do
     */
    public NobodySkips(Servers servers, Set<StoreKind> stores, int eventCount, PrintStream out) {
        this.servers = servers;
        this.stores = EnumSet.copyOf(CONTENDERS);
        this.stores.retainAll(stores);
        this.eventCount = eventCount;
        this.out = out;
    }

    /** Races and prints; returns whether a follower of Leftfold saw anything but the log. */
    public boolean run() throws IOException {
        out.println();
        out.printf(
                Locale.ROOT,
                "nobody skips: %d writers, %,d events acknowledged%n",
                Race.WRITERS,
                eventCount);
        out.printf(
                "  %-20s %8s %7s %12s %13s %6s %6s %5s %5s %8s %7s%n",
                "store",
                "events",
                "missed",
                "out of order",
                "below passed",
                "twice",
                "holes",
                "lost",
                "held",
                "aborted",
                "killed");
        boolean isMissed = false;
        for (StoreKind kind : stores) {
            System.err.println("race of " + kind.label());
            isMissed |= !race(kind) && kind != StoreKind.AXON;
        }
        if (stores.stream().anyMatch(kind -> kind != StoreKind.AXON)) {
            out.println("  " + (isMissed ? "MISS" : "pass") + "  Leftfold: nothing but zeros");
        }
        return isMissed;
    }

    private boolean race(StoreKind kind) throws IOException {
        try (OwnDatabase database = servers.newDatabase(kind);
                Contender contender =
                        kind == StoreKind.AXON
                                ? new AxonContender(database)
                                : new LeftfoldContender(database)) {
            Race race = new Race(database, contender, eventCount);
            Verdict verdict = race.run();
            Race.Tally tally = race.tally();
            out.printf(
                    "  %-20s %8d %7d %12d %13d %6d %6d %5d %5d %8d %7d%n",
                    kind.label(),
                    verdict.events(),
                    verdict.missed(),
                    verdict.outOfOrder(),
                    verdict.belowPassed(),
                    verdict.twice(),
                    verdict.holes(),
                    verdict.lost(),
                    tally.held(),
                    tally.aborted(),
                    tally.killed());
            return verdict.isClean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the race was interrupted", e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the race of " + kind.label() + " failed", e);
        }
    }
}
