package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.Payload;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.Projection.Effect;
import org.leftfold.framework.projection.ViewHeader.Building;
import org.leftfold.framework.projection.ViewHeader.Built;

/**
 * One projection in this instance: runs the parts that it shall run, of the generation that is read
 * and of the one that is built. What shall run follows from the header in the store of the views,
 * which any instance may change; {@link #tick} looks at it. Safe for any thread, but {@link #tick}
 * is called by one.
 */
final class ProjectionRun<E> implements PartRun.Owner {
    /** Rows that are removed in one transaction. */
    private static final int CLEARED_AT_ONCE = 2_000;

    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();
    private static final long POLL_OTHERS_NANOS = Duration.ofMillis(20).toNanos();

    /** A part of a generation. */
    record PartId(View view, int part) {}

    private final EventStore store;
    private final ViewStore views;
    private final Work<E, ?> work;
    private final ProjectionListener listener;
    private final ProjectionTime time;
    private final Map<PartId, PartRun<E>> runs = new ConcurrentHashMap<>();
    private final Map<View, RateMeter> meters = new ConcurrentHashMap<>();
    private final Role role;
    private final Changes changes = new Changes();
    private final EventsBeside events;
    private volatile ViewHeader header; // written by whoever reads or changes it, read by all
    private volatile boolean isStarted; // a header is kept; written and read with it
    private final Request request = new Request();
    private @Nullable String refusal; // of the last swap; of one thread, as the next
    private long dueNanos; // of one thread, as the next
    private int resumes; // as of the last tick
    private boolean isTold; // that a tick failed, since the last that did not

    ProjectionRun(
            EventStore store,
            ViewStore views,
            Work<E, ?> work,
            ProjectionListener listener,
            ProjectionTime time,
            Role role) {
        this.role = role;
        this.store = store;
        this.views = views;
        this.work = work;
        this.listener = listener;
        this.time = time;
        this.events = new EventsBeside(store, views, name());
        this.header = role == Role.ALL ? prepare() : kept();
        this.resumes = header.resumes();
        this.dueNanos = time.nanos();
    }

    /** The header as it is; what a first one would be where there is none. */
    private ViewHeader kept() {
        Optional<ViewHeader> found =
                views.inTransaction(transaction -> ViewHeader.read(transaction.header(name())));
        isStarted = found.isPresent();
        return found.orElseGet(() -> ViewHeader.first(parts(), version()));
    }

    /** Makes the header, or begins a rebuild where the code is newer than what is there. */
    private ViewHeader prepare() {
        isStarted = true;
        return views.inTransaction(transaction -> {
            Optional<ViewHeader> found = ViewHeader.read(transaction.lockHeader(name()));
            if (found.isEmpty()) {
                ViewHeader first = ViewHeader.first(parts(), version());
                clearWritten(transaction, first.newest());
                first.save(transaction, name());
                return first;
            }
            ViewHeader stored = found.get();
            if (!stored.isBegunBy(version())) {
                return stored;
            }
            ViewHeader begun =
                    stored.begun(parts(), version(), true, "version " + version(), time.now());
            clearWritten(transaction, begun.newest());
            begun.save(transaction, name());
            return begun;
        });
    }

    private int version() {
        return work.definition().version();
    }

    private int parts() {
        return work.definition().parts();
    }

    String name() {
        return work.name();
    }

    Work<E, ?> work() {
        return work;
    }

    EventStore store() {
        return store;
    }

    ViewStore views() {
        return views;
    }

    EventsBeside events() {
        return events;
    }

    ViewHeader header() {
        return header;
    }

    /** Another header is there, as the caller has just seen. */
    void saw(ViewHeader other) {
        header = other;
        isStarted = true;
        changed();
    }

    /** Whether any program has ever worked on it. */
    boolean isStarted() {
        return isStarted;
    }

    /** A header that was read; refused where there is none yet. */
    ViewHeader stored(Optional<Payload> found) {
        return ViewHeader.read(found)
                .orElseThrow(
                        () -> ProjectionRefusedException.notNow(name(), "it was never started"));
    }

    ViewHeader look() {
        Optional<ViewHeader> found =
                views.inTransaction(transaction -> ViewHeader.read(transaction.header(name())));
        isStarted |= found.isPresent();
        ViewHeader seen = found.orElse(header);
        if (seen.current().generation() != header.current().generation()) {
            listener.swapped(name(), seen.current().generation());
        }
        header = seen;
        return seen;
    }

    @Override
    public void changed() {
        changes.tell();
    }

    @Override
    public ProjectionListener listener() {
        return listener;
    }

    @Override
    public ProjectionTime time() {
        return time;
    }

