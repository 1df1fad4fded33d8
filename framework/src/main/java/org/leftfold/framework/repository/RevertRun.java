package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.codec.MessageHandled;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.Loader.Folded;
import org.leftfold.framework.repository.Repository.Compensation;

/** Brings one stream back to an earlier state, by events. Used by one thread. */
final class RevertRun<C, S, E> {
    private final Settings<C, S, E> settings;
    private final StreamName stream;
    private final long version;
    private final Compensation<S, E> compensation;
    private final CommandOptions options;

    RevertRun(
            Settings<C, S, E> settings,
            StreamName stream,
            long version,
            Compensation<S, E> compensation,
            CommandOptions options) {
        this.settings = settings;
        this.stream = stream;
        this.version = version;
        this.compensation = compensation;
        this.options = options;
    }

    Handled<S, E> run() {
        Loader<C, S, E> loader = settings.loader;
        for (int attempt = 1; ; attempt++) {
            Optional<StreamName> handled =
                    options.message().flatMap(id -> id.handledIn(settings.store));
            if (handled.isPresent()) {
                return duplicate(handled.get());
            }
            Folded<S> now = loader.loadOwn(stream);
            checkVersions(now.version());
            S then = loader.loadAt(stream, version).state();
            List<E> events = new ArrayList<>(compensation.events(now.state(), then));
            S own = loader.loadAt(stream, now.version()).state(); // the other one was given away
            S after = settings.model.evolve(stream, now.version() + 1, own, events);
            checkReached(after, then);
            if (events.isEmpty() && options.message().isEmpty()) {
                return new Handled<>(Outcome.NOTHING, stream, now.version(), 0, after, List.of());
            }
            try {
                AppendResult result = settings.appender.append(append(events, now.version()));
                return new Handled<>(
                        events.isEmpty() ? Outcome.NOTHING : Outcome.STORED,
                        stream,
                        result.lastVersion(),
                        result.lastPosition(),
                        after,
                        events);
            } catch (VersionConflictException conflict) {
                settings.listener.conflicted(stream, attempt);
                if (attempt >= settings.retry.maxAttempts()
                        || options.expectedVersion().isPresent()) {
                    throw conflict;
                }
            } catch (ConditionFailedException conflict) {
                if (attempt > settings.retry.maxAttempts()) {
                    throw conflict; // else the message was handled meanwhile
                }
            }
            settings.waiting.pause(settings.retry.delayAfter(attempt));
        }
    }

    private Handled<S, E> duplicate(StreamName handled) {
        options.message().ifPresent(id -> settings.listener.duplicate(handled, id));
        StreamName ours = settings.streams.owns(handled) ? handled : stream;
        Folded<S> now = settings.loader.loadOwn(ours);
        return new Handled<>(Outcome.DUPLICATE, ours, now.version(), 0, now.state(), List.of());
    }

    private void checkVersions(long now) {
        if (now == 0) {
            throw new AggregateNotFoundException(stream);
        }
        long expected = options.expectedVersion().orElse(now);
        if (expected != now || version > now) {
            throw new VersionConflictException(
                    stream,
                    ExpectedVersion.exactly(expected != now ? expected : version),
                    now,
                    settings.store.head(),
                    0);
        }
    }

    private void checkReached(S after, S then) {
        List<String> differences = StateTree.of(then).differencesTo(StateTree.of(after));
        if (!differences.isEmpty()) {
            throw DefectException.notReverted(
                    settings.model.name(), stream, version, String.join(", ", differences));
        }
    }

    private Append append(List<E> events, long expected) {
        Set<Tag> tags = options.message().map(id -> Set.of(id.tag())).orElse(Set.of());
        List<NewEvent> encoded = new ArrayList<>();
        for (E event : events) {
            encoded.add(settings.model.encode(event, options.metadata(), tags));
        }
        if (events.isEmpty()) {
            encoded.add(settings.model.encode(new MessageHandled(), options.metadata(), tags));
        }
        Append append = Append.to(stream, ExpectedVersion.exactly(expected), encoded);
        return options.message().map(id -> append.onlyIf(id.condition())).orElse(append);
    }
}
