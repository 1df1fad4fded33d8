package org.leftfold.framework.privacy;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Tag;
import org.leftfold.framework.reflect.Access;

/**
 * Looks at a class of events and all records inside of it, and says what is wrong with its personal
 * data. Used by one thread.
 */
final class Definition {
    private static final Set<Class<?>> ID_TYPES =
            Set.of(
                    String.class,
                    UUID.class,
                    int.class,
                    long.class,
                    Integer.class,
                    Long.class,
                    java.math.BigInteger.class);

    private final List<String> problems = new ArrayList<>();
    private final Set<ErasedAs> erased = new LinkedHashSet<>();
    private final Deque<Class<?>> around = new ArrayDeque<>(); // the innermost first
    private final Set<Seen> seen = new HashSet<>();
    private final Set<String> closed = new TreeSet<>();
    private boolean isPersonal;
    private boolean isOpen;

    private Definition() {}

    /**
     * What was found.
     *
     * @param isPersonal whether there is personal data
     * @param isOpen whether there may be more, in something that is declared as anything
     * @param problems what is wrong with it
     * @param erased what fields read as that say what is read of them
     */
    record Found(
            boolean isPersonal, boolean isOpen, List<String> problems, List<ErasedAs> erased) {}

    private static final ClassValue<Found> FOUND =
            new ClassValue<>() {
                @Override
                protected Found computeValue(Class<?> type) {
                    Definition definition = new Definition();
                    definition.addType(type, Holder.RECORD);
                    return definition.found();
                }
            };

    /** A class at a place: what is right in one place may be wrong in another. */
    private record Seen(Class<?> type, Holder in, Set<Class<?>> around) {}

    private boolean isNew(Class<?> type, Holder in) {
        return seen.add(new Seen(type, in, Set.copyOf(around)));
    }

    /** Inside of what something is, at worst. */
    private enum Holder {
        /** Records, lists, options and arrays only. */
        RECORD,
        MAP,
        CLASS
    }

    private Found found() {
        if (isPersonal) {
            problems.addAll(closed); // all of it is looked into when an event is encoded
        }
        return new Found(
                isPersonal, isOpen, problems.stream().distinct().toList(), List.copyOf(erased));
    }

    static Found in(Class<?> eventClass) {
        return FOUND.get(eventClass);
    }

    private void addType(Type type, Holder in) {
        switch (type) {
            case Class<?> plain when plain.isArray() -> addType(plain.getComponentType(), in);
            case Class<?> plain when plain.isRecord() -> addRecord(plain, in);
            case Class<?> plain when plain.isSealed() -> {
                for (Class<?> each : plain.getPermittedSubclasses()) {
                    addType(each, in);
                }
            }
            case Class<?> plain when isOfTheApplication(plain) -> addClass(plain);
            case Class<?> plain when isAnything(plain) -> isOpen = true;
            case ParameterizedType generic when generic.getRawType() instanceof Class<?> raw -> {
                if (!isOfJava(raw)) {
                    addType(raw, in);
                }
                for (Type argument : generic.getActualTypeArguments()) {
                    addType(argument, in == Holder.RECORD ? holderOf(raw) : in);
                }
            }
            case GenericArrayType array -> addType(array.getGenericComponentType(), in);
            case WildcardType wildcard -> addType(wildcard.getUpperBounds()[0], in);
            case TypeVariable<?> any -> isOpen = true;
            default -> {}
        }
    }

    /** What the arguments of a generic type are inside of. */
    private static Holder holderOf(Class<?> raw) {
        if (isMap(raw)) {
            return Holder.MAP;
        }
        return raw.isRecord()
                        || raw == Optional.class
                        || Collection.class.isAssignableFrom(raw)
                        || (raw.isInterface() && !isOfJava(raw))
                ? Holder.RECORD
                : Holder.CLASS;
    }

    /** Anybody may implement it, or put anything into it. */
    private static boolean isAnything(Class<?> type) {
        return type == Object.class
                || type == Optional.class
                || type == AtomicReference.class
                || type == Map.Entry.class
                || Collection.class.isAssignableFrom(type)
                || isMap(type)
                || (type.isInterface() && !isOfJava(type));
    }

    private static boolean isOfJava(Class<?> type) {
        return type.getName().startsWith("java.");
    }

    private static boolean isMap(Class<?> type) {
        return Map.class.isAssignableFrom(type);
    }

