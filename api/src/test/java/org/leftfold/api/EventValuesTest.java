package org.leftfold.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventValuesTest {
    @Test
    void a_payload_keeps_its_own_bytes() {
        byte[] bytes = {1, 2, 3};
        Payload payload = Payload.of(bytes);
        bytes[0] = 9;
        payload.toByteArray()[1] = 9;
        assertThat(payload.toByteArray()).containsExactly(1, 2, 3);
        assertThat(payload.asBuffer().isReadOnly()).isTrue();
        assertThat(payload.asBuffer()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        byte[] target = new byte[5];
        payload.copyTo(target, 1);
        assertThat(target).containsExactly(0, 1, 2, 3, 0);
    }

    @Test
    void payloads_are_equal_when_their_bytes_are() {
        assertThat(Payload.ofText("a"))
                .isEqualTo(Payload.of(new byte[] {97}))
                .hasSameHashCodeAs(Payload.ofText("a"));
        assertThat(Payload.ofText("a")).isNotEqualTo(Payload.ofText("b"));
        assertThat(Payload.ofText("\u00E9").sizeBytes()).isEqualTo(2);
        assertThat(Payload.ofText("\u00E9").asText()).isEqualTo("\u00E9");
        assertThat(Payload.empty().sizeBytes()).isZero();
    }

    @Test
    void the_text_of_a_payload_shows_no_data() {
        assertThat(Payload.ofText("secret")).hasToString("6 bytes");
        assertThat(NewEvent.ofJson("Placed", "\"secret\"").toString()).doesNotContain("secret");
    }

    @Test
    void metadata_is_ordered_by_key_and_cannot_be_changed() {
        Map<String, String> source = new HashMap<>(Map.of("b", "2", "a", "1"));
        Metadata metadata = Metadata.of(source);
        source.put("c", "3");
        assertThat(metadata.asMap()).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(metadata.asMap()).isUnmodifiable();
        assertThat(metadata.with("a", "9").value("a")).contains("9");
        assertThat(metadata.value("a")).contains("1");
        assertThat(metadata.value("z")).isEmpty();
        assertThat(metadata.sizeBytes()).isEqualTo(4);
        assertThat(metadata)
                .hasToString("{a=1, b=2}")
                .isEqualTo(Metadata.of(Map.of("a", "1", "b", "2")));
        assertThat(Metadata.of(Map.of())).isSameAs(Metadata.none());
    }

    @Test
    void metadata_takes_any_text_that_utf_8_can_carry_as_a_value() {
        String value = "\u0000\n e\u0301 \u202E \uD83D\uDE80";
        assertThat(Metadata.of("key", value).value("key")).contains(value);
        assertThat(Metadata.of("key", "").value("key")).contains("");
        Refusals.expect("LF-1001", "half a surrogate pair", () -> Metadata.of("key", "a\uD83D"));
        Refusals.expect(
                "LF-1001", "half a surrogate pair", () -> Metadata.of("key", "\uDE80\uD83D"));
        Refusals.expect(
                "LF-1001",
                "metadata value of 'key'",
                () -> Metadata.of("key", "\uD83D\uD83D\uDE80"));
    }

    @Test
    void keys_of_metadata_are_names() {
        assertThat(Metadata.of("a.b c", "1").value("a.b c")).contains("1");
        Refusals.expect("LF-1001", "metadata key", () -> Metadata.of("", "1"));
        Refusals.expect("LF-1001", "metadata key", () -> Metadata.of("a\nb", "1"));
        Refusals.expect("LF-1001", "metadata key", () -> Metadata.of("k".repeat(256), "1"));
    }

    @Test
    void metadata_is_limited_in_bytes_and_entries() {
        int room = Limits.MAX_METADATA_BYTES - 1;
        assertThat(Metadata.of("k", "\u00E9".repeat(room / 2)).sizeBytes()).isEqualTo(room);
        assertThat(Metadata.of("k", "v".repeat(room)).sizeBytes())
                .isEqualTo(Limits.MAX_METADATA_BYTES);
        Refusals.expect(
                "LF-1002", "65537 metadata bytes", () -> Metadata.of("k", "v".repeat(room + 1)));
        Map<String, String> entries = new HashMap<>();
        for (int n = 0; n < Limits.MAX_METADATA_ENTRIES; n++) {
            entries.put("k" + n, "");
        }
        Metadata full = Metadata.of(entries);
        assertThat(full.asMap()).hasSize(256);
        Refusals.expect("LF-1002", "257 metadata entries", () -> full.with("one more", ""));
    }

    @Test
    void an_event_is_limited_in_payload_and_tags() {
        NewEvent event = NewEvent.of("Large", Payload.wrap(new byte[Limits.MAX_PAYLOAD_BYTES]));
        assertThat(event.payload().sizeBytes()).isEqualTo(1 << 20);
        Refusals.expect(
                "LF-1002",
                "payload bytes",
                () -> NewEvent.of("Large", Payload.wrap(new byte[(1 << 20) + 1])));
        NewEvent tagged = NewEvent.ofJson("Tagged", "{}");
        for (int n = 0; n < Limits.MAX_TAGS_PER_EVENT; n++) {
            tagged = tagged.withTags("tag:" + n);
        }
        NewEvent full = tagged;
        assertThat(full.withTags("tag:0").tags()).hasSize(64);
        Refusals.expect("LF-1002", "65 tags", () -> full.withTags("one:more"));
    }

    @Test
    void schema_versions_start_at_one() {
        NewEvent event = NewEvent.ofJson("Placed", "{}");
        assertThat(event.schemaVersion()).isEqualTo(1);
        assertThat(event.withSchemaVersion(7).schemaVersion()).isEqualTo(7);
        Refusals.expect("LF-1003", "schema version 0", () -> event.withSchemaVersion(0));
    }

    @Test
    void the_size_of_an_event_counts_payload_metadata_type_and_tags() {
        NewEvent event = NewEvent.ofJson("Type", "12345").withMetadata("k", "v").withTags("a:b");
        assertThat(event.sizeBytes()).isEqualTo(5 + 2 + 4 + 3);
    }

    @Test
    void a_recorded_event_knows_what_it_was_stored_from() {
        NewEvent event =
                NewEvent.ofJson("Placed", "{}").withTags("order:1").withMetadata("actor", "ann");
        RecordedEvent stored =
                new RecordedEvent(
                        1,
                        new StreamName("order-1"),
                        1,
                        event.id(),
                        event.type(),
                        1,
                        Instant.EPOCH,
                        event.payload(),
                        event.metadata(),
                        event.tags());
        assertThat(stored.toNewEvent()).isEqualTo(event);
        assertThat(stored.hasContentOf(event)).isTrue();
        assertThat(stored.hasContentOf(event.withId(EventId.next()))).isFalse();
        assertThat(stored.hasContentOf(event.withSchemaVersion(2))).isFalse();
        assertThat(stored.hasContentOf(event.withMetadata("actor", "bob"))).isFalse();
        assertThat(stored.hasContentOf(event.withTags("order:2"))).isFalse();
        assertThat(stored.hasContentOf(NewEvent.ofJson("Placed", "[]").withId(event.id())))
                .isFalse();
    }

    @Test
    void a_new_event_id_is_a_uuid_of_version_7_and_unlike_every_other() {
        EventId one = EventId.next();
        assertThat(one.value().version()).isEqualTo(7);
        assertThat(one.value().variant()).isEqualTo(2);
        assertThat(one).isNotEqualTo(EventId.next());
        assertThat(EventId.of(one.toString())).isEqualTo(one).isEqualByComparingTo(one);
        Refusals.expect("LF-1001", "it is no UUID", () -> EventId.of("nonsense"));
    }

    /** So that an index of them grows at its end; a clock may be set back now and then. */
    @Test
    void event_ids_rise_within_a_millisecond_too() {
        int rising = 0;
        int different = 0;
        EventId last = EventId.next();
        for (int i = 0; i < 20_000; i++) {
            EventId next = EventId.next();
            long before = last.value().getMostSignificantBits();
            long now = next.value().getMostSignificantBits();
            rising += now >= before ? 1 : 0;
            different += now != before ? 1 : 0;
            last = next;
        }
        assertThat(rising).isGreaterThan(19_900);
        assertThat(different).as("more than the milliseconds that it took").isGreaterThan(2_000);
    }

    @Test
    void an_event_id_from_a_name_is_always_the_same() {
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        assertThat(EventId.fromName(dns, "www.example.com"))
                .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assertThat(EventId.fromName(dns, "a")).isNotEqualTo(EventId.fromName(dns, "b"));
    }

    @Test
    void an_audit_policy_copies_its_keys() {
        assertThat(AuditPolicy.none().requiredKeys()).isEmpty();
        assertThat(AuditPolicy.requiring("b", "a").requiredKeys()).isEqualTo(Set.of("a", "b"));
    }
}
