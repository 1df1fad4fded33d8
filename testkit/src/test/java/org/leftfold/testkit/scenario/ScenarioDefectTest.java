package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Payload;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.decide.Decider;
import tools.jackson.databind.node.ObjectNode;

/** What every scenario finds by itself in the code of a domain, and how it is switched off. */
class ScenarioDefectTest {
    sealed interface Note {}

    @EventName("written")
    record Written(String text, @JsonIgnore String author) implements Note {}

    @EventName("torn")
    record Torn(int pieces) implements Note {}

    @EventName("burnt")
    static final class Burnt implements Note {
        private final String where;

        private Burnt(String where) {
            this.where = where;
        }

        @Override
        public String toString() {
            return "Burnt at " + where;
        }
    }

    interface Loose {}

    @EventName("known")
    record Known(String text) implements Loose {}

    record Nameless(String text) implements Loose {}

    /** A state that leads in a circle. */
    static final class Circle {
        @SuppressWarnings("unused") // by reflection only
        private final Circle self = this;
    }

    /** Does with a command whatever the test says; the state is a list of texts. */
    private static class NoteDecider implements Decider<List<Note>, List<String>, Note> {
        @Override
        public List<String> initialState() {
            return new ArrayList<>();
        }

        @Override
        public List<? extends Note> decide(List<Note> command, List<String> state) {
            return command;
        }

        @Override
        public List<String> evolve(List<String> state, Note event) {
            List<String> after = new ArrayList<>(state);
            after.add(event.toString());
            return after;
        }
    }

    private final Scenario<List<Note>, List<String>, Note> notes = Scenario.of(new NoteDecider());

    private static void assertFails(ThrowingCallable scenario, String text) {
        assertThatThrownBy(scenario).isInstanceOf(AssertionError.class).hasMessage(text.strip());
    }

    @Test
    void a_field_that_is_lost_when_an_event_is_stored_is_named() {
        notes.when(List.of(new Torn(2))).then(new Torn(2));
        assertFails(
                () -> notes.when(List.of(new Torn(2), new Written("hi", "anna"))),
                """
                NoteDecider: defect: emitted event 2 is another one after it was stored and read
                given
                  nothing
                when
                  1 [Torn[pieces=2], Written[text=hi, author=anna]]
                event
                  Written[text=hi, author=anna]
                stored
                  {"text":"hi"}
                different
                  author: expected "anna", came null
                """);
        assertFails(
                () -> notes.given(new Written("hi", "anna")),
                """
                NoteDecider: defect: given event 1 is another one after it was stored and read
                given
                  1 Written[text=hi, author=anna]
                event
                  Written[text=hi, author=anna]
                stored
                  {"text":"hi"}
                different
                  author: expected "anna", came null
                """);
        notes.withoutCodecCheck()
                .given(new Written("hi", "anna"))
                .when(List.of(new Written("ho", "ben")))
                .then(new Written("ho", "ben"));
    }

    @Test
    void an_event_that_cannot_be_read_is_found() {
        assertThatThrownBy(() -> notes.when(List.of(new Burnt("the stake"))))
                .isInstanceOf(AssertionError.class)
                .message()
                .startsWith(
                        """
                        NoteDecider: defect: emitted event 1 cannot be read when it was stored
                        given
                          nothing
                        when
                          1 [Burnt at the stake]
                        event
                          Burnt at the stake
                        stored
                          {}
                        thrown
                          UnreadableEventException: LF-5002: event 'burnt' of schema version 1\
                        """);
    }

