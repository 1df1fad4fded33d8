package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventId;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.JoiningStore.Outcome;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.PartWriter.Failed;

/**
 * One attempt to append and to let the events take effect, all or nothing. Of one thread, and used
 * once.
 *
 * <p>The appends come first: from then on nobody else appends, and all who do it like this take the
 * parts in the same order, so none of them waits for another in a circle.
 */
final class InlineAttempt implements ViewStore.Work<List<Outcome>, Exception> {
    private final Home home;
    private final List<Append> appends;
    private final Map<Culprit, Failed> failed;
    private final List<Taken> taken = new ArrayList<>();
    private final NavigableMap<Long, Integer> firstPositions = new TreeMap<>();
    private JoiningStore.@Nullable Joining joining;
    private @Nullable ViewTransaction transaction;
    private @Nullable Blame blame;
    private long viewNanos;

    /**
     * Where appends go.
     *
     * @param inline the views, in the order of their names
     */
    record Home(JoiningStore store, ViewStore views, List<InlineView<?>> inline) {}

    /** An event that fails, wherever it comes to stand when it is appended again. */
    record Culprit(View view, int part, StreamName stream, EventId id, String key) {
        static Culprit of(PartWriter<?> writer, RecordedEvent event, String key) {
            return new Culprit(writer.view(), writer.part(), event.stream(), event.id(), key);
        }
    }

    /**
     * Who has thrown.
     *
     * @param append which of the appends the event belongs to; -1 if it was stored before
     */
    record Blame(Culprit culprit, RecordedEvent event, int append, ProjectionRun<?> run) {}

    /** What becomes of a part if this is committed. */
    private record Taken(ProjectionRun<?> run, PartTransaction<?> part) {}

    InlineAttempt(Home home, List<Append> appends, Map<Culprit, Failed> failed) {
        this.home = home;
        this.appends = appends;
        this.failed = failed;
    }

    @Override
    public List<Outcome> in(ViewTransaction within) throws Exception {
        transaction = within;
        try (JoiningStore.Joining now = home.store().joining(within)) {
            joining = now;
            JoiningStore.Appended appended = now.append(appends);
            note(appended.outcomes());
            long since = SystemTime.INSTANCE.nanos();
            if (!appended.events().isEmpty()) {
                for (InlineView<?> view : home.inline()) {
                    view.take(this, now, appended.events());
                }
            }
            viewNanos = SystemTime.INSTANCE.nanos() - since;
            return appended.outcomes();
        }
    }

    private void note(List<Outcome> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Stored stored && !stored.result().repeated()) {
                firstPositions.put(stored.result().writes().getFirst().firstPosition(), i);
            }
        }
    }

    /** Which of the appends has stored an event; -1 if it was there before. */
    private int appendOf(RecordedEvent event) {
        Map.Entry<Long, Integer> found = firstPositions.floorEntry(event.position());
        return found == null ? -1 : found.getValue();
    }

    ViewTransaction transaction() {
        return Objects.requireNonNull(transaction, "it has not begun");
    }

    /** How long the views have taken, while everybody waited. */
    long viewNanos() {
        return viewNanos;
    }

    /** Lets events take effect on a part that is held. */
    <E> void take(InlineView<E> view, PartWriter<E> writer, List<Item<E>> items, Checkpoint behind)
            throws Exception {
        PartTransaction<E> part =
                new PartTransaction<>(
                        writer, items, behind, InlineView.known(writer, items, failed));
        try {
            part.take(transaction(), writer.known());
        } catch (Exception | Error e) {
            if (part.isApplying()) {
                RecordedEvent event = items.get(part.culprit().index()).stored();
                Culprit culprit = Culprit.of(writer, event, part.culprit().key());
                blame = new Blame(culprit, event, appendOf(event), view.run());
            }
            throw e;
        }
        int parked = part.parked().size();
        if (parked > PartWriter.MAX_PARKED_KEYS && parked > writer.parkedKeys().size()) {
            throw ProjectionRefusedException.notNow(
                    view.run().name(),
                    "%d keys of part %d are parked, %d may be, and nothing was stored; mend what the events fail on, retry or drop what is parked"
                            .formatted(parked, writer.part(), PartWriter.MAX_PARKED_KEYS));
        }
        taken.add(new Taken(view.run(), part));
    }

    /** The event that has thrown; null if it was none. */
    @Nullable Blame blame() {
        return blame;
    }

    /**
     * Says that this is committed.
     *
     * @return what is to be done now, for each of the appends; for the first also what events that
     *     were there before have asked for
     */
    List<List<Runnable>> committed() {
        JoiningStore.Joining ended = joining;
        if (ended != null) {
            ended.committed();
        }
        List<List<Runnable>> afterwards = new ArrayList<>();
        appends.forEach(any -> afterwards.add(new ArrayList<>()));
        for (Taken each : taken) {
            ProjectionListener listener = each.run().listener();
            for (ParkedEvent event : each.part().told()) {
                listener.parked(each.run().name(), event);
            }
            each.run().changed();
            for (PartTransaction.Afterwards after : each.part().afterwards()) {
                afterwards
                        .get(Math.max(0, appendOf(after.event())))
                        .add(shielded(each.run(), after));
            }
        }
        return afterwards;
    }

    private static Runnable shielded(ProjectionRun<?> run, PartTransaction.Afterwards after) {
        return () -> {
            try {
                after.effect().run();
            } catch (Exception | AssertionError | StackOverflowError e) {
                run.listener().effectFailed(run.name(), e);
            }
        };
    }
}
