package org.leftfold.framework.privacy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.reflect.Access;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * What a record says about personal data: which components are some, and whose. Worked out once for
 * each class. Immutable but for a cache of methods; safe for any thread.
 */
final class PersonalFields {
    private static final ClassValue<PersonalFields> OF =
            new ClassValue<>() {
                @Override
                protected PersonalFields computeValue(Class<?> type) {
                    return new PersonalFields(type);
                }
            };

    /**
     * A component.
     *
     * @param property its name in the JSON
     * @param accessor gives its value
     * @param personal what its annotation says; null if it has none
     * @param redaction what is read after the erasure; empty for nothing
     * @param kindProperty what its JSON calls the class of its value; null if this says nothing
     */
    record Field(
            String property,
            MethodHandle accessor,
            @Nullable PersonalData personal,
            Optional<JsonNode> redaction,
            @Nullable String kindProperty) {
        @Nullable Object valueIn(Object holder) {
            return call(accessor, holder);
        }
    }

    private final Class<?> type;
    private final List<Field> fields = new ArrayList<>();
    private final Set<String> properties = new HashSet<>();
    private final List<MethodHandle> subjects = new ArrayList<>();
    private final Map<String, Optional<MethodHandle>> named = new ConcurrentHashMap<>();

    private PersonalFields(Class<?> type) {
        this.type = type;
        if (!type.isRecord()) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = field(component);
            fields.add(field);
            properties.add(field.property);
            if (field.kindProperty != null) {
                properties.add(field.kindProperty); // it may stand beside the value
            }
        }
        addKinds(type);
        for (Method method : type.getDeclaredMethods()) { // accessors have it from the component
            if (method.isAnnotationPresent(DataSubject.class) && method.getParameterCount() == 0) {
                subjects.add(handle(method));
            }
        }
    }

    /** What the JSON calls the class of a record, as the record or a type above it says. */
    private void addKinds(Class<?> at) {
        JsonTypeInfo kind = at.getAnnotation(JsonTypeInfo.class);
        if (kind != null) {
            properties.add(kindProperty(kind));
        }
        for (Class<?> above : at.getInterfaces()) {
            addKinds(above);
        }
    }

    private static String kindProperty(JsonTypeInfo kind) {
        return kind.property().isEmpty() ? kind.use().getDefaultPropertyName() : kind.property();
    }

    /** Whether a field of the JSON is a component, or says the class. */
    boolean knows(String property) {
        return property.startsWith("@") || properties.contains(property);
    }

    static PersonalFields of(Class<?> type) {
        return OF.get(type);
    }

    private Field field(RecordComponent component) {
        JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        String property =
                renamed == null || renamed.value().isEmpty()
                        ? component.getName()
                        : renamed.value();
        PersonalData personal = component.getAnnotation(PersonalData.class);
        JsonTypeInfo kind = component.getAccessor().getAnnotation(JsonTypeInfo.class);
        return new Field(
                property,
                handle(component.getAccessor()),
                personal,
                personal == null
                        ? Optional.empty()
                        : redaction(component.getType(), personal.erasedAs()),
                kind == null ? null : kindProperty(kind));
    }

    static Optional<JsonNode> redaction(Class<?> type, String erasedAs) {
        if (type == String.class || type == CharSequence.class) {
            return Optional.of(
                    StringNode.valueOf(erasedAs.isEmpty() ? Redaction.ERASED : erasedAs));
        }
        if (erasedAs.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(erasedAs.getBytes(StandardCharsets.UTF_8)));
        } catch (JacksonException e) {
            return Optional.of(StringNode.valueOf(erasedAs)); // such as a date
        }
    }

    private MethodHandle handle(Method method) {
        try {
            return Access.in(type)
                    .unreflect(method)
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(Access.missingOpens(type), e);
        }
    }

    static @Nullable Object call(MethodHandle handle, Object target) {
        try {
            return (@Nullable Object) handle.invokeExact(target);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor of a record has thrown", e);
        }
    }

    List<Field> fields() {
        return fields;
    }

    /** What gives the subject of a field if it is in this record; null if it is not. */
    @Nullable MethodHandle subjectOf(PersonalData personal) {
        if (personal.subject().isEmpty()) {
            return subjects.isEmpty() ? null : subjects.getFirst();
        }
        return named.computeIfAbsent(
                        personal.subject(), name -> method(type, name).map(this::handle))
                .orElse(null);
    }

    /** The component or method of a record that has this name. */
    static Optional<Method> method(Class<?> type, String name) {
        try {
            Method found = type.getDeclaredMethod(name);
            return found.getReturnType() == void.class ? Optional.empty() : Optional.of(found);
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }
}
