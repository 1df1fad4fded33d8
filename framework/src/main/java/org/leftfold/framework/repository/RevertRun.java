package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
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
            Folded<S> now = loader.loadOwn(stream);
            checkVersions(now.version());
            S then = loader.loadAt(stream, version).state();
            List<E> events = new ArrayList<>(compensation.events(now.state(), then));
            S after =
                    settings.model.evolve(
                            stream, now.version() + 1, loader.loadOwn(stream).state(), events);
            checkReached(after, then);
            if (events.isEmpty()) {
                return new Handled<>(Outcome.NOTHING, stream, now.version(), 0, after, List.of());
            }
            try {
                AppendResult result = settings.appender.append(append(events, now.version()));
                return new Handled<>(
                        Outcome.STORED,
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
            }
            settings.waiting.pause(settings.retry.delayAfter(attempt));
        }
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
        List<NewEvent> encoded = new ArrayList<>();
        for (E event : events) {
            encoded.add(settings.model.encode(event, options.metadata(), Set.of()));
        }
        return Append.to(stream, ExpectedVersion.exactly(expected), encoded);
    }
}