    private static boolean isOfTheApplication(Class<?> type) {
        return !type.isInterface() && !type.isPrimitive() && !type.isEnum() && !isOfJava(type);
    }

    private void addClass(Class<?> type) {
        if (!isNew(type, Holder.CLASS)) {
            return;
        }
        isOpen |= !Modifier.isFinal(type.getModifiers()); // somebody may extend it
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                addType(field.getGenericType(), Holder.CLASS);
            }
        }
    }

    private void addRecord(Class<?> type, Holder in) {
        if (!isNew(type, in)) {
            return;
        }
        around.push(type);
        try {
            Access.in(type);
        } catch (IllegalAccessException e) {
            closed.add(Access.missingOpens(type));
        }
        checkSubjects(type);
        for (RecordComponent component : type.getRecordComponents()) {
            PersonalData personal = component.getAnnotation(PersonalData.class);
            if (personal == null) {
                addType(component.getGenericType(), in);
                continue;
            }
            isPersonal = true;
            checkHolder(component, in);
            checkField(component, personal);
        }
        around.pop();
    }

    private void checkHolder(RecordComponent component, Holder in) {
        switch (in) {
            case RECORD -> {}
            case MAP ->
                    problem(
                            component,
                            "is personal data inside of a map, whose elements cannot be encrypted one"
                                    + " by one: put @PersonalData on the map");
            case CLASS ->
                    problem(
                            component,
                            "is personal data inside of a class that is no record, where it cannot be"
                                    + " found: make it a record, or put @PersonalData around it");
        }
    }

    private void checkSubjects(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (method.isAnnotationPresent(DataSubject.class)) {
                names.add(method.getName());
                checkSubjectMethod(type, method);
            }
        }
        if (names.size() > 1) {
            problems.add(
                    "%s has several @DataSubject (%s): leave one, and name the others with @PersonalData(subject = ...)"
                            .formatted(type.getName(), names.stream().sorted().toList()));
        }
    }

    private void checkSubjectMethod(Class<?> type, Method method) {
        if (method.getParameterCount() > 0 || !ID_TYPES.contains(method.getReturnType())) {
            problems.add(
                    "%s.%s gives the id of a data subject, and is no text, UUID or whole number: add a method without parameters that gives one"
                            .formatted(type.getName(), method.getName()));
        }
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getName().equals(method.getName())
                    && component.isAnnotationPresent(PersonalData.class)) {
                problem(
                        component,
                        "is personal data and the id by which its key is found: give the subject an id that says nothing");
            }
        }
    }

    private void checkField(RecordComponent component, PersonalData personal) {
        checkSubject(component, personal);
        if (!personal.erasedAs().isEmpty()) {
            PersonalFields.redaction(component.getType(), personal.erasedAs())
                    .ifPresent(value -> erased.add(new ErasedAs(component, value)));
        }
        if (!personal.blindedTag().isEmpty()) {
            try {
                new Tag(personal.blindedTag(), "x");
            } catch (InvalidRequestException e) {
                problem(component, "has a blinded tag that cannot be: " + e.getMessage());
            }
            Class<?> type = component.getType();
            if (isMap(type) || (type.isArray() && type.getComponentType().isPrimitive())) {
                problem(
                        component,
                        "has a blinded tag, and no text to make it of: tag a text, a number, or a list of them");
            }
        }
    }

    private void checkSubject(RecordComponent component, PersonalData personal) {
        for (Class<?> each : around) {
            if (personal.subject().isEmpty()) {
                for (Method method : each.getDeclaredMethods()) {
                    if (method.isAnnotationPresent(DataSubject.class)) {
                        return;
                    }
                }
                continue;
            }
            var found = PersonalFields.method(each, personal.subject());
            if (found.isPresent()) {
                checkSubjectMethod(each, found.get());
                return;
            }
        }
        problem(
                component,
                personal.subject().isEmpty()
                        ? "is personal data, and nothing says whose: put @DataSubject on the component with the id, or name it with @PersonalData(subject = ...)"
                        : "is personal data of '%s', which is no component or method of its record or one around it"
                                .formatted(personal.subject()));
    }

    private void problem(RecordComponent component, String what) {
        problems.add(
                "%s.%s %s"
                        .formatted(
                                component.getDeclaringRecord().getName(),
                                component.getName(),
                                what));
    }
}