    @Test
    void an_event_that_no_schema_knows_is_found() {
        EventSchema<Loose> schema = EventSchema.builder(Loose.class).event(Known.class).build();
        Scenario<Loose, String, Loose> loose = Scenario.of(echo(), schema);
        assertThatThrownBy(() -> loose.when(new Nameless("x")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("emitted event 1 cannot be stored")
                .hasMessageContaining("Nameless is none of them");
        loose.given(new Known("y"));
    }

    @Test
    void a_decider_that_does_not_say_its_events_needs_a_schema() {
        Decider<Torn, String, Torn> echo = echo();
        assertThatThrownBy(() -> Scenario.of(echo).when(new Torn(1)))
                .hasMessageContaining("give the schema, with Scenario.of(decider, EventSchema.of(")
                .hasMessageContaining("withoutCodecCheck()");
        Scenario.of(echo).withoutCodecCheck().when(new Torn(1)).then(new Torn(1));
        Scenario.of(echo, EventSchema.of(Torn.class)).when(new Torn(1)).then(new Torn(1));
    }

    private static <E> Decider<E, String, E> echo() {
        return new Decider<>() {
            @Override
            public String initialState() {
                return "";
            }

            @Override
            public List<E> decide(E command, String state) {
                return List.of(command);
            }

            @Override
            public String evolve(String state, E event) {
                return state;
            }
        };
    }

    @Test
    void another_format_is_used_when_it_is_given() {
        AtomicInteger written = new AtomicInteger();
        notes.with(counting(written)).given(new Torn(1)).when(List.of(new Torn(2)));
        assertThat(written).hasValue(2);
    }

    private static PayloadFormat counting(AtomicInteger written) {
        JsonFormat json = new JsonFormat();
        return new PayloadFormat() {
            @Override
            public Payload write(Object value) {
                written.incrementAndGet();
                return json.write(value);
            }

            @Override
            public <T> T read(Payload payload, Class<T> type) {
                return json.read(payload, type);
            }

            @Override
            public <T> T read(ObjectNode tree, Class<T> type) {
                return json.read(tree, type);
            }

            @Override
            public ObjectNode tree(Payload payload) {
                return json.tree(payload);
            }

            @Override
            public ObjectNode toTree(Object value) {
                return json.toTree(value);
            }

            @Override
            public void prepare(Class<?> type) {
                json.prepare(type);
            }
        };
    }

    @Test
    void an_evolve_that_changes_the_state_it_is_given_is_found() {
        Decider<List<Note>, List<String>, Note> decider =
                new NoteDecider() {
                    @Override
                    public List<String> evolve(List<String> state, Note event) {
                        state.add("changed");
                        return state;
                    }
                };
        assertThatThrownBy(() -> Scenario.of(decider).given(new Torn(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "defect: evolve of given event 1 changed the state that it was given, where states of a decider are immutable")
                .hasMessageEndingWith("changed\n  [0]: nothing -> \"changed\"");
        Scenario.of(decider).withoutMutationCheck().given(new Torn(1));
    }

    @Test
    void a_state_that_cannot_be_seen_says_what_to_do() {
        Decider<Torn, Circle, Torn> decider =
                new Decider<>() {
                    @Override
                    public Circle initialState() {
                        return new Circle();
                    }

                    @Override
                    public List<Torn> decide(Torn command, Circle state) {
                        return List.of();
                    }

                    @Override
                    public Circle evolve(Circle state, Torn event) {
                        return state;
                    }
                };
        assertThatThrownBy(() -> Scenario.of(decider).when(new Torn(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("say withoutMutationCheck()");
        Scenario.of(decider).withoutMutationCheck().when(new Torn(1)).thenNothing();
    }

    @Test
    void null_instead_of_events_is_a_defect() {
        assertThatThrownBy(() -> decidedBy(null).when(List.of()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("gave null: give an empty list when nothing happens");
    }

    private static Scenario<List<Note>, List<String>, Note> decidedBy(List<Note> answer) {
        return Scenario.of(
                new NoteDecider() {
                    @Override
                    public List<? extends Note> decide(List<Note> command, List<String> state) {
                        return answer;
                    }
                });
    }

    @Test
    void null_among_events_is_a_defect() {
        assertThatThrownBy(() -> decidedBy(Arrays.asList(new Torn(1), null)).when(List.of()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("gave a list with null: give an empty list when");
    }

    @Test
    void null_instead_of_a_state_is_a_defect() {
        var none =
                Scenario.of(
                        new NoteDecider() {
                            @Override
                            @SuppressWarnings("NullAway") // that is what is tried
                            public List<String> evolve(List<String> state, Note event) {
                                return null;
                            }
                        });
        assertThatThrownBy(() -> none.given(new Torn(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "defect: evolve gave null as the state behind given event 1, where there is always a state");
    }
}
