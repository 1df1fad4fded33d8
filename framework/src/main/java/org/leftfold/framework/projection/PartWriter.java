package org.leftfold.framework.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.ErrorPolicy.Then;

/**
 * Lets events take effect on one part of a view: effects, parked events and the place behind them
 * in one transaction, which is begun anew without the event that failed. Of one thread at a time.
 *
 * <p>Always true: what this knows of the part is what it last saw committed. If somebody else has
 * changed the part since, a transaction finds another revision, changes nothing, and says so.
 */
final class PartWriter<E> {
    /** Most keys of a part that may be parked: beyond it is not the events that are wrong. */
    static final int MAX_PARKED_KEYS = 10_000;

    /** Causes deeper than that are not looked at. */
    private static final int MAX_CAUSES = 20;

    /** What it needs of its surroundings. */
    interface Surroundings {
        /**
         * Waits before another attempt.
         *
         * @throws Halt.Ended if it shall end instead
         */
        void pause(Duration pause);

        /** What the clock says, for what is parked. */
        Instant now();

        /** Hears that an event failed. */
        void failed(RecordedEvent event, int attempt, Throwable failure);

        /** Hears what was parked or left out. */
        void parked(ParkedEvent event);

        /** Hears that something to be done afterwards failed. */
        void effectFailed(Throwable failure);
    }

    private final ViewStore store;
    private final View view;
    private final int part;
    private final int parts;
    private final Work<E, ?> work;
    private final long fence;
    private final Surroundings surroundings;
    private Progress known = Progress.NONE;
    private Set<String> parkedKeys = Set.of();

    PartWriter(
            ViewStore store,
            View view,
            int part,
            int parts,
            Work<E, ?> work,
            long fence,
            Surroundings surroundings) {
        this.store = store;
        this.view = view;
        this.part = part;
        this.parts = parts;
        this.work = work;
        this.fence = fence;
        this.surroundings = surroundings;
    }

    /**
     * Takes the part over: looks how far it is, and refuses from now on who held it before.
     *
     * @throws Halt.LostLease if somebody with a higher fence has it
     */
    void load() {
        store.inTransaction(transaction -> {
            Progress stored = transaction.lock(view, part);
            requireLease(stored);
            requireWanted(transaction);
            if (fence > stored.fence()) {
                stored =
                        new Progress(
                                stored.checkpoint(), fence, stored.revision() + 1, stored.events());
                transaction.save(view, part, stored);
            }
            known = stored;
            parkedKeys = transaction.parkedKeys(view, part);
            return stored;
        });
    }

    /** Takes the part as it is, within a transaction that somebody else ends. */
    void adopt(ViewTransaction transaction) {
        known = transaction.lock(view, part);
        parkedKeys = transaction.parkedKeys(view, part);
    }

    /** What is not needed any more is being removed, and must not come back. */
    private void requireWanted(ViewTransaction transaction) {
        boolean isWanted =
                ViewHeader.read(transaction.header(view.name()))
                        .map(header -> header.isKeptUp(view.generation()))
                        .orElse(true);
        if (!isWanted) {
            throw new Halt.Ended();
        }
    }

    /** Without a lease (fence 0) the revision alone says whether somebody else was there. */
    void requireLease(Progress stored) {
        if (fence > 0 && stored.fence() > fence) {
            throw new Halt.LostLease(view, part);
        }
    }

    /** How far the part is, as far as this knows. */
    Optional<Checkpoint> checkpoint() {
        return known.checkpoint();
    }

    /** How many events it was given. */
    long events() {
        return known.events();
    }

    /**
     * Lets events take effect.
     *
     * @param items those that concern the part, in order
     * @param behind everything up to here concerns it not or is among them
     * @throws Halt.Moved if somebody else has changed the part; nothing was changed
     * @throws Halt.LostLease if somebody else has it now; nothing was changed
     * @throws Halt.Ended if it shall end; what stands before the event at hand took effect
     * @throws Halt.Stopped if an event fails and the policy is to stop in front of it
     * @throws StoreUnavailableException if the views cannot be changed now; it may be unknown
     *     whether the last transaction was committed: load before going on
     */
    void write(List<Item<E>> items, Checkpoint behind) {
        write(items, behind, new HashMap<>());
    }

