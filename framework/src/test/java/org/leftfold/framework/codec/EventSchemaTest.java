package org.leftfold.framework.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.framework.codec.EventSchemaTest.ParcelEvent.Delivered;
import org.leftfold.framework.codec.EventSchemaTest.ParcelEvent.Sent;

class EventSchemaTest {
    /** Events that are well declared. */
    sealed interface ParcelEvent {
        @EventName("sent")
        record Sent(String to) implements ParcelEvent {}

        @EventName(value = "delivered", version = 3)
        record Delivered(String at) implements ParcelEvent {}
    }

    /** Two of its events lack a name. */
    sealed interface Nameless {
        record One() implements Nameless {}

        @EventName("two")
        record Two() implements Nameless {}

        record Three() implements Nameless {}
    }

    sealed interface Twins {
        @EventName("same")
        record First() implements Twins {}

        @EventName("same")
        record Second() implements Twins {}
    }

    sealed interface BadNames {
        @EventName("leftfold.mine")
        record Reserved() implements BadNames {}

        @EventName("tab\there")
        record Invisible() implements BadNames {}

        @EventName(value = "zero", version = 0)
        record Zero() implements BadNames {}
    }

    /** Anybody may add events to it. */
    interface Open {}

    @EventName("opened")
    record Opened() implements Open {}

    sealed interface OpenOpened extends Open {
        @EventName("opened-again")
        record Again() implements OpenOpened {}
    }

    sealed interface HalfOpen {
        @EventName("known")
        record Known() implements HalfOpen {}

        non-sealed interface Anything extends HalfOpen {}
    }

    @EventName("listed")
    record Listed() implements HalfOpen.Anything {}

    sealed interface BadTag {
        @EventName("bad-tag")
        record Bad(@Tagged("a:b") String text) implements BadTag {}
    }

    private static EventSchema.Builder<ParcelEvent> parcel() {
        return EventSchema.builder(ParcelEvent.class)
                .unchanged("delivered", 1)
                .unchanged("delivered", 2);
    }

