package org.leftfold.framework.projection;

import java.util.List;
import java.util.Optional;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.ViewHeader.Building;
import org.leftfold.framework.projection.ViewHeader.Built;

/**
 * Folds rows of a view anew from the events, as they can be read now: after a person was forgotten,
 * without him. Of one thread.
 */
final class Refold {
    /** What is left out of a key was noted with what had been thrown, which may name the person. */
    private static final int PARKED_AT_ONCE = 500;

    /** So often a part may have moved on before it was held. */
    private static final int ATTEMPTS = 10;

    private static final Optional<Optional<Payload>> NOT_YET = Optional.empty();

    private final ProjectionRun<?> run;

    Refold(ProjectionRun<?> run) {
        this.run = run;
    }

    /** A row as it is to be, as of a place; empty if there is to be none. */
    interface Folded {
        /** Folds it. */
        Optional<Payload> row(String key, long position);
    }

    /** Folds the rows of these keys, in every generation that is kept up. */
    void of(Iterable<String> keys, Folded folded) {
        ViewHeader header = dropPrevious();
        for (String key : keys) {
            of(header.current(), key, folded);
            Building building = header.building();
            if (building != null) {
                of(building.built(), key, folded);
            }
        }
        run.clearUseless();
        run.changed();
    }

    /** What was kept for a roll back has the person still. */
    private ViewHeader dropPrevious() {
        ViewHeader now =
                run.views()
                        .inTransaction(transaction -> {
                            ViewHeader header = run.stored(transaction.lockHeader(run.name()));
                            ViewHeader without = header.withoutPrevious();
                            without.save(transaction, run.name());
                            return without;
                        });
        run.saw(now);
        return now;
    }

    /**
     * Folds before the part is held, as far as it is then: who holds it must not wait for another
     * connection, which those may have who wait for the part. Only where it moves all the time it
     * has to be held.
     */
    private void of(Built built, String key, Folded folded) {
        View view = built.view(run.name());
        int part = Keying.part(key, built.parts());
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<Checkpoint> place =
                    run.progress(built).getOrDefault(part, Progress.NONE).checkpoint();
            Optional<Payload> row = row(place, key, folded);
            if (replace(view, part, key, now -> now.equals(place) ? Optional.of(row) : NOT_YET)) {
                return;
            }
        }
        boolean unused = replace(view, part, key, now -> Optional.of(row(now, key, folded)));
    }

    private Optional<Payload> row(Optional<Checkpoint> place, String key, Folded folded) {
        return place.flatMap(known -> folded.row(key, position(known)));
    }

    /** The row as of a place; empty if it is not known. */
    private interface Known {
        Optional<Optional<Payload>> asOf(Optional<Checkpoint> place);
    }

    /** Whether the row was known. */
    private boolean replace(View view, int part, String key, Known known) {
        return run.views()
                .inTransaction(transaction -> {
                    Progress progress = transaction.lock(view, part);
                    if (transaction.parkedKeys(view, part).contains(key)) {
                        throw ProjectionRefusedException.notNow(
                                run.name(),
                                "key '%s' is parked; retry or drop it first".formatted(key));
                    }
                    Optional<Optional<Payload>> row = known.asOf(progress.checkpoint());
                    if (row.isEmpty()) {
                        return false;
                    }
                    forgetSkipped(transaction, view, part, key);
                    row.get()
                            .ifPresentOrElse(
                                    body ->
                                            transaction.put(
                                                    view, List.of(new Row(part, key, body))),
                                    () -> transaction.remove(view, List.of(key)));
                    transaction.save(view, part, Retry.touched(progress));
                    return true;
                });
    }

    private long position(Checkpoint place) {
        if (place.isVector()) {
            throw ProjectionRefusedException.notNow(
                    run.name(),
                    "over shards a row cannot be folded as of a place; rebuild instead");
        }
        return place.beginning().positionsUntil(place);
    }

    private static void forgetSkipped(
            ViewTransaction transaction, View view, int part, String key) {
        List<ParkedEvent> page = transaction.parked(view, part, key, 0, PARKED_AT_ONCE);
        while (!page.isEmpty()) {
            page.forEach(event -> transaction.unpark(view, part, event.sequence()));
            page = transaction.parked(view, part, key, 0, PARKED_AT_ONCE);
        }
    }
}
