package org.leftfold.api;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which events are meant: those that match at least one item.
 *
 * @param items 1 to {@value Limits#MAX_QUERY_ITEMS} alternatives
 */
public record Query(List<QueryItem> items) {
    private static final Query ALL = new Query(List.of(QueryItem.everything()));

    /**
     * @throws InvalidRequestException if there is no item (LF-1003) or there are too many (LF-1002)
     */
    public Query {
        if (items.isEmpty()) {
            throw InvalidRequestException.number(
                    "query items", 0, "a query needs one; Query.all() matches all events");
        }
        InvalidRequestException.limit("items of a query", items.size(), Limits.MAX_QUERY_ITEMS);
        items = List.copyOf(items);
    }

    /** Every event of the store. */
    public static Query all() {
        return ALL;
    }

    /** The events that match one of these items. */
    public static Query anyOf(QueryItem... items) {
        return new Query(List.of(items));
    }

    /** The events of one stream. */
    public static Query stream(StreamName stream) {
        return anyOf(QueryItem.everything().andStreams(stream));
    }

    /** The events of one category. */
    public static Query category(String category) {
        return anyOf(QueryItem.everything().andCategories(category));
    }

    /** The events of one of these types. */
    public static Query types(String... types) {
        return anyOf(QueryItem.everything().andTypes(types));
    }

    /** The events that have all of these tags, each written {@code key:value}. */
    public static Query tags(String... tags) {
        return anyOf(QueryItem.everything().andTags(tags));
    }

    /** Whether every event matches. */
    public boolean isEverything() {
        return items.stream().anyMatch(QueryItem::isEverything);
    }

    /** Whether an event of this stream, type and tags matches. */
    public boolean matches(StreamName stream, EventType type, Set<Tag> tags) {
        for (QueryItem item : items) {
            if (item.matches(stream, type, tags)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a stored event matches. */
    public boolean matches(RecordedEvent event) {
        return matches(event.stream(), event.type(), event.tags());
    }

    @Override
    public String toString() {
        return items.stream().map(QueryItem::toString).collect(Collectors.joining(", or "));
    }
}
