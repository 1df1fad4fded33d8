package org.leftfold.framework.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was encrypted for one place is refused in any other, always, and never read as erased. */
class MovedCiphertextTest {
    private static final int MOVES = 10_000;
    private static final long SEED = 80;

    /** Two types with the same fields, and two versions of one. */
    sealed interface NoteEvent {
        @EventName("noted")
        record Noted(@DataSubject String subject, @PersonalData String a, @PersonalData String b)
                implements NoteEvent {}

        @EventName("noticed")
        record Noticed(@DataSubject String subject, @PersonalData String a, @PersonalData String b)
                implements NoteEvent {}
    }

    private final Office office = new Office();
    private final JsonFormat format = new JsonFormat();
    private final EventCodec<NoteEvent> codec = office.codec(schemaWithRenames());

    private static EventSchema<NoteEvent> schemaWithRenames() {
        return EventSchema.builder(NoteEvent.class)
                .renamed("jotted", "noted") // the same payload under another stored type
                .build();
    }

    /** An event with where it stands. */
    private record Placed(StreamName stream, NewEvent event) {}

    private Placed placed(String stream, NoteEvent event) {
        StreamName name = StreamName.of("notes", stream);
        return new Placed(name, codec.encode(name, event, Metadata.none(), Set.of()));
    }

    @Test
    void ten_thousand_moved_ciphertexts_are_all_refused() {
        List<Placed> events = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String subject = "s" + i % 4;
            events.add(placed("n" + i % 5, new NoteEvent.Noted(subject, "a" + i, "b" + i)));
            events.add(placed("n" + i % 5, new NoteEvent.Noticed(subject, "a" + i, "b" + i)));
        }
        office.keys.renew("s1", 1);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int move = 0; move < MOVES; move++) {
            Placed target = events.get(random.nextInt(events.size()));
            Placed moved = moved(target, events.get(random.nextInt(events.size())), random);
            if (moved.equals(target)) {
                move--;
                continue;
            }
            Throwable refusal =
                    catchThrowable(() -> codec.decode(Office.stored(moved.stream, moved.event)));
            assertThat(refusal)
                    .as("seed %d, move %d: %s", SEED, move, moved.event.payload().asText())
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageMatching("(?s).*LF-4[02]01.*");
        }
        for (Placed each : events) {
            assertThat(codec.decode(Office.stored(each.stream, each.event))).hasSize(1);
        }
    }

    private Placed moved(Placed target, Placed source, SplittableRandom random) {
        NewEvent event = target.event;
        return switch (random.nextInt(6)) {
            case 0 -> new Placed(source.stream, event);
            case 1 ->
                    new Placed(
                            target.stream,
                            event.withId(
                                    source.equals(target) ? EventId.next() : source.event.id()));
            case 2 -> new Placed(target.stream, of(event, event.payload(), otherType(event)));
            case 3 -> new Placed(target.stream, of(event, swapped(event), event.type()));
            case 4 ->
                    new Placed(
                            target.stream,
                            of(event, taken(event, source.event, random), event.type()));
            default -> new Placed(target.stream, of(event, changed(event, random), event.type()));
        };
    }

    private static NewEvent of(NewEvent event, Payload payload, EventType type) {
        return new NewEvent(
                event.id(), type, event.schemaVersion(), payload, event.metadata(), event.tags());
    }

    private static EventType otherType(NewEvent event) {
        return new EventType(event.type().value().equals("noted") ? "jotted" : "noted");
    }

    private ObjectNode fields(ObjectNode tree) {
        return (ObjectNode) tree.get("@protected").get("fields");
    }

    /** The two fields of an event change places. */
    private Payload swapped(NewEvent event) {
        ObjectNode tree = format.tree(event.payload());
        ObjectNode fields = fields(tree);
        JsonNode a = fields.get("/a");
        fields.set("/a", fields.get("/b"));
        fields.set("/b", a);
        return format.writeTree(tree);
    }

    /** A field, or all, with or without the name of the key, of another event. */
    private Payload taken(NewEvent event, NewEvent source, SplittableRandom random) {
        ObjectNode tree = format.tree(event.payload());
        ObjectNode from = format.tree(source.payload());
        switch (random.nextInt(3)) {
            case 0 -> tree.set("@protected", from.get("@protected"));
            case 1 -> fields(tree).set("/a", fields(from).get("/a"));
            default -> {
                fields(tree).set("/b", fields(from).get("/b"));
                ((ObjectNode) tree.get("@protected"))
                        .set("keys", from.get("@protected").get("keys"));
            }
        }
        return format.writeTree(tree);
    }

    /** One character of what was encrypted, the subject, or the version of the key. */
    private Payload changed(NewEvent event, SplittableRandom random) {
        ObjectNode tree = format.tree(event.payload());
        ArrayNode key = (ArrayNode) tree.get("@protected").get("keys").get(0);
        switch (random.nextInt(3)) {
            case 0 -> key.set(0, "s" + (key.get(0).stringValue().charAt(1) - '0' + 1) % 4);
            case 1 -> key.set(1, key.get(1).intValue() + 1);
            default -> {
                ArrayNode entry = (ArrayNode) fields(tree).get("/a");
                char[] text = entry.get(1).stringValue().toCharArray();
                int at = random.nextInt(text.length - 4);
                text[at] = text[at] == 'A' ? 'B' : 'A';
                entry.set(1, new String(text));
            }
        }
        return format.writeTree(tree);
    }

    @Test
    void a_block_that_makes_no_sense_is_damage() {
        NewEvent event = placed("n1", new NoteEvent.Noted("s1", "x", "y")).event;
        List<String> broken =
                List.of(
                        "{\"@protected\":7}",
                        "{\"@protected\":{}}",
                        "{\"@protected\":{\"form\":1}}",
                        "{\"@protected\":{\"form\":1,\"keys\":[[]],\"fields\":{}}}",
                        "{\"@protected\":{\"form\":1,\"keys\":[[\"s1\",0]],\"fields\":{}}}",
                        "{\"@protected\":{\"form\":1,\"keys\":[]}}",
                        "{\"@protected\":{\"form\":1,\"keys\":[],\"fields\":{\"/a\":[0,\"\"]}}}",
                        "{\"@protected\":{\"form\":1,\"keys\":[[\"s1\",1]],\"fields\":{\"a\":[0,\"\"]}}}",
                        "{\"@protected\":{\"form\":1,\"keys\":[[\"s1\",1]],\"fields\":{\"/x/a\":[0,\"\"]}}}",
                        "{\"a\":1,\"@protected\":{\"form\":1,\"keys\":[[\"s1\",1]],\"fields\":{\"/a\":[0,\"\"]}}}",
                        "{\"@protected\":{\"form\":1,\"keys\":[[\"s1\",1]],\"fields\":{\"/a\":[0,\"%%\"]}}}");
        for (String json : broken) {
            NewEvent other = of(event, Payload.ofText(json), event.type());
            assertThat(
                            catchThrowable(() ->
                                    codec.decode(
                                            Office.stored(StreamName.of("notes", "n1"), other))))
                    .as(json)
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("LF-4001");
        }
    }

    @Test
    void a_key_that_is_missing_without_an_erasure_is_an_error_and_no_redaction() {
        Placed event = placed("n1", new NoteEvent.Noted("s1", "x", "y"));
        Office elsewhere = new Office();
        var other = new EventCodec<>(schemaWithRenames(), format, office.privacy(elsewhere.keys));
        assertThat(catchThrowable(() -> other.decode(Office.stored(event.stream, event.event))))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("LF-4201")
                .hasMessageContaining("/a");
    }
}
