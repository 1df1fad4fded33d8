package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.ConflictException;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.MessageHandled;
import org.leftfold.framework.repository.ConflictResolver.Resolution;
import org.leftfold.framework.repository.Loader.Folded;

/**
 * One command on one stream, or one way back, from the first load to the append, with as many
 * attempts as it takes. Used by one thread.
 */
final class CommandRun<C, S, E> {
    /** What the caller says about the stream. */
    enum Existence {
        /** It is begun by this command. */
        NEW,
        /** It is there. */
        EXISTING,
        /** Either. */
        ANY
    }

    private final Settings<C, S, E> settings;
    private final String id;
    private final PlanSource<C, S, E> source;
    private final CommandOptions options;
    private final Existence existence;
    private final @Nullable ConflictResolver<C, S, E> resolver;
    private StreamName stream; // located anew for each further attempt

    CommandRun(
            Settings<C, S, E> settings,
            String id,
            StreamName stream,
            PlanSource<C, S, E> source,
            CommandOptions options,
            Existence existence) {
        this.settings = settings;
        this.id = id;
        this.stream = stream;
        this.source = source;
        this.options = options;
        this.existence = existence;
        this.resolver = source.isResolvable() ? settings.resolver : null;
    }

    Handled<S, E> run() {
        Plan<C, E> overtaken = null; // decided before, and asked about if there is a resolver
        boolean asksAgain = options.expectedVersion().isPresent() || resolver != null;
        long known = 0;
        for (int attempt = 1; ; attempt++) {
            Folded<S> now = settings.loader.load(stream, known);
            // Asked behind the load: what the message has done must not be what refuses it.
            Optional<StreamName> handled = options.handledIn(settings.store);
            if (handled.isPresent()) {
                settings.loader.keep(stream, now);
                return duplicate(handled.get());
            }
            now.requireOpen(stream);
            Plan<C, E> plan = overtaken == null ? decide(now) : resolve(overtaken, now);
            try {
                return finish(plan, now);
            } catch (VersionConflictException conflict) {
                noteConflict(attempt, conflict);
                known = conflict.actualVersion();
                overtaken = asksAgain ? plan : null;
            } catch (ConditionFailedException conflict) {
                if (!conflict.condition().name().equals(MessageId.CONDITION)) {
                    noteConflict(attempt, conflict); // others began it meanwhile
                    overtaken = asksAgain ? plan : null;
                } else if (attempt > settings.retry.maxAttempts()) {
                    throw conflict; // else the message was handled meanwhile
                }
            }
            settings.waiting.pause(settings.retry.delayAfter(attempt));
            stream = settings.streams.of(id);
        }
    }

    private void noteConflict(int attempt, ConflictException conflict) {
        settings.listener.conflicted(stream, attempt);
        if (attempt >= settings.retry.maxAttempts()
                && options.handledIn(settings.store).isEmpty()) {
            throw conflict;
        }
    }

    private Handled<S, E> duplicate(StreamName handled) {
        options.message().ifPresent(id -> settings.listener.duplicate(handled, id));
        StreamName ours = settings.streams.owns(handled) ? handled : stream;
        Folded<S> now = settings.loader.loadOwn(ours);
        return new Handled<>(
                Outcome.DUPLICATE,
                ours,
                now.version(),
                0,
                now.state(),
                List.of(),
                Optional.of(handled));
    }

    /** Decides on the state now, or on the one that the caller saw. */
    private Plan<C, E> decide(Folded<S> now) {
        checkNew(now, 0);
        if (existence == Existence.EXISTING && now.version() == 0) {
            throw new AggregateNotFoundException(stream);
        }
        OptionalLong expected = options.expectedVersion();
        if (expected.isEmpty() || expected.getAsLong() == now.version()) {
            return source.plan(stream, now);
        }
        long seen = expected.getAsLong();
        if (seen > now.version()) {
            throw conflict(ExpectedVersion.exactly(seen), now.version(), 0);
        }
        if (missed(seen, now.version()).isEmpty()) { // the caller saw the state as it is
            return source.plan(stream, now);
        }
        if (resolver == null) {
            throw conflict(ExpectedVersion.exactly(seen), now.version(), 0);
        }
        return resolve(source.plan(stream, settings.loader.loadAt(stream, seen)), now);
    }

    private void checkNew(Folded<S> now, int events) {
        if (existence == Existence.NEW && now.version() > 0) {
            throw conflict(ExpectedVersion.noStream(), now.version(), events);
        }
    }

    private VersionConflictException conflict(ExpectedVersion expected, long actual, int events) {
        return new VersionConflictException(
                stream, expected, actual, settings.store.head(), events);
    }

