package org.leftfold.framework.codec;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.leftfold.framework.reflect.Access;

/** The records inside of a record, all the way down. Used by one thread. */
final class RecordParts {
    private final Set<Class<?>> found = new LinkedHashSet<>();
    private final Set<Class<?>> sealedTypes = new LinkedHashSet<>();

    private RecordParts() {}

    /**
     * What is missing for code of another module to see into a class and its parts: one text for
     * each package that is closed to it.
     */
    static List<String> closedTo(Module reader, Class<?> type) {
        RecordParts parts = new RecordParts();
        parts.add(type);
        parts.found.add(type); // which need not be a record itself
        return parts.found.stream()
                .filter(part -> !isOpen(part, reader))
                .map(Access::missingOpens)
                .distinct()
                .toList();
    }

    /** The sealed types of which a class has parts. */
    static Set<Class<?>> sealedTypesIn(Class<?> type) {
        RecordParts parts = new RecordParts();
        parts.add(type);
        return parts.sealedTypes;
    }

    private static boolean isOpen(Class<?> type, Module reader) {
        Module module = type.getModule();
        String name = type.getPackageName();
        return module.isOpen(name, reader)
                || (Modifier.isPublic(type.getModifiers()) && module.isExported(name, reader));
    }

    private void add(Type type) {
        switch (type) {
            case Class<?> plain when plain.isArray() -> add(plain.getComponentType());
            case Class<?> plain when plain.isRecord() && found.add(plain) -> {
                for (RecordComponent component : plain.getRecordComponents()) {
                    add(component.getGenericType());
                }
            }
            case Class<?> plain
                    when plain.isSealed()
                            && Modifier.isAbstract(plain.getModifiers())
                            && sealedTypes.add(plain) -> {
                for (Class<?> each : plain.getPermittedSubclasses()) {
                    add(each);
                }
            }
            case ParameterizedType generic -> {
                add(generic.getRawType());
                for (Type argument : generic.getActualTypeArguments()) {
                    add(argument);
                }
            }
            case GenericArrayType array -> add(array.getGenericComponentType());
            case WildcardType wildcard -> add(wildcard.getUpperBounds()[0]);
            default -> {}
        }
    }
}
