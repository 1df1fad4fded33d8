package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.tagged;
import static org.leftfold.testkit.tck.Samples.upTo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;

/** Which events a query means, also against a plain filter with random queries. */
public interface QueryTck extends TckFixture {
    @Test
    default void a_query_for_everything_gives_every_event() {
        expect(upTo(6), Query.all());
    }

    @Test
    default void a_query_for_a_stream_gives_its_events() {
        expect(List.of(1L, 4L), Query.stream(new StreamName("show-1")));
    }

    @Test
    default void streams_of_an_item_are_alternatives() {
        QueryItem item =
                QueryItem.everything()
                        .andStreams(new StreamName("show-1"), new StreamName("user-1"));
        expect(List.of(1L, 3L, 4L, 6L), Query.anyOf(item));
    }

    @Test
    default void a_query_for_a_category_gives_the_events_of_all_its_streams() {
        expect(List.of(1L, 2L, 4L, 5L), Query.category("show"));
    }

    @Test
    default void categories_of_an_item_are_alternatives() {
        expect(upTo(6), Query.anyOf(QueryItem.everything().andCategories("show", "user")));
    }

    @Test
    default void a_query_for_a_type_gives_the_events_of_that_type() {
        expect(List.of(4L, 5L), Query.types("Sold"));
    }

    @Test
    default void types_of_an_item_are_alternatives() {
        expect(List.of(3L, 4L, 5L), Query.types("Sold", "Registered"));
    }

    @Test
    default void a_query_for_a_tag_gives_the_events_that_have_it() {
        expect(List.of(1L, 4L, 6L), Query.tags("show:1"));
    }

    @Test
    default void tags_of_an_item_are_all_required() {
        expect(List.of(4L, 6L), Query.tags("show:1", "user:1"));
        expect(List.of(), Query.tags("show:1", "show:2"));
    }

    @Test
    default void a_tag_is_matched_whole() {
        expect(List.of(), Query.tags("show:" + "12"));
        expect(List.of(), Query.tags("sho:1"));
    }

    @Test
    default void streams_categories_types_and_tags_are_required_together() {
        QueryItem sold = QueryItem.everything().andTypes("Sold").andCategories("show");
        expect(List.of(4L, 5L), Query.anyOf(sold));
        expect(List.of(5L), Query.anyOf(sold.andTags("show:2")));
        expect(
                List.of(5L),
                Query.anyOf(sold.andStreams(new StreamName("show-2")).andTags("user:1")));
        expect(List.of(), Query.anyOf(sold.andStreams(new StreamName("user-1"))));
    }

    @Test
    default void items_are_alternatives_and_give_each_event_once() {
        QueryItem sold = QueryItem.everything().andTypes("Sold");
        QueryItem firstShow = QueryItem.everything().andTags("show:1");
        QueryItem secondShow = QueryItem.everything().andStreams(new StreamName("show-2"));
        expect(List.of(1L, 4L, 5L, 6L), Query.anyOf(sold, firstShow));
        expect(List.of(1L, 2L, 4L, 5L, 6L), Query.anyOf(sold, firstShow, secondShow, sold));
        expect(upTo(6), Query.anyOf(sold, QueryItem.everything()));
    }

    @Test
    default void names_are_matched_with_their_case() {
        expect(List.of(), Query.types("sold"));
        expect(List.of(), Query.category("Show"));
        expect(List.of(), Query.tags("Show:1"));
        expect(List.of(), Query.stream(new StreamName("Show-1")));
    }

    @Test
    default void names_that_begin_alike_are_told_apart() {
        expect(List.of(), Query.types("Sol"));
        expect(List.of(), Query.types("Soldier"));
        expect(List.of(), Query.category("sho"));
        expect(List.of(), Query.stream(new StreamName("show-")));
        expect(List.of(), Query.stream(new StreamName("show-11")));
    }

