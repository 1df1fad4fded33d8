package org.leftfold.testkit.scenario;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.CommandOptions;
import org.leftfold.framework.repository.Handled;
import org.leftfold.framework.repository.Loaded;
import org.leftfold.framework.repository.Repository;

/**
 * Replays every aggregate of a test from its events when the test is over, and compares what comes
 * of it with what the repository gives, through its snapshots and caches.
 *
 * <pre>{@code
 * try (ReplayOracle oracle = ReplayOracle.of(lockers, customers)) {
 *     lockers.handle("L7", new Reserve("p1")); // and whatever else the test does
 * }
 * }</pre>
 *
 * <p>For each stream of each repository it is checked that
 *
 * <ul>
 *   <li>versions are 1, 2, 3 and so on, up to the version of the stream;
 *   <li>{@code load} gives the state that all events make, folded from the first one on, and the
 *       next command would see the same, from a cache of its own if it has one;
 *   <li>{@code at} gives for every version the state that the events up to there make. Of a stream
 *       with more than {@value #MAX_VERSIONS} events it is about as many, evenly spread.
 * </ul>
 *
 * <p>Nothing may be appended meanwhile, and streams must not have been truncated: what they began
 * with is gone. Nothing is stored. Used by one thread.
 */
public final class ReplayOracle implements AutoCloseable {
    /** Each version is a load of its own, so that all of them together take its square. */
    static final int MAX_VERSIONS = 400;

    /** Nobody reads more. */
    private static final int MAX_FINDINGS = 20;

    private final List<Repository<?, ?, ?>> repositories;
    private final List<String> findings = new ArrayList<>();

    private ReplayOracle(List<Repository<?, ?, ?>> repositories) {
        this.repositories = repositories;
    }

    /** For all aggregates of some repositories, whoever stored their events. */
    public static ReplayOracle of(Repository<?, ?, ?>... repositories) {
        return new ReplayOracle(List.of(repositories));
    }

    /**
     * Replays them now.
     *
     * @throws AssertionError if an aggregate is not what its events make, with stream, version and
     *     fields; or if a repository has no aggregate at all, for then nothing was checked
     */
    public void check() {
        findings.clear();
        repositories.forEach(this::check);
        if (!findings.isEmpty()) {
            int shown = Math.min(findings.size(), MAX_FINDINGS);
            String more =
                    findings.size() > shown
                            ? "\n  and %d more".formatted(findings.size() - shown)
                            : "";
            throw new AssertionError(
                    "aggregates are not what their events make:\n  "
                            + String.join("\n  ", findings.subList(0, shown))
                            + more);
        }
    }

    /** The end of the test: {@link #check}. */
    @Override
    public void close() {
        check();
    }

    private void check(Repository<?, ?, ?> repository) {
        Set<StreamName> streams = new LinkedHashSet<>();
        try (Events events = repository.store().read(ReadRequest.all())) {
            events.forEachRemaining(event -> {
                if (repository.owns(event.stream())) {
                    streams.add(event.stream());
                }
            });
        }
        if (streams.isEmpty()) {
            findings.add(
                    "category '%s': nothing was checked, for the store has no event of it. Is it the store of the test?"
                            .formatted(repository.category()));
        }
        for (StreamName stream : streams) {
            try {
                new Replay<>(repository, stream).run();
            } catch (RuntimeException e) {
                findings.add("stream '%s' cannot be replayed: %s".formatted(stream, e));
            }
        }
    }

    /** The replay of one stream. */
    private final class Replay<C, S, E> {
        private final Repository<C, S, E> repository;
        private final StreamName stream;
        private final EventStore store;
        private final long last;
        private final long step;

        Replay(Repository<C, S, E> repository, StreamName stream) {
            this.repository = repository;
            this.stream = stream;
            this.store = repository.store();
            this.last = store.version(stream);
            this.step = Math.ceilDiv(last, MAX_VERSIONS);
        }

        void run() {
            S state = repository.decider().initialState();
            long version = 0;
            compare("at version 0", 0, state, repository.at(stream.id(), 0));
            try (Events events = store.read(ReadRequest.stream(stream))) {
                while (events.hasNext()) {
                    RecordedEvent stored = events.next();
                    if (stored.version() != version + 1) {
                        add(
                                "version %d comes behind version %d"
                                        .formatted(stored.version(), version));
                    }
                    version = stored.version();
                    for (DomainEvent<E> event : repository.codec().decode(stored)) {
                        state = repository.decider().evolve(state, event.event());
                    }
                    if (version % step == 0 || version == last) {
                        compare(
                                "at version " + version,
                                version,
                                state,
                                repository.at(stream.id(), version));
                    }
                }
            }
            if (version != last) {
                add(
                        "the last event has version %d, the stream version %d"
                                .formatted(version, last));
            }
            compare("load", version, state, repository.load(stream.id()));
            Handled<S, E> nothing =
                    repository.updateWith(
                            stream.id(), now -> Optional.empty(), CommandOptions.none());
            Loaded<S> seen = new Loaded<>(nothing.stream(), nothing.version(), nothing.state());
            compare("seen by the next command", version, state, seen);
        }

        private void compare(String where, long version, S expected, Loaded<S> came) {
            if (!came.stream().equals(stream)) {
                add("%s: it was looked for in stream '%s'".formatted(where, came.stream()));
            }
            if (came.version() != version) {
                add("%s: version: expected %d, came %d".formatted(where, version, came.version()));
            }
            for (String difference :
                    Differences.ofTrees("", StateTree.of(expected), StateTree.of(came.state()))) {
                add(where + ": " + difference);
            }
        }

        private void add(String finding) {
            findings.add("stream '%s', %s".formatted(stream, finding));
        }
    }
}
