package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.testkit.scenario.BookDecider.JUNE;
import static org.leftfold.testkit.scenario.BookDecider.MAY;

import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.leftfold.testkit.scenario.BookDecider.BookCommand;
import org.leftfold.testkit.scenario.BookDecider.BookEvent;
import org.leftfold.testkit.scenario.BookDecider.BookRefused;
import org.leftfold.testkit.scenario.BookDecider.BookState;
import org.leftfold.testkit.scenario.BookDecider.GiveBack;
import org.leftfold.testkit.scenario.BookDecider.GivenBack;
import org.leftfold.testkit.scenario.BookDecider.Lend;
import org.leftfold.testkit.scenario.BookDecider.Lent;
import org.leftfold.testkit.scenario.BookDecider.PassOn;

/** What each ending accepts, and all of what it says when it does not. */
class ScenarioTest {
    private final Scenario<BookCommand, BookState, BookEvent> book = Scenario.of(new BookDecider());
    private final Scenario<BookCommand, BookState, BookEvent> lent =
            book.given(new Lent("anna", MAY));

    private static void assertFails(ThrowingCallable scenario, String text) {
        assertThatThrownBy(scenario).isInstanceOf(AssertionError.class).hasMessage(text.strip());
    }

    @Test
    void every_ending_accepts_what_it_says() {
        book.when(new Lend("anna", MAY)).then(new Lent("anna", MAY));
        lent.when(new GiveBack())
                .then(new GivenBack("anna"))
                .thenEvents(events -> assertThat(events).hasSize(1))
                .thenState(new BookState("", 1))
                .andState(state -> assertThat(state.loans()).isEqualTo(1));
        lent.when(new Lend("anna", MAY)).thenNothing();
        lent.when(new Lend("anna", MAY)).then();
        lent.when(new Lend("ben", MAY))
                .thenRefused(BookRefused.class)
                .thenRefused(IllegalStateException.class)
                .thenRefusedWith("lent to anna")
                .thenState(new BookState("anna", 1));
    }

    @Test
    void a_wrong_event_is_shown_field_by_field() {
        assertFails(
                () ->
                        lent.when(new PassOn("ben", JUNE))
                                .then(new GivenBack("anna"), new Lent("cara", MAY)),
                """
                BookDecider: other events came than were expected
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 PassOn[reader=ben, until=2026-06-01T00:00:00Z]
                expected
                  1 GivenBack[reader=anna]
                  2 Lent[reader=cara, until=2026-05-01T00:00:00Z]
                came
                  1 GivenBack[reader=anna]
                  2 Lent[reader=ben, until=2026-06-01T00:00:00Z]
                different
                  event 2 (Lent), reader: expected "cara", came "ben"
                  event 2 (Lent), until: expected 2026-05-01T00:00:00Z, came 2026-06-01T00:00:00Z
                """);
    }

    @Test
    void a_wrong_second_event_is_noticed_where_the_first_one_is_right() { // D14 of others
        assertThatThrownBy(() ->
                        lent.when(new PassOn("ben", JUNE))
                                .then(new GivenBack("anna"), new GivenBack("anna")))
                .isInstanceOf(AssertionError.class)
                .hasMessageEndingWith(
                        """
                        different
                          expected event 2 is missing: GivenBack[reader=anna]
                          event 2 was not expected: Lent[reader=ben, until=2026-06-01T00:00:00Z]\
                        """
                                .stripIndent());
    }

    @Test
    void missing_and_superfluous_events_are_told() {
        assertFails(
                () -> lent.when(new GiveBack()).then(new GivenBack("anna"), new Lent("ben", MAY)),
                """
                BookDecider: other events came than were expected
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 GiveBack[]
                expected
                  1 GivenBack[reader=anna]
                  2 Lent[reader=ben, until=2026-05-01T00:00:00Z]
                came
                  1 GivenBack[reader=anna]
                different
                  expected event 2 is missing: Lent[reader=ben, until=2026-05-01T00:00:00Z]
                """);
        assertFails(
                () -> lent.when(new PassOn("ben", JUNE)).then(new Lent("ben", JUNE)),
                """
                BookDecider: other events came than were expected
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 PassOn[reader=ben, until=2026-06-01T00:00:00Z]
                expected
                  1 Lent[reader=ben, until=2026-06-01T00:00:00Z]
                came
                  1 GivenBack[reader=anna]
                  2 Lent[reader=ben, until=2026-06-01T00:00:00Z]
                different
                  event 1 was not expected: GivenBack[reader=anna]
                """);
    }