    @Test
    default void random_queries_give_what_a_plain_filter_gives() {
        long seed = 20_261_120;
        Random random = new Random(seed);
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            for (int n = 0; n < 60; n++) {
                store.append(randomStream(random), ExpectedVersion.any(), randomEvents(random));
            }
            List<RecordedEvent> all = readAll(store);
            for (int n = 0; n < 200; n++) {
                ReadRequest request = randomRequest(random, all.size());
                assertEquals(
                        positions(filtered(all, request)),
                        positions(store, request),
                        () -> "seed " + seed + ": " + request);
            }
        }
    }

    @Test
    default void random_queries_give_the_same_after_the_store_was_opened_again() {
        long seed = 7_041_776;
        Random random = new Random(seed);
        try (TckStore opened = openStore()) {
            for (int n = 0; n < 40; n++) {
                opened.store()
                        .append(randomStream(random), ExpectedVersion.any(), randomEvents(random));
            }
            List<RecordedEvent> all = readAll(opened.store());
            EventStore store = opened.reopen();
            for (int n = 0; n < 60; n++) {
                ReadRequest request = randomRequest(random, all.size());
                assertEquals(
                        filtered(all, request),
                        store.read(request).toList(),
                        () -> "seed " + seed + ": " + request);
            }
        }
    }

    private void expect(List<Long> positions, Query query) {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            append(store, "show-1", tagged("Planned", "show:1"));
            append(store, "show-2", tagged("Planned", "show:2"));
            append(store, "user-1", tagged("Registered", "user:1"));
            append(store, "show-1", tagged("Sold", "show:1", "user:1"));
            append(store, "show-2", tagged("Sold", "show:2", "user:1"));
            append(store, "user-1", tagged("Bought", "show:1", "user:1"));
            assertEquals(positions, positions(store, ReadRequest.of(query)), query::toString);
            assertEquals(
                    positions.reversed(),
                    positions(store, ReadRequest.of(query).backward()),
                    query::toString);
        }
    }

    private static void append(EventStore store, String stream, NewEvent event) {
        store.append(new StreamName(stream), ExpectedVersion.any(), event);
    }

    private static StreamName randomStream(Random random) {
        return StreamName.of("category" + random.nextInt(3), String.valueOf(random.nextInt(4)));
    }

    private static List<NewEvent> randomEvents(Random random) {
        List<NewEvent> events = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int n = 0; n < count; n++) {
            NewEvent event = NewEvent.ofJson("Type" + random.nextInt(5), "{}");
            int tags = random.nextInt(4);
            for (int t = 0; t < tags; t++) {
                event = event.withTags(randomTag(random));
            }
            events.add(event);
        }
        return events;
    }

    private static String randomTag(Random random) {
        return "key" + random.nextInt(2) + ":" + random.nextInt(3);
    }

    private static ReadRequest randomRequest(Random random, int head) {
        QueryItem[] items = new QueryItem[1 + random.nextInt(3)];
        for (int n = 0; n < items.length; n++) {
            items[n] = randomItem(random);
        }
        ReadRequest request = ReadRequest.of(Query.anyOf(items));
        request = random.nextBoolean() ? request.backward() : request;
        request = random.nextInt(3) == 0 ? request.after(random.nextInt(head + 2)) : request;
        request = random.nextInt(3) == 0 ? request.to(random.nextInt(head + 2)) : request;
        request = random.nextInt(4) == 0 ? request.afterVersion(random.nextInt(20)) : request;
        request = random.nextInt(4) == 0 ? request.toVersion(random.nextInt(20)) : request;
        return random.nextInt(3) == 0 ? request.limit(random.nextInt(10)) : request;
    }

    private static QueryItem randomItem(Random random) {
        QueryItem item = QueryItem.everything();
        if (random.nextInt(3) == 0) {
            item = item.andStreams(randomStream(random), randomStream(random));
        }
        if (random.nextInt(3) == 0) {
            item = item.andCategories("category" + random.nextInt(4));
        }
        if (random.nextInt(2) == 0) {
            item = item.andTypes("Type" + random.nextInt(6), "Type" + random.nextInt(6));
        }
        if (random.nextInt(2) == 0) {
            item = item.andTags(randomTag(random));
        }
        return random.nextInt(4) == 0 ? item.andTags(randomTag(random)) : item;
    }

    /** The rules once more, as plainly as they can be said. */
    private static List<RecordedEvent> filtered(List<RecordedEvent> all, ReadRequest request) {
        List<RecordedEvent> found = new ArrayList<>();
        for (RecordedEvent event : request.isBackward() ? all.reversed() : all) {
            boolean inRange =
                    event.position() > request.afterPosition()
                            && event.position() <= request.toPosition()
                            && event.version() > request.afterVersion()
                            && event.version() <= request.toVersion();
            if (inRange
                    && found.size() < request.limit()
                    && request.query().items().stream().anyMatch(item -> isMeant(item, event))) {
                found.add(event);
            }
        }
        return found;
    }

    private static boolean isMeant(QueryItem item, RecordedEvent event) {
        String category = event.stream().value().split("-", 2)[0];
        Set<EventType> types = item.types();
        Set<Tag> tags = item.tags();
        return (item.streams().isEmpty() || item.streams().contains(event.stream()))
                && (item.categories().isEmpty() || item.categories().contains(category))
                && (types.isEmpty() || types.contains(event.type()))
                && event.tags().containsAll(tags);
    }
}
