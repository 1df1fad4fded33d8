package org.leftfold.framework.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Limits;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.codec.Upcast;

/** What becomes of events, and what they say of where they come from. */
class TransformationTest {
    private static final AdminAct ACT = new AdminAct("anna", "version 2.0");
    private static final StreamName STREAM = new StreamName("member-1");

    sealed interface MemberEvent {}

    @EventName("named")
    record Named(@Tagged("name") String name) implements MemberEvent {}

    @EventName(value = "moved", version = 2)
    record Moved(String street, String city) implements MemberEvent {}

    private final EventStore source = InMemoryEventStore.open();
    private final EventStore target = InMemoryEventStore.open();

    private static Transformation today() {
        EventSchema<MemberEvent> schema =
                EventSchema.builder(MemberEvent.class)
                        .upcast("moved", 1, json -> json.put("city", "Seoul"))
                        .renamed("relocated", "moved")
                        .upcast(
                                "registered",
                                1,
                                Upcast.into("named", 1, json -> json.retain("name"))
                                        .and("moved", 1, json -> json.retain("street")))
                        .dropped("viewed")
                        .build();
        EventCodec<MemberEvent> codec = new EventCodec<>(schema, new JsonFormat());
        return Transformation.upcasting(stream ->
                stream.category().equals("member") ? Optional.of(codec) : Optional.empty());
    }

    private void append(NewEvent... events) {
        source.append(STREAM, ExpectedVersion.any(), events);
    }

    private static NewEvent event(String type, String json) {
        return NewEvent.ofJson(type, json);
    }

    private List<RecordedEvent> copied(Transformation transformation) {
        CopyReport report =
                new TransformedCopy(source, target, "t", transformation, ACT).run(position -> {});
        assertThat(report.verification().differences()).isEmpty();
        return target.read(ReadRequest.of(Query.category("member"))).toList();
    }

    @Test
    void upcasting_stores_what_the_upcasters_read() {
        append(
                event("registered", "{\"name\":\"Anna\",\"street\":\"Elm\"}").withTags("vip:yes"),
                event("viewed", "{}"),
                event("relocated", "{\"street\":\"Oak\"}").withMetadata("actor", "ben"),
                event("named", "{\"name\":\"Ann\",\"unknown\": 1.50}"),
                event("leftfold.message-handled", "{}").withTags("message:door/m1"));

        List<RecordedEvent> today = copied(today());

        assertThat(today)
                .extracting(
                        it -> it.type() + " " + it.schemaVersion() + " " + it.payload().asText())
                .containsExactly(
                        "named 1 {\"name\":\"Anna\"}",
                        "moved 2 {\"street\":\"Elm\",\"city\":\"Seoul\"}",
                        "moved 2 {\"street\":\"Oak\",\"city\":\"Seoul\"}",
                        "named 1 {\"name\":\"Ann\",\"unknown\": 1.50}",
                        "leftfold.message-handled 1 {}");
        List<RecordedEvent> old = source.read(ReadRequest.all()).toList();
        assertThat(today.subList(2, 5))
                .extracting(RecordedEvent::id)
                .as("one becomes one")
                .isEqualTo(old.subList(2, 5).stream().map(RecordedEvent::id).toList());
        assertThat(today.get(0).tags())
                .containsExactlyInAnyOrder(Tag.of("name:Anna"), Tag.of("vip:yes"));
        assertThat(today.get(2).metadata().value(Metadata.ACTOR)).contains("ben");
        assertThat(today)
                .extracting(it -> Provenance.of(it).orElseThrow())
                .extracting(it -> it.version() + ":" + it.part() + "/" + it.parts())
                .containsExactly("1:1/2", "1:2/2", "3:1/1", "4:1/1", "5:1/1");
    }

    @Test
    void an_event_that_no_schema_knows_ends_the_run_and_what_was_copied_stays() {
        append(event("named", "{\"name\":\"Anna\"}"));
        source.append(new StreamName("other-1"), ExpectedVersion.any(), event("named", "{}"));
        append(event("named", "{\"name\":\"Ben\"}"));

        assertThatThrownBy(() -> copied(today()))
                .isInstanceOf(TransformationFailedException.class)
                .hasMessageContaining("version 1 of stream 'other-1' at position 2")
                .hasMessageContaining("no schema was given for the events of category 'other'");
        Transformation mended =
                stored ->
                        stored.stream().category().equals("other")
                                ? List.of()
                                : today().apply(stored);
        assertThat(copied(mended)).hasSize(2);
    }

    @Test
    void a_copy_of_a_copy_says_where_it_came_from_before() {
        append(event("named", "{\"name\":\"Anna\"}"));
        RecordedEvent first = copied(Transformation.asItIs()).getFirst();
        try (EventStore second = InMemoryEventStore.open();
                EventStore third = InMemoryEventStore.open()) {
            copy(target, second);
            copy(second, third);
            RecordedEvent last = third.read(ReadRequest.stream(STREAM)).toList().getFirst();
            RecordedEvent between = second.read(ReadRequest.stream(STREAM)).toList().getFirst();
            String one = first.metadata().value(Provenance.KEY).orElseThrow();
            String two = between.metadata().value(Provenance.KEY).orElseThrow();
            assertThat(last.metadata().value(Provenance.EARLIER)).contains(two + "\n" + one);
            assertThat(Provenance.of(last).orElseThrow().position()).isEqualTo(between.position());
            assertThat(last.id()).isEqualTo(first.id());
            assertThat(third.read(ReadRequest.of(Query.category("leftfold.copies"))).toList())
                    .as("notes are about the store that they are in")
                    .hasSize(3);
        }
    }

    private static void copy(EventStore from, EventStore to) {
        new TransformedCopy(from, to, "t", Transformation.asItIs(), ACT).run(position -> {});
    }

