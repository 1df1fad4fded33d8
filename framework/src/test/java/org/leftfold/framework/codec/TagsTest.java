package org.leftfold.framework.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventType;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Tag;

class TagsTest {
    record SeatNumber(int row, char letter) {
        @Override
        public String toString() {
            return row + "" + letter;
        }
    }

    sealed interface SeatEvent {
        @EventName("held")
        record Held(
                @Tagged @Nullable String guest,
                @Tagged("seat") List<@Nullable SeatNumber> seats,
                @Tagged Optional<UUID> order,
                int price)
                implements SeatEvent {}

        @EventName("freed")
        record Freed(String reason) implements SeatEvent {}
    }

    /** A class that is no record has no components that could carry tags. */
    @EventName("plain")
    public static final class Plain {}

    interface Anything {}

    @EventName("some")
    record Some() implements Anything {}

    record Other() implements Anything {}

    @EventName("reply-requested")
    record ReplyRequested(@Tagged String to) implements PseudoEvent {}

    record Unnamed() implements PseudoEvent {}

    private final EventCodec<SeatEvent> codec =
            new EventCodec<>(
                    EventSchema.builder(SeatEvent.class)
                            .tags(
                                    SeatEvent.Freed.class,
                                    freed -> Set.of(Tag.of("why:" + freed.reason())))
                            .tags(
                                    SeatEvent.Held.class,
                                    held -> List.of(Tag.of("costs:" + held.price())))
                            .build(),
                    new JsonFormat());

    private Set<Tag> tags(SeatEvent event, Tag... more) {
        return codec.encode(event, Metadata.none(), Set.of(more)).tags();
    }

    private static List<@Nullable SeatNumber> seats(@Nullable SeatNumber... seats) {
        List<@Nullable SeatNumber> all = new ArrayList<>();
        java.util.Collections.addAll(all, seats);
        return all;
    }

    @Test
    void tagged_components_and_tags_of_the_schema_and_of_the_caller_come_together() {
        UUID order = new UUID(0, 7);
        SeatEvent held =
                new SeatEvent.Held(
                        "ada",
                        seats(new SeatNumber(1, 'a'), null, new SeatNumber(2, 'b')),
                        Optional.of(order),
                        10);
        assertThat(tags(held, Tag.of("message:m1")))
                .containsExactlyInAnyOrder(
                        Tag.of("guest:ada"),
                        Tag.of("seat:1a"),
                        Tag.of("seat:2b"),
                        Tag.of("order:" + order),
                        Tag.of("costs:10"),
                        Tag.of("message:m1"));
        assertThat(tags(new SeatEvent.Freed("late"))).containsExactly(Tag.of("why:late"));
    }

    @Test
    void null_an_empty_optional_and_an_empty_collection_give_no_tag() {
        assertThat(tags(new SeatEvent.Held(null, seats(), Optional.empty(), 0)))
                .containsExactly(Tag.of("costs:0"));
    }

    @Test
    void a_value_that_is_no_legal_tag_is_refused() {
        assertThatThrownBy(() -> tags(new SeatEvent.Held("", seats(), Optional.empty(), 0)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("LF-1001: tag 'guest:' is not allowed");
        assertThatThrownBy(() ->
                        tags(new SeatEvent.Held("x".repeat(250), seats(), Optional.empty(), 0)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("255 are allowed");
    }

    @Test
    void a_class_that_is_no_record_is_stored_without_tags() {
        EventCodec<Plain> plain = new EventCodec<>(EventSchema.of(Plain.class), new JsonFormat());
        NewEvent event = plain.encode(new Plain(), Metadata.none(), Set.of());
        assertThat(event.tags()).isEmpty();
        assertThat(event.payload().asText()).isEqualTo("{}");
    }

    @Test
    void an_event_that_is_not_in_the_schema_is_refused() {
        EventCodec<Anything> few =
                new EventCodec<>(
                        EventSchema.builder(Anything.class).event(Some.class).build(),
                        new JsonFormat());
        assertThatThrownBy(() -> few.encode(new Other(), Metadata.none(), Set.of()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining(
                        "%s is none of them: let it be one of the permitted classes of %s, or list it with event(...)"
                                .formatted(Other.class.getName(), Anything.class.getName()));
    }

    @Test
    void pseudo_events_are_stored_with_their_tags_and_decode_to_nothing() {
        NewEvent reply =
                codec.encode(
                        new ReplyRequested("saga-1"), Metadata.none(), Set.of(Tag.of("message:1")));
        assertThat(reply.type()).isEqualTo(new EventType("leftfold.reply-requested"));
        assertThat(reply.tags())
                .containsExactlyInAnyOrder(Tag.of("to:saga-1"), Tag.of("message:1"));
        assertThat(reply.payload().asText()).isEqualTo("{\"to\":\"saga-1\"}");

        var stored = StoredEvents.stored("leftfold.reply-requested", 1, "{\"to\":\"saga-1\"}");
        assertThat(EventCodec.isPseudo(stored)).isTrue();
        assertThat(codec.decode(stored)).isEmpty();
        var newer = StoredEvents.stored("leftfold.of-a-later-release", 7, "no JSON");
        assertThat(codec.decode(newer)).isEmpty();
        assertThat(EventCodec.isPseudo(StoredEvents.stored("freed", 1, "{}"))).isFalse();
    }

    @Test
    void a_pseudo_event_without_a_name_is_refused() {
        assertThatThrownBy(() -> codec.encode(new Unnamed(), Metadata.none(), Set.of()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("it is a pseudo event without a name: add @EventName");
    }
}
