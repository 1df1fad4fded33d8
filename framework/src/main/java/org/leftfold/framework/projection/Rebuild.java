package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Events;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.framework.projection.ViewHeader.Building;
import org.leftfold.framework.projection.ViewHeader.Built;

/**
 * The rebuild of a projection as a managed job. A rebuild makes the next generation of the view
 * beside the one that is read, which goes on meanwhile; side effects are muted. What is said here
 * is kept in the store of the views: any instance may say it, and those that run the projection do
 * it, also after they were killed. Safe for any thread.
 */
public final class Rebuild {
    private static final long POLL_MILLIS = 20;

    /**
     * What a rebuild would do.
     *
     * @param events how many events it would read
     * @param byType the same for each type, as stored
     * @param rows how many rows the view has now
     * @param parts in how many parts it would work
     */
    public record Plan(long events, Map<String, Long> byType, long rows, int parts) {}

    private final ProjectionRun<?> run;

    Rebuild(ProjectionRun<?> run) {
        this.run = run;
    }

    /** Counts what a rebuild would read, which takes as long as reading it; changes nothing. */
    public Plan plan() {
        Map<String, Long> byType = new TreeMap<>();
        long events = 0;
        try (Events found = run.store().read(ReadRequest.of(run.work().query()))) {
            while (found.hasNext()) {
                byType.merge(found.next().type().value(), 1L, Long::sum);
                events++;
            }
        }
        Built current = run.look().current();
        long rows =
                run.views()
                        .inTransaction(transaction -> transaction.count(current.view(run.name())));
        return new Plan(events, byType, rows, run.work().definition().parts());
    }

    /**
     * Begins a rebuild, with the code and the number of parts of this instance. A generation that
     * was kept for a roll back is thrown away.
     *
     * @param by who wants it
     * @throws ProjectionRefusedException if one is under way, or what a subscriber writes cannot be
     *     emptied (LF-1221)
     */
    public RebuildStatus begin(String by) {
        if (!run.work().definition().canBeRebuilt()) {
            throw ProjectionRefusedException.notNow(
                    run.name(),
                    "nothing says how what it has written is emptied; say it with clearedBy(...)");
        }
        change(header -> {
            if (header.building() != null) {
                throw ProjectionRefusedException.notNow(
                        run.name(),
                        "generation %d is being built; cancel that first"
                                .formatted(header.building().built().generation()));
            }
            return header.begun(
                    run.work().definition().parts(),
                    run.work().definition().version(),
                    false,
                    by,
                    run.time().now());
        });
        return existing();
    }

    /** Begins one anew that swaps itself and leaves nothing of what was before. */
    void beginErasing() {
        change(header ->
                header.begun(
                                run.work().definition().parts(),
                                run.work().definition().version(),
                                true,
                                "erasure",
                                run.time().now())
                        .erasing());
    }

    /** Lets it rest; it is so until it is resumed, also after a restart. */
    public void pause() {
        change(header -> header.with(building(header).paused(true)));
    }

    /** Lets it go on, also if it has stopped at an event that failed. */
    public void resume() {
        change(header -> header.with(building(header).paused(false)).resumed());
        run.forgetStopped();
    }

    /**
     * Throws away what was built; the view that is read is not touched. A roll back is only given
     * up: its generation is kept for another one.
     */
    public void cancel() {
        change(header -> header.cancelled(building(header)));
    }

    /**
     * Compares what was built, which has to have caught up, with the view that is read, at the same
     * place. Readers are served meanwhile, updates wait.
     *
     * @throws ProjectionRefusedException if it is not there yet, or nothing is built (LF-1221)
     */
    public RebuildReport verify() {
        return new Leveling<>(run).compare(building(run.look()).built().generation());
    }

    /**
     * Lets what was built be read from now on, in one transaction with {@link #verify}. What was
     * read before is kept for {@link #rollBack}.
     *
     * @throws ProjectionRefusedException if the rows are not equal, it is not there yet, or nothing
     *     is built (LF-1221)
     */
    public RebuildReport swapIfEqual() {
        return new Leveling<>(run).swap(building(run.look()).built().generation(), true);
    }

    /**
     * The same whether rows differ or not, as they do where the code was mended. They are not
     * compared.
     *
     * @throws ProjectionRefusedException if it is not there yet, or nothing is built (LF-1221)
     */
    public RebuildReport swap() {
        return new Leveling<>(run).swap(building(run.look()).built().generation(), false);
    }

    /**
     * Brings the generation that was read before up to date, and lets it be read again then. While
     * that is under way it may be repeated, which changes nothing.
     *
     * @param by who wants it
     * @throws ProjectionRefusedException if none was kept, a rebuild is under way, or it was rolled
     *     back already, so that it would go forward again (LF-1221)
     */
    public void rollBack(String by) {
        change(header -> {
            if (header.building() != null && header.building().rollsBack()) {
                return header;
            }
            if (header.building() != null) {
                throw ProjectionRefusedException.notNow(
                        run.name(), "a rebuild is under way; cancel that first");
            }
            if (header.previous() == null) {
                throw ProjectionRefusedException.notNow(
                        run.name(), "no generation was kept that was read before");
            }
            if (header.isRolledBack()) {
                throw ProjectionRefusedException.notNow(
                        run.name(),
                        "it was rolled back already, from generation %d to %d, which is read; to go forward again, begin a rebuild"
                                .formatted(
                                        header.previous().generation(),
                                        header.current().generation()));
            }
            return header.rolledBack(header.previous(), by, run.time().now());
        });
    }

