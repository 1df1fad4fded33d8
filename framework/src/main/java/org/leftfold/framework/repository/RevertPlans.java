package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.history.FieldChange;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.Loader.Folded;
import org.leftfold.framework.repository.Repository.Compensation;

/** Lets the domain compensate for what came since a version, and checks that this leads there. */
final class RevertPlans<C, S, E> implements PlanSource<C, S, E> {
    private final Settings<C, S, E> settings;
    private final long version;
    private final Compensation<S, E> compensation;
    private final Set<String> goingOn; // fields that need not be as they were
    private @Nullable StateTree goal; // of the last plan

    RevertPlans(
            Settings<C, S, E> settings,
            long version,
            Compensation<S, E> compensation,
            Set<String> goingOn) {
        this.settings = settings;
        this.version = version;
        this.compensation = compensation;
        this.goingOn = goingOn;
    }

    @Override
    public Plan<C, E> plan(StreamName stream, Folded<S> seen) {
        if (version > seen.version()) {
            throw new VersionConflictException(
                    stream,
                    ExpectedVersion.exactly(version),
                    seen.version(),
                    settings.store.head(),
                    0);
        }
        S then = settings.loader.loadAt(stream, version).state();
        goal = StateTree.of(then);
        S now = // somebody else's to change, if it can be changed
                settings.model.changesStates()
                        ? settings.loader.loadAt(stream, seen.version()).state()
                        : seen.state();
        List<E> events =
                new ArrayList<>(
                        Objects.requireNonNull(
                                compensation.events(now, then),
                                "the compensation gave null; for no event it gives List.of()"));
        return new Plan<>(Optional.empty(), seen.version(), events, List.of());
    }

    @Override
    public void check(StreamName stream, S after) {
        if (goal != null) {
            List<FieldChange> changes =
                    goal.changesTo(StateTree.of(after)).stream()
                            .filter(change -> goingOn.stream().noneMatch(change::isIn))
                            .toList();
            if (!changes.isEmpty()) {
                throw DefectException.notReverted(settings.model.name(), stream, version, changes);
            }
        }
    }

    /** No, for a resolver is asked about a command, and here is none. */
    @Override
    public boolean isResolvable() {
        return false;
    }
}