    /**
     * Starts and ends parts as it should be now, and swaps what is ready. What cannot be done now
     * is tried at the next tick.
     */
    void tick(Sharing sharing) {
        if (role == Role.NOTHING) {
            return; // others do it
        }
        try {
            ViewHeader now = look();
            clearOne(now);
            run(now, sharing);
            swapIfReady(now);
            isTold = false;
        } catch (StoreUnavailableException e) {
            // the parts say so as well, and the next tick comes soon
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            if (!isTold) { // nothing may end the thread that looks after all of them
                listener.waiting(name(), e);
            }
            isTold = true;
        }
    }

    private void run(ViewHeader now, Sharing sharing) {
        if (now.resumes() != resumes && runs.values().stream().noneMatch(PartRun::isStopping)) {
            resumes = now.resumes();
            forgetStopped(); // whoever has resumed it may be another program
        }
        Set<PartId> wanted = new HashSet<>();
        for (Built built : wanted(now)) {
            for (int part = 0; part < built.parts(); part++) {
                PartId id = new PartId(built.view(name()), part);
                OptionalLong fence = sharing.fence(id.view(), part);
                if (fence.isPresent()) {
                    wanted.add(id);
                    ensure(id, built, fence.getAsLong());
                } else if (!runs.containsKey(id)) {
                    sharing.release(id.view(), part); // a stopped one may have been forgotten
                }
            }
        }
        for (PartId id : List.copyOf(runs.keySet())) {
            PartRun<E> run = runs.get(id);
            if (run != null && !wanted.contains(id)) {
                run.beginEnd(); // a slow handler delays nobody else; its lease is kept so long
                if (run.hasEnded()) {
                    runs.remove(id);
                    sharing.release(id.view(), id.part());
                }
            }
        }
        runs.values().forEach(PartRun::tick);
        meters.keySet().retainAll(runs.keySet().stream().map(PartId::view).toList());
        runs.keySet().forEach(id -> meters.computeIfAbsent(id.view(), any -> new RateMeter()));
        meters.forEach((view, meter) -> meter.note(time.nanos(), eventsHere(view)));
    }

    private void ensure(PartId id, Built built, long fence) {
        PartRun<E> running = runs.get(id);
        if (running != null && running.hasEnded() && running.state() != PartStatus.State.STOPPED) {
            runs.remove(id); // it has lost its lease, and has another one
            running = null;
        }
        if (running == null) {
            PartRun<E> made =
                    new PartRun<>(
                            store,
                            views,
                            new PartRun.Share(id.view(), id.part(), built.parts()),
                            work,
                            fence,
                            this);
            runs.put(id, made);
            made.start();
        }
    }

    /** The generations that this instance works on. */
    private List<Built> wanted(ViewHeader now) {
        int version = version();
        List<Built> wanted = new ArrayList<>();
        if (role == Role.ALL
                && !now.paused()
                && now.current().version() == version
                && isTriggered(now)) {
            wanted.add(now.current());
        }
        Building building = now.building();
        if (building != null && !building.paused() && building.built().version() == version) {
            wanted.add(building.built());
        }
        return wanted;
    }

    private boolean isTriggered(ViewHeader now) {
        return switch (work.definition().trigger()) {
            case Trigger.ByEvent() -> true;
            case Trigger.OnRequest() -> isRequested(now);
            case Trigger.Every(Duration interval) -> {
                if (isRequested(now)) {
                    yield true;
                }
                boolean runs = time.nanos() - dueNanos >= 0;
                if (runs && covers(now.current(), store.checkpoint())) {
                    dueNanos = time.nanos() + interval.toNanos();
                }
                yield runs;
            }
        };
    }

    private boolean isRequested(ViewHeader now) {
        return request.isOpen(place -> covers(now.current(), place));
    }

    /** Removes all that is not needed any more, however long that takes. */
    void clearUseless() {
        while (!look().useless().isEmpty()) {
            clearOne(header);
        }
    }

    private void clearOne(ViewHeader now) {
        if (now.useless().isEmpty()) {
            return;
        }
        int generation = now.useless().getFirst();
        View view = new View(name(), generation);
        boolean isDone =
                views.inTransaction(transaction -> {
                    ViewHeader locked = ViewHeader.read(transaction.lockHeader(name())).orElse(now);
                    if (!locked.useless().contains(generation)) {
                        return true;
                    }
                    if (transaction.clear(view, CLEARED_AT_ONCE) > 0) {
                        return false;
                    }
                    clearWritten(transaction, generation);
                    locked.cleared(generation).save(transaction, name());
                    return true;
                });
        if (isDone) {
            look();
        }
    }

