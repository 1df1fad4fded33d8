package org.leftfold.framework.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StaleCheckpointException;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.ViewHeader.Building;
import org.leftfold.framework.projection.ViewHeader.Built;

/**
 * Brings the generation that is read and the one that is built to one and the same place, in one
 * transaction that holds all their parts, so that they can be compared, and exchanged without a
 * reader ever seeing the view go back. Of one thread, and used once.
 */
final class Leveling<E> {
    /** Most events that may be missing: parts stand still meanwhile. */
    private static final int MAX_EVENTS = 10_000;

    /** Most bytes of their payloads. */
    private static final long MAX_BYTES = 64L << 20;

    /** Of a sharded store, whose head is several places, it may take more than one attempt. */
    private static final int ATTEMPTS = 10;

    private static final long LONGEST_READ_SECONDS = 60;

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
        for (int attempt = 1; ; attempt++) {
            try {
                RebuildReport report =
                        run.views()
                                .inTransaction(transaction -> {
                                    ViewHeader header =
                                            run.stored(transaction.lockHeader(run.name()));
                                    Building building = building(header, generation);
                                    List<PartWriter<E>> writers = new ArrayList<>();
                                    hold(transaction, header.current(), writers);
                                    if (current == Of.LEFT) {
                                        writers.clear(); // they are held all the same
                                    } else if (current == Of.COMPARED
                                            && header.current().version()
                                                    != building.built().version()) {
                                        requireThere(writers, building);
                                    }
                                    hold(transaction, building.built(), writers);
                                    // from here on no part moves, so none is beyond the head as it
                                    // is now
                                    Checkpoint target = run.store().checkpoint();
                                    effects = new ArrayList<>();
                                    level(transaction, writers, target, building.built(), current);
                                    return act.on(transaction, header, target);
                                });
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

    /** What other code keeps up this code must not touch. */
    private void requireThere(List<PartWriter<E>> writers, Building building) {
        Optional<Checkpoint> head = Optional.of(run.store().checkpoint());
        if (!writers.stream().allMatch(writer -> writer.checkpoint().equals(head))) {
            throw ProjectionRefusedException.notNow(
                    run.name(),
                    "what is read is kept up by another version of the code than %d, and has not caught up; try again when it has"
                            .formatted(building.built().version()));
        }
        writers.clear();
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

    private void hold(ViewTransaction transaction, Built built, List<PartWriter<E>> writers) {
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
    }

    private void level(
            ViewTransaction transaction,
            List<PartWriter<E>> writers,
            Checkpoint target,
            Built built,
            Of current) {
        Map<Optional<Checkpoint>, List<RecordedPlace>> read = new HashMap<>();
        for (PartWriter<E> writer : writers) {
            Optional<Checkpoint> from = writer.checkpoint();
            if (from.equals(Optional.of(target))) {
                continue;
            }
            try {
                List<RecordedPlace> missing = read.get(from);
                if (missing == null) {
                    missing = missing(from, target);
                    read.put(from, missing);
                }
                apply(transaction, writer, missing, target);
            } catch (StaleCheckpointException e) {
                boolean isBuilt = writer.view().generation() == built.generation();
                if (isBuilt || current != Of.ENDED) {
                    throw e;
                }
                // of a store that was restored: nobody can tell what that generation still misses
            }
        }
    }

    private void apply(
            ViewTransaction transaction,
            PartWriter<E> writer,
            List<RecordedPlace> missing,
            Checkpoint target) {
        List<Item<E>> items = new ArrayList<>();
        for (RecordedPlace each : missing) {
            Item<E> item = run.work().item(each.event, each.behind, writer.part(), writer.parts());
            if (item != null) {
                items.add(item);
            }
        }
        PartTransaction<E> part =
                new PartTransaction<>(writer, items, target, new LinkedHashMap<>());
        try {
            part.in(transaction);
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

    private record RecordedPlace(RecordedEvent event, Checkpoint behind) {}

    /** The events between two places. */
    private List<RecordedPlace> missing(Optional<Checkpoint> from, Checkpoint target) {
        List<RecordedPlace> found = new ArrayList<>();
        LongAdder bytes = new LongAdder();
        CompletableFuture<Checkpoint> end = new CompletableFuture<>();
        EventHandler collector =
                new EventHandler() {
                    @Override
                    public void handle(RecordedEvent event) {
                        throw new IllegalStateException("the place behind an event is needed");
                    }

                    @Override
                    public void handle(RecordedEvent event, Checkpoint behind) {
                        bytes.add(event.payload().sizeBytes());
                        if (found.size() == MAX_EVENTS || bytes.sum() > MAX_BYTES) {
                            throw ProjectionRefusedException.notNow(
                                    run.name(),
                                    "more than %d events or %d MiB are missing in one of its parts; wait until it has caught up"
                                            .formatted(MAX_EVENTS, MAX_BYTES >> 20));
                        }
                        found.add(new RecordedPlace(event, behind));
                    }

                    @Override
                    public void caughtUp(Checkpoint checkpoint) {
                        if (checkpoint.covers(target)) {
                            end.complete(checkpoint);
                        }
                    }
                };
        FollowRequest request =
                from.map(place -> FollowRequest.after(run.work().query(), place))
                        .orElseGet(() -> FollowRequest.fromStart(run.work().query()));
        try (Subscription following = run.store().follow(request.fallsBehindAfter(1), collector)) {
            var unused =
                    following.completion().whenComplete((nothing, failure) -> end.cancel(false));
            await(end, following);
        }
        List<RecordedPlace> wanted =
                found.stream().filter(each -> target.covers(each.behind)).toList();
        if (wanted.size() < found.size() && target.isVector()) {
            // behind an event that is too much in one shard may be some that are not in another
            throw new Overtaken();
        }
        return wanted;
    }

    private static void await(CompletableFuture<Checkpoint> end, Subscription following) {
        try {
            end.get(LONGEST_READ_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while events were read", e);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            Throwable cause = e;
            if (following.completion().isCompletedExceptionally()) {
                cause = following.completion().exceptionNow();
            }
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException("events could not be read", cause);
        }
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