    private void write(List<Item<E>> items, Checkpoint behind, Map<Aside, Failed> aside) {
        Map<String, Integer> attempts = new HashMap<>(); // of the first event, by key
        List<Item<E>> left = items;
        while (true) {
            PartTransaction<E> attempt = new PartTransaction<>(this, left, behind, aside);
            Throwable failure = run(attempt);
            if (failure == null) {
                accept(attempt);
                return;
            }
            Aside culprit = attempt.culprit();
            if (culprit.index() > 0) { // what stands before it need not wait
                List<Item<E>> before = left.subList(0, culprit.index());
                write(before, before.getLast().behind(), upTo(aside, culprit.index()));
                aside = from(aside, culprit.index());
                left = left.subList(culprit.index(), left.size());
                culprit = new Aside(0, culprit.key());
                attempts.clear();
            }
            Item<E> item = left.getFirst();
            int tried = attempts.merge(culprit.key(), 1, Integer::sum);
            ErrorPolicy policy = work.definition().errors();
            surroundings.failed(item.stored(), tried, failure);
            if (tried <= policy.retries()) {
                surroundings.pause(policy.pauseAfter(tried));
            } else if (policy.then() == Then.STOP) {
                throw new Halt.Stopped(view, item.stored(), failure);
            } else {
                aside.put(culprit, new Failed(failure, tried, policy.then()));
            }
        }
    }

    private static Map<Aside, Failed> upTo(Map<Aside, Failed> aside, int index) {
        Map<Aside, Failed> some = new HashMap<>(aside);
        some.keySet().removeIf(each -> each.index() >= index);
        return some;
    }

    private static Map<Aside, Failed> from(Map<Aside, Failed> aside, int index) {
        Map<Aside, Failed> some = new HashMap<>();
        aside.forEach((each, failed) -> {
            if (each.index() >= index) {
                some.put(new Aside(each.index() - index, each.key()), failed);
            }
        });
        return some;
    }

    /** Tries; gives what an event has thrown, and throws everything else. */
    private @Nullable Throwable run(PartTransaction<E> attempt) {
        try {
            store.inTransaction(attempt);
            return null;
        } catch (Halt | StoreUnavailableException e) {
            throw e; // also if a handler has thrown it: the event is not to blame
        } catch (Exception | AssertionError | StackOverflowError e) {
            StoreUnavailableException outage = outage(e);
            if (outage != null) {
                throw outage;
            }
            if (attempt.isApplying()) {
                return e;
            }
            if (e instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException("a transaction on %s failed".formatted(view), e);
        }
    }

    /** The outage that a handler has met, however it has wrapped it. */
    static @Nullable StoreUnavailableException outage(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < MAX_CAUSES; depth++) {
            if (at instanceof StoreUnavailableException outage) {
                return outage;
            }
            at = at.getCause();
        }
        return null;
    }

    private void accept(PartTransaction<E> attempt) {
        known = attempt.saved();
        parkedKeys = attempt.parked();
        attempt.told().forEach(surroundings::parked);
        for (Runnable effect : attempt.effects()) {
            try {
                effect.run();
            } catch (Exception | AssertionError | StackOverflowError e) {
                surroundings.effectFailed(e);
            }
        }
        if (parkedKeys.size() > MAX_PARKED_KEYS) {
            throw new Halt.TooMuchParked(view, part, parkedKeys.size());
        }
    }

    /** An event, by its place in the list, and the key on which it fails. */
    record Aside(int index, String key) {}

    /** What is known about a failure. */
    record Failed(Throwable failure, int attempts, Then then) {}

    View view() {
        return view;
    }

    int part() {
        return part;
    }

    int parts() {
        return parts;
    }

    long fence() {
        return fence;
    }

    Work<E, ?> work() {
        return work;
    }

    Progress known() {
        return known;
    }

    Set<String> parkedKeys() {
        return parkedKeys;
    }

    Surroundings surroundings() {
        return surroundings;
    }
}
