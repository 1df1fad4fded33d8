package org.leftfold.framework.reflect;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out what a class gave for the type parameters of a class or interface above it. */
public final class TypeArguments {
    private TypeArguments() {}

    /**
     * The class that {@code type} gave for one parameter of {@code generic}; null if the code does
     * not say it, as with lambdas.
     *
     * @param index which parameter, from 0
     */
    public static @Nullable Class<?> find(Class<?> type, Class<?> generic, int index) {
        return find(type, generic, index, Map.of());
    }

    private static @Nullable Class<?> find(
            @Nullable Type type, Class<?> generic, int index, Map<Type, Type> known) {
        Class<?> raw;
        Map<Type, Type> bound = new HashMap<>();
        if (type instanceof ParameterizedType given) {
            raw = (Class<?>) given.getRawType();
            TypeVariable<?>[] parameters = raw.getTypeParameters();
            for (int i = 0; i < parameters.length; i++) {
                Type argument = given.getActualTypeArguments()[i];
                bound.put(parameters[i], known.getOrDefault(argument, argument));
            }
        } else if (type instanceof Class<?> plain) {
            raw = plain;
        } else {
            return null;
        }
        if (raw == generic) {
            return rawClass(bound.get(generic.getTypeParameters()[index]));
        }
        for (Type above : raw.getGenericInterfaces()) {
            Class<?> found = find(above, generic, index, bound);
            if (found != null) {
                return found;
            }
        }
        return find(raw.getGenericSuperclass(), generic, index, bound);
    }

    private static @Nullable Class<?> rawClass(@Nullable Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType given -> (Class<?>) given.getRawType();
            case null, default -> null;
        };
    }
}
