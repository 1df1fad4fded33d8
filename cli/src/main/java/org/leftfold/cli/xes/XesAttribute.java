package org.leftfold.cli.xes;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attribute of a log, a trace, an event or another attribute.
 *
 * @param type its XES type
 * @param key its key, which other attributes beside it may have too
 * @param value its value as it stands in the file; empty for a list or container
 * @param nested the attributes of the attribute
 * @param items what a list or container holds; null for other types, and for a list without {@code
 *     <values>}
 */
record XesAttribute(
        XesType type,
        String key,
        String value,
        List<XesAttribute> nested,
        @Nullable List<XesAttribute> items) {
    static final String NAME = "concept:name";
    static final String RESOURCE = "org:resource";
    static final String TRANSITION = "lifecycle:transition";
    static final String TIMESTAMP = "time:timestamp";

    XesAttribute {
        nested = List.copyOf(nested);
        items = items == null ? null : List.copyOf(items);
    }

    /** A string without attributes of its own. */
    static XesAttribute string(String key, String value) {
        return new XesAttribute(XesType.STRING, key, value, List.of(), null);
    }

    /** A date without attributes of its own. */
    static XesAttribute date(String key, String value) {
        return new XesAttribute(XesType.DATE, key, value, List.of(), null);
    }

    /** The value of the first attribute with this key that has one that is not blank. */
    static Optional<String> value(List<XesAttribute> attributes, String key) {
        for (XesAttribute attribute : attributes) {
            if (attribute.key().equals(key)) {
                return attribute.value().isBlank()
                        ? Optional.empty()
                        : Optional.of(attribute.value());
            }
        }
        return Optional.empty();
    }
}
