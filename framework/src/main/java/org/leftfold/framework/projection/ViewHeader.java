package org.leftfold.framework.projection;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;

/**
 * What is kept about a view besides its rows. Immutable.
 *
 * @param newest the highest generation there ever was
 * @param current the one that is read
 * @param previous the one that was read before, for a roll back; null if there is none
 * @param building what is built; null if nothing
 * @param useless generations whose rows are to be removed
 * @param paused whether it was paused
 * @param resumes counts how often it or its rebuild was resumed: who has stopped begins again then
 */
record ViewHeader(
        int newest,
        Built current,
        @Nullable Built previous,
        @Nullable Building building,
        List<Integer> useless,
        boolean paused,
        int resumes) {
    private static final PayloadFormat FORMAT = JsonFormat.ofFields();

    /**
     * A generation.
     *
     * @param generation which
     * @param parts in how many parts it is kept
     * @param version version of the code that builds it
     */
    record Built(int generation, int parts, int version) {
        View view(String name) {
            return new View(name, generation);
        }
    }

    /**
     * A rebuild.
     *
     * @param built the generation
     * @param paused whether it was paused
     * @param swapsItself whether it is swapped in when it has caught up
     * @param by who began it
     * @param since when
     * @param erases whether the one before is not kept when it is swapped in, for somebody is to be
     *     forgotten whom it knows
     * @param rollsBack whether it is a generation that was read before
     */
    record Building(
            Built built,
            boolean paused,
            boolean swapsItself,
            String by,
            Instant since,
            boolean erases,
            boolean rollsBack) {
        Building paused(boolean now) {
            return new Building(built, now, swapsItself, by, since, erases, rollsBack);
        }
    }

    static ViewHeader first(int parts, int version) {
        return new ViewHeader(1, new Built(1, parts, version), null, null, List.of(), false, 0);
    }

    static Optional<ViewHeader> read(Optional<Payload> header) {
        return header.map(body -> FORMAT.read(body, ViewHeader.class));
    }

    void save(ViewTransaction transaction, String name) {
        transaction.saveHeader(name, FORMAT.write(this));
    }

    /** Whether a generation is read or built. */
    boolean isKeptUp(int generation) {
        return current.generation() == generation
                || (building != null && building.built().generation() == generation);
    }

    ViewHeader withPaused(boolean now) {
        return new ViewHeader(newest, current, previous, building, useless, now, resumes);
    }

    /** Whoever has stopped begins again. */
    ViewHeader resumed() {
        return new ViewHeader(newest, current, previous, building, useless, paused, resumes + 1);
    }

    /** A rebuild is begun; what was rebuilt before and not swapped in is thrown away. */
    ViewHeader begun(int parts, int version, boolean swapsItself, String by, Instant since) {
        List<Integer> gone = new ArrayList<>(useless);
        if (previous != null) {
            gone.add(previous.generation());
        }
        if (building != null && !gone.contains(building.built().generation())) {
            gone.add(building.built().generation());
        }
        Built built = new Built(newest + 1, parts, version);
        return new ViewHeader(
                newest + 1,
                current,
                null,
                new Building(built, false, swapsItself, by, since, false, false),
                gone,
                paused,
                resumes);
    }

    /** Whether the one that is read was rolled back to: else what was read before it is older. */
    boolean isRolledBack() {
        return previous != null && previous.generation() > current.generation();
    }

    /**
     * Whether code of a version begins a rebuild by itself, for it is newer than all there is: not
     * such code as somebody has rolled back from, or he could not keep what he has chosen.
     */
    boolean isBegunBy(int version) {
        boolean isNewer =
                version > current.version()
                        && (building == null || version > building.built().version());
        boolean wasLeft = previous != null && isRolledBack() && version <= previous.version();
        return isNewer && !wasLeft;
    }

    /** The generation that was read before is brought up to date, and read again then. */
    ViewHeader rolledBack(Built to, String by, Instant since) {
        return new ViewHeader(
                newest,
                current,
                null,
                new Building(to, false, true, by, since, false, true),
                useless,
                paused,
                resumes);
    }

    ViewHeader with(@Nullable Building other) {
        return new ViewHeader(newest, current, previous, other, useless, paused, resumes);
    }

    /** What was built is thrown away; what was kept for a roll back is kept again. */
    ViewHeader cancelled(Building gone) {
        if (gone.rollsBack() && !gone.erases()) {
            return new ViewHeader(newest, current, gone.built(), null, useless, paused, resumes);
        }
        List<Integer> more = new ArrayList<>(useless);
        more.add(gone.built().generation());
        return new ViewHeader(newest, current, previous, null, more, paused, resumes);
    }

    /** The rebuild that is under way ends by itself, and leaves nothing of what was read before. */
    ViewHeader erasing() {
        Building now = building;
        return now == null
                ? this
                : with(
                        new Building(
                                now.built(),
                                now.paused(),
                                true,
                                now.by(),
                                now.since(),
                                true,
                                now.rollsBack()));
    }

    /** What was kept for a roll back is thrown away. */
    ViewHeader withoutPrevious() {
        if (previous == null) {
            return this;
        }
        List<Integer> gone = new ArrayList<>(useless);
        gone.add(previous.generation());
        return new ViewHeader(newest, current, null, building, gone, paused, resumes);
    }

    ViewHeader swapped(Building ready) {
        ViewHeader swapped = swappedIn(ready);
        return ready.erases() ? swapped.withoutPrevious() : swapped;
    }

    private ViewHeader swappedIn(Building ready) {
        return new ViewHeader(newest, ready.built(), current, null, useless, paused, resumes);
    }

    ViewHeader cleared(int generation) {
        List<Integer> left = new ArrayList<>(useless);
        left.remove(Integer.valueOf(generation));
        return new ViewHeader(newest, current, previous, building, left, paused, resumes);
    }
}
