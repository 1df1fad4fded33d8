package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.framework.privacy.ErasureHook;
import org.leftfold.framework.projection.Projection.Definition;
import org.leftfold.framework.projection.ViewHeader.Built;

/**
 * The projections of a program, running: each keeps its view up to date in the background. Safe for
 * any thread.
 *
 * <pre>{@code
 * try (Projections projections = leftfold.projections(viewStore).add(search).add(funnel).start()) {
 *     var handled = leads.handle("1", new Contact());
 *     projections.await(search, handled.position(), Duration.ofSeconds(1));
 *     LeadSearch lead = projections.rows(search).find("lead-1").orElseThrow();
 * }
 * }</pre>
 */
public final class Projections implements AutoCloseable {
    private static final long TICK_MILLIS = 100;

    private final EventStore store;
    private final Map<String, ProjectionRun<?>> runs;
    private final Sharing sharing;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closing; // written by close, read by the thread that looks
    private final CountDownLatch closed = new CountDownLatch(1);

    Projections(ProjectionsBuilder builder, Sharing sharing, Function<String, Role> roles) {
        this.store = builder.store;
        this.sharing = sharing;
        this.runs = new LinkedHashMap<>();
        for (Projection<?> projection : builder.projections.values()) {
            runs.put(projection.name(), run(builder, projection.definition(), roles));
        }
        Thread.ofVirtual().name("leftfold-projections").start(this::look);
    }

    private static <E, V> ProjectionRun<E> run(
            ProjectionsBuilder builder, Definition<E, V> definition, Function<String, Role> roles) {
        Work<E, V> work = Work.of(definition, builder.store, builder.codecs);
        return new ProjectionRun<>(
                builder.store,
                builder.views,
                work,
                builder.listener,
                builder.time,
                roles.apply(work.name()));
    }

