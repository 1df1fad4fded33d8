package org.leftfold.framework.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventType;
import org.leftfold.api.Limits;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.Tag;
import org.leftfold.framework.privacy.Privacy;
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
     * The keys of the tags that events of these classes may have, as their classes tell.
     *
     * @return empty if a function gives the tags of some, or they are somewhere inside of personal
     *     data, so that nobody can tell
     */
    public Optional<Set<String>> tagKeys(Collection<Class<?>> classes) {
        Set<String> keys = new TreeSet<>();
        for (Class<?> each : classes) {
            EventKind<E> kind = byClass.get(each);
            if (kind == null || !(kind.tagger() instanceof RecordTags tags)) {
                return Optional.empty();
            }
            if (Privacy.isPersonal(each) || Privacy.isOpen(each)) {
                return Optional.empty(); // blinded tags
            }
            keys.addAll(tags.keys());
        }
        return Optional.of(keys);
    }

    /**
     * The query item for all events, now and ever stored, that are read as one of these classes, or
     * as any if none is named. It goes by the stored name, so of one that became different events
     * the others are found as well. Narrow it with the {@code and} methods.
     *
     * @throws IllegalArgumentException if one of the classes is neither an event nor a type of some
     * @throws org.leftfold.api.InvalidRequestException if these are more names than an item may
     *     have (LF-1002): name fewer classes, or use {@link #query(QueryItem, Class...)}
     */
    public QueryItem item(Class<?>... classes) {
        return QueryItem.everything().andTypes(namesOf(classes).toArray(String[]::new));
    }

    /** The query of {@link #item}, for any number of names. */
    public Query query(Class<?>... classes) {
        return query(QueryItem.everything(), classes);
    }

    /**
     * The query for what {@link #item} means and another item matches too, such as one with tags:
     * as many items as the names need.
     *
     * @param narrowing an item without types
     * @throws IllegalArgumentException as for {@code item}, or if {@code narrowing} has types
     * @throws org.leftfold.api.InvalidRequestException if these are more items than a query may
     *     have (LF-1002)
     */
    public Query query(QueryItem narrowing, Class<?>... classes) {
        if (!narrowing.types().isEmpty()) {
            throw new IllegalArgumentException(
                    "the item has types already: %s".formatted(narrowing));
        }
        return new Query(split(narrowing, namesOf(classes)));
    }

    /**
     * A query as the application means it: with the older names of the types that it asks for, and
     * where it asks for none, of all events of this schema and no others.
     *
     * @throws org.leftfold.api.InvalidRequestException if these are more items than a query may
     *     have (LF-1002)
     */
    public Query narrow(Query query) {
        List<QueryItem> items = new ArrayList<>();
        for (QueryItem item : query.items()) {
            Set<String> names = new TreeSet<>();
            item.types().forEach(type -> names.add(type.value()));
            QueryItem rest =
                    new QueryItem(item.streams(), item.categories(), Set.of(), item.tags());
            items.addAll(split(rest, names.isEmpty() ? namesOf() : storedNames(names)));
        }
        return new Query(items);
    }

    /** Items that ask for one of these types each, besides what an item without types asks. */
    private static List<QueryItem> split(QueryItem item, Collection<String> types) {
        int others = item.streams().size() + item.categories().size() + item.tags().size();
        int room =
                Math.max(
                        1, Limits.MAX_TERMS_PER_ITEM - others); // of none the item itself complains
        List<String> left = List.copyOf(types);
        List<QueryItem> items = new ArrayList<>();
        for (int from = 0; from < left.size(); from += room) {
            List<String> some = left.subList(from, Math.min(left.size(), from + room));
            items.add(item.andTypes(some.toArray(String[]::new)));
        }
        return items;
    }

    /** The names under which events of these classes, or all events, were ever stored. */
    private Set<String> namesOf(Class<?>... classes) {
        Set<String> wanted = new TreeSet<>();
        for (Class<?> type : classes) {
            wanted.addAll(currentNamesOf(type));
        }
        return storedNames(classes.length == 0 ? byName.keySet() : wanted);
    }

    private Set<String> currentNamesOf(Class<?> type) {
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
