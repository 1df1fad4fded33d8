package org.leftfold.framework.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.JsonFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A picture of a state, field by field and all the way down, which does not change when the state
 * does. Immutable.
 */
public final class StateTree {
    private static final JsonFormat FIELDS = JsonFormat.ofPictures();

    /** Any state, an enum or a number too; of a sealed type it matters which class it is. */
    private record Boxed(String kind, Object state) {}

    private final ObjectNode tree;

    private StateTree(ObjectNode tree) {
        this.tree = tree;
    }

    /**
     * The picture of a state.
     *
     * @throws DefinitionException if its fields cannot be shown as JSON, for they lead in a circle
     *     or belong to a class that does not allow it (LF-1201)
     */
    public static StateTree of(Object state) {
        try {
            return new StateTree(FIELDS.toTree(new Boxed(kind(state), state)));
        } catch (RuntimeException e) {
            throw new DefinitionException(
                    "the state " + state.getClass().getName(),
                    List.of(
                            "its fields cannot be shown as JSON, so nothing can be said about changes: %s"
                                    .formatted(e.getMessage())),
                    e);
        }
    }

    /** Not which list it is, nor which body a constant has: equal ones may differ in that. */
    private static String kind(Object state) {
        return switch (state) {
            case List<?> list -> "List";
            case Set<?> set -> "Set";
            case Map<?, ?> map -> "Map";
            case Enum<?> constant -> constant.getDeclaringClass().getSimpleName();
            default -> state.getClass().getSimpleName();
        };
    }

    /** The fields as JSON. */
    public String json() {
        return node(tree).toString();
    }

    private static JsonNode node(ObjectNode tree) {
        JsonNode node = tree.get("state");
        return node == null ? tree : node;
    }

    /** The fields in which another state differs, ordered by path; its values are those after. */
    public List<FieldChange> changesTo(StateTree other) {
        List<FieldChange> changes = new ArrayList<>();
        JsonNode kind = tree.get("kind");
        JsonNode otherKind = other.tree.get("kind");
        if (!kind.equals(otherKind)) {
            changes.add(new FieldChange("", kind.asString(), otherKind.asString()));
        }
        compare("", node(tree), node(other.tree), changes);
        return changes;
    }

    /** The same as texts. */
    public List<String> differencesTo(StateTree other) {
        return changesTo(other).stream().map(FieldChange::toString).toList();
    }

    private static void compare(
            String path,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            List<FieldChange> into) {
        if (before != null && after != null) {
            if (before.equals(after)) {
                return;
            }
            if (before.isObject() && after.isObject()) {
                Set<String> names = new TreeSet<>(before.propertyNames());
                names.addAll(after.propertyNames());
                for (String name : names) {
                    String inner = path.isEmpty() ? name : path + "." + name;
                    compare(inner, before.get(name), after.get(name), into);
                }
                return;
            }
            if (before.isArray() && after.isArray()) {
                int count = Math.max(before.size(), after.size());
                for (int i = 0; i < count; i++) {
                    compare(path + "[" + i + "]", before.get(i), after.get(i), into);
                }
                return;
            }
        }
        into.add(new FieldChange(path, text(before), text(after)));
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateTree that && tree.equals(that.tree);
    }

    @Override
    public int hashCode() {
        return tree.hashCode();
    }

    /** The fields as JSON. */
    @Override
    public String toString() {
        return json();
    }
}