    @Test
    void ids_are_kept_where_one_becomes_one_and_cannot_meet_others() {
        EventId id = EventId.next();
        StreamName other = new StreamName("member-2");
        append(event("named", "{\"name\":\"Anna\"}").withId(id));
        source.append(
                other, ExpectedVersion.any(), event("named", "{\"name\":\"Ben\"}").withId(id));

        List<RecordedEvent> merged = copied(Transformation.into(STREAM));

        assertThat(merged).extracting(RecordedEvent::stream).containsOnly(STREAM);
        assertThat(merged.get(0).id()).isEqualTo(id);
        assertThat(merged.get(1).id()).isNotEqualTo(id);
        assertThat(Provenance.of(merged.get(1)).orElseThrow().id()).isEqualTo(id);

        try (EventStore renamed = InMemoryEventStore.open()) {
            Transformation rename =
                    stored ->
                            List.of(
                                    Draft.of(stored)
                                            .into(StreamName.of("person", stored.stream().id()))
                                            .keepingId());
            new TransformedCopy(source, renamed, "t", rename, ACT).run(position -> {});
            assertThat(renamed.read(ReadRequest.of(Query.category("person"))).toList())
                    .extracting(RecordedEvent::id)
                    .containsExactly(id, id);
        }
    }

    @Test
    void an_event_without_room_for_its_provenance_ends_the_run() {
        Map<String, String> full = new HashMap<>();
        for (int i = 0; i < Limits.MAX_METADATA_ENTRIES; i++) {
            full.put("key" + i, "");
        }
        append(event("named", "{\"name\":\"Anna\"}").withMetadata(Metadata.of(full)));
        assertThatThrownBy(() -> copied(Transformation.asItIs()))
                .isInstanceOf(TransformationFailedException.class)
                .hasMessageContaining("LF-1002");
    }

    @Test
    void what_somebody_else_wrote_under_the_key_is_no_provenance() {
        for (String text : List.of("", "a b c d e f g", "1 2 3 4 5 6 7", "me")) {
            append(event("named", "{}").withMetadata(Provenance.KEY, text));
        }
        assertThat(source.read(ReadRequest.all()).toList())
                .allSatisfy(event -> assertThat(Provenance.of(event)).isEmpty());
    }

    @Test
    void a_store_is_not_copied_into_itself() {
        assertThatThrownBy(() -> copy(source, source)).hasMessageContaining("LF-1234");
    }

    @Test
    void the_audit_policy_of_the_target_holds_for_copied_events() {
        append(event("named", "{}").withMetadata("actor", "ben"), event("named", "{}"));
        try (EventStore strict =
                InMemoryEventStore.open(
                        InstantSource.system(), AuditPolicy.requiring(Metadata.ACTOR))) {
            assertThatThrownBy(() -> copy(source, strict)).hasMessageContaining("LF-1006");
            Transformation byAll =
                    stored -> {
                        NewEvent event = stored.toNewEvent();
                        return List.of(
                                Draft.of(stored).with(event.withMetadata("actor", "unknown")));
                    };
            new TransformedCopy(source, strict, "t", byAll, ACT).run(position -> {});
            assertThat(strict.version(STREAM)).isEqualTo(2);
        }
    }

    @Test
    void a_stream_of_the_target_that_is_being_filled_is_left_alone() {
        append(event("named", "{}"));
        StreamName old = new StreamName("member-9");
        for (int i = 0; i < 5; i++) {
            target.append(old, ExpectedVersion.any(), event("named", "{}"));
        }
        EventStore cut = new CutShortStore(target, 1);
        assertThatThrownBy(() ->
                        new StreamRedesign(cut, ACT).inPortionsAbove(1).merge(List.of(old), STREAM))
                .isInstanceOf(CutShortStore.Killed.class);
        assertThat(target.version(STREAM)).as("the mark").isEqualTo(1);
        assertThatThrownBy(() -> copied(Transformation.asItIs())).hasMessageContaining("LF-1234");
        assertThat(target.version(STREAM)).isEqualTo(1);
    }

    @Test
    void a_copied_seal_closes_its_own_stream_and_no_other() {
        append(event("named", "{}"));
        new StreamRedesign(source, ACT).merge(List.of(STREAM), new StreamName("member-2"));

        StreamName all = new StreamName("member-all");
        assertThat(copied(Transformation.into(all)))
                .extracting(it -> it.type().value())
                .containsExactly("named", "named");
        try (EventStore other = InMemoryEventStore.open()) {
            Transformation moved = stored -> List.of(Draft.of(stored).into(all));
            var copy = new TransformedCopy(source, other, "t", moved, ACT);
            assertThatThrownBy(() -> copy.run(position -> {}))
                    .isInstanceOf(TransformationFailedException.class)
                    .hasMessageContaining("it is a mark of stream 'member-1', and would close");
            assertThat(other.version(all)).isZero();
        }
    }

    @Test
    void a_copy_does_not_go_on_with_other_code_under_the_same_name() {
        append(event("named", "{}"), event("named", "{}"));
        copied(Transformation.asItIs());
        append(event("named", "{}"));
        for (Transformation other :
                List.<Transformation>of(
                        stored -> List.of(Draft.of(stored).as("called", 1, stored.payload())),
                        Transformation.into(new StreamName("member-2")),
                        stored -> List.of(Draft.of(stored), Draft.of(stored)))) {
            assertThatThrownBy(() -> copied(other))
                    .hasMessageContaining("LF-1234")
                    .hasMessageContaining(
                            "what was copied last is not what the transformation 't'");
        }
        assertThat(target.version(STREAM)).as("nothing was added").isEqualTo(2);
        assertThat(copied(Transformation.asItIs())).hasSize(3);
    }
}
