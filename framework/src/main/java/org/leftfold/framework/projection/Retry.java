package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Events;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.projection.Item.Step;
import org.leftfold.framework.projection.Parking.Outcome;
import org.leftfold.framework.projection.ViewHeader.Built;

/** Tries parked events again, in pieces, each in one transaction. Of one thread. */
final class Retry<E> {
    /** Events of one transaction. */
    private static final int PIECE = 500;

    /** So often somebody else may have changed what is parked before it was tried again. */
    private static final int ATTEMPTS = 10;

    private final ProjectionRun<E> run;
    private final Built built;
    private final View view;
    private final Map<ParkedEvent, Optional<Item<E>>> items = new HashMap<>(); // as read before
    private int applied;

    Retry(ProjectionRun<E> run, Built built) {
        this.run = run;
        this.built = built;
        this.view = built.view(run.name());
    }

    Outcome of(String key, Optional<Payload> patch, boolean drops) {
        int part = partOf(key);
        prepare(part, key, patch, drops);
        String error = drain(part, key);
        if (error.isEmpty()) {
            // others may have waited for this one only: those of a stream that can be read again
            for (String freed : freed(part)) {
                drain(part, freed);
            }
        }
        int left =
                run.views()
                        .inTransaction(transaction ->
                                waiting(transaction, part, key, Parking.MAX_LISTED).size());
        run.changed();
        return new Outcome(key, applied, left, error);
    }

    /** The part in which a key is parked: a stream that cannot be read is parked in any. */
    private int partOf(String key) {
        return run.views()
                .inTransaction(transaction -> {
                    int first = Keying.part(key, built.parts());
                    for (int i = 0; i < built.parts(); i++) {
                        int part = (first + i) % built.parts();
                        if (transaction.parkedKeys(view, part).contains(key)) {
                            return part;
                        }
                    }
                    throw ProjectionRefusedException.notNow(
                            run.name(), "key '%s' is not parked".formatted(key));
                });
    }

    /** The parked events of a key in order, without those that were left out. */
    private List<ParkedEvent> waiting(
            ViewTransaction transaction, int part, String key, int limit) {
        List<ParkedEvent> found = new ArrayList<>();
        long after = 0;
        while (true) {
            List<ParkedEvent> page = transaction.parked(view, part, key, after, PIECE);
            for (ParkedEvent event : page) {
                if (event.state() != State.SKIPPED && found.size() < limit) {
                    found.add(event);
                }
            }
            if (page.size() < PIECE || found.size() == limit) {
                return found;
            }
            after = page.getLast().sequence();
        }
    }

    private Optional<ParkedEvent> firstOf(ViewTransaction transaction, int part, String key) {
        return waiting(transaction, part, key, 1).stream().findFirst();
    }

    private void prepare(int part, String key, Optional<Payload> patch, boolean drops) {
        run.views()
                .inTransaction(transaction -> {
                    Progress progress = transaction.lock(view, part);
                    ParkedEvent first =
                            firstOf(transaction, part, key)
                                    .orElseThrow(() ->
                                            ProjectionRefusedException.notNow(
                                                    run.name(),
                                                    "key '%s' is not parked".formatted(key)));
                    if (first.state() == State.HELD) {
                        throw ProjectionRefusedException.notNow(
                                run.name(),
                                "key '%s' waits for key '%s', which failed; retry that one"
                                        .formatted(key, first.stream()));
                    }
                    if (drops) {
                        transaction.park(
                                view,
                                with(
                                        first,
                                        State.SKIPPED,
                                        first.error(),
                                        first.attempts(),
                                        Optional.empty()));
                    } else if (patch.isPresent()) {
                        checkPatch(first, patch.get());
                        transaction.park(
                                view,
                                with(first, State.FAILED, first.error(), first.attempts(), patch));
                    }
                    if (drops || patch.isPresent()) {
                        transaction.save(view, part, touched(progress));
                    }
                    return true;
                });
    }

    /** What somebody wrote by hand is told to him, and not taken for the event. */
    private void checkPatch(ParkedEvent event, Payload patch) {
        run.work()
                .patchProblem(stored(event), patch)
                .ifPresent(problem -> {
                    throw ProjectionRefusedException.notNow(run.name(), "the patch " + problem);
                });
    }

    private static ParkedEvent with(
            ParkedEvent event, State state, String error, int attempts, Optional<Payload> patch) {
        return new ParkedEvent(
                event.part(),
                event.sequence(),
                event.key(),
                state,
                event.stream(),
                event.version(),
                event.type(),
                attempts,
                error,
                patch,
                event.parkedAt());
    }

    /** Whoever remembers the progress before notices that something has changed. */
    static Progress touched(Progress progress) {
        return new Progress(
                progress.checkpoint(),
                progress.fence(),
                progress.revision() + 1,
                progress.events());
    }

    /** Keys whose first event waits, though nothing of their stream has failed any more. */
    private Set<String> freed(int part) {
        return run.views()
                .inTransaction(transaction -> {
                    Set<String> freed = new LinkedHashSet<>();
                    Set<String> parked = transaction.parkedKeys(view, part);
                    for (String key : parked) {
                        firstOf(transaction, part, key)
                                .filter(first -> first.state() == State.HELD)
                                .filter(first -> !parked.contains(first.stream().toString()))
                                .ifPresent(first -> freed.add(key));
                    }
                    return freed;
                });
    }

