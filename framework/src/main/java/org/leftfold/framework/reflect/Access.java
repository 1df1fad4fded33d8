package org.leftfold.framework.reflect;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;

/** Looks into classes of the application, where its module allows it. */
public final class Access {
    private static final MethodHandles.Lookup OURS = MethodHandles.lookup();

    private Access() {}

    /**
     * What sees everything in a class.
     *
     * @throws IllegalAccessException if its module does not open the package; {@link #missingOpens}
     *     is the text for that
     */
    public static MethodHandles.Lookup in(Class<?> type) throws IllegalAccessException {
        Access.class.getModule().addReads(type.getModule());
        return MethodHandles.privateLookupIn(type, OURS);
    }

    /** What the author of a module has to add. */
    public static String missingOpens(Class<?> type) {
        return ("module %s keeps package %s closed: add \"opens %s to org.leftfold.framework,"
                        + " tools.jackson.databind;\" to its module-info.java")
                .formatted(
                        type.getModule().getName(), type.getPackageName(), type.getPackageName());
    }

    /** What is wrong with an inner class. */
    public static final String INNER =
            "it is an inner class, which cannot be made without an object of the class around it: make it static";

    /** Whether objects of a class need one of the class around it. */
    public static boolean isInner(Class<?> type) {
        return type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
    }
}
