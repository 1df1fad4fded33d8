package org.leftfold.testkit.schema;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Set;

/** The classes that a part of a sealed type may be. */
final class SealedParts {
    private SealedParts() {}

    /** Those that can be made, in the order in which they are declared. */
    static Set<Class<?>> classesOf(Class<?> sealedType) {
        Set<Class<?>> classes = new LinkedHashSet<>();
        collect(sealedType, classes);
        return classes;
    }

    private static void collect(Class<?> type, Set<Class<?>> into) {
        if (!Modifier.isAbstract(type.getModifiers())) {
            into.add(type);
        }
        if (type.isSealed()) {
            for (Class<?> each : type.getPermittedSubclasses()) {
                collect(each, into);
            }
        }
    }

    /** What the JSON calls a class where that is declared, else its name without package. */
    static String name(Class<?> sealedType, Class<?> type) {
        JsonTypeName own = type.getAnnotation(JsonTypeName.class);
        if (own != null && !own.value().isEmpty()) {
            return own.value();
        }
        JsonSubTypes given = sealedType.getAnnotation(JsonSubTypes.class);
        if (given != null) {
            for (JsonSubTypes.Type each : given.value()) {
                if (each.value() == type && !each.name().isEmpty()) {
                    return each.name();
                }
            }
        }
        return type.getSimpleName();
    }
}
