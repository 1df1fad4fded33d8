package org.leftfold.testkit.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The fields of an event as paths and types, records inside of it included: {@code rooms[].floor}
 * is the floor of each of its rooms. Names of classes of the application do not occur, so they may
 * be renamed and moved. Used by one thread.
 */
final class FieldTypes {
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final Map<Class<?>, String> around = new HashMap<>(); // records that it is inside of

    private FieldTypes() {}

    /** Those of a class of events; none if it is no record. */
    static Map<String, String> of(Class<?> eventClass) {
        FieldTypes types = new FieldTypes();
        if (eventClass.isRecord()) {
            types.record(eventClass, Map.of(), "");
        }
        return types.fields;
    }

    /** The name of a component in the JSON. */
    private static String name(RecordComponent component) {
        JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
        return given == null || given.value().isEmpty() ? component.getName() : given.value();
    }

    private String record(Class<?> type, Map<Type, Type> bindings, String path) {
        String outer = around.get(type);
        if (outer != null) {
            return "record as " + (outer.isEmpty() ? "the event" : outer);
        }
        around.put(type, path);
        for (RecordComponent component : type.getRecordComponents()) {
            String inner = path.isEmpty() ? name(component) : path + "." + name(component);
            fields.put(inner, ""); // keeps its place before the fields inside of it
            fields.put(inner, describe(component.getGenericType(), bindings, inner));
        }
        around.remove(type);
        return "record";
    }

    private String describe(Type type, Map<Type, Type> bindings, String path) {
        return switch (type) {
            case Class<?> plain -> describe(plain, path);
            case ParameterizedType generic -> describe(generic, bindings, path);
            case TypeVariable<?> variable when bindings.containsKey(variable) ->
                    describe(bindings.getOrDefault(variable, Object.class), Map.of(), path);
            case WildcardType wildcard -> describe(wildcard.getUpperBounds()[0], bindings, path);
            case GenericArrayType array ->
                    "list of " + describe(array.getGenericComponentType(), bindings, path + "[]");
            default -> "anything";
        };
    }

    private String describe(Class<?> type, String path) {
        if (type.isRecord()) {
            return record(type, Map.of(), path);
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .collect(Collectors.joining("|", "enum ", ""));
        }
        if (type == byte[].class) {
            return "bytes";
        }
        if (type.isSealed()) {
            return oneOf(type, path);
        }
        return type.isArray()
                ? "list of " + describe(type.getComponentType(), path + "[]")
                : type.getSimpleName();
    }

    private String describe(ParameterizedType generic, Map<Type, Type> bindings, String path) {
        Class<?> raw = (Class<?>) generic.getRawType();
        Type[] given = generic.getActualTypeArguments();
        if (raw == Optional.class) {
            return "optional " + describe(given[0], bindings, path);
        }
        if (Collection.class.isAssignableFrom(raw) && given.length == 1) {
            String kind = Set.class.isAssignableFrom(raw) ? "set of " : "list of ";
            return kind + describe(given[0], bindings, path + "[]");
        }
        if (Map.class.isAssignableFrom(raw) && given.length == 2) {
            return "map of %s to %s"
                    .formatted(
                            describe(given[0], bindings, path + "{key}"),
                            describe(given[1], bindings, path + "{}"));
        }
        if (raw.isRecord()) {
            return record(raw, bind(generic, bindings), path);
        }
        return raw.isSealed() ? oneOf(raw, path) : raw.getSimpleName();
    }

    /** The fields of each class that a sealed type may be, as {@code by(card).number}. */
    private String oneOf(Class<?> type, String path) {
        String outer = around.get(type);
        if (outer != null) {
            return "one of those as " + (outer.isEmpty() ? "the event" : outer);
        }
        around.put(type, path);
        Map<String, Class<?>> classes = new TreeMap<>();
        for (Class<?> each : SealedParts.classesOf(type)) {
            classes.put(SealedParts.name(type, each), each);
        }
        classes.forEach((name, each) -> {
            if (each.isRecord()) {
                record(each, Map.of(), "%s(%s)".formatted(path, name));
            }
        });
        around.remove(type);
        return "one of " + String.join("|", classes.keySet());
    }

    /** What the type parameters of a class stand for, where it is used as {@code generic}. */
    static Map<Type, Type> bind(ParameterizedType generic, Map<Type, Type> outer) {
        TypeVariable<?>[] variables = ((Class<?>) generic.getRawType()).getTypeParameters();
        Map<Type, Type> bindings = new HashMap<>();
        for (int i = 0; i < variables.length; i++) {
            Type given = generic.getActualTypeArguments()[i];
            bindings.put(variables[i], outer.getOrDefault(given, given));
        }
        return bindings;
    }
}
