package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventId;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.MessageHandled;
import org.leftfold.framework.decide.Answering;
import org.leftfold.framework.decide.Question;
import org.leftfold.framework.transform.Provenance;
import org.leftfold.framework.transform.StreamMark;

/**
 * Decisions that depend on more than one stream: a unique e-mail address, the last seat. A command
 * says by a query which events it depends on; they are folded, the command is decided, and its
 * events are appended only if no further event matches the query (a dynamic consistency boundary).
 * Else it is decided again. An event that a split or merge copied counts once, where its original
 * is in the boundary too. Safe for any thread.
 *
 * <p>Errors are those of {@link Repository}, also where a home was split or merged, with {@link
 * ConditionFailedException} (LF-2002) for others that were faster in every attempt.
 */
public final class Decisions<C, S, E> {
    private static final String BOUNDARY = "nothing came behind the decision";

    /**
     * The answer to a command.
     *
     * @param outcome whether something was stored
     * @param position of the last event that it was decided on or that it stored
     * @param state the state within its boundary, with the events
     * @param events what happened because of this command, in the order of their positions: those
     *     of one stream stand side by side
     */
    public record Decided<S, E>(Outcome outcome, long position, S state, List<E> events) {
        /** Copies the list. */
        public Decided {
            events = List.copyOf(events);
        }

        /** The result of the command. */
        public <R> R answer(Answering<? super S, R> command) {
            return command.answer(state, events);
        }

        /** Asks the state. */
        public <R> R answer(Question<? super S, R> question) {
            return question.answer(state);
        }

        /** Without state and events, whose values do not belong into logs. */
        @Override
        public String toString() {
            return "%s at position %d: %s"
                    .formatted(outcome, position, Handled.counted(events.size()));
        }
    }

    /** A state within a boundary. */
    private record Seen<S>(long lastPosition, S state) {}

    /** What makes an event the one that it is. */
    private record Fact(StreamName stream, EventId id) {}

    private final DecisionsBuilder<C, S, E> settings;
    private final Model<C, S, E> model;
    private final Appender appender;

    Decisions(DecisionsBuilder<C, S, E> settings) {
        this.settings = settings;
        this.model = settings.model;
        this.appender = new Appender(settings.store, settings.retry, settings.waiting);
    }

    /** Gives a command. */
    public Decided<S, E> handle(C command) {
        return handle(command, CommandOptions.none());
    }

    /**
     * Gives a command with options.
     *
     * @throws InvalidRequestException if a version is expected (LF-1207), which only streams have
     */
    public Decided<S, E> handle(C command, CommandOptions options) {
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(options, "options");
        if (options.expectedVersion().isPresent()) {
            throw new InvalidRequestException(
                    "LF-1207",
                    "'%s' decides over several streams, which have no version in common, so version %d cannot be expected; nothing was stored. Leave it out."
                            .formatted(model.name(), options.expectedVersion().getAsLong()));
        }
        Query boundary = boundaryOf(command);
        for (int attempt = 1; ; attempt++) {
            Seen<S> seen = see(boundary);
            if (options.handledIn(settings.store).isPresent()) {
                Seen<S> now = see(boundary); // it may have been handled since
                return new Decided<>(Outcome.DUPLICATE, now.lastPosition, now.state, List.of());
            }
            List<E> events = asStored(model.decide(command, seen.state));
            if (events.isEmpty() && options.message().isEmpty()) {
                return new Decided<>(Outcome.NOTHING, seen.lastPosition, seen.state, events);
            }
            S after = evolve(seen, events);
            try {
                AppendResult result = appendOpen(append(events, boundary, seen, options));
                return new Decided<>(
                        events.isEmpty() ? Outcome.NOTHING : Outcome.STORED,
                        result.lastPosition(),
                        after,
                        events);
            } catch (ConditionFailedException conflict) {
                boolean isOurs = conflict.condition().name().equals(BOUNDARY);
                int max = settings.retry.maxAttempts();
                if (isOurs
                        ? attempt >= max && options.handledIn(settings.store).isEmpty()
                        : attempt > max) {
                    throw conflict;
                }
            }
            settings.waiting.pause(settings.retry.delayAfter(attempt));
        }
    }

    /** {@link #handle(Object, CommandOptions)} on a virtual thread. */
    public CompletableFuture<Decided<S, E>> handleAsync(C command, CommandOptions options) {
        return Async.run(() -> handle(command, options));
    }

