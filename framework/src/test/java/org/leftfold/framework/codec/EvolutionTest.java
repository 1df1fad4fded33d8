package org.leftfold.framework.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.codec.StoredEvents.older;
import static org.leftfold.framework.codec.StoredEvents.read;
import static org.leftfold.framework.codec.StoredEvents.stored;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.EvolutionTest.CustomerEvent.Moved;
import org.leftfold.framework.codec.EvolutionTest.CustomerEvent.Paid;
import org.leftfold.framework.codec.EvolutionTest.CustomerEvent.Registered;
import org.leftfold.framework.codec.EvolutionTest.CustomerEvent.Renamed;
import tools.jackson.databind.node.ObjectNode;

/** R74 at the levels of the aggregate and of the event, R11, R76, R77. */
class EvolutionTest {
    /** The events of a customer as of today; what they were before is in the tests. */
    sealed interface CustomerEvent {
        /** Version 1 had {@code name}; version 2 {@code fullName}; version 3 splits it. */
        @EventName(value = "registered", version = 3)
        record Registered(String first, String last, Optional<String> country)
                implements CustomerEvent {}

        @EventName("renamed")
        record Renamed(String first, String last) implements CustomerEvent {}

        /** Was called {@code relocated}. */
        @EventName("moved")
        record Moved(String street) implements CustomerEvent {}

        /** Version 1 had a number of cents. */
        @EventName(value = "paid", version = 2)
        record Paid(BigDecimal amount) implements CustomerEvent {}
    }

    private static final EventSchema<CustomerEvent> SCHEMA =
            EventSchema.builder(CustomerEvent.class)
                    .upcast("registered", 1, json -> rename(json, "name", "fullName"))
                    .upcast("registered", 2, EvolutionTest::splitName)
                    .upcast("paid", 1, EvolutionTest::centsToAmount)
                    .renamed("relocated", "moved")
                    .upcast(
                            "changed",
                            1,
                            Upcast.into("registered", 2, json -> rename(json, "name", "fullName"))
                                    .and("moved", 1, json -> json.retain("street"))
                                    .andEach("paid", 1, EvolutionTest::payments))
                    .upcast("name-typed", 1, Upcast.into("renamed", 1, EvolutionTest::splitText))
                    .upcast("viewed", 1, Upcast.nothing())
                    .dropped("greeted")
                    .build();

    private static ObjectNode rename(ObjectNode json, String old, String now) {
        json.set(now, json.remove(old));
        return json;
    }

    private static ObjectNode splitName(ObjectNode json) {
        String[] names = json.remove("fullName").asString().split(" ", 2);
        return json.put("first", names[0]).put("last", names[1]);
    }

    private static ObjectNode splitText(ObjectNode json) {
        return splitName(rename(json, "text", "fullName"));
    }

    private static ObjectNode centsToAmount(ObjectNode json) {
        long cents = json.remove("cents").asLong();
        return json.put("amount", BigDecimal.valueOf(cents, 2));
    }

    private static List<ObjectNode> payments(ObjectNode json) {
        List<ObjectNode> payments = new ArrayList<>();
        json.get("cents")
                .forEach(cents -> {
                    ObjectNode each = json.objectNode();
                    each.set("cents", cents);
                    payments.add(each);
                });
        return payments;
    }

    private static Registered registered(String first, String last) {
        return new Registered(first, last, Optional.empty());
    }

    @Test
    void event_level_an_added_field_gets_its_default() {
        assertThat(read(SCHEMA, "registered", 3, "{\"first\":\"Ada\",\"last\":\"Kim\"}"))
                .containsExactly(registered("Ada", "Kim"));
    }

    @Test
    void event_level_a_removed_field_is_ignored() {
        assertThat(read(SCHEMA, "moved", 1, "{\"street\":\"Seoul-ro\",\"fax\":\"12\"}"))
                .containsExactly(new Moved("Seoul-ro"));
    }

    @Test
    void event_level_a_renamed_field_is_found_under_its_old_name() {
        assertThat(read(SCHEMA, "registered", 2, "{\"fullName\":\"Ada Kim\"}"))
                .containsExactly(registered("Ada", "Kim"));
        assertThat(read(SCHEMA, "registered", 1, "{\"name\":\"Ada Kim\",\"country\":\"KR\"}"))
                .containsExactly(new Registered("Ada", "Kim", Optional.of("KR")));
    }

    @Test
    void event_level_a_retyped_field_is_converted() {
        assertThat(read(SCHEMA, "paid", 1, "{\"cents\":1050}"))
                .containsExactly(new Paid(new BigDecimal("10.50")));
        assertThat(read(SCHEMA, "paid", 2, "{\"amount\":10.50}"))
                .containsExactly(new Paid(new BigDecimal("10.50")));
    }

    @Test
    void aggregate_level_an_added_event_type_leaves_the_older_ones_alone() {
        EventSchema<Moved> before = EventSchema.of(Moved.class);
        String json = "{\"street\":\"a\"}";
        assertThat(read(before, "moved", 1, json)).isEqualTo(read(SCHEMA, "moved", 1, json));
        assertThat(read(SCHEMA, "renamed", 1, "{\"first\":\"A\",\"last\":\"B\"}"))
                .containsExactly(new Renamed("A", "B"));
    }