    /** Applies what is parked under a key until an event fails; what that has thrown. */
    private String drain(int part, String key) {
        while (true) {
            Piece piece = new Piece(part, key, null, null);
            Throwable failure = attempt(piece);
            if (failure == null) {
                if (piece.isLast) {
                    return "";
                }
                continue;
            }
            Piece upToThere = new Piece(part, key, piece.at, failure);
            Throwable another = attempt(upToThere);
            while (another != null) {
                // what all of them make cannot be written: it may be an earlier one
                if (isNoEarlier(upToThere)) {
                    throw new IllegalStateException(
                            "projection '%s' fails on what it has just applied"
                                    .formatted(run.name()),
                            another);
                }
                failure = another;
                upToThere = new Piece(part, key, upToThere.at, failure);
                another = attempt(upToThere);
            }
            return Failures.text(failure);
        }
    }

    /** Whether a piece fails on something else than an event before the one where it ends. */
    private boolean isNoEarlier(Piece piece) {
        ParkedEvent at = piece.at;
        ParkedEvent end = piece.end;
        return at == null || end == null || at.sequence() >= end.sequence();
    }

    /** Something is parked that was not when events were read. */
    private static final class Changed extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Changed() {
            super("somebody else has changed what is parked");
        }
    }

    private @Nullable Throwable attempt(Piece piece) {
        for (int i = 0; i < ATTEMPTS; i++) {
            read(piece.part, piece.key);
            try {
                return attemptOnce(piece);
            } catch (Changed e) {
                // it is read again
            }
        }
        throw ProjectionRefusedException.notNow(
                run.name(), "key '%s' is being changed all the time".formatted(piece.key));
    }

    /**
     * Reads the events that are parked, before the part is held: who holds it must not wait for
     * another connection, which those may have who wait for the part.
     */
    private void read(int part, String key) {
        List<ParkedEvent> parked =
                run.views().inTransaction(transaction -> waiting(transaction, part, key, PIECE));
        items.keySet().retainAll(parked);
        Checkpoint place = run.store().checkpoint();
        for (ParkedEvent event : parked) {
            if (!items.containsKey(event)) {
                RecordedEvent stored = patched(stored(event), event.patch());
                Item<E> item = run.work().item(stored, place, part, built.parts());
                items.put(event, Optional.ofNullable(item));
            }
        }
    }

    private @Nullable Throwable attemptOnce(Piece piece) {
        try {
            run.views().inTransaction(piece::in);
            applied += piece.applied;
            piece.effects.forEach(this::perform);
            return null;
        } catch (StoreUnavailableException | ProjectionRefusedException | Changed e) {
            throw e;
        } catch (Exception | AssertionError | StackOverflowError e) {
            if (piece.at != null) {
                return e;
            }
            throw e instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("parked events could not be tried again", e);
        }
    }

    private void perform(Runnable effect) {
        try {
            effect.run();
        } catch (Exception | AssertionError | StackOverflowError e) {
            run.listener().effectFailed(run.name(), e);
        }
    }

    /** Some parked events of a key, in one transaction. */
    private final class Piece {
        private final int part;
        private final String key;
        private final @Nullable ParkedEvent end; // known to fail: those before it only
        private final @Nullable Throwable failure; // of the end
        private @Nullable ParkedEvent at; // what is being applied
        private List<Runnable> effects = List.of();
        private int applied;
        private boolean isLast;

        Piece(int part, String key, @Nullable ParkedEvent end, @Nullable Throwable failure) {
            this.part = part;
            this.key = key;
            this.end = end;
            this.failure = failure;
        }

        boolean in(ViewTransaction transaction) throws Exception {
            applied = 0;
            at = null;
            Progress progress = transaction.lock(view, part);
            List<ParkedEvent> events = waiting(transaction, part, key, PIECE);
            isLast = events.size() < PIECE;
            Session<E> session = run.work().open(transaction, view, built.parts());
            for (ParkedEvent event : events) {
                if (end != null && event.sequence() >= end.sequence()) {
                    break;
                }
                at = event;
                apply(session, event);
                transaction.unpark(view, part, event.sequence());
                applied++;
            }
            session.flush();
            at = null;
            effects = session.effects();
            if (end != null) {
                transaction.park(
                        view,
                        with(
                                end,
                                State.FAILED,
                                failure == null ? "" : Failures.text(failure),
                                end.attempts() + 1,
                                end.patch()));
            }
            transaction.save(view, part, touched(progress));
            return true;
        }

        private void apply(Session<E> session, ParkedEvent event) throws Exception {
            Optional<Item<E>> known = items.get(event);
            if (known == null) {
                throw new Changed();
            }
            if (known.isEmpty()) {
                return; // read by today's code it does not concern this part
            }
            Item<E> item = known.get();
            if (item.unreadable() != null) {
                throw item.unreadable();
            }
            boolean isWhole = !item.keys().contains(key); // it was parked under its stream
            for (Step<E> step : item.steps()) {
                if (isWhole || step.key().equals(key)) {
                    session.apply(step.key(), step.event());
                }
            }
        }
    }

    private RecordedEvent stored(ParkedEvent event) {
        ReadRequest request =
                ReadRequest.stream(event.stream()).afterVersion(event.version() - 1).limit(1);
        try (Events found = run.store().read(request)) {
            if (found.hasNext()) {
                RecordedEvent stored = found.next();
                if (stored.version() == event.version()) {
                    return stored;
                }
            }
        }
        throw ProjectionRefusedException.notNow(
                run.name(),
                "version %d of stream '%s' is in the store no more; drop it"
                        .formatted(event.version(), event.stream()));
    }

    private static RecordedEvent patched(RecordedEvent stored, Optional<Payload> patch) {
        return patch.map(payload ->
                        new RecordedEvent(
                                stored.position(),
                                stored.stream(),
                                stored.version(),
                                stored.id(),
                                stored.type(),
                                stored.schemaVersion(),
                                stored.recordedAt(),
                                payload,
                                stored.metadata(),
                                stored.tags()))
                .orElse(stored);
    }
}
