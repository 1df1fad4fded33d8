package org.leftfold.framework.projection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.reflect.Access;

/**
 * Finds the method of a class that takes an event: {@code apply} overloads of views, annotated
 * methods of subscribers. Looked for once. Immutable, safe for any thread.
 */
final class Dispatch {
    private static final MethodType WITH_ALL =
            MethodType.methodType(Object.class, Object.class, Object[].class);

    /** One method. The first of its parameters is the event, or the whole of it. */
    private record Target(MethodHandle handle, boolean takesWhole, List<Class<?>> others) {
        @Nullable Object call(Object owner, DomainEvent<?> event, @Nullable Delivery delivery)
                throws Exception {
            Object[] arguments = new Object[1 + others.size()];
            arguments[0] = takesWhole ? event : event.event();
            for (int i = 0; i < others.size(); i++) {
                arguments[i + 1] = other(others.get(i), delivery);
            }
            try {
                return (@Nullable Object) handle.invokeExact(owner, arguments);
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("the method has thrown what is no exception", e);
            }
        }

        private static Object other(Class<?> type, @Nullable Delivery delivery) {
            if (delivery == null) {
                throw new IllegalStateException("there is no delivery here");
            }
            if (type == Delivery.class) {
                return delivery;
            }
            return delivery.transaction()
                    .unwrap(type)
                    .orElseThrow(() ->
                            new IllegalStateException(
                                    "the store of the views has no " + type.getName()));
        }
    }

    private final Class<?> owner;
    private final Map<Class<?>, Target> targets = new LinkedHashMap<>(); // by type of event
    private final Map<Class<?>, Target> nearest = new LinkedHashMap<>(); // by class of event

    private Dispatch(Class<?> owner) {
        this.owner = owner;
    }

    /**
     * The {@code apply} methods of a class of views.
     *
     * @throws DefinitionException if there are none, or one takes what is no event (LF-1201)
     */
    static Dispatch toApply(Class<?> type, EventSchema<?> schema) {
        return new Dispatch(type)
                .find(
                        schema,
                        method ->
                                method.getName().equals("apply") && method.getParameterCount() == 1,
                        "it has no apply method with one parameter: add one for an event");
    }

    /**
     * The annotated methods of a class of subscribers.
     *
     * @throws DefinitionException if there are none, or one takes what is no event (LF-1201)
     */
    static Dispatch toHandlers(Class<?> type, EventSchema<?> schema) {
        return new Dispatch(type)
                .find(
                        schema,
                        method -> method.isAnnotationPresent(EventHandlerMethod.class),
                        "it has no method with @EventHandlerMethod: add one for an event");
    }

    private Dispatch find(EventSchema<?> schema, Predicate<Method> wanted, String ifNone) {
        List<String> problems = new ArrayList<>();
        boolean found = false;
        for (Class<?> at = owner; at != null && at != Object.class; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                if (!method.isSynthetic()
                        && !Modifier.isStatic(method.getModifiers())
                        && wanted.test(method)) {
                    found = true;
                    add(method, schema, problems);
                }
            }
        }
        if (!found) {
            problems.add(ifNone);
        }
        for (Class<?> event : schema.eventClasses()) {
            choose(event, problems);
        }
        if (!problems.isEmpty()) {
            throw new DefinitionException(owner.getName(), problems);
        }
        return this;
    }

    private void add(Method method, EventSchema<?> schema, List<String> problems) {
        if (method.getParameterCount() == 0) {
            problems.add("%s takes no event: add it as first parameter".formatted(method));
            return;
        }
        Type first = method.getGenericParameterTypes()[0];
        boolean takesWhole = method.getParameterTypes()[0] == DomainEvent.class;
        Class<?> event = takesWhole ? argument(first, schema) : method.getParameterTypes()[0];
        if (schema.eventClasses().stream().noneMatch(event::isAssignableFrom)) {
            problems.add(
                    "%s.%s(%s) takes what is none of %s, and no type of any: add the class to the schema, or take an event"
                            .formatted(
                                    owner.getName(),
                                    method.getName(),
                                    event.getSimpleName(),
                                    schema));
            return;
        }
        if (targets.containsKey(event)) {
            if (method.getDeclaringClass() == owner) {
                problems.add(
                        "it has two methods for %s: leave one".formatted(event.getSimpleName()));
            }
            return; // overridden further down
        }
        try {
            MethodHandles.Lookup lookup = Access.in(method.getDeclaringClass());
            int count = method.getParameterCount();
            MethodHandle handle =
                    lookup.unreflect(method).asSpreader(Object[].class, count).asType(WITH_ALL);
            List<Class<?>> others = List.of(method.getParameterTypes()).subList(1, count);
            targets.put(event, new Target(handle, takesWhole, others));
        } catch (IllegalAccessException e) {
            problems.add(Access.missingOpens(method.getDeclaringClass()));
        }
    }

    private static Class<?> argument(Type type, EventSchema<?> schema) {
        if (type instanceof ParameterizedType given
                && given.getActualTypeArguments()[0] instanceof Class<?> event) {
            return event;
        }
        return schema.root();
    }

    private void choose(Class<?> event, List<String> problems) {
        List<Class<?>> fitting =
                targets.keySet().stream().filter(type -> type.isAssignableFrom(event)).toList();
        List<Class<?>> best = new ArrayList<>();
        for (Class<?> type : fitting) {
            if (fitting.stream()
                    .noneMatch(other -> other != type && type.isAssignableFrom(other))) {
                best.add(type);
            }
        }
        if (best.size() > 1) {
            problems.add(
                    "several of its methods fit %s equally well, %s: add one for it"
                            .formatted(
                                    event.getSimpleName(),
                                    best.stream().map(Class::getSimpleName).toList()));
        } else if (best.size() == 1) {
            nearest.put(event, targets.get(best.getFirst()));
        }
    }

    /** The classes of events that it has a method for. */
    Set<Class<?>> events() {
        return nearest.keySet();
    }

    /** What its methods need besides the event and the delivery. */
    Set<Class<?>> needs() {
        Set<Class<?>> needs = new LinkedHashSet<>();
        targets.values().forEach(target -> needs.addAll(target.others));
        needs.remove(Delivery.class);
        return needs;
    }

    /** Calls the method for the event's class; nothing happens if it has none. */
    @Nullable Object call(Object target, DomainEvent<?> event, @Nullable Delivery delivery)
            throws Exception {
        Target found = nearest.get(event.event().getClass());
        return found == null ? null : found.call(target, event, delivery);
    }
}
