package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.PartWriter.Aside;
import org.leftfold.framework.projection.PartWriter.Failed;
import org.leftfold.framework.projection.ViewHeader.Built;
import org.leftfold.framework.transform.Originals;

/**
 * A projection whose view changes with the appends of an {@link InlineStore}. Safe for any thread.
 *
 * <p>Always true of a part that a transaction has taken in: everything in front of the append and
 * the append itself is in it, whoever appended it, and whoever has worked on the part before.
 */
final class InlineView<E> {
    /** Most events of others that may be missing: everybody who appends waits meanwhile. */
    static final int MAX_MISSING = 10_000;

    /** Most bytes of theirs. */
    private static final long MAX_MISSING_BYTES = 64L << 20;

    private static final int PAGE = 500;

    /** So often another generation may have been swapped in before the parts were held. */
    private static final int ATTEMPTS = 10;

    private final ProjectionRun<E> run;

    InlineView(ProjectionRun<E> run) {
        this.run = run;
    }

    ProjectionRun<E> run() {
        return run;
    }

    /**
     * Whether its events are this program's to apply. If not, the view stays as it is, and those
     * who follow bring it up to date: while it is paused, and of another version of the code.
     */
    private boolean isOurs(ViewHeader header) {
        return !header.paused() && header.current().version() == run.work().definition().version();
    }

    /** Lets new events take effect, and before them everything that is still missing. */
    void take(InlineAttempt attempt, JoiningStore.Joining joining, List<RecordedEvent> events)
            throws Exception {
        List<PartWriter<E>> writers = hold(attempt.transaction());
        if (writers.isEmpty()) {
            return;
        }
        long before = events.getFirst().position() - 1;
        Checkpoint behind = joining.behind(events.getLast().position());
        List<RecordedEvent> own = events.stream().filter(run.work().query()::matches).toList();
        Map<Optional<Checkpoint>, List<RecordedEvent>> read = new HashMap<>();
        Originals originals = originals(joining);
        for (PartWriter<E> writer : writers) {
            Optional<Checkpoint> from = writer.checkpoint();
            List<RecordedEvent> missing = read.get(from);
            if (missing == null) {
                missing = missing(joining, from, before);
                read.put(from, missing);
            }
            List<Item<E>> items = new ArrayList<>();
            add(missing, writer, behind, originals, items);
            add(own, writer, behind, originals, items);
            attempt.take(this, writer, items, behind);
        }
    }

    private void add(
            List<RecordedEvent> events,
            PartWriter<E> writer,
            Checkpoint place,
            Originals originals,
            List<Item<E>> items) {
        for (RecordedEvent event : events) {
            Checkpoint behind = place.at(event.position());
            Item<E> item = run.work().item(event, behind, writer.part(), writer.parts(), originals);
            if (item != null) {
                items.add(item);
            }
        }
    }

    /**
     * What events were copied from, read in this transaction: another connection might never come,
     * for those who have them wait for this append.
     */
    static Originals originals(JoiningStore.Joining joining) {
        return provenance ->
                joining.find(provenance.stream(), provenance.version()).filter(provenance::names);
    }

    /**
     * Holds all parts of the generation that is read; none if they are not ours. That it is the one
     * that is read can be told only when they are held, for who swaps holds them as well.
     */
    private List<PartWriter<E>> hold(ViewTransaction transaction) {
        ViewHeader known = run.header();
        for (int i = 0; i < ATTEMPTS; i++) {
            List<PartWriter<E>> writers = new ArrayList<>();
            if (isOurs(known)) {
                Built built = known.current();
                List<Progress> unused = transaction.lockAll(built.view(run.name()), built.parts());
                for (int part = 0; part < built.parts(); part++) {
                    PartWriter<E> writer = writer(built, part);
                    writer.adopt(transaction);
                    writers.add(writer);
                }
            }
            ViewHeader now = run.stored(transaction.header(run.name()));
            run.saw(now);
            if (!isOurs(now)) {
                return List.of();
            }
            if (!writers.isEmpty() && now.current().equals(known.current())) {
                return writers;
            }
            known = now;
        }
        throw ProjectionRefusedException.notNow(
                run.name(), "its generations are swapped all the time");
    }

    private PartWriter<E> writer(Built built, int part) {
        return new PartWriter<>(
                run.views(),
                built.view(run.name()),
                part,
                built.parts(),
                run.work(),
                Long.MAX_VALUE,
                new Leveling.Around(run));
    }

    /** What others have appended since the part was changed last. */
    private List<RecordedEvent> missing(
            JoiningStore.Joining joining, Optional<Checkpoint> from, long before) {
        if (before == 0 || from.equals(Optional.of(joining.behind(before)))) {
            return List.of();
        }
        List<RecordedEvent> missing = new ArrayList<>();
        long bytes = 0;
        Optional<Checkpoint> after = from;
        while (true) {
            List<RecordedEvent> page = joining.read(run.work().query(), after, before, PAGE);
            if (page.isEmpty()) {
                return missing;
            }
            missing.addAll(page);
            bytes += page.stream().mapToLong(event -> event.payload().sizeBytes()).sum();
            if (missing.size() > MAX_MISSING || bytes > MAX_MISSING_BYTES) {
                throw ProjectionRefusedException.notNow(
                        run.name(),
                        "more than %d events of others are missing in it, or %d MiB of them, too many to be brought in with an append, and nothing was stored; let it follow the store first, by Projections"
                                .formatted(MAX_MISSING, MAX_MISSING_BYTES >> 20));
            }
            after = Optional.of(joining.behind(page.getLast().position()));
        }
    }

    /** What is known about events that fail, by their places among these. */
    static <E> Map<Aside, Failed> known(
            PartWriter<E> writer, List<Item<E>> items, Map<InlineAttempt.Culprit, Failed> failed) {
        Map<Aside, Failed> known = new HashMap<>();
        if (failed.isEmpty()) {
            return known;
        }
        for (int index = 0; index < items.size(); index++) {
            for (String key : items.get(index).keys()) {
                Failed one =
                        failed.get(
                                InlineAttempt.Culprit.of(writer, items.get(index).stored(), key));
                if (one != null) {
                    known.put(new Aside(index, key), one);
                }
            }
        }
        return known;
    }
}
