package org.leftfold.framework.codec;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventType;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Tag;
import org.leftfold.framework.codec.EventSchema.Form;

/**
 * A schema that is being put together. Collects what is wrong with it, so that all of it is said.
 */
final class SchemaDraft<E> {
    private final Class<E> root;
    private final Map<Class<?>, EventKind<E>> kinds = new LinkedHashMap<>();
    private final Map<String, Class<?>> names = new TreeMap<>();
    private final Map<Class<?>, Function<Object, Set<Tag>>> moreTags = new LinkedHashMap<>();
    private final Map<Form, Upcast> upcasts = new LinkedHashMap<>();
    private final Map<String, String> renames = new LinkedHashMap<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private final Set<Class<?>> nameless = new LinkedHashSet<>();
    private final Set<Class<?>> open = new LinkedHashSet<>(); // types anybody may add events to
    private final List<String> problems = new ArrayList<>();

    SchemaDraft(Class<E> root) {
        this.root = root;
        collect(root, new HashSet<>());
    }

    Map<Class<?>, EventKind<E>> kinds() {
        return kinds;
    }

    Map<Form, Upcast> upcasts() {
        return upcasts;
    }

    Map<String, String> renames() {
        return renames;
    }

    Set<String> dropped() {
        return dropped;
    }

    private static boolean isConcrete(Class<?> type) {
        return !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
    }

    private void collect(Class<? extends E> type, Set<Class<?>> seen) {
        if (!seen.add(type)) {
            return; // a record may implement several of the sealed interfaces
        }
        if (isConcrete(type)) {
            add(type, null, 0);
        }
        Class<?>[] permitted = type.getPermittedSubclasses();
        if (permitted != null) {
            for (Class<?> each : permitted) {
                collect(each.asSubclass(root), seen);
            }
        } else if (!isConcrete(type)) {
            open.add(type);
        }
    }

    /** The events of a type that is no record itself, or of a class that has its name with it. */
    void add(Class<? extends E> type) {
        if (isConcrete(type)) {
            add(type, null, 0);
        } else {
            collect(type, new HashSet<>());
        }
    }

    void add(Class<? extends E> type, @Nullable String givenName, int givenVersion) {
        EventName declared = type.getAnnotation(EventName.class);
        String name = givenName != null ? givenName : declared == null ? null : declared.value();
        int version = givenName != null || declared == null ? givenVersion : declared.version();
        if (name == null) {
            nameless.add(type);
            return;
        }
        nameless.remove(type);
        String legal = legalName(type.getName(), name);
        if (legal == null) {
            return;
        }
        if (version < 1) {
            problems.add(
                    "%s has schema version %d: they start at 1".formatted(type.getName(), version));
            return;
        }
        EventKind<E> before = kinds.get(type);
        if (before != null) {
            names.remove(before.type().value(), type); // it is given another name
        }
        Class<?> other = names.put(legal, type);
        if (other != null && other != type) {
            problems.add(
                    "'%s' is the name of %s and of %s: every event has a name of its own"
                            .formatted(legal, other.getName(), type.getName()));
        }
        Function<Object, Set<Tag>> tagger = RecordTags.of(type, problems);
        kinds.put(type, new EventKind<>(type, new EventType(legal), version, tagger));
    }

    private @Nullable String legalName(String what, String name) {
        try {
            new EventType(name);
        } catch (InvalidRequestException e) {
            problems.add("%s: %s".formatted(what, e.getMessage()));
            return null;
        }
        if (name.startsWith(EventCodec.RESERVED_PREFIX)) {
            problems.add(
                    "%s is called '%s': names that begin with '%s' are those of the framework, choose another"
                            .formatted(what, name, EventCodec.RESERVED_PREFIX));
            return null;
        }
        return name;
    }

    @SuppressWarnings("unchecked")
    <T extends E> void tags(Class<T> type, Function<? super T, ? extends Collection<Tag>> tags) {
        moreTags.put(type, event -> new LinkedHashSet<>(tags.apply((T) event)));
    }

    void upcast(Form form, Upcast upcast) {
        if (upcasts.put(form, upcast) != null) {
            problems.add("%s is upcast in two ways: leave one".formatted(form));
        }
    }

    void rename(String old, String now) {
        String other = renames.put(old, now);
        if (other != null && !other.equals(now)) {
            problems.add("'%s' was renamed to '%s' and to '%s'".formatted(old, other, now));
        }
    }

    void drop(String type) {
        dropped.add(type);
    }

    void check() {
        for (Class<?> type : nameless) {
            problems.add(
                    "%s has no name to be stored under: add @EventName(\"...\")"
                            .formatted(type.getName()));
        }
        checkOpenTypes();
        checkTags();
        checkOldNames();
        resolveRenames();
        kinds.values().forEach(this::checkVersions);
        upcasts.forEach(this::checkTargets);
        checkCycles();
        if (!problems.isEmpty()) {
            throw new DefinitionException(
                    "the events of " + root.getName(), problems.stream().distinct().toList());
        }
    }

