package org.leftfold.framework.repository;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.decide.Question;
import org.leftfold.framework.history.History;
import org.leftfold.framework.repository.CommandRun.Existence;
import org.leftfold.framework.repository.Loader.Folded;

/**
 * All things of one category: gives them commands, and finds them. Safe for any thread.
 *
 * <p>A command is decided on the state that all events so far make, and its events are appended
 * only if nothing came in between; else it is decided again, as often as {@link RetryPolicy} says.
 * What the decider throws goes to the caller as it is, and nothing was stored then. Other errors
 * are:
 *
 * <ul>
 *   <li>{@link org.leftfold.api.InvalidRequestException} (LF-1001): the id is empty or makes no
 *       legal name of a stream; nothing was stored;
 *   <li>{@link org.leftfold.api.VersionConflictException} (LF-2001): others were faster in every
 *       attempt, or the version that the caller expects is gone; nothing was stored. If others
 *       began the thing meanwhile, it may be {@link org.leftfold.api.ConditionFailedException}
 *       (LF-2002);
 *   <li>{@link org.leftfold.framework.decide.DefectException} (LF-1202, LF-1203, LF-1208): the code
 *       of the domain broke its own rules; nothing was stored;
 *   <li>{@link org.leftfold.framework.transform.StreamSealedException} (LF-1232): its stream was
 *       split or merged, and others go on; {@link
 *       org.leftfold.framework.transform.StreamFillingException} (LF-3201): that is under way;
 *       nothing was stored;
 *   <li>{@link org.leftfold.framework.codec.UnreadableEventException} (LF-5002): the stream holds
 *       an event that this program does not understand; nothing was stored;
 *   <li>{@link org.leftfold.api.OutcomeUnknownException} (LF-3001): the store could not say whether
 *       the events were stored, however often it was asked; give the command again with {@link
 *       CommandOptions#triggeredBy}, which makes that safe;
 *   <li>other {@link org.leftfold.api.StoreUnavailableException}s (LF-3xxx): nothing was stored.
 * </ul>
 *
 * @param <C> commands
 * @param <S> states; of aggregates, their class
 * @param <E> events
 */
public final class Repository<C, S, E> {
    private final Settings<C, S, E> settings;

    Repository(Settings<C, S, E> settings) {
        this.settings = settings;
    }

    /** Gives a command to a new thing with an id of its own making, a UUID. */
    public Handled<S, E> save(C command, CommandOptions options) {
        return save(EventId.next().toString(), command, options);
    }

    /** The same without options. */
    public Handled<S, E> save(C command) {
        return save(command, CommandOptions.none());
    }

    /**
     * Gives a command to a new thing.
     *
     * @throws org.leftfold.api.VersionConflictException if it exists (LF-2001)
     */
    public Handled<S, E> save(String id, C command, CommandOptions options) {
        return run(id, command, options, Existence.NEW);
    }

    /** The same without options. */
    public Handled<S, E> save(String id, C command) {
        return save(id, command, CommandOptions.none());
    }

    /**
     * Gives a command to a thing that exists.
     *
     * @throws AggregateNotFoundException if it does not (LF-1206)
     */
    public Handled<S, E> update(String id, C command, CommandOptions options) {
        return run(id, command, options, Existence.EXISTING);
    }

    /** The same without options. */
    public Handled<S, E> update(String id, C command) {
        return update(id, command, CommandOptions.none());
    }

    /** Gives a command to a thing, whether it exists or not. */
    public Handled<S, E> handle(String id, C command, CommandOptions options) {
        return run(id, command, options, Existence.ANY);
    }

    /** The same without options. */
    public Handled<S, E> handle(String id, C command) {
        return handle(id, command, CommandOptions.none());
    }

    private Handled<S, E> run(String id, C command, CommandOptions options, Existence existence) {
        requireAll(id, command, options);
        Optional<C> given = Optional.of(command);
        return run(id, new CommandPlans<>(settings, state -> given, options), options, existence);
    }