    @Test
    void a_refusal_instead_of_events_shows_both() {
        assertFails(
                () -> lent.when(new Lend("ben", JUNE)).then(new Lent("ben", JUNE)),
                """
                BookDecider: 1 event was expected, and the command was refused
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 Lend[reader=ben, until=2026-06-01T00:00:00Z]
                expected
                  1 Lent[reader=ben, until=2026-06-01T00:00:00Z]
                came
                  refusal BookRefused: lent to anna
                """);
        assertThatThrownBy(() -> lent.when(new Lend("ben", JUNE)).then(new Lent("ben", JUNE)))
                .hasCauseInstanceOf(BookRefused.class);
    }

    @Test
    void something_instead_of_nothing_is_shown() {
        assertFails(
                () -> lent.when(new GiveBack()).thenNothing(),
                """
                BookDecider: nothing was to happen, and 1 event came
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 GiveBack[]
                expected
                  nothing
                came
                  1 GivenBack[reader=anna]
                """);
        assertFails(
                () -> lent.when(new Lend("ben", JUNE)).thenNothing(),
                """
                BookDecider: nothing was to happen, and the command was refused
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 Lend[reader=ben, until=2026-06-01T00:00:00Z]
                expected
                  nothing
                came
                  refusal BookRefused: lent to anna
                """);
    }

    @Test
    void events_or_nothing_instead_of_a_refusal_are_shown() {
        assertFails(
                () -> lent.when(new PassOn("ben", JUNE)).thenRefused(BookRefused.class),
                """
                BookDecider: a refusal was expected, and 2 events came
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 PassOn[reader=ben, until=2026-06-01T00:00:00Z]
                expected
                  refusal by BookRefused
                came
                  1 GivenBack[reader=anna]
                  2 Lent[reader=ben, until=2026-06-01T00:00:00Z]
                """);
        assertFails(
                () -> book.when(new GiveBack()).thenRefusedWith("not lent"),
                """
                BookDecider: a refusal was expected, and nothing happened
                given
                  nothing
                when
                  1 GiveBack[]
                expected
                  refusal with "not lent"
                came
                  nothing
                """);
    }

    @Test
    void another_refusal_than_expected_is_shown() {
        assertFails(
                () -> lent.when(new Lend("ben", JUNE)).thenRefused(NullPointerException.class),
                """
                BookDecider: another refusal came than was expected
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 Lend[reader=ben, until=2026-06-01T00:00:00Z]
                expected
                  refusal by NullPointerException
                came
                  refusal BookRefused: lent to anna
                """);
        assertFails(
                () -> lent.when(new Lend("ben", JUNE)).thenRefusedWith("lent to ben"),
                """
                BookDecider: another refusal came than was expected
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 Lend[reader=ben, until=2026-06-01T00:00:00Z]
                expected
                  refusal with "lent to ben"
                came
                  refusal BookRefused: lent to anna
                """);
    }

    @Test
    void another_state_than_expected_is_shown_field_by_field() {
        assertFails(
                () -> lent.when(new GiveBack()).thenState(new BookState("", 2)),
                """
                BookDecider: the state is another one than was expected
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 GiveBack[]
                came
                  1 GivenBack[reader=anna]
                expected state
                  BookState[reader=, loans=2]
                state
                  BookState[reader=, loans=1]
                different
                  loans: expected 2, came 1
                """);
    }

    @Test
    void assertions_of_the_test_fail_as_they_are() {
        AssertionError own = new AssertionError("mine");
        var step = lent.when(new GiveBack());
        assertThatThrownBy(() ->
                        step.andState(state -> {
                            throw own;
                        }))
                .isSameAs(own);
        assertThatThrownBy(() ->
                        step.thenEvents(events -> {
                            throw own;
                        }))
                .isSameAs(own);
    }

    @Test
    void a_refusal_that_nobody_spoke_of_is_never_lost() {
        var refused = lent.when(new Lend("ben", JUNE));
        String story =
                """
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 Lend[reader=ben, until=2026-06-01T00:00:00Z]
                came
                  refusal BookRefused: lent to anna
                """;
        assertFails(
                () -> refused.when(new GiveBack()),
                "BookDecider: Lend was refused, and a further command followed: say thenRefused before it\n"
                        + story);
        assertFails(
                () -> refused.andState(state -> {}),
                "BookDecider: a state was expected, and the command was refused\n" + story);
        assertFails(
                () -> refused.thenState(new BookState("anna", 1)),
                "BookDecider: a state was expected, and the command was refused\n" + story);
        assertFails(
                () -> refused.thenEvents(events -> {}),
                "BookDecider: events were expected, and the command was refused\n" + story);
    }

