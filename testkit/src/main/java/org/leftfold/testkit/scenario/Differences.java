package org.leftfold.testkit.scenario;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.history.FieldChange;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.reflect.Access;

/**
 * In which fields one object is another than expected. Objects are alike if they are equal; where a
 * class has no {@code equals}, if all their fields are alike.
 */
final class Differences {
    private final List<String> found = new ArrayList<>();

    private Differences() {}

    /** One text for each difference, in the order of the fields; none if they are alike. */
    static List<String> between(@Nullable Object expected, @Nullable Object actual) {
        Differences differences = new Differences();
        differences.compare("", expected, actual);
        return differences.found;
    }

    static boolean alike(@Nullable Object expected, @Nullable Object actual) {
        return between(expected, actual).isEmpty();
    }

    private void compare(String path, @Nullable Object expected, @Nullable Object actual) {
        if (Objects.equals(expected, actual)) {
            return;
        }
        if (expected == null || actual == null) {
            add(path, expected, actual);
        } else if (expected.getClass().isArray() && actual.getClass().isArray()) {
            compareLists(path, elements(expected), elements(actual));
        } else if (expected instanceof List<?> some && actual instanceof List<?> others) {
            compareLists(path, some, others);
        } else if (expected instanceof Map<?, ?> some && actual instanceof Map<?, ?> others) {
            compareMaps(path, some, others);
        } else if (expected instanceof Optional<?> one && actual instanceof Optional<?> other) {
            compare(path, one.orElse(null), other.orElse(null));
        } else if (expected.getClass() != actual.getClass()) {
            add(path, expected, actual);
        } else if (expected instanceof Record) {
            compareRecords(path, expected, actual);
        } else if (Texts.hasMethod(expected.getClass(), "equals", Object.class)) {
            add(path, expected, actual);
        } else {
            compareFields(path, expected, actual);
        }
    }

    private void add(String path, @Nullable Object expected, @Nullable Object actual) {
        String wanted = Texts.show(expected);
        String came = Texts.show(actual);
        if (wanted.equals(came) && expected != null && actual != null) {
            wanted = "%s (%s)".formatted(wanted, expected.getClass().getName());
            came = "%s (%s)".formatted(came, actual.getClass().getName());
        }
        add(path, "expected %s, came %s".formatted(wanted, came));
    }

    private void add(String path, String text) {
        found.add(path.isEmpty() ? text : path + ": " + text);
    }

    private static List<@Nullable Object> elements(Object array) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(Array.get(array, i));
        }
        return elements;
    }

    private void compareLists(String path, List<?> expected, List<?> actual) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            String place = "%s[%d]".formatted(path, i);
            if (i >= actual.size()) {
                add(place, "expected %s, came nothing".formatted(Texts.show(expected.get(i))));
            } else if (i >= expected.size()) {
                add(place, "expected nothing, came %s".formatted(Texts.show(actual.get(i))));
            } else {
                compare(place, expected.get(i), actual.get(i));
            }
        }
    }

    private void compareMaps(String path, Map<?, ?> expected, Map<?, ?> actual) {
        Set<@Nullable Object> keys = new LinkedHashSet<>(expected.keySet());
        keys.addAll(actual.keySet());
        for (Object key : keys) {
            String place = "%s[%s]".formatted(path, Texts.show(key));
            if (!actual.containsKey(key)) {
                add(place, "expected %s, came nothing".formatted(Texts.show(expected.get(key))));
            } else if (!expected.containsKey(key)) {
                add(place, "expected nothing, came %s".formatted(Texts.show(actual.get(key))));
            } else {
                compare(place, expected.get(key), actual.get(key));
            }
        }
    }

    private void compareRecords(String path, Object expected, Object actual) {
        RecordComponent[] components = expected.getClass().getRecordComponents();
        for (RecordComponent component : components) {
            String inner = path.isEmpty() ? component.getName() : path + "." + component.getName();
            try {
                MethodHandle accessor =
                        Access.in(expected.getClass()).unreflect(component.getAccessor());
                compare(inner, accessor.invoke(expected), accessor.invoke(actual));
            } catch (Throwable e) { // its module is closed, or its accessor is broken
                add(path, expected, actual);
                return;
            }
        }
    }

    private void compareFields(String path, Object expected, Object actual) {
        try {
            found.addAll(ofTrees(path, StateTree.of(expected), StateTree.of(actual)));
        } catch (RuntimeException e) { // its fields cannot be seen
            add(path, expected, actual);
        }
    }

    /** In which fields a state is another one. */
    static List<String> ofTrees(String path, StateTree expected, StateTree actual) {
        Differences differences = new Differences();
        for (FieldChange change : expected.changesTo(actual)) {
            boolean isWhole = path.isEmpty() || change.path().isEmpty();
            String inner = isWhole ? path + change.path() : path + "." + change.path();
            String before = Objects.requireNonNullElse(change.before(), "nothing");
            String after = Objects.requireNonNullElse(change.after(), "nothing");
            differences.add(inner, "expected %s, came %s".formatted(before, after));
        }
        return differences.found;
    }
}