    /** In the order of the parameters, so that the first one that is missing is named. */
    private static void requireAll(String id, Object work, CommandOptions options) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(work, "command");
        Objects.requireNonNull(options, "options");
    }

    private Handled<S, E> run(
            String id, PlanSource<C, S, E> source, CommandOptions options, Existence existence) {
        StreamName stream = settings.streams.of(id);
        return settings.lock.locked(
                stream,
                () -> new CommandRun<>(settings, id, stream, source, options, existence).run());
    }

    /** {@link #save(String, Object, CommandOptions)} on a virtual thread. */
    public CompletableFuture<Handled<S, E>> saveAsync(
            String id, C command, CommandOptions options) {
        return Async.run(() -> save(id, command, options));
    }

    /** {@link #update(String, Object, CommandOptions)} on a virtual thread. */
    public CompletableFuture<Handled<S, E>> updateAsync(
            String id, C command, CommandOptions options) {
        return Async.run(() -> update(id, command, options));
    }

    /** {@link #handle(String, Object, CommandOptions)} on a virtual thread. */
    public CompletableFuture<Handled<S, E>> handleAsync(
            String id, C command, CommandOptions options) {
        return Async.run(() -> handle(id, command, options));
    }

    /** {@link #find} on a virtual thread. */
    public CompletableFuture<Optional<Loaded<S>>> findAsync(String id) {
        return Async.run(() -> find(id));
    }

    /** What all events of a thing make; empty if it does not exist. */
    public Optional<Loaded<S>> find(String id) {
        Loaded<S> loaded = load(id);
        return loaded.exists() ? Optional.of(loaded) : Optional.empty();
    }

    /** The same; the initial state at version 0 if it does not exist. */
    public Loaded<S> load(String id) {
        StreamName stream = settings.streams.of(id);
        return loaded(stream, settings.loader.loadOwn(stream));
    }

    /**
     * Asks a thing, and changes nothing.
     *
     * @throws AggregateNotFoundException if it does not exist (LF-1206)
     */
    public <R> R ask(String id, Question<? super S, R> question) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(question, "question");
        Loaded<S> loaded = load(id);
        if (!loaded.exists()) {
            throw new AggregateNotFoundException(loaded.stream());
        }
        return loaded.answer(question);
    }

    /**
     * What a thing was at a version: its first {@code version} events (R85).
     *
     * @param version from 0, which is before the first event, to the version of its stream
     * @throws org.leftfold.api.InvalidRequestException if there is no such version, or not yet
     *     (LF-1003)
     */
    public Loaded<S> at(String id, long version) {
        StreamName stream = settings.streams.of(id);
        return loaded(stream, settings.loader.loadAt(stream, version));
    }

    /** What a thing was at a time: its events recorded until then, that moment included (R86). */
    public Loaded<S> at(String id, Instant time) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(time, "time");
        StreamName stream = settings.streams.of(id);
        return loaded(stream, settings.loader.loadAt(stream, time));
    }

    private static <S> Loaded<S> loaded(StreamName stream, Folded<S> folded) {
        return new Loaded<>(stream, folded.version(), folded.state());
    }

    /** Visits the events of a thing, oldest first, in the newest schema. */
    public void events(String id, Consumer<? super DomainEvent<E>> visitor) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(visitor, "visitor");
        ReadRequest request = ReadRequest.stream(settings.streams.of(id));
        try (Events events = settings.store.read(request)) {
            events.forEachRemaining(stored -> codec().decode(stored).forEach(visitor));
        }
    }

    /** Everything that happened to a thing, with what each event changed (R87). */
    public History<S, E> history(String id) {
        Model<C, S, E> model = settings.model;
        StreamName stream = settings.streams.of(id);
        return History.of(
                settings.store,
                stream,
                model.codec(),
                model::initialState,
                (state, event) -> model.evolve(event.stored(), state, event.event()));
    }

    /**
     * Brings a thing back to what it was at a version, by events that compensate for what came
     * since (R89). It is checked that they lead there.
     *
     * @param version from 0 to the version of its stream
     * @param compensation gives the events, from what the state is and what it is to be again
     * @throws org.leftfold.api.InvalidRequestException if the version is below 0 (LF-1003)
     * @throws org.leftfold.api.VersionConflictException if the stream is not there yet (LF-2001)
     * @throws org.leftfold.framework.decide.DefectException if they do not (LF-1204); nothing was
     *     stored
     */
    public Handled<S, E> revert(
            String id, long version, Compensation<S, E> compensation, CommandOptions options) {
        return revert(id, version, compensation, options, Set.of());
    }

    /**
     * The same for a state that also keeps what cannot go back, such as how often it changed, or
     * when it did last.
     *
     * @param goingOn the fields that need not be as they were, and what is inside of them; named as
     *     in the history, such as {@code revision} or {@code address.changedAt}
     */
    public Handled<S, E> revert(
            String id,
            long version,
            Compensation<S, E> compensation,
            CommandOptions options,
            Collection<String> goingOn) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(compensation, "compensation");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(goingOn, "goingOn");
        RevertPlans<C, S, E> back =
                new RevertPlans<>(settings, version, compensation, Set.copyOf(goingOn));
        return run(id, back, options, Existence.EXISTING);
    }

    /** Gives the events that compensate for others. */
    @FunctionalInterface
    public interface Compensation<S, E> {
        /**
         * The events.
         *
         * @param now the state as it is
         * @param then the state as it is to be again
         */
        List<? extends E> events(S now, S then);
    }

    /**
     * Gives the command that depends on what the thing is (none, if it is to stay as it is).
     *
     * @param command gives the command; called again if somebody else was faster
     * @throws AggregateNotFoundException if it does not exist (LF-1206)
     */
    public Handled<S, E> updateWith(
            String id, Function<? super S, Optional<C>> command, CommandOptions options) {
        requireAll(id, command, options);
        CommandPlans<C, S, E> plans = new CommandPlans<>(settings, command, options);
        return run(id, plans, options, Existence.EXISTING);
    }

    /**
     * Drops the snapshots of a thing and what the cache has of it. To be called when its stream was
     * deleted or truncated, for both stand for events that are gone; its events are left alone.
     * Each program that has a cache calls it. A command that is under way, or a snapshot that is
     * saved afterwards, may bring one back.
     *
     * @throws org.leftfold.api.StoreUnavailableException if the snapshots cannot be dropped now;
     *     the cache has nothing any more, and the call can be repeated
     */
    public void forget(String id) {
        settings.loader.forget(settings.streams.of(id));
    }

    /** The first part of the names of its streams. */
    public String category() {
        return settings.streams.category();
    }

    /**
     * Whether a stream belongs to one of its things, under the category's name of now or before.
     */
    public boolean owns(StreamName stream) {
        Objects.requireNonNull(stream, "stream");
        return settings.streams.owns(stream);
    }

    /** The rules; of aggregates, their type. */
    public Decider<C, S, E> decider() {
        return settings.model.decider();
    }

    /** The codec of its events. */
    public EventCodec<E> codec() {
        return settings.model.codec();
    }

    /** The store. */
    public EventStore store() {
        return settings.store;
    }

    /** The stream of a thing, whether it exists or not. */
    public StreamName stream(String id) {
        return settings.streams.of(id);
    }

    /** Names the category. */
    @Override
    public String toString() {
        return "repository of '%s'".formatted(category());
    }
}
