package org.leftfold.framework.codec;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventType;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.Tag;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of a domain: which classes there are, under which names and schema versions they are
 * stored, and how what was stored in older formats is read. Immutable.
 *
 * <pre>{@code
 * EventSchema.builder(CustomerEvent.class) // sealed, its records have @EventName
 *         .upcast("customer-registered", 1, json -> json.put("country", "KR"))
 *         .renamed("customer-relocated", "customer-moved")
 *         .dropped("customer-viewed")
 *         .build();
 * }</pre>
 */
public final class EventSchema<E> {
    /** A type and schema version as stored. */
    record Form(String type, int version) {
        @Override
        public String toString() {
            return "'%s' version %d".formatted(type, version);
        }
    }

    private final Class<E> root;
    private final Map<Class<?>, EventKind<E>> byClass;
    private final Map<String, EventKind<E>> byName = new LinkedHashMap<>();
    private final Map<Form, Upcast> upcasts;
    private final Map<String, String> renames;
    private final Set<String> dropped;

    EventSchema(Class<E> root, SchemaDraft<E> draft) {
        this.root = root;
        this.byClass = Collections.unmodifiableMap(new LinkedHashMap<>(draft.kinds()));
        this.upcasts = Map.copyOf(draft.upcasts());
        this.renames = Map.copyOf(draft.renames());
        this.dropped = Set.copyOf(draft.dropped());
        draft.kinds().values().forEach(kind -> byName.put(kind.type().value(), kind));
    }

    /**
     * The events of a sealed type, all of which carry {@link EventName}.
     *
     * @throws DefinitionException if something is missing or contradicts itself (LF-1201)
     */
    public static <E> EventSchema<E> of(Class<E> root) {
        return builder(root).build();
    }

    /** Begins a schema with the events of a sealed type, or with none if it is not sealed. */
    public static <E> Builder<E> builder(Class<E> root) {
        return new Builder<>(root);
    }

    /** The type of which all events are. */
    public Class<E> root() {
        return root;
    }

    /** The classes of its events. */
    public Set<Class<?>> eventClasses() {
        return byClass.keySet();
    }

    /** The names under which its events are stored now. */
    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    /**
     * The schema version that is written now.
     *
     * @throws IllegalArgumentException if no event has this name now
     */
    public int currentVersion(String name) {
        return existing(name).schemaVersion();
    }

    /**
     * The class of the events that are stored under a name now.
     *
     * @throws IllegalArgumentException if no event has this name now
     */
    public Class<? extends E> eventClass(String name) {
        return existing(name).eventClass();
    }

    private EventKind<E> existing(String name) {
        EventKind<E> kind = byName.get(name);
        if (kind == null) {
            throw new IllegalArgumentException("no event is called '%s'".formatted(name));
        }
        return kind;
    }

    /**
     * The query item for all events, now and ever stored, that are read as one of these classes, or
     * as any if none is named. It goes by the stored name, so of one that became different events
     * the others are found as well. Narrow it with the {@code and} methods.
     *
     * @throws IllegalArgumentException if one of the classes is neither an event nor a type of some
     */
    public QueryItem item(Class<?>... classes) {
        Set<String> wanted = new TreeSet<>();
        for (Class<?> type : classes) {
            wanted.addAll(namesOf(type));
        }
        if (classes.length == 0) {
            wanted.addAll(byName.keySet());
        }
        return QueryItem.everything().andTypes(storedNames(wanted).toArray(String[]::new));
    }