    @Test
    void commands_in_a_row_are_one_step_until_an_ending() {
        book.when(new Lend("anna", MAY))
                .when(new GiveBack())
                .then(new Lent("anna", MAY), new GivenBack("anna"))
                .when(new Lend("ben", JUNE))
                .then(new Lent("ben", JUNE))
                .when(new GiveBack())
                .when(new Lend("cara", JUNE))
                .when(new Lend("ben", JUNE))
                .thenRefusedWith("lent to cara")
                .thenState(new BookState("cara", 3))
                .when(new Lend("cara", JUNE))
                .thenNothing();
    }

    @Test
    void what_happened_before_the_step_is_given_to_it() {
        assertFails(
                () ->
                        lent.when(new GiveBack())
                                .then(new GivenBack("anna"))
                                .when(new Lend("ben", JUNE))
                                .when(new GiveBack())
                                .then(new Lent("ben", JUNE)),
                """
                BookDecider: other events came than were expected
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                  2 GivenBack[reader=anna]
                when
                  1 Lend[reader=ben, until=2026-06-01T00:00:00Z]
                  2 GiveBack[]
                expected
                  1 Lent[reader=ben, until=2026-06-01T00:00:00Z]
                came
                  1 Lent[reader=ben, until=2026-06-01T00:00:00Z]
                  2 GivenBack[reader=ben]
                different
                  event 2 was not expected: GivenBack[reader=ben]
                """);
    }

    @Test
    void a_repeated_command_is_the_last_one_once_more() {
        book.when(new Lend("anna", MAY))
                .then(new Lent("anna", MAY))
                .whenRepeated()
                .thenNothing()
                .whenRepeated()
                .thenNothing();
        book.when(new Lend("anna", MAY)).whenRepeated().then(new Lent("anna", MAY));
        assertThatThrownBy(() ->
                        lent.when(new PassOn("ben", MAY))
                                .then(new GivenBack("anna"), new Lent("ben", MAY))
                                .whenRepeated()
                                .thenNothing())
                .hasMessageContaining("nothing was to happen, and 2 events came");
    }

    @Test
    void given_commands_bring_their_events() {
        book.given(new Lent("anna", MAY))
                .givenCommands(new GiveBack(), new Lend("ben", JUNE))
                .given(new GivenBack("ben"))
                .when(new Lend("cara", JUNE))
                .then(new Lent("cara", JUNE))
                .thenState(new BookState("cara", 3));
        book.givenCommands().when(new GiveBack()).thenNothing();
    }

    @Test
    void a_given_command_that_is_refused_fails() {
        assertFails(
                () -> book.givenCommands(new Lend("anna", MAY), new Lend("ben", JUNE)),
                """
                BookDecider: given command 2 was refused
                given
                  1 Lent[reader=anna, until=2026-05-01T00:00:00Z]
                when
                  1 Lend[reader=ben, until=2026-06-01T00:00:00Z]
                came
                  refusal BookRefused: lent to anna
                """);
    }

    @Test
    void scenarios_that_share_their_beginning_do_not_disturb_each_other() {
        lent.when(new GiveBack()).then(new GivenBack("anna"));
        lent.when(new GiveBack()).then(new GivenBack("anna"));
        lent.given(new GivenBack("anna")).when(new GiveBack()).thenNothing();
        var step = lent.when(new GiveBack());
        step.when(new Lend("ben", MAY)).then(new GivenBack("anna"), new Lent("ben", MAY));
        step.then(new GivenBack("anna"));
    }

    @Test
    void a_long_story_is_cut_to_its_end() {
        List<BookEvent> many =
                IntStream.rangeClosed(1, 100)
                        .<BookEvent>mapToObj(n -> new Lent("reader" + n, MAY))
                        .toList();
        assertThatThrownBy(() -> book.given(many).when(new GiveBack()).thenNothing())
                .message()
                .startsWith(
                        """
                        BookDecider: nothing was to happen, and 1 event came
                        given
                          ... 70 more before
                          71 Lent[reader=reader71, until=2026-05-01T00:00:00Z]
                        """)
                .contains("  100 Lent[reader=reader100, until=2026-05-01T00:00:00Z]\nwhen\n");
    }
}
