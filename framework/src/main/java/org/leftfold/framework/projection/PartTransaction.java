package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.ErrorPolicy.Then;
import org.leftfold.framework.projection.Item.Step;
import org.leftfold.framework.projection.PartWriter.Aside;
import org.leftfold.framework.projection.PartWriter.Failed;

/** One attempt to let events take effect, all or none. Of one thread, and used once. */
final class PartTransaction<E> implements ViewStore.Work<Boolean, Exception> {
    private final PartWriter<E> writer;
    private final List<Item<E>> items;
    private final Checkpoint behind;
    private final Map<Aside, Failed> aside;
    private final Set<String> parked;
    private final List<ParkedEvent> told = new ArrayList<>();
    private long lastParked = -1; // unknown yet
    private @Nullable Progress saved;
    private List<Runnable> effects = List.of();
    private final List<RecordedEvent> causes = new ArrayList<>(); // of the effects

    // where it is, for the case that something is thrown
    private boolean applying;
    private int index;
    private String key = "";

    PartTransaction(
            PartWriter<E> writer,
            List<Item<E>> items,
            Checkpoint behind,
            Map<Aside, Failed> aside) {
        this.writer = writer;
        this.items = items;
        this.behind = behind;
        this.aside = aside;
        this.parked = new HashSet<>(writer.parkedKeys());
    }

    @Override
    public Boolean in(ViewTransaction transaction) throws Exception {
        Progress stored = transaction.lock(writer.view(), writer.part());
        writer.requireLease(stored);
        if (stored.revision() != writer.known().revision()) {
            throw new Halt.Moved(writer.view(), writer.part());
        }
        take(transaction, stored);
        return true;
    }

    /**
     * Lets the events take effect on a part that the transaction holds already.
     *
     * @param stored how far it is
     */
    void take(ViewTransaction transaction, Progress stored) throws Exception {
        Session<E> session = writer.work().open(transaction, writer.view(), writer.parts());
        if (session.hasRows()) {
            session.prepare(keysToRead());
        }
        for (index = 0; index < items.size(); index++) {
            apply(transaction, session, items.get(index));
            while (causes.size() < session.effects().size()) {
                causes.add(items.get(index).stored());
            }
        }
        flush(session);
        effects = session.effects();
        Progress next =
                new Progress(
                        Optional.of(behind),
                        stored.fence(),
                        stored.revision() + 1,
                        stored.events() + items.size());
        transaction.save(writer.view(), writer.part(), next);
        saved = next;
    }

    private Set<String> keysToRead() {
        Set<String> keys = new LinkedHashSet<>();
        for (Item<E> item : items) {
            item.steps().forEach(step -> keys.add(step.key()));
        }
        keys.removeAll(parked);
        return keys;
    }

    private void apply(ViewTransaction transaction, Session<E> session, Item<E> item)
            throws Exception {
        boolean waits =
                !parked.isEmpty()
                        && !writer.work().definition().keying().isOutside()
                        && parked.contains(Work.streamKey(item.stored()));
        for (String each : item.keys()) {
            key = each;
            Failed failed = aside.isEmpty() ? null : aside.get(new Aside(index, each));
            if (waits || parked.contains(each)) {
                parked.add(each);
                park(transaction, item, State.HELD, null);
            } else if (failed != null && failed.then() == Then.SKIP) {
                park(transaction, item, State.SKIPPED, failed);
            } else if (failed != null) {
                parked.add(each);
                park(transaction, item, State.FAILED, failed);
            } else {
                apply(session, item);
            }
        }
    }

    private void apply(Session<E> session, Item<E> item) throws Exception {
        applying = true;
        if (item.unreadable() != null) {
            throw item.unreadable();
        }
        for (Step<E> step : item.steps()) {
            if (step.key().equals(key)) {
                session.apply(key, step.event());
            }
        }
        applying = false;
    }

    private void flush(Session<E> session) throws Exception {
        try {
            session.flush();
        } catch (Exception | Error e) {
            if (!session.failedKey().isEmpty()) {
                applying = true;
                key = session.failedKey();
                index = lastOf(key);
            }
            throw e;
        }
    }

    /** The last event that took effect on a key. */
    private int lastOf(String wanted) {
        int last = items.size() - 1;
        while (!items.get(last).keys().contains(wanted)) {
            last--;
        }
        return last;
    }

    private void park(
            ViewTransaction transaction, Item<E> item, State state, @Nullable Failed failed) {
        if (lastParked < 0) {
            lastParked = transaction.lastParked(writer.view(), writer.part());
        }
        lastParked++;
        ParkedEvent event =
                new ParkedEvent(
                        writer.part(),
                        lastParked,
                        key,
                        state,
                        item.stored().stream(),
                        item.stored().version(),
                        item.stored().type().value(),
                        failed == null ? 0 : failed.attempts(),
                        failed == null ? "" : Failures.text(failed.failure()),
                        Optional.empty(),
                        writer.surroundings().now());
        transaction.park(writer.view(), event);
        told.add(event);
    }

    /** Whether it was an event that has thrown. */
    boolean isApplying() {
        return applying;
    }

    /** The event that has thrown. */
    Aside culprit() {
        return new Aside(index, key);
    }

    Progress saved() {
        return Objects.requireNonNull(saved, "not committed");
    }

    Set<String> parked() {
        return parked;
    }

    List<ParkedEvent> told() {
        return told;
    }

    List<Runnable> effects() {
        return effects;
    }

    /** Something to be done when this is committed, and the event that has asked for it. */
    record Afterwards(RecordedEvent event, Runnable effect) {}

    List<Afterwards> afterwards() {
        List<Afterwards> all = new ArrayList<>();
        for (int i = 0; i < effects.size(); i++) {
            all.add(new Afterwards(causes.get(i), effects.get(i)));
        }
        return all;
    }
}