    private Set<String> namesOf(Class<?> type) {
        Set<String> found = new TreeSet<>();
        byName.forEach((name, kind) -> {
            if (type.isAssignableFrom(kind.eventClass())) {
                found.add(name);
            }
        });
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s is none of %s, and no type of any".formatted(type.getName(), this));
        }
        return found;
    }

    /** An item, and the older names of its types, under which events may be stored. */
    public QueryItem withOlderNames(QueryItem item) {
        Set<String> names = new TreeSet<>();
        item.types().forEach(type -> names.add(type.value()));
        return item.andTypes(storedNames(names).toArray(String[]::new));
    }

    /** The query of {@link #item}. */
    public Query query(Class<?>... classes) {
        return Query.anyOf(item(classes));
    }

    /** These names and all older ones that lead to them. */
    private Set<String> storedNames(Collection<String> names) {
        Set<String> all = new TreeSet<>(names);
        boolean grew = true;
        while (grew) {
            Set<String> found = new TreeSet<>(all);
            renames.forEach((old, now) -> {
                if (all.contains(now)) {
                    found.add(old);
                }
            });
            upcasts.forEach((form, upcast) -> {
                if (upcast.targets().stream().anyMatch(to -> all.contains(to.type()))) {
                    found.add(form.type());
                }
            });
            grew = all.addAll(found);
        }
        return all;
    }

    @Nullable EventKind<E> kindOf(Class<?> eventClass) {
        return byClass.get(eventClass);
    }

    @Nullable EventKind<E> kindNamed(String name) {
        return byName.get(name);
    }

    @Nullable Upcast upcast(Form form) {
        return upcasts.get(form);
    }

    /** The newest name of what was stored under {@code name}. */
    String newestName(String name) {
        return renames.getOrDefault(name, name);
    }

    boolean isDropped(String name) {
        return dropped.contains(name);
    }

    @Override
    public String toString() {
        return "the events of " + root.getName();
    }

    /** Collects a schema. Not safe for several threads. */
    public static final class Builder<E> {
        private final Class<E> root;
        private final SchemaDraft<E> draft;

        private Builder(Class<E> root) {
            this.root = root;
            this.draft = new SchemaDraft<>(root);
        }

        /**
         * An event class with its {@link EventName}, or a sealed type of some, of a type that is
         * not sealed.
         */
        public Builder<E> event(Class<? extends E> eventClass) {
            draft.add(eventClass);
            return this;
        }

        /** An event class without the annotation. */
        public Builder<E> event(Class<? extends E> eventClass, String name, int version) {
            draft.add(eventClass, name, version);
            return this;
        }

        /** The tags of the events of a class, besides those that {@link Tagged} gives. */
        public <T extends E> Builder<E> tags(
                Class<T> eventClass, Function<? super T, ? extends Collection<Tag>> tags) {
            draft.tags(eventClass, tags);
            return this;
        }

        /** Payloads of this schema version become those of the next one. */
        public Builder<E> upcast(String type, int version, UnaryOperator<ObjectNode> payload) {
            return upcast(type, version, Upcast.into(type, version + 1, payload));
        }

        /** What is stored under this type and schema version becomes something else. */
        public Builder<E> upcast(String type, int version, Upcast upcast) {
            draft.upcast(new Form(type, version), upcast);
            return this;
        }

        /** Payloads of this schema version are read as those of the next one, as they are. */
        public Builder<E> unchanged(String type, int version) {
            return upcast(type, version, Upcast.same(type, version + 1));
        }

        /** What was stored under {@code old} is called {@code now}; schema versions go on. */
        public Builder<E> renamed(String old, String now) {
            draft.rename(old, now);
            return this;
        }

        /** What was stored under this type is not read any more, in any schema version. */
        public Builder<E> dropped(String type) {
            draft.drop(type);
            return this;
        }

        /**
         * Checks all of it.
         *
         * @throws DefinitionException if something is missing or contradicts itself (LF-1201)
         */
        public EventSchema<E> build() {
            draft.check();
            return new EventSchema<>(root, draft);
        }
    }

    /** The type of a pseudo event, which no schema knows. */
    static EventType pseudoType(Class<?> pseudoClass) {
        EventName name = pseudoClass.getAnnotation(EventName.class);
        if (name == null) {
            throw new DefinitionException(
                    pseudoClass.getName(),
                    List.of("it is a pseudo event without a name: add @EventName"));
        }
        return new EventType(EventCodec.RESERVED_PREFIX + name.value());
    }
}
