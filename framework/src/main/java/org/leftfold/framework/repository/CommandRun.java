package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.MessageHandled;
import org.leftfold.framework.codec.PseudoEvent;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.CommandInterceptor.Decision;
import org.leftfold.framework.repository.ConflictResolver.Resolution;
import org.leftfold.framework.repository.Loader.Folded;

/**
 * One command on one stream, from the first load to the append, with as many attempts as it takes.
 * Used by one thread.
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

    /**
     * What is to be appended.
     *
     * @param command what led to it; none if there was nothing to do
     * @param decidedVersion version of the stream that it was decided on
     */
    private record Plan<C, E>(
            Optional<C> command, long decidedVersion, List<E> events, List<PseudoEvent> pseudo) {
        boolean isEmpty() {
            return events.isEmpty() && pseudo.isEmpty();
        }

        int eventCount() {
            return events.size() + pseudo.size();
        }

        Plan<C, E> with(List<E> others) {
            return new Plan<>(command, decidedVersion, others, pseudo);
        }
    }

    private final Settings<C, S, E> settings;
    private final StreamName stream;
    private final Function<? super S, Optional<C>> commands;
    private final CommandOptions options;
    private final Existence existence;

    CommandRun(
            Settings<C, S, E> settings,
            StreamName stream,
            Function<? super S, Optional<C>> commands,
            CommandOptions options,
            Existence existence) {
        this.settings = settings;
        this.stream = stream;
        this.commands = commands;
        this.options = options;
        this.existence = existence;
    }

    Handled<S, E> run() {
        Plan<C, E> overtaken = null; // decided before, and asked about if there is a resolver
        long known = 0;
        for (int attempt = 1; ; attempt++) {
            Optional<StreamName> handled = alreadyHandled();
            if (handled.isPresent()) {
                return duplicate(handled.get());
            }
            Folded<S> now = settings.loader.load(stream, known);
            Plan<C, E> plan = overtaken == null ? decide(now) : resolve(overtaken, now);
            try {
                return finish(plan, now);
            } catch (VersionConflictException conflict) {
                settings.listener.conflicted(stream, attempt);
                if (attempt >= settings.retry.maxAttempts()) {
                    throw conflict;
                }
                known = conflict.actualVersion();
                overtaken = options.expectedVersion().isPresent() || hasResolver() ? plan : null;
            } catch (ConditionFailedException conflict) {
                boolean isOurs = conflict.condition().name().equals(MessageId.CONDITION);
                if (!isOurs || attempt > settings.retry.maxAttempts()) {
                    throw conflict;
                }
            }
            settings.waiting.pause(settings.retry.delayAfter(attempt));
        }
    }

    private boolean hasResolver() {
        return settings.resolver != null;
    }

    /** The stream that has the events of this message, if it was handled. */
    private Optional<StreamName> alreadyHandled() {
        return options.message().flatMap(id -> id.handledIn(settings.store));
    }

    private Handled<S, E> duplicate(StreamName handled) {
        options.message().ifPresent(id -> settings.listener.duplicate(handled, id));
        StreamName ours = settings.streams.owns(handled) ? handled : stream;
        Folded<S> now = settings.loader.loadOwn(ours);
        return new Handled<>(Outcome.DUPLICATE, ours, now.version(), 0, now.state(), List.of());
    }

    /** Decides on the state now, or on the one that the caller saw. */
    private Plan<C, E> decide(Folded<S> now) {
        checkNew(now, 0);
        if (existence == Existence.EXISTING && now.version() == 0) {
            throw new AggregateNotFoundException(stream);
        }
        OptionalLong expected = options.expectedVersion();
        if (expected.isEmpty() || expected.getAsLong() == now.version()) {
            return decideOn(now);
        }
        long seen = expected.getAsLong();
        if (seen > now.version()) {
            throw conflict(ExpectedVersion.exactly(seen), now.version(), 0);
        }
        if (missed(seen, now.version()).isEmpty()) {
            return decideOn(now); // pseudo events only: the caller saw the state as it is
        }
        if (!hasResolver()) {
            throw conflict(ExpectedVersion.exactly(seen), now.version(), 0);
        }
        return resolve(decideOn(settings.loader.loadAt(stream, seen)), now);
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

    private Plan<C, E> decideOn(Folded<S> seen) {
        Optional<C> given = commands.apply(seen.state());
        if (given.isEmpty()) {
            return new Plan<>(given, seen.version(), List.of(), List.of());
        }
        C command = given.get();
        Loaded<S> before = new Loaded<>(stream, seen.version(), seen.state());
        StateTree tree = settings.checksMutations ? StateTree.of(seen.state()) : null;
        List<E> events = new ArrayList<>();
        List<PseudoEvent> pseudo = new ArrayList<>();
        try {
            events.addAll(settings.model.decider().decide(command, seen.state()));
        } catch (LeftfoldException defect) {
            throw defect;
        } catch (RuntimeException refusal) {
            checkUnchanged(tree, seen.state(), command);
            Decision<C, S, E> refused = new Decision<>(before, command, options, List.of());
            sort(insteadOf(refusal, refused), events, pseudo);
        }
        checkUnchanged(tree, seen.state(), command);
        for (CommandInterceptor<C, S, E> each : settings.interceptors) {
            Decision<C, S, E> decided =
                    new Decision<>(before, command, options, List.copyOf(events));
            sort(each.more(decided), events, pseudo);
        }
        return new Plan<>(given, seen.version(), events, pseudo);
    }

    private void checkUnchanged(@Nullable StateTree before, S state, C command) {
        if (before != null) {
            List<String> changes = before.differencesTo(StateTree.of(state));
            if (!changes.isEmpty()) {
                throw DefectException.mutated(
                        settings.model.name(), stream, command, String.join(", ", changes));
            }
        }
    }

    private List<?> insteadOf(RuntimeException refusal, Decision<C, S, E> decision) {
        for (CommandInterceptor<C, S, E> each : settings.interceptors) {
            Optional<List<?>> events = each.refused(decision, refusal);
            if (events.isPresent()) {
                return events.get();
            }
        }
        throw refusal;
    }

    private void sort(List<?> some, List<E> events, List<PseudoEvent> pseudo) {
        for (Object each : some) {
            if (each instanceof PseudoEvent one) {
                pseudo.add(one);
            } else {
                events.add(settings.model.asEvent(each));
            }
        }
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
        List<DomainEvent<E>> missed = missed(plan.decidedVersion, now.version());
        if (missed.isEmpty()) {
            return plan;
        }
        if (plan.command.isEmpty()) {
            return decideOn(now);
        }
        ExpectedVersion decided = ExpectedVersion.exactly(plan.decidedVersion);
        if (settings.resolver == null) {
            throw conflict(decided, now.version(), plan.eventCount());
        }
        Conflict<C, S, E> conflict =
                new Conflict<>(
                        stream,
                        plan.command.get(),
                        plan.events,
                        plan.decidedVersion,
                        missed,
                        now.state());
        return switch (settings.resolver.resolve(conflict)) {
            case Resolution.Keep<E> keep -> plan;
            case Resolution.Replace<E> replace -> plan.with(replace.events());
            case Resolution.DecideAgain<E> again -> decideOn(now);
            case Resolution.Refuse<E> refuse ->
                    throw conflict(decided, now.version(), plan.eventCount());
        };
    }

    /** Applies the events, and appends them: in this order, so that defects store nothing. */
    private Handled<S, E> finish(Plan<C, E> plan, Folded<S> now) {
        if (plan.isEmpty() && options.message().isEmpty()) {
            settings.loader.keep(stream, now);
            return new Handled<>(Outcome.NOTHING, stream, now.version(), 0, now.state(), List.of());
        }
        S after = settings.model.evolve(stream, now.version() + 1, now.state(), plan.events);
        AppendResult result = settings.appender.append(append(plan, now.version()));
        Folded<S> folded = new Folded<>(result.lastVersion(), now.snapshotVersion(), after);
        settings.loader.keep(stream, settings.loader.offerSnapshot(stream, now.version(), folded));
        return new Handled<>(
                plan.isEmpty() ? Outcome.NOTHING : Outcome.STORED,
                stream,
                result.lastVersion(),
                result.lastPosition(),
                after,
                plan.events);
    }

    private Append append(Plan<C, E> plan, long version) {
        List<Object> all = new ArrayList<>(plan.events);
        all.addAll(plan.pseudo);
        if (all.isEmpty()) {
            all.add(new MessageHandled());
        }
        Set<Tag> tags = options.message().map(id -> Set.of(id.tag())).orElse(Set.of());
        List<NewEvent> events = new ArrayList<>(all.size());
        for (Object each : all) {
            events.add(settings.model.encode(each, options.metadata(), tags));
        }
        Append append =
                Append.to(
                        stream,
                        version == 0
                                ? ExpectedVersion.noStream()
                                : ExpectedVersion.exactly(version),
                        events);
        if (options.message().isPresent()) {
            append = append.onlyIf(options.message().get().condition());
        }
        if (version == 0) {
            for (AppendCondition condition : settings.streams.conditionsToBegin(stream)) {
                append = append.onlyIf(condition);
            }
        }
        return append;
    }
}