    /** Appends, if all streams take events; marks that were passed cost a second attempt. */
    private AppendResult appendOpen(Append append) {
        List<StreamName> streams = append.writes().stream().map(StreamWrite::stream).toList();
        long marks = 0;
        while (true) {
            try {
                return appender.append(append.onlyIf(StreamMark.noneIn(streams, marks)));
            } catch (ConditionFailedException conflict) {
                if (!conflict.condition().name().equals(StreamMark.CONDITION)) {
                    throw conflict;
                }
                long seen = StreamMark.requireOpen(settings.store, streams);
                if (seen <= marks) {
                    throw conflict; // nothing new was found that could explain it
                }
                marks = seen;
            }
        }
    }

    /** What the events of a boundary make. */
    public S load(Query boundary) {
        Objects.requireNonNull(boundary, "boundary");
        return see(narrowed(boundary)).state;
    }

    /** What a command would be decided on. */
    public S load(C command) {
        Objects.requireNonNull(command, "command");
        return see(boundaryOf(command)).state;
    }

    private Query boundaryOf(C command) {
        Query boundary = settings.boundary.apply(command);
        return narrowed(
                Objects.requireNonNull(boundary, "the function 'boundary' gave null, no query"));
    }

    /**
     * An item without types would match events of others, which nobody here can read; one with
     * types would miss what was stored under their older names.
     */
    private Query narrowed(Query query) {
        return model.codec().schema().narrow(query);
    }

    private Seen<S> see(Query boundary) {
        S state = model.initialState();
        long last = 0;
        Set<Fact> facts = new HashSet<>();
        try (Events events = settings.store.read(ReadRequest.of(boundary))) {
            while (events.hasNext()) {
                RecordedEvent stored = events.next();
                last = stored.position();
                if (isTaken(stored, facts)) {
                    continue;
                }
                for (DomainEvent<E> event : model.codec().decode(stored)) {
                    state = model.evolve(stored, state, event.event());
                }
            }
        }
        return new Seen<>(last, state);
    }

    /** Whether an event was copied by a split or merge from one that was taken; else it is now. */
    private static boolean isTaken(RecordedEvent stored, Set<Fact> facts) {
        for (Provenance from : Provenance.chain(stored)) {
            if (facts.contains(new Fact(from.stream(), from.id()))) {
                return true;
            }
        }
        facts.add(new Fact(stored.stream(), stored.id()));
        return false;
    }

    /** Events of one stream stand side by side in an append, and so they are read again. */
    private List<E> asStored(List<E> events) {
        Map<StreamName, List<E>> byStream = new LinkedHashMap<>();
        for (E event : events) {
            byStream.computeIfAbsent(settings.home.apply(event), name -> new ArrayList<>())
                    .add(event);
        }
        return byStream.values().stream().flatMap(List::stream).toList();
    }

    private S evolve(Seen<S> seen, List<E> events) {
        S state = seen.state;
        for (E event : events) {
            state = model.evolve(settings.home.apply(event), 0, state, event);
        }
        return state;
    }

    private Append append(List<E> events, Query boundary, Seen<S> seen, CommandOptions options) {
        Map<StreamName, List<NewEvent>> byStream = new LinkedHashMap<>();
        for (E event : events) {
            StreamName stream = settings.home.apply(event);
            byStream.computeIfAbsent(stream, name -> new ArrayList<>())
                    .add(model.encode(stream, event, options.metadata(), options.tags()));
        }
        if (events.isEmpty()) {
            StreamName stream = Streams.messages(model.name());
            byStream.put(
                    stream,
                    List.of(
                            model.encode(
                                    stream,
                                    new MessageHandled(),
                                    options.metadata(),
                                    options.tags())));
        }
        List<StreamWrite> writes = new ArrayList<>();
        byStream.forEach(
                (stream, each) -> writes.add(new StreamWrite(stream, ExpectedVersion.any(), each)));
        List<AppendCondition> conditions = new ArrayList<>();
        conditions.add(AppendCondition.noneAfter(BOUNDARY, boundary, seen.lastPosition));
        options.message().ifPresent(id -> conditions.add(id.condition()));
        return new Append(writes, conditions);
    }

    /** Names the model. */
    @Override
    public String toString() {
        return "decisions of '%s'".formatted(model.name());
    }
}