    private static void refuses(EventSchema.Builder<?> builder, String... problems) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(builder::build)
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo("LF-1201");
                    assertThat(refusal.problems()).containsExactly(problems);
                    assertThat(refusal.getMessage()).contains(problems);
                });
    }

    private static void refuses(
            Consumer<EventSchema.Builder<ParcelEvent>> change, String... problems) {
        EventSchema.Builder<ParcelEvent> builder = parcel();
        change.accept(builder);
        refuses(builder, problems);
    }

    private static String name(Class<?> type) {
        return type.getName();
    }

    @Test
    void a_schema_knows_the_classes_names_and_versions_of_its_events_in_their_order() {
        EventSchema<ParcelEvent> schema = parcel().build();
        assertThat(schema.root()).isEqualTo(ParcelEvent.class);
        assertThat(schema.names()).containsExactly("sent", "delivered");
        assertThat(schema.eventClasses()).containsExactly(Sent.class, Delivered.class);
        assertThat(schema.currentVersion("sent")).isEqualTo(1);
        assertThat(schema.currentVersion("delivered")).isEqualTo(3);
        assertThat(schema.eventClass("delivered")).isEqualTo(Delivered.class);
        assertThatThrownBy(() -> schema.currentVersion("lost"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no event is called 'lost'");
        assertThatThrownBy(() -> schema.eventClass("lost"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void every_event_without_a_name_is_named() {
        refuses(
                EventSchema.builder(Nameless.class),
                name(Nameless.One.class)
                        + " has no name to be stored under: add @EventName(\"...\")",
                name(Nameless.Three.class)
                        + " has no name to be stored under: add @EventName(\"...\")");
    }

    @Test
    void a_name_may_be_given_instead_of_the_annotation_and_instead_of_another_name() {
        EventSchema<Nameless> schema =
                EventSchema.builder(Nameless.class)
                        .event(Nameless.One.class, "one", 1)
                        .event(Nameless.Two.class, "second", 1)
                        .event(Nameless.Three.class, "three", 1)
                        .build();
        assertThat(schema.names()).containsExactlyInAnyOrder("one", "second", "three");
        refuses(
                EventSchema.builder(Nameless.class)
                        .event(Nameless.One.class, "one", 1)
                        .event(Nameless.Two.class, "second", 1)
                        .event(Nameless.Three.class, "three", 1)
                        .renamed("zwei", "two"),
                "'zwei' was renamed to 'two', which is no event");
    }

    @Test
    void two_events_cannot_have_one_name() {
        refuses(
                EventSchema.builder(Twins.class),
                "'same' is the name of %s and of %s: every event has a name of its own"
                        .formatted(name(Twins.First.class), name(Twins.Second.class)));
    }

    @Test
    void reserved_and_illegal_names_and_versions_below_one_are_refused_together() {
        refuses(
                EventSchema.builder(BadNames.class),
                name(BadNames.Reserved.class)
                        + " is called 'leftfold.mine': names that begin with 'leftfold.' are those"
                        + " of the framework, choose another",
                name(BadNames.Invisible.class)
                        + ": LF-1001: event type 'tab\\u{9}here' is not allowed: character U+0009 at index 3"
                        + " is invisible. Nothing was stored.",
                name(BadNames.Zero.class) + " has schema version 0: they start at 1");
    }

    @Test
    void a_type_that_is_not_sealed_needs_its_events_listed() {
        refuses(
                EventSchema.builder(Open.class),
                name(Open.class)
                        + " is not sealed, so its events are not known: seal it, or list them with"
                        + " event(...)");
        refuses(
                EventSchema.builder(HalfOpen.class),
                name(HalfOpen.Anything.class)
                        + " is not sealed, so its events are not known: seal it, or list them with"
                        + " event(...)");
        assertThat(EventSchema.builder(Open.class).event(Opened.class).build().names())
                .containsExactly("opened");
        assertThat(EventSchema.builder(HalfOpen.class).event(Listed.class).build().names())
                .containsExactly("known", "listed");
    }

    @Test
    void a_sealed_type_may_be_listed_for_all_of_its_events() {
        assertThat(EventSchema.builder(Open.class).event(OpenOpened.class).build().names())
                .containsExactly("opened-again");
    }

    @Test
    void a_record_may_be_a_schema_of_its_own() {
        assertThat(EventSchema.of(Opened.class).names()).containsExactly("opened");
    }

    @Test
    void every_version_without_an_upcaster_is_named() {
        refuses(
                EventSchema.builder(ParcelEvent.class),
                "'delivered' is written in version 3, and nothing says how version 1 is read: add"
                        + " upcast(\"delivered\", 1, json -> ...), or unchanged(\"delivered\", 1)",
                "'delivered' is written in version 3, and nothing says how version 2 is read: add"
                        + " upcast(\"delivered\", 2, json -> ...), or unchanged(\"delivered\", 2)");
    }

    @Test
    void a_version_is_upcast_in_one_way() {
        refuses(
                builder -> builder.upcast("delivered", 1, json -> json),
                "'delivered' version 1 is upcast in two ways: leave one");
    }

    @Test
    void the_version_that_is_written_now_is_not_upcast() {
        refuses(
                builder -> builder.upcast("sent", 1, Upcast.nothing()),
                "'sent' version 1 is upcast, but 1 is the version that is written: raise it in"
                        + " @EventName");
    }

    @Test
    void upcasters_lead_to_what_is_known() {
        refuses(
                builder -> builder.upcast("lost", 1, Upcast.into("found", 2, json -> json)),
                "'lost' version 1 becomes 'found' version 2, which is neither written now nor upcast"
                        + " any further");
        refuses(
                builder -> builder.upcast("lost", 1, Upcast.into("delivered", 4, json -> json)),
                "'lost' version 1 becomes 'delivered' version 4, which is neither written now nor"
                        + " upcast any further");
    }

    @Test
    void upcasters_are_given_for_the_newest_name_and_for_versions_from_one() {
        refuses(
                builder ->
                        builder.renamed("posted", "sent")
                                .upcast("posted", 1, Upcast.into("sent", 1, json -> json))
                                .upcast("lost", 0, Upcast.nothing()),
                "'posted' version 1 is upcast: versions start at 1, and the name has to be the"
                        + " newest one",
                "'lost' version 0 is upcast: versions start at 1, and the name has to be the newest"
                        + " one");
    }

    @Test
    void upcasters_do_not_lead_in_a_circle() {
        refuses(
                builder ->
                        builder.upcast("a", 1, Upcast.into("b", 1, json -> json))
                                .upcast("b", 1, Upcast.into("a", 1, json -> json)),
                "'a' version 1 is upcast in a circle");
        refuses(
                builder -> builder.upcast("a", 1, Upcast.into("a", 1, json -> json)),
                "'a' version 1 is upcast in a circle");
    }

    @Test
    void names_are_not_changed_in_a_circle() {
        refuses(
                builder -> builder.renamed("a", "b").renamed("b", "a"),
                "the names [a, b] were renamed in a circle");
    }

    @Test
    void a_new_name_belongs_to_an_event() {
        refuses(builder -> builder.renamed("a", "b"), "'a' was renamed to 'b', which is no event");
        assertThat(parcel().renamed("a", "b").dropped("b").build().isDropped("b")).isTrue();
    }

    @Test
    void a_name_is_changed_to_one_other_name_and_is_no_event_then() {
        refuses(
                builder -> builder.renamed("a", "sent").renamed("a", "delivered"),
                "'a' was renamed to 'sent' and to 'delivered'");
        refuses(
                builder -> builder.renamed("sent", "delivered"),
                "'sent' was renamed, but is an event still");
    }

    @Test
    void what_is_dropped_is_nothing_else() {
        refuses(builder -> builder.dropped("sent"), "'sent' is dropped, but is an event still");
        refuses(
                builder ->
                        builder.dropped("a")
                                .renamed("a", "sent")
                                .dropped("b")
                                .upcast("b", 1, Upcast.into("sent", 1, json -> json)),
                "'a' is renamed and dropped: leave one",
                "'b' is upcast and dropped: leave one");
    }

    @Test
    void older_names_are_legal_names() {
        refuses(
                builder -> builder.renamed("", "sent").dropped("leftfold.message-handled"),
                "an older event: LF-1001: event type '' is not allowed: it is empty. Nothing was stored.",
                "an older event is called 'leftfold.message-handled': names that begin with"
                        + " 'leftfold.' are those of the framework, choose another");
    }

    @Test
    void tags_belong_to_events_and_their_keys_are_legal() {
        EventSchema.Builder<Nameless> builder =
                EventSchema.builder(Nameless.class)
                        .tags(Nameless.One.class, one -> Set.of(Tag.of("a:b")));
        refuses(
                builder,
                name(Nameless.One.class)
                        + " has no name to be stored under: add @EventName(\"...\")",
                name(Nameless.Three.class)
                        + " has no name to be stored under: add @EventName(\"...\")",
                "tags are given for %s, which is no event of this schema"
                        .formatted(name(Nameless.One.class)));
        refuses(
                EventSchema.builder(BadTag.class),
                name(BadTag.Bad.class)
                        + ": LF-1001: tag 'a:b:x' is not allowed: its key contains ':'. Nothing was"
                        + " stored.");
    }

    @Test
    void everything_that_is_wrong_is_said_at_once() {
        assertThatThrownBy(() ->
                        EventSchema.builder(ParcelEvent.class)
                                .renamed("a", "b")
                                .dropped("sent")
                                .build())
                .isInstanceOf(DefinitionException.class)
                .hasMessage(
                        String.join(
                                System.lineSeparator() + "  - ",
                                List.of(
                                        "LF-1201: the events of %s cannot be used, nothing was started:"
                                                .formatted(name(ParcelEvent.class)),
                                        "'a' was renamed to 'b', which is no event",
                                        "'sent' is dropped, but is an event still",
                                        "'delivered' is written in version 3, and nothing says how version 1 is read: add"
                                                + " upcast(\"delivered\", 1, json -> ...), or unchanged(\"delivered\", 1)",
                                        "'delivered' is written in version 3, and nothing says how version 2 is read: add"
                                                + " upcast(\"delivered\", 2, json -> ...), or unchanged(\"delivered\", 2)")));
    }

    @Test
    void a_query_finds_events_that_were_stored_under_older_names() {
        EventSchema<ParcelEvent> schema =
                parcel().renamed("posted", "shipped")
                        .renamed("shipped", "sent")
                        .upcast("handed-over", 1, Upcast.into("arrived", 1, json -> json))
                        .upcast("arrived", 1, Upcast.into("delivered", 2, json -> json))
                        .dropped("weighed")
                        .build();
        assertThat(schema.item(Sent.class).types()).isEqualTo(types("posted", "shipped", "sent"));
        assertThat(schema.item(Delivered.class).types())
                .isEqualTo(types("handed-over", "arrived", "delivered"));
        assertThat(schema.item().types())
                .isEqualTo(
                        types("posted", "shipped", "sent", "handed-over", "arrived", "delivered"));
        assertThat(schema.item(ParcelEvent.class)).isEqualTo(schema.item());

        try (InMemoryEventStore store = InMemoryEventStore.open()) {
            store.append(
                    StreamName.of("parcel", "1"),
                    ExpectedVersion.noStream(),
                    StoredEvents.older("posted", 1, "{\"to\":\"Kim\"}"),
                    StoredEvents.older("weighed", 1, "{}"),
                    StoredEvents.older("handed-over", 1, "{\"at\":\"door\"}"),
                    StoredEvents.older("delivered", 3, "{\"at\":\"hall\"}"),
                    StoredEvents.older("foreign", 1, "{}"));
            assertThat(store.read(ReadRequest.of(schema.query(Delivered.class))).toList())
                    .extracting(event -> event.version())
                    .containsExactly(3L, 4L);
            assertThat(store.read(ReadRequest.of(schema.query())).toList())
                    .extracting(event -> event.version())
                    .containsExactly(1L, 3L, 4L);
        }
    }

    @Test
    void a_query_for_what_is_no_event_is_refused_and_does_not_find_everything() {
        assertThatThrownBy(() -> parcel().build().item(String.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "java.lang.String is none of the events of %s, and no type of any"
                                .formatted(name(ParcelEvent.class)));
    }

    /** Sent has 299 older names, and 300 in all. */
    private static EventSchema<ParcelEvent> oftenRenamed() {
        EventSchema.Builder<ParcelEvent> builder = parcel();
        for (int i = 1; i < 300; i++) {
            builder.renamed("sent" + i, i == 299 ? "sent" : "sent" + (i + 1));
        }
        return builder.build();
    }

    @Test
    void a_query_has_as_many_items_as_the_names_of_a_schema_need() {
        EventSchema<ParcelEvent> schema = oftenRenamed();
        assertThatThrownBy(() -> schema.item(Sent.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1002");
        assertThat(names(schema.query(Sent.class))).hasSize(300).contains("sent", "sent1");
        assertThat(schema.query(Sent.class).items()).hasSize(3);
        assertThat(names(schema.query())).hasSize(301).contains("delivered");

        QueryItem narrowing = QueryItem.everything().andTags("a:1", "b:2").andCategories("parcel");
        Query narrowed = schema.query(narrowing, Sent.class);
        assertThat(names(narrowed)).hasSize(300);
        assertThat(narrowed.items())
                .allSatisfy(item -> {
                    assertThat(item.tags()).isEqualTo(narrowing.tags());
                    assertThat(item.categories()).containsExactly("parcel");
                });
        assertThatThrownBy(() -> schema.query(schema.item(Delivered.class), Sent.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_query_that_is_narrowed_to_a_schema_keeps_what_it_asks_for() {
        EventSchema<ParcelEvent> schema = oftenRenamed();
        Query narrowed =
                schema.narrow(
                        Query.anyOf(
                                QueryItem.everything().andTypes("sent").andTags("a:1"),
                                QueryItem.everything().andTypes("foreign").andTags("a:2"),
                                QueryItem.everything().andTags("a:3")));
        assertThat(narrowed.items()).hasSize(3 + 1 + 3);
        for (int i = 0; i < 300; i += 50) {
            String name = i == 0 ? "sent" : "sent" + i;
            assertThat(matches(narrowed, name, "a:1")).isTrue();
            assertThat(matches(narrowed, name, "a:2")).isFalse();
            assertThat(matches(narrowed, name, "a:3")).isTrue();
        }
        assertThat(matches(narrowed, "delivered", "a:1")).isFalse();
        assertThat(matches(narrowed, "foreign", "a:2")).isTrue();
        assertThat(matches(narrowed, "foreign", "a:3")).isFalse();
    }

    private static boolean matches(Query query, String type, String tag) {
        StreamName stream = StreamName.of("parcel", "1");
        return query.matches(stream, new EventType(type), Set.of(Tag.of(tag)));
    }

    private static List<String> names(Query query) {
        return query.items().stream()
                .flatMap(item -> item.types().stream())
                .map(EventType::value)
                .toList();
    }

    private static Set<EventType> types(String... names) {
        return Set.of(names).stream()
                .map(EventType::new)
                .collect(java.util.stream.Collectors.toSet());
    }
}
