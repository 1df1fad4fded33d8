package org.leftfold.framework.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StaleCheckpointException;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.EventsBeside.Placed;
import org.leftfold.framework.projection.ViewHeader.Building;
import org.leftfold.framework.projection.ViewHeader.Built;

/**
 * Brings the generation that is read and the one that is built to one and the same place, in one
 * transaction that holds all their parts, so that they can be compared, and exchanged without a
 * reader ever seeing the view go back. Of one thread, and used once.
 */
final class Leveling<E> {
    /** Of a sharded store, whose head is several places, it may take more than one attempt. */
    private static final int ATTEMPTS = 10;

    private final ProjectionRun<E> run;
    private List<Runnable> effects = List.of();

    Leveling(ProjectionRun<E> run) {
        this.run = run;
    }

    /** Another place was the head before this was there: begin again. */
    private static final class Overtaken extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Overtaken() {
            super("events were appended meanwhile");
        }
    }

    /** Compares; the parts are level afterwards. */
    RebuildReport compare(int generation) {
        return level(
                generation,
                Of.COMPARED,
                (transaction, header, target) ->
                        new Comparison(run.work(), run.name()).of(transaction, header, target));
    }

    /** Lets a generation be read that has caught up; refused if it is not equal and has to be. */
    RebuildReport swap(int generation, boolean onlyIfEqual) {
        RebuildReport report =
                level(
                        generation,
                        Of.swapped(onlyIfEqual, run.work().hasEffects()),
                        (transaction, header, target) -> {
                            Building building = building(header, generation);
                            RebuildReport found =
                                    onlyIfEqual
                                            ? new Comparison(run.work(), run.name())
                                                    .of(transaction, header, target)
                                            : Comparison.none(
                                                    transaction, run.name(), header, target);
                            if (onlyIfEqual && !found.isEqual()) {
                                throw ProjectionRefusedException.notNow(
                                        run.name(),
                                        "generation %d differs from the one that is read: %d rows different, %d missing, %d added, such as %s"
                                                .formatted(
                                                        generation,
                                                        found.different(),
                                                        found.missing(),
                                                        found.added(),
                                                        found.examples().stream()
                                                                .limit(5)
                                                                .toList()));
                            }
                            header.swapped(building).save(transaction, run.name());
                            return found;
                        });
        run.look();
        return report;
    }

    /** What becomes of the generation that is read, before something is done. */
    private enum Of {
        /** It is left as it is: it may be what is broken. */
        LEFT,
        /** It takes in what is missing, or nothing can be compared. */
        COMPARED,
        /** So that each event has its side effects once, whatever code is there to do it. */
        ENDED;

        static Of swapped(boolean isCompared, boolean hasEffects) {
            return isCompared ? COMPARED : hasEffects ? ENDED : LEFT;
        }
    }

    private interface Act {
        RebuildReport on(ViewTransaction transaction, ViewHeader header, Checkpoint target);
    }

    private RebuildReport level(int generation, Of current, Act act) {
        boolean isOneDatabase = run.events().isOneDatabase(); // before anything is held
        for (int attempt = 1; ; attempt++) {
            try {
                Checkpoint head = run.store().checkpoint();
                RebuildReport report =
                        run.views()
                                .inTransaction(transaction ->
                                        level(
                                                new Held(transaction, isOneDatabase, head),
                                                generation,
                                                current,
                                                act));
                effects.forEach(this::perform);
                return report;
            } catch (Overtaken e) {
                if (attempt == ATTEMPTS) {
                    throw ProjectionRefusedException.notNow(
                            run.name(),
                            "too much was appended while its generations were compared; try again");
                }
            }
        }
    }

    /**
     * The transaction, and what was found out before it.
     *
     * @param transaction which holds all parts
     * @param isOneDatabase whether events can be read in it
     * @param head where the store ended
     */
    private record Held(ViewTransaction transaction, boolean isOneDatabase, Checkpoint head) {}

    private RebuildReport level(Held held, int generation, Of current, Act act) {
        ViewTransaction transaction = held.transaction;
        ViewHeader header = run.stored(transaction.lockHeader(run.name()));
        Building building = building(header, generation);
        List<PartWriter<E>> read = hold(transaction, header.current());
        List<PartWriter<E>> built = hold(transaction, building.built());
        List<PartWriter<E>> writers = new ArrayList<>(built);
        Checkpoint target = target(held.head, read, built);
        boolean isOfOtherCode = header.current().version() != building.built().version();
        if (current == Of.COMPARED && isOfOtherCode) {
            requireThere(read, target, building);
        } else if (current != Of.LEFT) {
            writers.addAll(0, read);
        }
        effects = new ArrayList<>();
        try (EventsBeside.Reading reading = run.events().in(transaction, held.isOneDatabase)) {
            level(new Way(transaction, reading, target), writers, building.built(), current);
        }
        return act.on(transaction, header, target);
    }

    /**
     * A place that no part is beyond, now that none of them moves: where the store ended before, or
     * where the part is that has read what came since. Only the parts of a place in several shards
     * cannot be told like this.
     */
    private Checkpoint target(
            Checkpoint head, List<PartWriter<E>> read, List<PartWriter<E>> built) {
        if (head.isVector()) {
            return run.store().checkpoint();
        }
        return Stream.concat(read.stream(), built.stream())
                .flatMap(writer -> writer.checkpoint().stream())
                .filter(place -> place.beginning().equals(head.beginning()))
                .reduce(head, Checkpoint::later);
    }

    /** What other code keeps up this code must not touch. */
    private void requireThere(List<PartWriter<E>> writers, Checkpoint target, Building building) {
        Optional<Checkpoint> there = Optional.of(target);
        if (!writers.stream().allMatch(writer -> writer.checkpoint().equals(there))) {
            throw ProjectionRefusedException.notNow(
                    run.name(),
                    "what is read is kept up by another version of the code than %d, and has not caught up; try again when it has"
                            .formatted(building.built().version()));
        }
    }

    private void perform(Runnable effect) {
        try {
            effect.run();
        } catch (Exception | AssertionError | StackOverflowError e) {
            run.listener().effectFailed(run.name(), e);
        }
    }

    private Building building(ViewHeader header, int generation) {
        Building building = header.building();
        if (building == null || building.built().generation() != generation) {
            throw ProjectionRefusedException.notNow(
                    run.name(), "generation %d is not being built".formatted(generation));
        }
        return building;
    }

    private List<PartWriter<E>> hold(ViewTransaction transaction, Built built) {
        List<PartWriter<E>> writers = new ArrayList<>();
        for (int part = 0; part < built.parts(); part++) {
            PartWriter<E> writer =
                    new PartWriter<>(
                            run.views(),
                            built.view(run.name()),
                            part,
                            built.parts(),
                            run.work(),
                            Long.MAX_VALUE,
                            new Around(run));
            writer.adopt(transaction);
            writers.add(writer);
        }
        return writers;
    }

    /**
     * How parts are brought to one place.
     *
     * @param transaction holds them
     * @param reading reads what they miss
     * @param target the place
     */
    private record Way(
            ViewTransaction transaction, EventsBeside.Reading reading, Checkpoint target) {}

    private void level(Way way, List<PartWriter<E>> writers, Built built, Of current) {
        Map<Optional<Checkpoint>, List<Placed>> read = new HashMap<>();
        for (PartWriter<E> writer : writers) {
            Optional<Checkpoint> from = writer.checkpoint();
            if (from.equals(Optional.of(way.target))) {
                continue;
            }
            try {
                List<Placed> missing = read.get(from);
                if (missing == null) {
                    missing = missing(way, from);
                    read.put(from, missing);
                }
                apply(way, writer, missing);
            } catch (StaleCheckpointException e) {
                boolean isBuilt = writer.view().generation() == built.generation();
                if (isBuilt || current != Of.ENDED) {
                    throw e;
                }
                // of a store that was restored: nobody can tell what that generation still misses
            }
        }
    }

    private void apply(Way way, PartWriter<E> writer, List<Placed> missing) {
        List<Item<E>> items = new ArrayList<>();
        for (Placed each : missing) {
            Item<E> item =
                    run.work()
                            .item(
                                    each.event(),
                                    each.behind(),
                                    writer.part(),
                                    writer.parts(),
                                    way.reading.originals());
            if (item != null) {
                items.add(item);
            }
        }
        PartTransaction<E> part =
                new PartTransaction<>(writer, items, way.target, new LinkedHashMap<>());
        try {
            part.in(way.transaction);
        } catch (LeftfoldException | Halt e) {
            throw e;
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw ProjectionRefusedException.notNow(
                    run.name(),
                    "an event fails that is still missing in it (%s); let it be parked first"
                            .formatted(e));
        }
        effects.addAll(part.effects());
    }

    /** The events between two places. */
    private List<Placed> missing(Way way, Optional<Checkpoint> from) {
        List<Placed> found = way.reading.between(run.work().query(), from, way.target);
        List<Placed> wanted =
                found.stream().filter(each -> way.target.covers(each.behind())).toList();
        if (wanted.size() < found.size() && way.target.isVector()) {
            // behind an event that is too much in one shard may be some that are not in another
            throw new Overtaken();
        }
        return wanted;
    }

    /** What a writer asks for while parts are brought to one place. */
    record Around(ProjectionRun<?> run) implements PartWriter.Surroundings {
        @Override
        public void pause(Duration pause) {
            throw new IllegalStateException("nothing is tried again here");
        }

        @Override
        public Instant now() {
            return run.time().now();
        }

        @Override
        public void failed(RecordedEvent event, int attempt, Throwable failure) {
            run.listener().failed(run.name(), event, attempt, failure);
        }

        @Override
        public void parked(ParkedEvent event) {
            run.listener().parked(run.name(), event);
        }

        @Override
        public void effectFailed(Throwable failure) {
            run.listener().effectFailed(run.name(), failure);
        }
    }
}