    private void change(UnaryOperator<ViewHeader> change) {
        ViewHeader now =
                run.views()
                        .inTransaction(transaction -> {
                            ViewHeader header = run.stored(transaction.lockHeader(run.name()));
                            ViewHeader changed = change.apply(header);
                            if (changed.newest() > header.newest()) {
                                run.clearWritten(transaction, changed.newest());
                            }
                            changed.save(transaction, run.name());
                            return changed;
                        });
        run.saw(now);
    }

    private Building building(ViewHeader header) {
        Building building = header.building();
        if (building == null) {
            throw ProjectionRefusedException.notNow(run.name(), "nothing is being built");
        }
        return building;
    }

    private RebuildStatus existing() {
        return status().orElseThrow(() ->
                ProjectionRefusedException.notNow(run.name(), "the rebuild was cancelled at once"));
    }

    /** The parked events of what is built. */
    public Parking parking() {
        return new Parking(run, () -> building(run.look()).built());
    }

    /** How the rebuild is doing; empty if there is none. */
    public Optional<RebuildStatus> status() {
        ViewHeader header = run.look();
        return Optional.ofNullable(header.building()).map(this::status);
    }

    private RebuildStatus status(Building building) {
        Built built = building.built();
        Checkpoint head = run.store().checkpoint();
        long total = head.beginning().positionsUntil(head);
        long left = 0;
        long events = 0;
        boolean isThere = run.covers(built, head); // before its events are counted
        Map<Integer, Progress> stored = run.progress(built);
        for (int part = 0; part < built.parts(); part++) {
            Progress progress = stored.getOrDefault(part, Progress.NONE);
            events += progress.events();
            left += progress.checkpoint().orElse(head.beginning()).positionsUntil(head);
        }
        Optional<String> cutOff = cutOff(built, stored, head);
        Optional<String> problem = cutOff.or(() -> failure(built));
        left = isThere ? 0 : Math.max(1, left / built.parts());
        left = cutOff.isPresent() ? total : left; // no place of it counts here
        double rate = run.eventsPerSecond(built);
        double perPosition = total == left ? 0 : (double) events / (total - left);
        Optional<Duration> timeLeft =
                rate <= 0 || left == 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis((long) (left * perPosition / rate * 1000)));
        RebuildStatus.State state =
                problem.isPresent()
                        ? RebuildStatus.State.STOPPED
                        : building.paused()
                                ? RebuildStatus.State.PAUSED
                                : left == 0
                                        ? RebuildStatus.State.READY
                                        : RebuildStatus.State.RUNNING;
        return new RebuildStatus(
                built.generation(),
                built.version(),
                state,
                events,
                total - left,
                total,
                rate,
                timeLeft,
                building.swapsItself(),
                building.rollsBack(),
                building.by(),
                building.since(),
                problem);
    }

    /** That its places are those of another history than the store has, as after a restore. */
    private static Optional<String> cutOff(
            Built built, Map<Integer, Progress> stored, Checkpoint head) {
        return stored.values().stream()
                .flatMap(progress -> progress.checkpoint().stream())
                .filter(place -> !place.beginning().equals(head.beginning()))
                .findFirst()
                .map(place ->
                        ("LF-4002: generation %d was built from another history, up to %s, than that of this"
                                        + " store, which ends at %s: the store was restored or exchanged since. Cancel"
                                        + " the rebuild, then begin it again.")
                                .formatted(built.generation(), place, head));
    }

    /** What a part has stopped at that works here. */
    private Optional<String> failure(Built built) {
        for (int part = 0; part < built.parts(); part++) {
            PartRun<?> here = run.run(built, part);
            if (here != null && here.state() == PartStatus.State.STOPPED) {
                PartRun.Failure last = here.lastFailure();
                return Optional.of(last == null ? "it has failed" : text(last.cause()));
            }
        }
        return Optional.empty();
    }

    /**
     * Waits until the rebuild has caught up; true if it has, false if the time is over, it was
     * cancelled, or it has stopped, as its status says.
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long end = run.time().nanos() + timeout.toNanos();
        if (status().filter(now -> now.state() == RebuildStatus.State.STOPPED).isPresent()) {
            return false;
        }
        while (true) {
            ViewHeader header = run.look();
            Building building = header.building();
            if (building == null || failure(building.built()).isPresent()) {
                return false;
            }
            if (run.covers(building.built(), run.store().checkpoint())) {
                return true;
            }
            if (run.time().nanos() - end >= 0) {
                return false;
            }
            run.pause(POLL_MILLIS);
        }
    }

    /** What was written for whoever reads it is enough. */
    private static String text(Throwable cause) {
        boolean isOurs = cause instanceof Halt || cause instanceof LeftfoldException;
        String text = isOurs ? cause.getMessage() : null;
        return text == null ? Failures.text(cause) : text;
    }
}