    private void checkOpenTypes() {
        for (Class<?> type : open) {
            boolean hasEvents =
                    kinds.keySet().stream().anyMatch(type::isAssignableFrom)
                            || nameless.stream().anyMatch(type::isAssignableFrom);
            if (!hasEvents) {
                problems.add(
                        "%s is not sealed, so its events are not known: seal it, or list them with event(...)"
                                .formatted(type.getName()));
            }
        }
    }

    /** Names that are only read have to be such as could be stored. */
    private void checkOldNames() {
        Set<String> old = new TreeSet<>(renames.keySet());
        old.addAll(dropped);
        upcasts.keySet().forEach(form -> old.add(form.type()));
        for (String name : old) {
            legalName("an older event", name);
        }
        for (String name : dropped) {
            if (renames.containsKey(name)) {
                problems.add("'%s' is renamed and dropped: leave one".formatted(name));
            }
            if (upcasts.keySet().stream().anyMatch(form -> form.type().equals(name))) {
                problems.add("'%s' is upcast and dropped: leave one".formatted(name));
            }
        }
    }

    private void checkTags() {
        moreTags.forEach((type, more) -> {
            EventKind<E> kind = kinds.get(type);
            if (kind == null) {
                problems.add(
                        "tags are given for %s, which is no event of this schema"
                                .formatted(type.getName()));
                return;
            }
            Function<Object, Set<Tag>> both =
                    event -> {
                        Set<Tag> all = new TreeSet<>(kind.tagger().apply(event));
                        all.addAll(more.apply(event));
                        return all;
                    };
            kinds.put(
                    type,
                    new EventKind<>(kind.eventClass(), kind.type(), kind.schemaVersion(), both));
        });
    }

    /** Makes each old name point to the newest one. */
    private void resolveRenames() {
        for (String old : List.copyOf(renames.keySet())) {
            if (names.containsKey(old)) {
                problems.add("'%s' was renamed, but is an event still".formatted(old));
            }
            Set<String> passed = new LinkedHashSet<>(Set.of(old));
            String now = old;
            while (renames.containsKey(now)) {
                now = renames.getOrDefault(now, now);
                if (!passed.add(now)) {
                    problems.add("the names %s were renamed in a circle".formatted(passed));
                    return;
                }
            }
            renames.put(old, now);
            if (!isKnown(now)) {
                problems.add("'%s' was renamed to '%s', which is no event".formatted(old, now));
            }
        }
    }

    private boolean isKnown(String type) {
        return names.containsKey(type)
                || dropped.contains(type)
                || upcasts.keySet().stream().anyMatch(form -> form.type().equals(type));
    }

    private void checkVersions(EventKind<E> kind) {
        String name = kind.type().value();
        if (dropped.contains(name)) {
            problems.add("'%s' is dropped, but is an event still".formatted(name));
        }
        for (int version = 1; version < kind.schemaVersion(); version++) {
            if (!upcasts.containsKey(new Form(name, version))) {
                problems.add(
                        ("'%s' is written in version %d, and nothing says how version %d is read: add"
                                        + " upcast(\"%s\", %d, json -> ...), or unchanged(\"%s\", %d)")
                                .formatted(
                                        name,
                                        kind.schemaVersion(),
                                        version,
                                        name,
                                        version,
                                        name,
                                        version));
            }
        }
    }

    private void checkTargets(Form from, Upcast upcast) {
        EventKind<E> own = kindNamed(from.type());
        if (own != null && from.version() >= own.schemaVersion()) {
            problems.add(
                    "%s is upcast, but %d is the version that is written: raise it in @EventName"
                            .formatted(from, own.schemaVersion()));
        }
        if (from.version() < 1 || renames.containsKey(from.type())) {
            problems.add(
                    "%s is upcast: versions start at 1, and the name has to be the newest one"
                            .formatted(from));
        }
        for (Upcast.Target target : upcast.targets()) {
            Form to = new Form(target.type(), target.version());
            EventKind<E> kind = kindNamed(to.type());
            boolean current = kind != null && kind.schemaVersion() == to.version();
            if (!current && !upcasts.containsKey(to)) {
                problems.add(
                        "%s becomes %s, which is neither written now nor upcast any further"
                                .formatted(from, to));
            }
        }
    }

    private @Nullable EventKind<E> kindNamed(String name) {
        Class<?> type = names.get(name);
        return type == null ? null : kinds.get(type);
    }

    private void checkCycles() {
        Set<Form> fine = new HashSet<>();
        for (Form form : upcasts.keySet()) {
            if (leadsBack(form, new LinkedHashSet<>(), fine)) {
                problems.add("%s is upcast in a circle".formatted(form));
                return;
            }
        }
    }

    private boolean leadsBack(Form form, Set<Form> path, Set<Form> fine) {
        Upcast upcast = upcasts.get(form);
        if (upcast == null || fine.contains(form)) {
            return false;
        }
        if (!path.add(form)) {
            return true;
        }
        for (Upcast.Target target : upcast.targets()) {
            if (leadsBack(new Form(target.type(), target.version()), path, fine)) {
                return true;
            }
        }
        path.remove(form);
        fine.add(form);
        return false;
    }
}
