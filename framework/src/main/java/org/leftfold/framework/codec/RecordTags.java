package org.leftfold.framework.codec;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Tag;
import org.leftfold.framework.privacy.PersonalData;
import org.leftfold.framework.reflect.Access;

/** Reads the tags off the components of records that carry {@link Tagged}. */
final class RecordTags implements Function<Object, Set<Tag>> {
    /** One component: the key of its tag, and how to read it. */
    private record Source(String key, MethodHandle accessor) {}

    private final List<Source> sources;

    private RecordTags(List<Source> sources) {
        this.sources = sources;
    }

    /** For a class of events; what is wrong with it goes to {@code problems}. */
    static Function<Object, Set<Tag>> of(Class<?> type, List<String> problems) {
        List<Source> sources = new ArrayList<>();
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                Tagged tagged = component.getAnnotation(Tagged.class);
                if (tagged == null) {
                    continue;
                }
                if (component.isAnnotationPresent(PersonalData.class)) {
                    problems.add(
                            "%s.%s is personal data and a tag, which is never erased: take @Tagged away, or use @PersonalData(blindedTag = ...)"
                                    .formatted(type.getName(), component.getName()));
                    continue;
                }
                String key = tagged.value().isEmpty() ? component.getName() : tagged.value();
                MethodHandle accessor = accessor(type, component, problems);
                if (isLegal(type, key, problems) && accessor != null) {
                    sources.add(new Source(key, accessor));
                }
            }
        }
        return new RecordTags(List.copyOf(sources));
    }

    /** The keys of its tags. */
    Set<String> keys() {
        return sources.stream().map(Source::key).collect(Collectors.toSet());
    }

    private static boolean isLegal(Class<?> type, String key, List<String> problems) {
        try {
            new Tag(key, "x");
            return true;
        } catch (InvalidRequestException e) {
            problems.add("%s: %s".formatted(type.getName(), e.getMessage()));
            return false;
        }
    }

    private static @Nullable MethodHandle accessor(
            Class<?> type, RecordComponent component, List<String> problems) {
        try {
            return Access.in(type)
                    .unreflect(component.getAccessor())
                    .asType(java.lang.invoke.MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException e) {
            problems.add(Access.missingOpens(type));
            return null;
        }
    }

    @Override
    public Set<Tag> apply(Object event) {
        if (sources.isEmpty()) {
            return Set.of();
        }
        Set<Tag> tags = new TreeSet<>();
        for (Source source : sources) {
            Object value;
            try {
                value = (@Nullable Object) source.accessor.invokeExact(event);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("an accessor of a record has thrown", e);
            }
            add(tags, source.key, value);
        }
        return tags;
    }

    private static void add(Set<Tag> tags, String key, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Optional<?> optional -> optional.ifPresent(each -> add(tags, key, each));
            case Collection<?> many -> many.forEach(each -> add(tags, key, each));
            default -> tags.add(new Tag(key, value.toString()));
        }
    }
}
