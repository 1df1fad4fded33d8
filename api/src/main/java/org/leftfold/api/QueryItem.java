package org.leftfold.api;

import java.util.Set;
import java.util.TreeSet;

/**
 * One alternative of a {@link Query}. An event matches when it is in one of the streams, in one of
 * the categories, of one of the types, and has all of the tags; an empty set asks nothing.
 *
 * @param streams OR-ed
 * @param categories OR-ed
 * @param types OR-ed
 * @param tags AND-ed
 */
public record QueryItem(
        Set<StreamName> streams, Set<String> categories, Set<EventType> types, Set<Tag> tags) {
    private static final QueryItem EVERYTHING =
            new QueryItem(Set.of(), Set.of(), Set.of(), Set.of());

    /**
     * @throws InvalidRequestException if there are too many terms (LF-1002) or a category is no
     *     name (LF-1001)
     */
    public QueryItem {
        int terms = streams.size() + categories.size() + types.size() + tags.size();
        InvalidRequestException.limit("terms of a query item", terms, Limits.MAX_TERMS_PER_ITEM);
        categories.forEach(Names::checkCategory);
        streams = Set.copyOf(streams);
        categories = Set.copyOf(categories);
        types = Set.copyOf(types);
        tags = Set.copyOf(tags);
    }

    /** The item that every event matches; narrow it with the {@code and} methods. */
    public static QueryItem everything() {
        return EVERYTHING;
    }

    /** This item, and the event is in one of these streams. */
    public QueryItem andStreams(StreamName... names) {
        return new QueryItem(union(streams, names), categories, types, tags);
    }

    /** This item, and the event is in one of these categories. */
    public QueryItem andCategories(String... names) {
        return new QueryItem(streams, union(categories, names), types, tags);
    }

    /** This item, and the event is of one of these types. */
    public QueryItem andTypes(String... names) {
        Set<EventType> all = new TreeSet<>(types);
        for (String name : names) {
            all.add(new EventType(name));
        }
        return new QueryItem(streams, categories, all, tags);
    }

    /** This item, and the event has all of these tags, each written {@code key:value}. */
    public QueryItem andTags(String... more) {
        Set<Tag> all = new TreeSet<>(tags);
        for (String tag : more) {
            all.add(Tag.of(tag));
        }
        return new QueryItem(streams, categories, types, all);
    }

    private static <T extends Comparable<T>> Set<T> union(Set<T> some, T[] more) {
        Set<T> all = new TreeSet<>(some);
        all.addAll(java.util.List.of(more));
        return all;
    }

    /** Whether every event matches. */
    public boolean isEverything() {
        return streams.isEmpty() && categories.isEmpty() && types.isEmpty() && tags.isEmpty();
    }

    /** Whether an event of this stream, type and tags matches. */
    public boolean matches(StreamName stream, EventType type, Set<Tag> eventTags) {
        return (streams.isEmpty() || streams.contains(stream))
                && (categories.isEmpty() || categories.contains(stream.category()))
                && (types.isEmpty() || types.contains(type))
                && (tags.isEmpty() || eventTags.containsAll(tags));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        part(text, "stream", streams);
        part(text, "category", categories);
        part(text, "type", types);
        part(text, "tags", tags);
        return text.isEmpty() ? "everything" : text.toString();
    }

    private static void part(StringBuilder text, String name, Set<? extends Comparable<?>> values) {
        if (!values.isEmpty()) {
            text.append(text.isEmpty() ? "" : " and ")
                    .append(name)
                    .append(' ')
                    .append(new TreeSet<>(values));
        }
    }
}
