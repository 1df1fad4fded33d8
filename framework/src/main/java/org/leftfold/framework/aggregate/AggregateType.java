package org.leftfold.framework.aggregate;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.reflect.Access;
import org.leftfold.framework.reflect.TypeArguments;

/**
 * A class of aggregates, checked and ready to be used as a decider whose states are instances of
 * it. Safe for any thread; the instances are not.
 */
public final class AggregateType<A extends AggregateRoot<C, E>, C extends Command, E extends Event>
        implements Decider<C, A, E> {
    private final Class<A> type;
    private final MethodHandle constructor;

    private AggregateType(Class<A> type, MethodHandle constructor) {
        this.type = type;
        this.constructor = constructor;
    }

    /**
     * Checks a class whose commands are of a sealed type; see {@link #of(Class, EventSchema,
     * List)}.
     *
     * @throws DefinitionException that names everything that is missing (LF-1201)
     */
    public static <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            AggregateType<A, C, E> of(Class<A> type, EventSchema<E> schema) {
        return of(type, schema, List.of());
    }

    /**
     * Checks a class: it can be made, and where it dispatches, every command has a {@code process}
     * and every event an {@code apply} (R30). Commands are known if their type is sealed; else they
     * are to be named, unless a {@code process} takes whatever comes.
     *
     * @param commands commands besides those of a sealed type
     * @throws DefinitionException that names everything that is missing (LF-1201)
     */
    public static <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            AggregateType<A, C, E> of(
                    Class<A> type, EventSchema<E> schema, List<Class<? extends C>> commands) {
        List<String> problems = new ArrayList<>();
        MethodHandle constructor = constructor(type, problems);
        if (constructor != null) {
            AggregateType<A, C, E> made = new AggregateType<>(type, constructor);
            if (DispatchingAggregate.class.isAssignableFrom(type)) {
                made.checkOverloads(schema.eventClasses(), commands, problems);
            }
            if (problems.isEmpty()) {
                return made;
            }
        }
        throw new DefinitionException(type.getName(), problems.stream().distinct().toList());
    }

    /**
     * What is missing in a class whose events have no schema yet, so that all of it is said at
     * once.
     *
     * @param events a sealed type of events, or one of them
     */
    public static <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            List<String> problemsOf(Class<A> type, Class<?> events) {
        List<String> problems = new ArrayList<>();
        MethodHandle constructor = constructor(type, problems);
        if (constructor != null && DispatchingAggregate.class.isAssignableFrom(type)) {
            Set<Class<?>> all = new LinkedHashSet<>();
            collect(events, all, new LinkedHashSet<>());
            new AggregateType<A, C, E>(type, constructor).checkOverloads(all, List.of(), problems);
        }
        return problems;
    }

    private static @Nullable MethodHandle constructor(Class<?> type, List<String> problems) {
        if (Modifier.isAbstract(type.getModifiers())) {
            problems.add("it is abstract: name a class below it");
            return null;
        }
        try {
            return Access.in(type)
                    .findConstructor(type, MethodType.methodType(void.class))
                    .asType(MethodType.methodType(Object.class));
        } catch (NoSuchMethodException e) {
            problems.add(
                    Access.isInner(type)
                            ? Access.INNER
                            : "it has no constructor without parameters: add one, and bring state in by events");
        } catch (IllegalAccessException e) {
            problems.add(Access.missingOpens(type));
        }
        return null;
    }

    private void checkOverloads(
            Set<Class<?>> events, List<Class<? extends C>> more, List<String> problems) {
        Set<Class<?>> commands = new LinkedHashSet<>(more);
        Class<?> root = TypeArguments.find(type, AggregateRoot.class, 0);
        Set<Class<?>> open = new LinkedHashSet<>();
        if (root != null) {
            collect(root, commands, open);
        }
        Overloads processes = Overloads.process(type);
        problems.addAll(processes.problems());
        for (Class<?> each : open) {
            if (!processes.takes(each) && commands.stream().noneMatch(each::isAssignableFrom)) {
                problems.add(
                        "%s is not sealed, so the commands are not known, nor which of them have no process: seal it, or name them with AggregateType.of(type, schema, commands)"
                                .formatted(each.getName()));
            }
        }
        problems.addAll(processes.missing(commands));
        Object state = ((DispatchingAggregate<?, ?>) initialState()).appliedTo();
        Overloads applies = Overloads.apply(state.getClass());
        problems.addAll(applies.problems());
        problems.addAll(applies.missing(events));
    }

    /** The classes of a sealed type, or the class itself; and types that anybody may add to. */
    private static void collect(Class<?> type, Set<Class<?>> into, Set<Class<?>> open) {
        if (!Modifier.isAbstract(type.getModifiers())) {
            into.add(type);
        }
        Class<?>[] permitted = type.getPermittedSubclasses();
        if (permitted != null) {
            for (Class<?> each : permitted) {
                collect(each, into, open);
            }
        } else if (Modifier.isAbstract(type.getModifiers())) {
            open.add(type);
        }
    }

    /** The class of the aggregates. */
    public Class<A> aggregateClass() {
        return type;
    }

    /** A new instance. */
    @Override
    public A initialState() {
        try {
            return type.cast((Object) constructor.invokeExact());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "the constructor of %s has thrown".formatted(type.getName()), e);
        }
    }

    /**
     * Lets the aggregate process the command.
     *
     * @throws MissingMethodException if it has no method for its class (LF-1205)
     * @throws DefectException if it gives null (LF-1208)
     */
    @Override
    public List<? extends E> decide(C command, A aggregate) {
        List<? extends E> events = aggregate.decide(command);
        if (events == null) {
            throw DefectException.decidedNull(type, command);
        }
        return events;
    }

    /**
     * Applies the event to the aggregate, and gives the same one back.
     *
     * @throws MissingMethodException if it has no method for its class (LF-1205)
     */
    @Override
    public A evolve(A aggregate, E event) {
        aggregate.evolve(event);
        return aggregate;
    }

    @Override
    public String toString() {
        return type.getName();
    }
}