    /** Empties what a subscriber has written for a generation. */
    void clearWritten(ViewTransaction transaction, int generation) {
        if (work.definition().effect() instanceof Effect.Calls<?, ?> calls
                && calls.clearing() != null) {
            try {
                calls.clearing().clear(transaction, generation);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(
                        "what '%s' wrote for generation %d cannot be emptied"
                                .formatted(name(), generation),
                        e);
            }
        }
    }

    private void swapIfReady(ViewHeader now) {
        Building building = now.building();
        if (building != null
                && !building.paused()
                && building.swapsItself()
                && building.built().version() == work.definition().version()
                && covers(building.built(), store.checkpoint())) {
            try {
                new Leveling<>(this).swap(building.built().generation(), false);
                refusal = null;
            } catch (StoreUnavailableException | IllegalStateException e) {
                // something came in between: the next tick tries again
            } catch (ProjectionRefusedException e) {
                if (!Objects.equals(e.getMessage(), refusal)) { // it is tried again, and told once
                    listener.waiting(name(), e);
                }
                refusal = e.getMessage();
            }
        }
    }

    /** Whether all parts of a generation are as far as a place. */
    boolean covers(Built built, Checkpoint target) {
        if (target.equals(target.beginning())) {
            return true;
        }
        Map<Integer, Progress> stored = null;
        for (int part = 0; part < built.parts(); part++) {
            PartRun<E> run = runs.get(new PartId(built.view(name()), part));
            Checkpoint reached = run == null ? null : run.applied();
            if (reached == null || !reached.covers(target)) {
                if (stored == null) {
                    stored = progress(built);
                }
                Progress kept = stored.getOrDefault(part, Progress.NONE);
                if (kept.checkpoint().isEmpty() || !kept.checkpoint().get().covers(target)) {
                    return false;
                }
            }
        }
        return true;
    }

    Map<Integer, Progress> progress(Built built) {
        return views.inTransaction(transaction -> transaction.progress(built.view(name())));
    }

    /** Waits until the view is as far as a place; false if the time is over first. */
    boolean await(Checkpoint target, Duration timeout) throws InterruptedException {
        long end = time.nanos() + timeout.toNanos();
        while (true) {
            Built current = header.current();
            boolean isElsewhere = runsOf(current).size() < current.parts();
            try {
                if (isElsewhere ? covers(current, target) : coversHere(current, target)) {
                    return true;
                }
                if (isElsewhere) {
                    look();
                }
            } catch (StoreUnavailableException e) {
                // it may answer before the time is over
            }
            long left = end - time.nanos();
            if (left <= 0) {
                return false;
            }
            changes.await(Math.min(left, isElsewhere ? POLL_OTHERS_NANOS : POLL_NANOS));
        }
    }

    /** Waits for a change, so long at most. */
    void pause(long longestMillis) throws InterruptedException {
        changes.await(TimeUnit.MILLISECONDS.toNanos(longestMillis));
    }

    /** The same by what this instance knows, without asking the store of the views. */
    private boolean coversHere(Built built, Checkpoint target) {
        List<PartRun<E>> here = runsOf(built);
        return here.size() == built.parts()
                && here.stream()
                        .map(PartRun::applied)
                        .allMatch(reached -> reached != null && reached.covers(target));
    }

    private List<PartRun<E>> runsOf(Built built) {
        List<PartRun<E>> found = new ArrayList<>();
        for (int part = 0; part < built.parts(); part++) {
            PartRun<E> run = runs.get(new PartId(built.view(name()), part));
            if (run != null) {
                found.add(run);
            }
        }
        return found;
    }

    /** Whether no part of the generation that is read works here. */
    boolean isResting() {
        return runsOf(header.current()).isEmpty();
    }

    @Nullable PartRun<E> run(Built built, int part) {
        return runs.get(new PartId(built.view(name()), part));
    }

    private long eventsHere(View view) {
        return runs.entrySet().stream()
                .filter(each -> each.getKey().view().equals(view))
                .mapToLong(each -> each.getValue().events())
                .sum();
    }

    double eventsPerSecond(Built built) {
        RateMeter meter = meters.get(built.view(name()));
        return meter == null ? 0 : meter.perSecond();
    }

    Request request() {
        return request;
    }

    /** Lets parts that have stopped begin again. */
    void forgetStopped() {
        runs.values().removeIf(run -> run.state() == PartStatus.State.STOPPED && run.hasEnded());
    }

    void end(Sharing sharing) {
        Map<PartId, PartRun<E>> ending = new HashMap<>(runs);
        ending.values().forEach(PartRun::end);
        ending.keySet().forEach(id -> sharing.release(id.view(), id.part()));
        runs.clear();
    }
}
