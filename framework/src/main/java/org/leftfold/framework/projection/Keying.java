package org.leftfold.framework.projection;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.QueryItem;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.api.spi.NameRule;
import org.leftfold.framework.codec.DomainEvent;

/**
 * Which rows of a view an event concerns. Events of one key take effect in order; an event that
 * fails stops its own key and no other. Immutable.
 *
 * <p>Keys that can be seen from outside ({@link #stream}, {@link #streamId}, {@link #tag}, {@link
 * #single}) are known of events that cannot be read as well, and let a view in several parts read
 * its own events only. Where keys come from the inside of an event, one that cannot be read holds
 * up the later events of its stream.
 */
public final class Keying<E> {
    private final @Nullable Function<RecordedEvent, ? extends Collection<String>> outside;
    private final @Nullable Function<DomainEvent<E>, ? extends Collection<String>> inside;
    private final BiFunction<QueryItem, String, Optional<QueryItem>> narrowed;
    private final String tagKey; // empty if keys are no values of a tag

    private Keying(
            @Nullable Function<RecordedEvent, ? extends Collection<String>> outside,
            @Nullable Function<DomainEvent<E>, ? extends Collection<String>> inside,
            BiFunction<QueryItem, String, Optional<QueryItem>> narrowed) {
        this(outside, inside, narrowed, "");
    }

    private Keying(
            @Nullable Function<RecordedEvent, ? extends Collection<String>> outside,
            @Nullable Function<DomainEvent<E>, ? extends Collection<String>> inside,
            BiFunction<QueryItem, String, Optional<QueryItem>> narrowed,
            String tagKey) {
        this.tagKey = tagKey;
        this.outside = outside;
        this.inside = inside;
        this.narrowed = narrowed;
    }

    private static Optional<QueryItem> whole(QueryItem item, String key) {
        return Optional.empty();
    }

    /** What finds the events of one key, and perhaps some more; empty if nothing narrower does. */
    Optional<QueryItem> narrow(QueryItem item, String key) {
        return narrowed.apply(item, key);
    }

    /** A row for each stream, under its name. */
    public static <E> Keying<E> stream() {
        return new Keying<>(
                event -> List.of(event.stream().toString()),
                null,
                (item, key) ->
                        item.streams().isEmpty()
                                ? Optional.of(item.andStreams(new StreamName(key)))
                                : Optional.empty());
    }

    /** A row for each stream, under what follows the category in its name. */
    public static <E> Keying<E> streamId() {
        return new Keying<>(event -> List.of(event.stream().id()), null, Keying::whole);
    }

    /**
     * A row for each value of a tag: an event with several has an effect on several rows. Where the
     * classes of the events tell their tags, a projection refuses a key that none of them has.
     */
    public static <E> Keying<E> tag(String tagKey) {
        return new Keying<>(
                event ->
                        event.tags().stream()
                                .filter(tag -> tag.key().equals(tagKey))
                                .map(Tag::value)
                                .toList(),
                null,
                (item, key) -> Optional.of(item.andTags(tagKey + ":" + key)),
                tagKey);
    }

    /** One row for everything. */
    public static <E> Keying<E> single(String key) {
        List<String> only = List.of(NameRule.check("view key", key));
        return new Keying<>(event -> only, null, Keying::whole);
    }

    /** The row that the event names. */
    public static <E> Keying<E> by(Function<DomainEvent<E>, String> key) {
        return byEach(event -> List.of(key.apply(event)));
    }

    /** The rows that the event names; of none it has no effect. */
    public static <E> Keying<E> byEach(
            Function<DomainEvent<E>, ? extends Collection<String>> keys) {
        return new Keying<>(null, keys, Keying::whole);
    }

    /** The key of the tag whose values are the keys of rows; empty if they are something else. */
    String tagKey() {
        return tagKey;
    }

    /** Whether keys are known before an event is read. */
    boolean isOutside() {
        return outside != null;
    }

    Set<String> of(RecordedEvent event) {
        return outside == null ? Set.of() : checked(outside.apply(event));
    }

    Set<String> of(DomainEvent<E> event) {
        return inside == null ? of(event.stored()) : checked(inside.apply(event));
    }

    private static Set<String> checked(Collection<String> keys) {
        if (keys.size() == 1) {
            return Set.of(NameRule.check("view key", keys.iterator().next()));
        }
        keys.forEach(key -> NameRule.check("view key", key));
        return new TreeSet<>(keys);
    }

    /** The part of a view that a key belongs to: the same for ever, as it is stored. */
    static int part(String key, int parts) {
        int hash = key.hashCode(); // the language says what it is
        return Math.floorMod(hash ^ hash >>> 16, parts);
    }
}
