package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.assertSays;
import static org.leftfold.testkit.tck.Samples.contents;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Limits;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;

/** Every limit of the contract: stored at the limit, refused one above. */
public interface LimitsTck extends TckFixture {
    @Test
    default void names_of_255_bytes_are_stored() {
        String name = "n".repeat(Limits.MAX_NAME_BYTES);
        String tag = "t:" + "v".repeat(Limits.MAX_NAME_BYTES - 2);
        String unicode = "\u00E9".repeat(127) + "x";
        expectStored(new StreamName(name), event(name).withTags(tag).withMetadata(name, name));
        expectStored(new StreamName(unicode), event(unicode).withMetadata(unicode, unicode));
    }

    @Test
    default void names_of_256_bytes_are_refused() {
        String name = "n".repeat(Limits.MAX_NAME_BYTES + 1);
        String unicode = "\u00E9".repeat(128);
        expectRefused("LF-1001", () -> new StreamName(name));
        expectRefused("LF-1001", () -> new StreamName(unicode));
        expectRefused("LF-1001", () -> event(name));
        expectRefused("LF-1001", () -> event(unicode));
        expectRefused("LF-1001", () -> event().withTags("t:" + name));
        expectRefused("LF-1001", () -> event().withMetadata(name, "value"));
        expectRefused("LF-1001", () -> AppendCondition.none(name, Query.all()));
    }

    @Test
    default void a_payload_of_the_largest_size_is_stored() {
        expectStored(ORDER, NewEvent.of("Large", payload(Limits.MAX_PAYLOAD_BYTES)));
    }

    @Test
    default void a_larger_payload_is_refused() {
        expectRefused("LF-1002", () -> NewEvent.of("Large", payload(Limits.MAX_PAYLOAD_BYTES + 1)));
    }

    @Test
    default void metadata_of_the_largest_size_is_stored() {
        expectStored(ORDER, event().withMetadata("k", "v".repeat(Limits.MAX_METADATA_BYTES - 1)));
    }

    @Test
    default void larger_metadata_is_refused() {
        expectRefused(
                "LF-1002", () -> event().withMetadata("k", "v".repeat(Limits.MAX_METADATA_BYTES)));
    }

    @Test
    default void metadata_with_the_most_entries_is_stored() {
        expectStored(ORDER, event().withMetadata(metadata(Limits.MAX_METADATA_ENTRIES)));
    }

    @Test
    default void metadata_with_more_entries_is_refused() {
        expectRefused("LF-1002", () -> metadata(Limits.MAX_METADATA_ENTRIES + 1));
    }

    @Test
    default void an_event_with_the_most_tags_is_stored_and_found_by_each() {
        try (TckStore opened = openStore()) {
            NewEvent event = event().withTags(tags(Limits.MAX_TAGS_PER_EVENT));
            opened.store().append(ORDER, ExpectedVersion.any(), event);
            opened.reopen();
            for (String tag : tags(Limits.MAX_TAGS_PER_EVENT)) {
                ReadRequest request = ReadRequest.of(Query.tags(tag));
                assertEquals(List.of(event), contents(opened.store().read(request).toList()));
            }
        }
    }

    @Test
    default void an_event_with_more_tags_is_refused() {
        expectRefused("LF-1002", () -> event().withTags(tags(Limits.MAX_TAGS_PER_EVENT + 1)));
    }

