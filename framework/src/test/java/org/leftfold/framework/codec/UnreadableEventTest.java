package org.leftfold.framework.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.leftfold.framework.codec.StoredEvents.stored;

import java.util.Arrays;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.RecordedEvent;
import tools.jackson.core.JacksonException;

class UnreadableEventTest {
    sealed interface LampEvent {
        @EventName(value = "lit", version = 3)
        record Lit(int watts) implements LampEvent {}

        @EventName("named")
        record Named(String name) implements LampEvent {
            public Named {
                Objects.requireNonNull(name, "a lamp needs a name");
            }
        }
    }

    private final EventCodec<LampEvent> codec =
            new EventCodec<>(
                    EventSchema.builder(LampEvent.class)
                            .upcast(
                                    "lit",
                                    1,
                                    json -> {
                                        throw new ArithmeticException("no watts");
                                    })
                            .upcast("lit", 2, json -> null)
                            .upcast(
                                    "lit-twice",
                                    1,
                                    Upcast.nothing()
                                            .andEach("lit", 3, json -> Arrays.asList(json, null)))
                            .build(),
                    new JsonFormat());

    private ThrowableAssertAlternative<UnreadableEventException> unreadable(
            String type, int version, String json, String why) {
        RecordedEvent event = stored(type, version, json);
        return assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> codec.decode(event))
                .satisfies(e -> {
                    assertThat(e).isInstanceOf(IncompatibleStoreException.class);
                    assertThat(e.code()).isEqualTo("LF-5002");
                    assertThat(e.event()).isSameAs(event);
                })
                .withMessage(
                        "LF-5002: event '%s' of schema version %d, version 3 of stream 'customer-7'"
                                + " at position 40, cannot be read: %s",
                        type, version, why);
    }

    @Test
    void an_event_of_an_unknown_type_is_unreadable() {
        unreadable(
                        "burst",
                        1,
                        "{}",
                        "the events of %s have no such event. Add it, or say what became of it with renamed(...), upcast(...) or dropped(...)"
                                .formatted(LampEvent.class.getName()))
                .withNoCause();
    }

    @Test
    void an_event_of_a_newer_program_is_unreadable() {
        unreadable(
                        "lit",
                        4,
                        "{}",
                        "this program knows schema versions up to 3. Use the newer program that wrote it")
                .withNoCause();
    }

    @Test
    void a_version_of_an_older_type_that_nothing_was_said_about_is_unreadable() {
        unreadable(
                        "lit-twice",
                        2,
                        "{}",
                        "the events of %s have no such event. Add it, or say what became of it with renamed(...), upcast(...) or dropped(...)"
                                .formatted(LampEvent.class.getName()))
                .withNoCause();
    }

    @Test
    void broken_json_is_unreadable_and_the_cause_is_kept() {
        for (String broken : new String[] {"{\"watts\":", "", "{\"watts\":1}}", "\u0000"}) {
            assertThatExceptionOfType(UnreadableEventException.class)
                    .as(broken)
                    .isThrownBy(() -> codec.decode(stored("lit", 3, broken)))
                    .withMessageContaining("version 3 of stream 'customer-7' at position 40")
                    .withMessageEndingWith(
                            "Look at the cause and at the payload, and add an upcaster")
                    .withCauseInstanceOf(JacksonException.class);
        }
    }

    @Test
    void json_of_another_shape_is_unreadable() {
        for (String other : new String[] {"[]", "null", "7", "{\"watts\":\"many\"}"}) {
            assertThatExceptionOfType(UnreadableEventException.class)
                    .as(other)
                    .isThrownBy(() -> codec.decode(stored("lit", 3, other)))
                    .satisfies(e -> assertThat(e.getCause()).isNotNull());
        }
    }

    @Test
    void a_constructor_that_refuses_what_was_stored_makes_it_unreadable() {
        assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> codec.decode(stored("named", 1, "{}")))
                .withMessageNotContaining("a lamp needs a name") // it may hold what is personal
                .withRootCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void an_upcaster_that_throws_makes_it_unreadable_and_its_exception_is_the_cause() {
        unreadable(
                        "lit",
                        1,
                        "{}",
                        "the upcaster of 'lit' version 1 has thrown ArithmeticException. Let it accept every payload that was stored so; look at the cause and at the payload")
                .withCauseExactlyInstanceOf(ArithmeticException.class);
    }

    @Test
    void an_upcaster_that_gives_null_makes_it_unreadable_and_is_never_skipped() {
        unreadable(
                        "lit",
                        2,
                        "{\"watts\":5}",
                        "the upcaster of 'lit' version 2 gave null. Let it give a tree, or no event at all")
                .withNoCause();
        assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> codec.decode(stored("lit-twice", 1, "{\"watts\":5}")))
                .withMessageContaining("the upcaster of 'lit-twice' version 1 gave null");
    }
}
