package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.PseudoEvent;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.history.FieldChange;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.CommandInterceptor.Decision;
import org.leftfold.framework.repository.Loader.Folded;

/** Lets the domain decide a command, and the interceptors look at what comes of it. */
final class CommandPlans<C, S, E> implements PlanSource<C, S, E> {
    private final Settings<C, S, E> settings;
    private final Function<? super S, Optional<C>> commands;
    private final CommandOptions options;

    CommandPlans(
            Settings<C, S, E> settings,
            Function<? super S, Optional<C>> commands,
            CommandOptions options) {
        this.settings = settings;
        this.commands = commands;
        this.options = options;
    }

    @Override
    public Plan<C, E> plan(StreamName stream, Folded<S> seen) {
        Optional<C> given =
                Objects.requireNonNull(
                        commands.apply(seen.state()),
                        "the function 'command' gave null; for no command it gives Optional.empty()");
        if (given.isEmpty()) {
            return new Plan<>(given, seen.version(), List.of(), List.of());
        }
        C command = given.get();
        Loaded<S> before = new Loaded<>(stream, seen.version(), seen.state());
        StateTree tree = settings.checksMutations ? StateTree.of(seen.state()) : null;
        List<E> events = new ArrayList<>();
        List<PseudoEvent> pseudo = new ArrayList<>();
        try {
            events.addAll(settings.model.decide(command, seen.state()));
        } catch (LeftfoldException defect) {
            throw defect;
        } catch (Exception refusal) { // of overloads, declared ones too
            checkUnchanged(tree, before, command);
            Decision<C, S, E> refused = new Decision<>(before, command, options, List.of());
            sort(insteadOf(refusal, refused), events, pseudo);
        }
        checkUnchanged(tree, before, command);
        for (CommandInterceptor<C, S, E> each : settings.interceptors) {
            Decision<C, S, E> decided =
                    new Decision<>(before, command, options, List.copyOf(events));
            sort(given(each.more(decided)), events, pseudo);
        }
        return new Plan<>(given, seen.version(), events, pseudo);
    }

    private void checkUnchanged(@Nullable StateTree tree, Loaded<S> before, C command) {
        if (tree != null) {
            List<FieldChange> changes = tree.changesTo(StateTree.of(before.state()));
            if (!changes.isEmpty()) {
                throw DefectException.mutated(
                        settings.model.rules(), before.stream(), command, changes);
            }
        }
    }

    private List<?> insteadOf(Exception refusal, Decision<C, S, E> decision) {
        for (CommandInterceptor<C, S, E> each : settings.interceptors) {
            Optional<List<?>> events = given(each.refused(decision, refusal));
            if (events.isPresent()) {
                return events.get();
            }
        }
        throw CommandPlans.<RuntimeException>asThrown(refusal);
    }

    /** A refusal goes to the caller as it is. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Exception> T asThrown(Exception refusal) throws T {
        throw (T) refusal;
    }

    private static <T> T given(T byInterceptor) {
        return Objects.requireNonNull(
                byInterceptor,
                "an interceptor gave null; for no event it gives an empty list, or Optional.empty()");
    }

    private void sort(List<?> some, List<E> events, List<PseudoEvent> pseudo) {
        EventSchema<E> schema = settings.model.codec().schema();
        for (Object each : some) {
            if (each instanceof PseudoEvent one) {
                pseudo.add(one);
            } else if (schema.eventClasses().contains(given(each).getClass())) {
                events.add(settings.model.asEvent(each));
            } else {
                throw new DefinitionException(
                        schema.toString(),
                        List.of(
                                "%s, which an interceptor gave, is none of them and no PseudoEvent"
                                        .formatted(each.getClass().getName())));
            }
        }
    }
}
