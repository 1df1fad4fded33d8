package org.leftfold.framework.snapshot;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The names and types of the fields of a state, all the way down, as a number: another number means
 * that a snapshot would be misread. Names of classes do not count where their fields are seen, so
 * they may be renamed and moved. Used by one thread.
 */
final class StateShape {
    private final Set<Class<?>> around = new HashSet<>();

    private StateShape() {}

    /** A version for states of this class, at least 1. */
    static int version(Class<?> type) {
        return Math.max(1, new StateShape().describe((Type) type).hashCode() & Integer.MAX_VALUE);
    }

    private String describe(Type type) {
        return switch (type) {
            case Class<?> plain -> describe(plain);
            case ParameterizedType generic ->
                    describe(generic.getRawType())
                            + Arrays.stream(generic.getActualTypeArguments())
                                    .map(this::describe)
                                    .collect(Collectors.joining(",", "<", ">"));
            case GenericArrayType array -> describe(array.getGenericComponentType()) + "[]";
            case TypeVariable<?> variable -> variable.getName();
            case WildcardType wildcard -> describe(wildcard.getUpperBounds()[0]);
            default -> type.getTypeName();
        };
    }

    private String describe(Class<?> type) {
        if (type.isArray()) {
            return describe(type.getComponentType()) + "[]";
        }
        if (type.isPrimitive() || isOfJava(type)) {
            return type.getName();
        }
        if (type.isEnum()) {
            return constants(type);
        }
        if (!around.add(type)) {
            return "as around it";
        }
        Set<String> parts = new TreeSet<>();
        for (Class<?> at = type; at != null && !isOfJava(at); at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0
                        && !field.isSynthetic()) {
                    parts.add(field.getName() + ":" + describe(field.getGenericType()));
                }
            }
        }
        if (type.isSealed()) {
            for (Class<?> each : type.getPermittedSubclasses()) {
                parts.add(each.getSimpleName() + "=" + describe(each));
            }
        }
        around.remove(type);
        return parts.toString();
    }

    /** What is inside of them is theirs, and may differ from one Java to the next. */
    private static boolean isOfJava(Class<?> type) {
        return type.getName().startsWith("java.");
    }

    private static String constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(each -> ((Enum<?>) each).name())
                .sorted()
                .collect(Collectors.joining("|"));
    }
}