    private List<DomainEvent<E>> missed(long afterVersion, long toVersion) {
        List<DomainEvent<E>> missed = new ArrayList<>();
        ReadRequest request =
                ReadRequest.stream(stream).afterVersion(afterVersion).toVersion(toVersion);
        try (Events events = settings.store.read(request)) {
            events.forEachRemaining(stored -> missed.addAll(settings.model.codec().decode(stored)));
        }
        return missed;
    }

    /** What becomes of a plan, now that events stand behind the version it was decided on. */
    private Plan<C, E> resolve(Plan<C, E> plan, Folded<S> now) {
        checkNew(now, plan.eventCount()); // nobody may settle that it exists
        List<DomainEvent<E>> missed = missed(plan.decidedVersion(), now.version());
        if (missed.isEmpty()) {
            return plan;
        }
        if (plan.command().isEmpty() && options.expectedVersion().isEmpty()) {
            return source.plan(stream, now);
        }
        ExpectedVersion decided = ExpectedVersion.exactly(plan.decidedVersion());
        if (resolver == null || plan.command().isEmpty()) {
            throw conflict(decided, now.version(), plan.eventCount());
        }
        Conflict<C, S, E> conflict =
                new Conflict<>(
                        stream,
                        plan.command().get(),
                        plan.events(),
                        plan.decidedVersion(),
                        missed,
                        now.state());
        Resolution<E> resolution =
                Objects.requireNonNull(
                        resolver.resolve(conflict),
                        "the conflict resolver gave null; to let the caller have the conflict it gives Refuse");
        return switch (resolution) {
            case Resolution.Keep<E> keep -> plan;
            case Resolution.Replace<E> replace -> plan.with(replace.events());
            case Resolution.DecideAgain<E> again -> source.plan(stream, now);
            case Resolution.Refuse<E> refuse ->
                    throw conflict(decided, now.version(), plan.eventCount());
        };
    }

    /** Applies the events, and appends them: in this order, so that defects store nothing. */
    private Handled<S, E> finish(Plan<C, E> plan, Folded<S> now) {
        S after = settings.model.evolve(stream, now.version() + 1, now.state(), plan.events());
        source.check(stream, after);
        if (plan.isEmpty() && options.message().isEmpty()) {
            settings.loader.keep(stream, now);
            return new Handled<>(Outcome.NOTHING, stream, now.version(), 0, now.state(), List.of());
        }
        if (plan.isEmpty() && now.version() == 0) {
            return rememberApart(after);
        }
        Append append = append(plan, now.version());
        Folded<S> folded =
                now.with(
                        now.version() + append.eventCount(),
                        after,
                        settings.model.codec().subjectsOf(plan.events()));
        Loader.Appended<S> appended =
                settings.loader.append(settings.appender, append, stream, now.version(), folded);
        AppendResult result = appended.result();
        settings.loader.keep(stream, appended.folded());
        return new Handled<>(
                plan.isEmpty() ? Outcome.NOTHING : Outcome.STORED,
                stream,
                result.lastVersion(),
                result.lastPosition(),
                after,
                plan.events());
    }

    /**
     * Remembers the message in a stream for that purpose: what nothing happened to does not begin
     * to exist because somebody was told so.
     */
    private Handled<S, E> rememberApart(S state) {
        Append append =
                onlyOnce(
                        Append.to(
                                settings.streams.messages(),
                                ExpectedVersion.any(),
                                List.of(encoded(new MessageHandled()))));
        for (AppendCondition condition : settings.streams.nothingExists(id)) {
            append = append.onlyIf(condition);
        }
        AppendResult result = settings.appender.append(append);
        return new Handled<>(Outcome.NOTHING, stream, 0, result.lastPosition(), state, List.of());
    }

    private Append append(Plan<C, E> plan, long version) {
        List<Object> all = new ArrayList<>(plan.events());
        all.addAll(plan.pseudo());
        if (all.isEmpty()) {
            all.add(new MessageHandled());
        }
        ExpectedVersion expected =
                version == 0 ? ExpectedVersion.noStream() : ExpectedVersion.exactly(version);
        Append append =
                onlyOnce(Append.to(stream, expected, all.stream().map(this::encoded).toList()));
        if (version == 0) {
            for (AppendCondition condition : settings.streams.nothingExistsAsBefore(id)) {
                append = append.onlyIf(condition);
            }
        }
        return append;
    }

    private NewEvent encoded(Object event) {
        return settings.model.encode(stream, event, options.metadata(), options.tags());
    }

    private Append onlyOnce(Append append) {
        return options.message().map(each -> append.onlyIf(each.condition())).orElse(append);
    }
}
