package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventId;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.PartWriter.Failed;

/**
 * One attempt to append and to let the events take effect, all or nothing. Of one thread, and used
 * once.
 *
 * <p>The append comes first: from then on nobody else appends, and all who do it like this take the
 * parts in the same order, so none of them waits for another in a circle.
 */
final class InlineAttempt implements ViewStore.Work<AppendResult, Exception> {
    private final JoiningStore store;
    private final List<InlineView<?>> views; // in the order of their names
    private final Append append;
    private final Map<Culprit, Failed> failed;
    private final List<Taken> taken = new ArrayList<>();
    private JoiningStore.@Nullable Joining joining;
    private @Nullable ViewTransaction transaction;
    private @Nullable Blame blame;

    /** An event that fails, wherever it comes to stand when it is appended again. */
    record Culprit(View view, int part, StreamName stream, EventId id, String key) {
        static Culprit of(PartWriter<?> writer, RecordedEvent event, String key) {
            return new Culprit(writer.view(), writer.part(), event.stream(), event.id(), key);
        }
    }

    /** Who has thrown. */
    record Blame(Culprit culprit, RecordedEvent event, ProjectionRun<?> run) {}

    /** What becomes of a part if this is committed. */
    private record Taken(ProjectionRun<?> run, PartTransaction<?> part) {}

    InlineAttempt(
            JoiningStore store,
            List<InlineView<?>> views,
            Append append,
            Map<Culprit, Failed> failed) {
        this.store = store;
        this.views = views;
        this.append = append;
        this.failed = failed;
    }

    @Override
    public AppendResult in(ViewTransaction within) throws Exception {
        transaction = within;
        try (JoiningStore.Joining now = store.joining(within)) {
            joining = now;
            JoiningStore.Appended appended = now.append(append);
            if (!appended.result().repeated()) {
                for (InlineView<?> view : views) {
                    view.take(this, now, appended);
                }
            }
            return appended.result();
        }
    }

    ViewTransaction transaction() {
        return Objects.requireNonNull(transaction, "it has not begun");
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
                blame = new Blame(culprit, event, view.run());
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

    /** Does what is to be done when this is committed. */
    void committed() {
        JoiningStore.Joining ended = joining;
        if (ended != null) {
            ended.committed();
        }
        for (Taken each : taken) {
            ProjectionListener listener = each.run().listener();
            for (ParkedEvent event : each.part().told()) {
                listener.parked(each.run().name(), event);
            }
            each.run().changed();
            for (Runnable effect : each.part().effects()) {
                try {
                    effect.run();
                } catch (Exception | AssertionError | StackOverflowError e) {
                    listener.effectFailed(each.run().name(), e);
                }
            }
        }
    }
}