    @Test
    void aggregate_level_a_removed_event_type_is_dropped_in_every_version() {
        assertThat(read(SCHEMA, "greeted", 1, "{}")).isEmpty();
        assertThat(read(SCHEMA, "greeted", 9, "no JSON at all")).isEmpty();
        assertThat(read(SCHEMA, "viewed", 1, "{}")).isEmpty();
    }

    @Test
    void aggregate_level_a_renamed_event_type_is_read_under_both_names() {
        assertThat(read(SCHEMA, "relocated", 1, "{\"street\":\"a\"}"))
                .containsExactly(new Moved("a"));
        assertThat(read(SCHEMA, "moved", 1, "{\"street\":\"a\"}")).containsExactly(new Moved("a"));
    }

    @Test
    void a_renamed_type_goes_through_the_upcasters_of_its_new_name() {
        EventSchema<CustomerEvent> schema =
                EventSchema.builder(CustomerEvent.class)
                        .upcast("registered", 1, json -> rename(json, "name", "fullName"))
                        .upcast("registered", 2, EvolutionTest::splitName)
                        .unchanged("paid", 1)
                        .renamed("enrolled", "signed-up")
                        .renamed("signed-up", "registered")
                        .build();
        assertThat(read(schema, "enrolled", 1, "{\"name\":\"Ada Kim\"}"))
                .containsExactly(registered("Ada", "Kim"));
        assertThat(read(schema, "signed-up", 2, "{\"fullName\":\"Ada Kim\"}"))
                .containsExactly(registered("Ada", "Kim"));
    }

    @Test
    void one_event_becomes_events_of_several_types_each_with_its_part() {
        RecordedEvent stored =
                stored(
                        "changed",
                        1,
                        "{\"name\":\"Ada Kim\",\"street\":\"a\",\"cents\":[1000,205]}");
        List<DomainEvent<CustomerEvent>> events =
                new EventCodec<>(SCHEMA, new JsonFormat()).decode(stored);
        assertThat(events)
                .extracting(DomainEvent::event)
                .containsExactly(
                        registered("Ada", "Kim"),
                        new Moved("a"),
                        new Paid(new BigDecimal("10.00")),
                        new Paid(new BigDecimal("2.05")));
        assertThat(events).extracting(DomainEvent::part).containsExactly(1, 2, 3, 4);
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.partCount()).isEqualTo(4);
                    assertThat(event.version()).isEqualTo(3);
                    assertThat(event.position()).isEqualTo(40);
                    assertThat(event.stream()).isEqualTo(StoredEvents.STREAM);
                    assertThat(event.stored()).isSameAs(stored);
                });
    }

    @Test
    void a_whole_event_is_one_part_of_one() {
        assertThat(new EventCodec<>(SCHEMA, new JsonFormat()).decode(stored("moved", 1, "{}")))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.part()).isEqualTo(1);
                    assertThat(event.partCount()).isEqualTo(1);
                });
    }

    @Test
    void an_event_moves_to_another_type() {
        assertThat(read(SCHEMA, "name-typed", 1, "{\"text\":\"Ada Kim\"}"))
                .containsExactly(new Renamed("Ada", "Kim"));
    }

    @Test
    void each_part_has_a_tree_of_its_own() {
        EventSchema<CustomerEvent> schema =
                EventSchema.builder(CustomerEvent.class)
                        .unchanged("registered", 1)
                        .unchanged("registered", 2)
                        .unchanged("paid", 1)
                        .upcast(
                                "both",
                                1,
                                Upcast.into("moved", 1, json -> json.put("street", "taken"))
                                        .and("moved", 1, json -> json))
                        .build();
        assertThat(read(schema, "both", 1, "{\"street\":\"a\"}"))
                .containsExactly(new Moved("taken"), new Moved("a"));
    }

    @Test
    void one_stream_with_three_versions_is_read_as_the_newest_and_its_bytes_stay() {
        List<Payload> written =
                List.of(
                        Payload.ofText("{ \"name\" : \"Ada Kim\", \"country\":\"KR\" }"),
                        Payload.ofText("{\"fullName\":\"Bob Lee\"}"),
                        Payload.ofText("{\"last\":\"Cho\",\"first\":\"Eve\"}"));
        StreamName stream = StreamName.of("customer", "1");
        try (InMemoryEventStore store = InMemoryEventStore.open()) {
            for (int i = 0; i < 3; i++) {
                store.append(
                        stream,
                        ExpectedVersion.any(),
                        older("registered", i + 1, written.get(i).asText()));
            }
            EventCodec<CustomerEvent> codec = new EventCodec<>(SCHEMA, new JsonFormat());
            List<CustomerEvent> events = new ArrayList<>();
            for (RecordedEvent stored : store.read(ReadRequest.stream(stream)).toList()) {
                codec.decode(stored).forEach(event -> events.add(event.event()));
            }
            assertThat(events)
                    .containsExactly(
                            new Registered("Ada", "Kim", Optional.of("KR")),
                            registered("Bob", "Lee"),
                            registered("Eve", "Cho"));
            assertThat(store.read(ReadRequest.stream(stream)).toList())
                    .extracting(RecordedEvent::payload)
                    .isEqualTo(written);
        }
    }

    @Test
    void decimals_pass_upcasters_unchanged() {
        EventSchema<Paid> schema =
                EventSchema.builder(Paid.class)
                        .upcast("paid", 1, json -> json.put("seen", true))
                        .build();
        assertThat(read(schema, "paid", 1, "{\"amount\":1.2300E+5}"))
                .containsExactly(new Paid(new BigDecimal("1.2300E+5")));
    }
}