    @Test
    default void an_append_of_the_most_events_is_stored() {
        try (TckStore opened = openStore()) {
            List<NewEvent> events = events(Limits.MAX_EVENTS_PER_APPEND);
            opened.store().append(ORDER, ExpectedVersion.noStream(), events);
            opened.reopen();
            assertEquals(events, contents(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void an_append_of_more_events_is_refused() {
        List<NewEvent> events = events(Limits.MAX_EVENTS_PER_APPEND);
        expectRefused(
                "LF-1002",
                () ->
                        Append.to(ORDER, ExpectedVersion.any(), events)
                                .andTo(new StreamName("other"), ExpectedVersion.any(), event()));
    }

    @Test
    default void an_append_of_the_most_bytes_is_stored() {
        try (TckStore opened = openStore()) {
            List<NewEvent> events = largest();
            opened.store().append(ORDER, ExpectedVersion.noStream(), events);
            opened.reopen();
            assertEquals(events, contents(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void an_append_of_more_bytes_is_refused() {
        List<NewEvent> events = new ArrayList<>(largest());
        events.set(0, NewEvent.of("T", payload(Limits.MAX_PAYLOAD_BYTES)));
        expectRefused("LF-1002", () -> Append.to(ORDER, ExpectedVersion.any(), events));
    }

    @Test
    default void an_append_to_the_most_streams_is_stored() {
        try (TckStore opened = openStore()) {
            opened.store().append(new Append(writes(Limits.MAX_STREAMS_PER_APPEND), List.of()));
            opened.reopen();
            assertEquals(Limits.MAX_STREAMS_PER_APPEND, readAll(opened.store()).size());
        }
    }

    @Test
    default void an_append_to_more_streams_is_refused() {
        List<StreamWrite> writes = writes(Limits.MAX_STREAMS_PER_APPEND + 1);
        expectRefused("LF-1002", () -> new Append(writes, List.of()));
    }

    @Test
    default void the_most_conditions_are_all_checked() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 1);
            List<AppendCondition> conditions = conditions(Limits.MAX_CONDITIONS_PER_APPEND);
            opened.store().append(new Append(writes(1), conditions));
            assertEquals(2, opened.store().head());
            conditions.set(
                    conditions.size() - 1, AppendCondition.none("last", Query.types("Counted")));
            Append refused =
                    new Append(
                            List.of(new StreamWrite(ORDER, ExpectedVersion.any(), events(1))),
                            conditions);
            assertNothingStored(
                    opened.store(),
                    ConditionFailedException.class,
                    "LF-2002",
                    () -> opened.store().append(refused));
        }
    }

    @Test
    default void more_conditions_are_refused() {
        List<AppendCondition> conditions = conditions(Limits.MAX_CONDITIONS_PER_APPEND + 1);
        expectRefused("LF-1002", () -> new Append(writes(1), conditions));
    }

    @Test
    default void a_query_with_the_most_items_is_answered() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            QueryItem[] items = items(Limits.MAX_QUERY_ITEMS);
            items[items.length - 1] = QueryItem.everything().andTypes("Counted");
            assertEquals(
                    3, opened.store().read(ReadRequest.of(Query.anyOf(items))).toList().size());
        }
    }

    @Test
    default void a_query_with_more_items_is_refused() {
        expectRefused("LF-1002", () -> Query.anyOf(items(Limits.MAX_QUERY_ITEMS + 1)));
    }

    @Test
    default void an_item_with_the_most_terms_is_answered() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            String[] types = types(Limits.MAX_TERMS_PER_ITEM);
            types[types.length - 1] = "Counted";
            assertEquals(
                    3, opened.store().read(ReadRequest.of(Query.types(types))).toList().size());
        }
    }

    @Test
    default void an_item_with_more_terms_is_refused() {
        expectRefused("LF-1002", () -> Query.types(types(Limits.MAX_TERMS_PER_ITEM + 1)));
        QueryItem full = QueryItem.everything().andTypes(types(Limits.MAX_TERMS_PER_ITEM));
        expectRefused("LF-1002", () -> full.andTags("one:more"));
    }

    private static Payload payload(int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        Arrays.fill(bytes, (byte) 'x');
        return Payload.wrap(bytes);
    }

    private static Metadata metadata(int entries) {
        Map<String, String> map = new TreeMap<>();
        for (int n = 0; n < entries; n++) {
            map.put("key" + n, "value" + n);
        }
        return Metadata.of(map);
    }

    private static String[] tags(int count) {
        String[] tags = new String[count];
        Arrays.setAll(tags, n -> "tag:" + n);
        return tags;
    }

    private static String[] types(int count) {
        String[] types = new String[count];
        Arrays.setAll(types, n -> "Type" + n);
        return types;
    }

    private static QueryItem[] items(int count) {
        QueryItem[] items = new QueryItem[count];
        Arrays.setAll(items, n -> QueryItem.everything().andTags("absent:" + n));
        return items;
    }

    /** Sixteen events that have exactly the most bytes of an append together. */
    private static List<NewEvent> largest() {
        int count = Limits.MAX_APPEND_BYTES / Limits.MAX_PAYLOAD_BYTES;
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            events.add(NewEvent.of("T", payload(Limits.MAX_PAYLOAD_BYTES - 1)));
        }
        assertEquals(Limits.MAX_APPEND_BYTES, events.stream().mapToInt(NewEvent::sizeBytes).sum());
        return events;
    }

    private static List<StreamWrite> writes(int count) {
        List<StreamWrite> writes = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            StreamName stream = StreamName.of("wide", String.valueOf(n));
            writes.add(new StreamWrite(stream, ExpectedVersion.noStream(), List.of(event())));
        }
        return writes;
    }

    private static List<AppendCondition> conditions(int count) {
        List<AppendCondition> conditions = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            conditions.add(AppendCondition.none("condition " + n, Query.tags("absent:" + n)));
        }
        return conditions;
    }

    private void expectStored(StreamName stream, NewEvent event) {
        try (TckStore opened = openStore()) {
            opened.store().append(stream, ExpectedVersion.noStream(), event);
            opened.reopen();
            assertEquals(List.of(event), contents(read(opened.store(), stream)));
        }
    }

    private void expectRefused(String code, Executable call) {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 1);
            InvalidRequestException refusal =
                    assertNothingStored(opened.store(), InvalidRequestException.class, code, call);
            assertSays(refusal, "Nothing was stored");
        }
    }
}
