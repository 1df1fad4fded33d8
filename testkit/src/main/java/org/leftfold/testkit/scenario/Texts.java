package org.leftfold.testkit.scenario;

import org.jspecify.annotations.Nullable;
import org.leftfold.framework.history.StateTree;

/** How objects are shown in failures. */
final class Texts {
    private Texts() {}

    /** The simple name of the class of an object. */
    static String name(Object object) {
        return object.getClass().getSimpleName();
    }

    /** An object, with its fields where its class has no text of its own. */
    static String show(@Nullable Object object) {
        return switch (object) {
            case null -> "null";
            case CharSequence text -> "\"" + text + "\"";
            case Throwable thrown -> name(thrown) + ": " + thrown.getMessage();
            default ->
                    hasMethod(object.getClass(), "toString") ? object.toString() : fields(object);
        };
    }

    private static String fields(Object object) {
        try {
            return name(object) + " " + StateTree.of(object);
        } catch (RuntimeException e) {
            return object.toString(); // its fields cannot be seen
        }
    }

    /** Whether a class has a form of this method that is not just that of any object. */
    static boolean hasMethod(Class<?> type, String name, Class<?>... parameters) {
        try {
            return type.getMethod(name, parameters).getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** {@code 1 event came}, {@code 2 events came}, {@code 2 events were}. */
    static String count(int count, String what) {
        if (count == 1) {
            return count + " " + what;
        }
        String plural = what.replaceFirst(" was$", " were");
        return count + " " + plural.replaceFirst("^(\\w+)", "$1s");
    }
}
