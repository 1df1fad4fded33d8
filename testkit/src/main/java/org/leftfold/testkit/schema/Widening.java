package org.leftfold.testkit.schema;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which types of fields read everything that was written as another type, as what it was. */
final class Widening {
    private static final Map<String, Set<String>> WIDER =
            Map.of(
                    "byte", Set.of("short", "int", "long", "BigInteger", "BigDecimal"),
                    "short", Set.of("int", "long", "BigInteger", "BigDecimal"),
                    "int", Set.of("long", "double", "BigInteger", "BigDecimal"),
                    "long", Set.of("BigInteger", "BigDecimal"),
                    "float", Set.of("double", "BigDecimal"),
                    "double", Set.of("BigDecimal"),
                    "BigInteger", Set.of("BigDecimal"),
                    "char", Set.of("String"),
                    "UUID", Set.of("String"));

    private static final Map<String, String> BOXED =
            Map.of(
                    "Byte", "byte",
                    "Short", "short",
                    "Integer", "int",
                    "Long", "long",
                    "Float", "float",
                    "Double", "double",
                    "Boolean", "boolean",
                    "Character", "char");

    private Widening() {}

    /** Whether fields of type {@code before} may become {@code now}; types as in a file. */
    static boolean isCompatible(String before, String now) {
        if (before.equals(now)) {
            return true;
        }
        if (now.startsWith("optional ")) {
            String inner = now.substring("optional ".length());
            return isCompatible(withoutPrefix(before, "optional "), inner);
        }
        if (now.startsWith("list of ") && before.matches("(list|set) of .*")) {
            return isCompatible(element(before), element(now));
        }
        if (now.startsWith("set of ") && before.startsWith("set of ")) {
            return isCompatible(element(before), element(now));
        }
        if (before.startsWith("enum ")) {
            return now.equals("String") || hasAllOf("enum ", before, now);
        }
        if (before.startsWith("one of ")) {
            return hasAllOf("one of ", before, now);
        }
        if (BOXED.containsKey(before)) { // it may hold null, so its successor has to
            String plain = BOXED.getOrDefault(before, before);
            return BOXED.containsKey(now)
                    ? widens(plain, BOXED.getOrDefault(now, now))
                    : now.startsWith("Big") && widens(plain, now);
        }
        return widens(before, BOXED.getOrDefault(now, now));
    }

    private static boolean widens(String before, String now) {
        return before.equals(now) || WIDER.getOrDefault(before, Set.of()).contains(now);
    }

    private static String withoutPrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String element(String collection) {
        return collection.substring(collection.indexOf(" of ") + " of ".length());
    }

    /** Whether an enum has all constants that it had, or a sealed type all its classes. */
    private static boolean hasAllOf(String prefix, String before, String now) {
        return now.startsWith(prefix) && names(prefix, now).containsAll(names(prefix, before));
    }

    private static List<String> names(String prefix, String type) {
        return Arrays.asList(withoutPrefix(type, prefix).split("\\|"));
    }
}
