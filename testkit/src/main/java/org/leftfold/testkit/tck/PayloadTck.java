package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.contents;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;

/** What the writer gave is what the reader gets, field by field and byte for byte (G7). */
public interface PayloadTck extends TckFixture {
    @Test
    default void every_field_of_an_event_comes_back() {
        NewEvent event =
                new NewEvent(
                        EventId.of("01890a5d-ac96-774b-bcce-b302099a8057"),
                        new EventType("OrderPlaced"),
                        3,
                        Payload.ofText("{\"total\":12.50}"),
                        Metadata.of(Map.of(Metadata.ACTOR, "ann", Metadata.REASON, "phone call")),
                        Set.of(Tag.of("order:1"), Tag.of("customer:7")));
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.noStream(), event);
            for (int round = 0; round < 2; round++) {
                RecordedEvent stored = read(opened.store(), ORDER).getFirst();
                assertEquals(1, stored.position());
                assertEquals(ORDER, stored.stream());
                assertEquals(1, stored.version());
                assertEquals(event.id(), stored.id());
                assertEquals(event.type(), stored.type());
                assertEquals(3, stored.schemaVersion());
                assertEquals("{\"total\":12.50}", stored.payload().asText());
                assertEquals(event.metadata(), stored.metadata());
                assertEquals(event.tags(), stored.tags());
                assertEquals(event, stored.toNewEvent());
                assertEquals(TckOptions.standard().clock().instant(), stored.recordedAt());
                opened.reopen();
            }
        }
    }

    @Test
    default void a_text_payload_comes_back_as_it_was_written() {
        List<String> texts =
                List.of(
                        "{\"b\":1,\"a\":2}",
                        "{ \"spaces\" :\t1 ,\r\n \"more\": [ ] }  ",
                        "{\"amount\":12345678901234567890123456789.000100}",
                        "{\"small\":1e-400,\"zero\":-0.0,\"exponent\":1E+2}",
                        "{\"nothing\":null,\"empty\":\"\"}",
                        "{\"twice\":1,\"twice\":2}",
                        "{\"greek\":\"\u03B1\u03B2\u03B3\",\"emoji\":\"\uD83D\uDE80\",\"combining\":\"e\u0301\"}",
                        "{\"escaped\":\"\\u00e9\\n\\\"\\\\\\/\"}",
                        "{\"nul\":\"\\u0000\"}",
                        "\"just a string\"",
                        "42",
                        "null",
                        "not json at all",
                        "\uFEFFwith a mark",
                        " ",
                        "a\u0000b");
        expectSame(texts.stream().map(Payload::ofText).toList());
    }

    @Test
    default void an_empty_payload_comes_back_empty() {
        expectSame(List.of(Payload.empty(), Payload.of(new byte[0]), Payload.ofText("")));
    }

    @Test
    default void a_binary_payload_comes_back_byte_for_byte() {
        byte[] everyByte = new byte[256];
        for (int n = 0; n < everyByte.length; n++) {
            everyByte[n] = (byte) n;
        }
        byte[] brokenText = {
            (byte) 0xC3, (byte) 0x28, (byte) 0xFF, 0, (byte) 0xED, (byte) 0xA0, (byte) 0x80
        };
        expectSame(
                List.of(Payload.of(everyByte), Payload.of(brokenText), Payload.of(new byte[4096])));
    }

    @Test
    default void a_payload_of_one_mebibyte_comes_back_byte_for_byte() {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        expectSame(List.of(Payload.of(large)));
    }

    @Test
    default void payloads_of_every_size_around_common_borders_come_back() {
        List<Payload> payloads = new ArrayList<>();
        Random random = new Random(2);
        for (int border : List.of(16, 64, 128, 256, 512, 4096, 65_536)) {
            for (int size = border - 2; size <= border + 2; size++) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                payloads.add(Payload.of(bytes));
            }
        }
        expectSame(payloads);
    }

    @Test
    default void changing_an_array_after_the_append_changes_no_event() {
        byte[] bytes = {1, 2, 3};
        try (TckStore opened = openStore()) {
            opened.store()
                    .append(
                            ORDER,
                            ExpectedVersion.any(),
                            NewEvent.of("Happened", Payload.of(bytes)));
            bytes[0] = 9;
            read(opened.store(), ORDER).getFirst().payload().toByteArray()[1] = 9;
            assertArrayEquals(
                    new byte[] {1, 2, 3},
                    read(opened.store(), ORDER).getFirst().payload().toByteArray());
        }
    }

    @Test
    default void metadata_comes_back_with_every_key_and_value() {
        Map<String, String> entries =
                Map.of(
                        "trace.parent.id", "00-4bf92f3577b34da6a3ce929d0e0e4736-01",
                        "empty", "",
                        "blank", "  ",
                        "unicode \u00E9\u03B1\uD83D\uDE80", "\u00E9 e\u0301 \uD83D\uDE80",
                        "quote\"'\\", "\"'\\,{}[]:",
                        "lines", "one\ntwo\r\n\tthree\u0000",
                        "Case", "upper",
                        "case", "lower",
                        "long", "x".repeat(10_000));
        NewEvent event = event().withMetadata(Metadata.of(entries));
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.any(), event, event());
            opened.reopen();
            List<RecordedEvent> stored = read(opened.store(), ORDER);
            assertEquals(entries, stored.get(0).metadata().asMap());
            assertEquals(Map.of(), stored.get(1).metadata().asMap());
        }
    }

    @Test
    default void schema_versions_come_back_and_may_differ_within_a_stream() {
        List<Integer> schemaVersions =
                List.of(1, 2, 127, 128, 255, 256, 65_535, 65_536, Integer.MAX_VALUE);
        try (TckStore opened = openStore()) {
            for (int schemaVersion : schemaVersions) {
                opened.store()
                        .append(
                                ORDER,
                                ExpectedVersion.any(),
                                event().withSchemaVersion(schemaVersion));
            }
            opened.reopen();
            assertEquals(
                    schemaVersions,
                    read(opened.store(), ORDER).stream()
                            .map(RecordedEvent::schemaVersion)
                            .toList());
        }
    }

    @Test
    default void tags_come_back_and_are_found() {
        List<String> tags =
                List.of(
                        "a:1",
                        "a:2",
                        "url:https://x/y?z",
                        "\u03B1:\uD83D\uDE80",
                        "space: x ",
                        "quote:'\"%_*");
        try (TckStore opened = openStore()) {
            NewEvent event = event().withTags(tags.toArray(String[]::new));
            opened.store().append(ORDER, ExpectedVersion.any(), event(), event);
            opened.reopen();
            assertEquals(event.tags(), read(opened.store(), ORDER).get(1).tags());
            for (String tag : tags) {
                List<RecordedEvent> found =
                        opened.store().read(ReadRequest.of(Query.tags(tag))).toList();
                assertEquals(List.of(event), contents(found), tag);
            }
        }
    }

    @Test
    default void event_ids_come_back_whatever_their_bits_are() {
        List<EventId> ids =
                List.of(
                        EventId.next(),
                        new EventId(new UUID(0, 0)),
                        new EventId(new UUID(-1, -1)),
                        new EventId(new UUID(Long.MIN_VALUE, 1)),
                        new EventId(new UUID(1, Long.MIN_VALUE)),
                        EventId.fromName(new UUID(1, 2), "a name"));
        try (TckStore opened = openStore()) {
            for (EventId id : ids) {
                opened.store().append(ORDER, ExpectedVersion.any(), event().withId(id));
            }
            opened.reopen();
            assertEquals(ids, read(opened.store(), ORDER).stream().map(RecordedEvent::id).toList());
        }
    }

    @Test
    default void types_and_streams_come_back_and_are_found_whatever_their_letters_are() {
        List<String> names =
                List.of(
                        "a",
                        "A",
                        "with space",
                        "dots.and/slashes\\",
                        "\u00E9t\u00E9",
                        "\u6CE8\u6587",
                        "\uD83D\uDE80",
                        "quote'\"`;--",
                        "%_*?[]",
                        "..",
                        "NUL",
                        "trailing ",
                        "\u0130\u0131\u00DF");
        try (TckStore opened = openStore()) {
            for (String name : names) {
                opened.store()
                        .append(new StreamName(name), ExpectedVersion.noStream(), event(name));
            }
            opened.reopen();
            assertEquals(
                    names,
                    readAll(opened.store()).stream().map(event -> event.stream().value()).toList());
            for (String name : names) {
                List<RecordedEvent> byType =
                        opened.store().read(ReadRequest.of(Query.types(name))).toList();
                assertEquals(byType, read(opened.store(), new StreamName(name)), name);
                assertEquals(name, byType.getFirst().type().value());
                assertEquals(1, byType.size());
            }
        }
    }

    @Test
    default void batches_of_many_sizes_come_back_in_order() {
        try (TckStore opened = openStore()) {
            List<NewEvent> expected = new ArrayList<>();
            for (int size : List.of(1, 2, 3, 7, 50, 1, 200, 13)) {
                List<NewEvent> batch = events(size);
                opened.store().append(ORDER, ExpectedVersion.exactly(expected.size()), batch);
                expected.addAll(batch);
            }
            opened.reopen();
            assertEquals(expected, contents(read(opened.store(), ORDER)));
        }
    }

    private void expectSame(List<Payload> payloads) {
        try (TckStore opened = openStore()) {
            for (Payload payload : payloads) {
                opened.store()
                        .append(ORDER, ExpectedVersion.any(), NewEvent.of("Happened", payload));
            }
            expectStored(opened, payloads);
            opened.reopen();
            expectStored(opened, payloads);
        }
    }

    private static void expectStored(TckStore opened, List<Payload> payloads) {
        List<RecordedEvent> stored = read(opened.store(), ORDER);
        assertEquals(payloads.size(), stored.size());
        for (int n = 0; n < payloads.size(); n++) {
            assertArrayEquals(payloads.get(n).toByteArray(), stored.get(n).payload().toByteArray());
        }
    }
}