    private void look() {
        try {
            while (!closing) {
                sharing.tick();
                for (ProjectionRun<?> run : runs.values()) {
                    run.tick(sharing);
                }
                if (wake.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void end() {
        try {
            for (ProjectionRun<?> run : runs.values()) {
                run.end(sharing);
            }
            sharing.close();
        } finally {
            closed.countDown();
        }
    }

    private ProjectionRun<?> run(String name) {
        ProjectionRun<?> run = runs.get(name);
        if (run == null) {
            throw ProjectionRefusedException.unknown(name, runs.keySet());
        }
        return run;
    }

    /** The names of the projections. */
    public List<String> names() {
        return List.copyOf(runs.keySet());
    }

    /**
     * The rows of a view.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220), or a subscriber, which
     *     has no rows (LF-1221)
     */
    public <V> Rows<V> rows(Projection<V> projection) {
        ProjectionRun<?> run = run(projection.name());
        return new Rows<>(run, projection.definition().effect(), run::header);
    }

    /**
     * Waits until a view has taken in an append, so that its writer reads what he wrote. Events of
     * keys that are parked count as taken in.
     *
     * @return false if the time is over first: what is read then may be older. A part that has
     *     stopped in front of an event is waited for as well, for anybody may resume it
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public boolean await(Projection<?> projection, AppendResult append, Duration timeout)
            throws InterruptedException {
        return await(projection, append.lastPosition(), timeout);
    }

    /** The same for the position of an event, such as a repository gives with a command. */
    public boolean await(Projection<?> projection, long position, Duration timeout)
            throws InterruptedException {
        Checkpoint head = store.checkpoint();
        // of a sharded store a position says not enough: its head is as far, or further on
        return await(projection, head.isVector() ? head : head.at(position), timeout);
    }

    /** The same for a place in the store, such as {@link EventStore#checkpoint}. */
    public boolean await(Projection<?> projection, Checkpoint place, Duration timeout)
            throws InterruptedException {
        return run(projection.name()).await(place, timeout);
    }

    /**
     * Brings a projection up to date, whatever its trigger is, with what is in the store now.
     *
     * @return false if the time is over first; it goes on then
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public boolean refresh(Projection<?> projection, Duration timeout) throws InterruptedException {
        ProjectionRun<?> run = run(projection.name());
        Checkpoint head = store.checkpoint();
        run.request().upTo(head);
        wake.release();
        return run.await(head, timeout);
    }

    /**
     * Lets a projection rest, on all instances and after restarts, until it is resumed. In this
     * instance it rests on return, in others within a second.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public void pause(String name) throws InterruptedException {
        setPaused(name, true);
        ProjectionRun<?> run = run(name);
        wake.release();
        while (!closing && !run.isResting()) {
            run.pause(TICK_MILLIS);
        }
    }

    /**
     * Lets a projection go on that was paused, or has stopped, in whatever instance.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public void resume(String name) {
        setPaused(name, false);
        run(name).forgetStopped();
        wake.release();
    }

    private void setPaused(String name, boolean paused) {
        ProjectionRun<?> run = run(name);
        ViewHeader kept =
                run.views()
                        .inTransaction(transaction -> {
                            ViewHeader header = run.stored(transaction.lockHeader(name));
                            ViewHeader changed = header.withPaused(paused);
                            ViewHeader now = paused ? changed : changed.resumed();
                            now.save(transaction, name);
                            return now;
                        });
        run.saw(kept);
    }

    /**
     * The rebuild of a projection.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public Rebuild rebuild(String name) {
        return new Rebuild(run(name));
    }

    /**
     * The parked events of a projection, of the generation that is read.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public Parking parking(String name) {
        ProjectionRun<?> run = run(name);
        return new Parking(run, () -> run.look().current());
    }

    /**
     * What is to be done with the rows of a view when a data subject is forgotten ({@code
     * Privacy.onErasure}): those of its keys are folded anew from what its events still say, in
     * each generation, and one that was kept for a roll back is thrown away.
     *
     * @param keysOf the keys of the rows that know a subject
     * @throws ProjectionRefusedException if it is none of these (LF-1220), or a subscriber
     *     (LF-1221)
     */
    public <V> ErasureHook refoldOnErasure(
            Projection<V> projection, Function<String, ? extends Collection<String>> keysOf) {
        ProjectionRun<?> run = run(projection.name());
        return refold(run, run.work(), keysOf);
    }

    private static <E, V> ErasureHook refold(
            ProjectionRun<?> run,
            Work<E, V> work,
            Function<String, ? extends Collection<String>> keysOf) {
        Refold.Folded folded = work.folded(run.store());
        return subject -> {
            new Refold(run).of(keysOf.apply(subject), folded);
            return ErasureHook.Outcome.CLEAN;
        };
    }

    /**
     * The same where nobody can tell the rows that know a subject: the view is rebuilt, the new
     * generation is read as soon as it has caught up, and nothing of the one before is kept.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public ErasureHook rebuildOnErasure(Projection<?> projection) {
        Rebuild rebuild = rebuild(projection.name());
        return subject -> {
            rebuild.beginErasing();
            return ErasureHook.Outcome.TO_REBUILD;
        };
    }

    /** How all projections are doing. */
    public List<ProjectionStatus> status() {
        return runs.keySet().stream().map(this::status).toList();
    }

    /**
     * How a projection is doing.
     *
     * @throws ProjectionRefusedException if it is none of these (LF-1220)
     */
    public ProjectionStatus status(String name) {
        ProjectionRun<?> run = run(name);
        ViewHeader header = run.look();
        Built current = header.current();
        Checkpoint head = store.checkpoint();
        Map<Integer, Progress> stored = run.progress(current);
        List<PartStatus> parts = new ArrayList<>();
        for (int part = 0; part < current.parts(); part++) {
            parts.add(part(run, current, part, stored.getOrDefault(part, Progress.NONE), head));
        }
        return new ProjectionStatus(
                name,
                run.work().definition().version(),
                current.generation(),
                state(run, header, parts),
                parts,
                parts.stream().mapToLong(PartStatus::lag).max().orElse(0),
                run.eventsPerSecond(current),
                new Parking(run, () -> current).keys().size(),
                new Rebuild(run).status());
    }

    private static PartStatus part(
            ProjectionRun<?> run, Built built, int part, Progress stored, Checkpoint head) {
        PartRun<?> here = run.run(built, part);
        Optional<Checkpoint> reached =
                here == null
                        ? stored.checkpoint()
                        : Optional.ofNullable(here.applied()).or(stored::checkpoint);
        long lag = reached.orElse(head.beginning()).positionsUntil(head);
        return new PartStatus(
                part,
                here == null ? PartStatus.State.ELSEWHERE : state(here, lag),
                reached,
                stored.events(),
                lag,
                Optional.ofNullable(here).map(PartRun::lastFailure).map(Projections::lastError));
    }

    /** It is a moment before its follower says so. */
    private static PartStatus.State state(PartRun<?> here, long lag) {
        boolean isThere = lag == 0 && here.state() == PartStatus.State.CATCHING_UP;
        return isThere ? PartStatus.State.LIVE : here.state();
    }

    private static PartStatus.LastError lastError(PartRun.Failure failure) {
        String event =
                failure.event() == null
                        ? ""
                        : "version %d of stream '%s'"
                                .formatted(failure.event().version(), failure.event().stream());
        return new PartStatus.LastError(Failures.text(failure.cause()), event, failure.at());
    }

    private static ProjectionStatus.State state(
            ProjectionRun<?> run, ViewHeader header, List<PartStatus> parts) {
        if (!run.isStarted()) {
            return ProjectionStatus.State.NEVER_STARTED;
        }
        if (header.paused()) {
            return ProjectionStatus.State.PAUSED;
        }
        if (is(parts, PartStatus.State.STOPPED)) {
            return ProjectionStatus.State.STOPPED;
        }
        if (is(parts, PartStatus.State.WAITING)) {
            return ProjectionStatus.State.WAITING;
        }
        if (is(parts, PartStatus.State.CATCHING_UP) || is(parts, PartStatus.State.STARTING)) {
            return ProjectionStatus.State.CATCHING_UP;
        }
        if (is(parts, PartStatus.State.LIVE)) {
            return ProjectionStatus.State.LIVE;
        }
        boolean isResting =
                !(run.work().definition().trigger() instanceof Trigger.ByEvent)
                        && header.current().version() == run.work().definition().version();
        return isResting ? ProjectionStatus.State.RESTING : ProjectionStatus.State.ELSEWHERE;
    }

    private static boolean is(List<PartStatus> parts, PartStatus.State state) {
        return parts.stream().anyMatch(part -> part.state() == state);
    }

    /** Ends all of them; what is at work is finished or rolled back. Closing again does nothing. */
    @Override
    public void close() {
        closing = true;
        wake.release();
        Uninterrupted.await(closed);
    }
}
