package org.leftfold.framework.history;

import org.jspecify.annotations.Nullable;

/**
 * A field that an event changed.
 *
 * @param path where it is in the state, such as {@code address.street} or {@code lines[2].quantity}
 * @param before its value as JSON; null if it was not there
 * @param after its value as JSON; null if it is not there any more
 */
public record FieldChange(String path, @Nullable String before, @Nullable String after) {
    /** Whether it is this field, or lies inside of it. */
    public boolean isIn(String field) {
        return path.startsWith(field)
                && (path.length() == field.length()
                        || ".[".indexOf(path.charAt(field.length())) >= 0);
    }

    /** {@code count: 7 -> 10}. */
    @Override
    public String toString() {
        return "%s: %s -> %s"
                .formatted(
                        path,
                        before == null ? "nothing" : before,
                        after == null ? "nothing" : after);
    }
}
