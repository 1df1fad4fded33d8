package org.leftfold.testkit.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.leftfold.testkit.schema.SchemaChange.Kind;

/**
 * What became of the fields of one event whose schema version stayed the same. Used by one thread.
 */
final class FieldComparison {
    private final Entry before;
    private final Entry now;
    private final String className;
    private final List<SchemaChange> changes = new ArrayList<>();

    private FieldComparison(Entry before, Entry now, String className) {
        this.before = before;
        this.now = now;
        this.className = className;
    }

    /** The changes, worst last. */
    static List<SchemaChange> of(Entry before, Entry now, String className) {
        FieldComparison comparison = new FieldComparison(before, now, className);
        comparison.compare();
        return comparison.changes;
    }

    private void compare() {
        Map<String, String> old = before.fields();
        Map<String, String> fresh = now.fields();
        Set<String> retyped = new LinkedHashSet<>();
        old.forEach((path, type) -> {
            if (!fresh.getOrDefault(path, type).equals(type)) {
                retyped.add(path);
            }
        });
        Set<String> removed = without(old.keySet(), fresh.keySet(), retyped);
        Set<String> added = without(fresh.keySet(), old.keySet(), retyped);
        if (isReuse(old, fresh, removed, added)) {
            add(
                    Kind.BREAKING,
                    "none of the committed fields is left, so the name means something else now",
                    "let %s have another name, and say what becomes of the events stored so far: upcast(\"%s\", %d, Upcast...), renamed(...) or dropped(...)"
                            .formatted(className, before.event(), before.version()));
            return;
        }
        retyped.forEach(
                path -> retyped(path, old.getOrDefault(path, ""), fresh.getOrDefault(path, "")));
        for (String path : removed) {
            Optional<String> other =
                    added.stream().filter(each -> isSuccessor(path, each)).findFirst();
            if (other.isPresent()) {
                renamed(path, other.get());
                added.remove(other.get());
            } else if (added.stream().anyMatch(each -> parent(each).equals(parent(path)))) {
                replaced(path, added);
            } else {
                add(
                        Kind.COMPATIBLE,
                        "field '%s' (%s) is gone; what is stored in it is not read any more"
                                .formatted(path, old.get(path)),
                        SchemaGate.RECORD_IT);
            }
        }
        for (String path : added) {
            add(
                    Kind.COMPATIBLE,
                    "field '%s' (%s) is new; events stored so far have its default"
                            .formatted(path, fresh.get(path)),
                    SchemaGate.RECORD_IT);
        }
    }

    /** The paths that {@code others} has not, unless something around them tells it already. */
    private static Set<String> without(
            Collection<String> paths, Collection<String> others, Collection<String> told) {
        Set<String> found = new LinkedHashSet<>(paths);
        found.removeAll(others);
        Set<String> tellers = new LinkedHashSet<>(found);
        tellers.addAll(told);
        found.removeIf(path -> tellers.stream().anyMatch(outer -> isInside(path, outer)));
        return found;
    }

    private static boolean isInside(String path, String outer) {
        return path.length() > outer.length()
                && path.startsWith(outer)
                && ".[{(".indexOf(path.charAt(outer.length())) >= 0;
    }

    private boolean isReuse(
            Map<String, String> old,
            Map<String, String> fresh,
            Set<String> removed,
            Set<String> added) {
        return !old.isEmpty()
                && !fresh.isEmpty()
                && fresh.keySet().stream().noneMatch(old::containsKey)
                && removed.stream()
                        .noneMatch(
                                path -> added.stream().anyMatch(each -> isSuccessor(path, each)));
    }

    private boolean isSuccessor(String path, String other) {
        return parent(path).equals(parent(other))
                && before.fields().getOrDefault(path, "").equals(now.fields().get(other));
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('.') + 1);
    }

    private static String leaf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private void retyped(String path, String old, String fresh) {
        if (Widening.isCompatible(old, fresh)) {
            add(
                    Kind.COMPATIBLE,
                    "field '%s' was %s and is %s, which reads all that was stored"
                            .formatted(path, old, fresh),
                    SchemaGate.RECORD_IT);
        } else {
            add(
                    Kind.NEEDS_UPCASTER,
                    "field '%s' was %s and is %s".formatted(path, old, fresh),
                    raise("{ /* make %s of '%s' */ return json; }".formatted(fresh, path)));
        }
    }

    private void renamed(String path, String other) {
        String code =
                parent(path).isEmpty()
                        ? "{ json.set(\"%s\", json.remove(\"%s\")); return json; }"
                                .formatted(leaf(other), leaf(path))
                        : "{ /* put '%s' into '%s' */ return json; }".formatted(path, other);
        add(
                Kind.NEEDS_UPCASTER,
                "field '%s' is gone and '%s' is new, both %s: it looks renamed, and what is stored in '%s' would be lost"
                        .formatted(path, other, now.fields().get(other), path),
                raise(code));
    }

    private void replaced(String path, Set<String> added) {
        List<String> beside =
                added.stream().filter(each -> parent(each).equals(parent(path))).toList();
        add(
                Kind.NEEDS_UPCASTER,
                "field '%s' (%s) is gone while %s came beside it, and what is stored in it would be lost"
                        .formatted(path, before.fields().get(path), beside),
                raise("{ /* put '%s' where it belongs */ return json; }".formatted(path)));
    }

    private String raise(String code) {
        return "raise @EventName(value = \"%s\", version = %d) of %s and add upcast(\"%s\", %d, json -> %s), or unchanged(\"%s\", %d) if nothing has to be done"
                .formatted(
                        now.event(),
                        now.version() + 1,
                        className,
                        now.event(),
                        now.version(),
                        code,
                        now.event(),
                        now.version());
    }

    private void add(Kind kind, String what, String advice) {
        changes.add(new SchemaChange(kind, before.event(), before.version(), what, advice));
    }
}
