package org.leftfold.framework.aggregate;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.reflect.Access;

/**
 * The overloads of one method in one class, found by reflection once and called without it. Safe
 * for any thread.
 */
final class Overloads {
    private static final ClassValue<Overloads> PROCESS = new Cache("process");
    private static final ClassValue<Overloads> APPLY = new Cache("apply");

    /** What calls one of them: owner and argument in, result (null if it has none) out. */
    private interface Call extends BiFunction<Object, Object, @Nullable Object> {}

    private final Class<?> owner;
    private final String name;
    private final Map<Class<?>, Call> calls = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final ClassValue<Call> nearest =
            new ClassValue<>() {
                @Override
                protected Call computeValue(Class<?> argument) {
                    return find(argument);
                }
            };

    private static final class Cache extends ClassValue<Overloads> {
        private final String name;

        Cache(String name) {
            this.name = name;
        }

        @Override
        protected Overloads computeValue(Class<?> owner) {
            return new Overloads(owner, name);
        }
    }

    private Overloads(Class<?> owner, String name) {
        this.owner = owner;
        this.name = name;
        for (Class<?> at = owner; at != null && at != Object.class; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                if (isOne(method)) {
                    add(method);
                }
            }
        }
    }

    /** The methods that decide. */
    static Overloads process(Class<?> owner) {
        return PROCESS.get(owner);
    }

    /** The methods that change a state. */
    static Overloads apply(Class<?> owner) {
        return APPLY.get(owner);
    }

    private boolean isOne(Method method) {
        return method.getName().equals(name)
                && method.getParameterCount() == 1
                && !method.isSynthetic()
                && !Modifier.isStatic(method.getModifiers());
    }

    private void add(Method method) {
        Class<?> argument = method.getParameterTypes()[0];
        if (calls.containsKey(argument)) {
            return; // overridden further down
        }
        try {
            Call call = call(method);
            if (name.equals("apply")) {
                calls.put(argument, call);
                checkApply(argument, method.getReturnType());
            } else {
                addProcess(argument, method.getReturnType(), call);
            }
        } catch (IllegalAccessException e) {
            problems.add(Access.missingOpens(method.getDeclaringClass()));
        }
    }

    /** A method of this name that takes no event may give what it likes. */
    private void checkApply(Class<?> argument, Class<?> result) {
        if (result != void.class && Event.class.isAssignableFrom(argument)) {
            problems.add(
                    "%s.apply(%s) gives %s, which nobody keeps: let it change the state and give nothing, or write a Decider, whose evolve gives the next state"
                            .formatted(
                                    owner.getName(),
                                    argument.getSimpleName(),
                                    result.getSimpleName()));
        }
    }

    private void addProcess(Class<?> argument, Class<?> result, Call call) {
        if (List.class.isAssignableFrom(result)) {
            calls.put(argument, call);
        } else if (Optional.class == result) {
            calls.put(
                    argument,
                    (target, each) -> {
                        Object event = call.apply(target, each);
                        return event == null ? null : ((Optional<?>) event).stream().toList();
                    });
        } else if (Event.class.isAssignableFrom(result)) {
            calls.put(
                    argument,
                    (target, each) -> {
                        Object event = call.apply(target, each);
                        return event == null ? null : List.of(event);
                    });
        } else {
            problems.add(
                    "%s.process(%s) gives %s: it has to give a List of events, an Optional, or an event"
                            .formatted(
                                    owner.getName(),
                                    argument.getSimpleName(),
                                    result.getSimpleName()));
        }
    }

    /** Compiles a call of the method; the JVM then treats it like one that was written down. */
    private static Call call(Method method) throws IllegalAccessException {
        MethodHandles.Lookup lookup = Access.in(method.getDeclaringClass());
        MethodHandle handle = lookup.unreflect(method);
        if (!lookup.hasFullPrivilegeAccess()) {
            return plainCall(handle); // nobody compiles into the module of somebody else
        }
        MethodType called = handle.type();
        boolean isVoid = called.returnType() == void.class;
        MethodType shape =
                isVoid
                        ? MethodType.methodType(void.class, Object.class, Object.class)
                        : MethodType.methodType(Object.class, Object.class, Object.class);
        Class<?> kind = isVoid ? java.util.function.BiConsumer.class : BiFunction.class;
        Object compiled;
        try {
            compiled =
                    LambdaMetafactory.metafactory(
                                    lookup,
                                    isVoid ? "accept" : "apply",
                                    MethodType.methodType(kind),
                                    shape,
                                    handle,
                                    isVoid ? called : called.wrap())
                            .getTarget()
                            .invoke();
        } catch (IllegalAccessException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("%s cannot be called".formatted(method), e);
        }
        return adapt(compiled);
    }

    /** Calls the method of another module, which costs some nanoseconds more. */
    private static Call plainCall(MethodHandle handle) {
        MethodHandle plain =
                handle.asType(MethodType.methodType(Object.class, Object.class, Object.class));
        return (target, argument) -> {
            try {
                return (@Nullable Object) plain.invokeExact(target, argument);
            } catch (Throwable e) {
                throw Overloads.<RuntimeException>asThrown(e);
            }
        };
    }

    /** Whatever the method has thrown reaches the caller as it is, as in a compiled call. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T asThrown(Throwable e) throws T {
        throw (T) e;
    }

    @SuppressWarnings("unchecked") // it is what was asked for
    private static Call adapt(Object compiled) {
        if (compiled instanceof java.util.function.BiConsumer<?, ?> any) {
            var consumer = (java.util.function.BiConsumer<Object, Object>) any;
            return (target, argument) -> {
                consumer.accept(target, argument);
                return null;
            };
        }
        var function = (BiFunction<Object, Object, @Nullable Object>) compiled;
        return function::apply;
    }

    /** What is wrong with the methods that are there. */
    List<String> problems() {
        return problems;
    }

    /** What is wrong for arguments of these classes, each of which needs a method. */
    List<String> missing(Iterable<Class<?>> arguments) {
        List<String> missing = new ArrayList<>();
        for (Class<?> argument : arguments) {
            List<Class<?>> best = best(argument);
            if (best.isEmpty()) {
                missing.add(
                        "%s has no %s(%s): add it"
                                .formatted(owner.getName(), name, argument.getSimpleName()));
            } else if (best.size() > 1) {
                missing.add(
                        "%s has several %s methods that fit %s equally well, %s: add one for it"
                                .formatted(
                                        owner.getName(),
                                        name,
                                        argument.getSimpleName(),
                                        best.stream().map(Class::getSimpleName).toList()));
            }
        }
        return missing;
    }

    /** Of the parameter types that fit, those below which no other lies. */
    private List<Class<?>> best(Class<?> argument) {
        List<Class<?>> fitting =
                calls.keySet().stream().filter(type -> type.isAssignableFrom(argument)).toList();
        return fitting.stream()
                .filter(type ->
                        fitting.stream()
                                .noneMatch(other -> other != type && type.isAssignableFrom(other)))
                .<Class<?>>map(type -> type)
                .toList();
    }

    /** Whether there is one for whatever is of this type. */
    boolean takes(Class<?> type) {
        return !best(type).isEmpty();
    }

    private Call find(Class<?> argument) {
        if (!problems.isEmpty()) {
            throw new DefinitionException(owner.getName(), problems);
        }
        List<Class<?>> best = best(argument);
        Call call = best.size() == 1 ? calls.get(best.getFirst()) : null;
        if (call == null) {
            throw new MissingMethodException(owner, name, argument);
        }
        return call;
    }

    /** Calls the method for the argument's class. */
    @Nullable Object call(Object target, Object argument) {
        return nearest.get(argument.getClass()).apply(target, argument);
    }
}
