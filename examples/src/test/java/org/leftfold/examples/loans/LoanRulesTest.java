package org.leftfold.examples.loans;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.leftfold.examples.loans.LoanCommand.Activate;
import org.leftfold.examples.loans.LoanCommand.Approve;
import org.leftfold.examples.loans.LoanCommand.Cancel;
import org.leftfold.examples.loans.LoanCommand.Decline;
import org.leftfold.examples.loans.LoanCommand.Finalize;
import org.leftfold.examples.loans.LoanCommand.Submit;
import org.leftfold.examples.loans.LoanEvent.Accepted;
import org.leftfold.examples.loans.LoanEvent.Activated;
import org.leftfold.examples.loans.LoanEvent.Approved;
import org.leftfold.examples.loans.LoanEvent.Completing;
import org.leftfold.examples.loans.LoanEvent.Declined;
import org.leftfold.examples.loans.LoanEvent.Finalized;
import org.leftfold.examples.loans.LoanEvent.Preaccepted;
import org.leftfold.examples.loans.LoanEvent.Reopened;
import org.leftfold.examples.loans.LoanEvent.Step;
import org.leftfold.examples.loans.LoanEvent.Submitted;
import org.leftfold.examples.loans.LoanEvent.TakenIn;
import org.leftfold.testkit.scenario.Scenario;

/** Rules and pictures, without a store. */
class LoanRulesTest {
    private static Scenario<LoanCommand, LoanState, LoanEvent> loan() {
        return Scenario.of(new LoanDecider(), Loans.SCHEMA);
    }

    @Test
    void a_loan_is_granted_step_by_step_in_any_order_of_the_last_ones() {
        loan().given().when(new Submit(20_000)).then(new Submitted(20_000));
        loan().given(new Submitted(1), new TakenIn(), new Preaccepted(), new Accepted())
                .when(new Finalize())
                .then(new Finalized());
        loan().given(
                        new Submitted(1),
                        new TakenIn(),
                        new Preaccepted(),
                        new Accepted(),
                        new Finalized(),
                        new Activated())
                .when(new Approve())
                .then(new Approved());
    }

    @Test
    void nothing_is_done_twice_or_out_of_turn() {
        loan().given(new Submitted(1)).when(new Submit(2)).thenRefused(LoanRefused.class);
        loan().given(new Submitted(1)).when(new Approve()).thenRefused(LoanRefused.class);
        loan().given(new Submitted(1)).when(new Decline()).thenRefused(LoanRefused.class);
        loan().given(new Submitted(1), new TakenIn(), new Declined())
                .when(new Cancel())
                .thenRefused(LoanRefused.class);
        loan().given(
                        new Submitted(1),
                        new TakenIn(),
                        new Preaccepted(),
                        new Accepted(),
                        new Finalized(),
                        new Activated())
                .when(new Activate())
                .thenRefused(LoanRefused.class);
    }

    @Test
    void work_changes_no_stage_and_what_is_reopened_goes_on() {
        loan().given(
                        new Submitted(1),
                        new Completing(Step.START),
                        new TakenIn(),
                        new Declined(),
                        new Reopened(Stage.TAKEN_IN))
                .when(new Cancel())
                .then(new LoanEvent.Cancelled());
    }

    @Test
    void bars_are_as_long_as_the_numbers_are_great_and_as_wide_as_the_terminal() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("one", 1_000L);
        numbers.put("a half", 500L);
        numbers.put("hardly", 1L);
        numbers.put("none", 0L);
        assertThat(new Chart(40, false).bars(numbers))
                .containsExactly(
                        "  one     1,000  ███████████████████████",
                        "  a half    500  ███████████▌",
                        "  hardly      1  ▏",
                        "  none        0");
        assertThat(new Chart(40, true).bars(numbers))
                .containsExactly(
                        "  one     1,000  #######################",
                        "  a half    500  ###########",
                        "  hardly      1  #",
                        "  none        0");
        assertThat(new Chart(100, false).bars(numbers).getFirst()).hasSize(100);
        assertThat(new Chart(7, false).bars(numbers).getFirst()).hasSize(Chart.MIN_COLUMNS);
        assertThat(new Chart(40, false).bars(Map.of())).isEmpty();
        assertThat(new Chart(40, false).bars(Map.of("none", 0L))).containsExactly("  none  0");
    }

    @Test
    void a_sparkline_has_a_column_for_each_number() {
        assertThat(new Chart(40, false).sparkline(List.of(0L, 1L, 2L, 4L, 8L)))
                .containsExactly("  ·▁▂▄█");
        assertThat(new Chart(40, true).sparkline(List.of(0L, 1L, 2L, 4L, 8L)))
                .containsExactly("  ._-=#");
        List<Long> many = java.util.stream.LongStream.rangeClosed(1, 50).boxed().toList();
        assertThat(new Chart(40, false).sparkline(many)).hasSize(2);
    }

    @Test
    void times_are_told_in_the_units_that_matter() {
        assertThat(LoanReport.text(Duration.ofSeconds(7))).isEqualTo("7 s");
        assertThat(LoanReport.text(Duration.ofSeconds(67))).isEqualTo("1 min 7 s");
        assertThat(LoanReport.text(Duration.ofMinutes(67))).isEqualTo("1 h 7 min");
        assertThat(LoanReport.text(Duration.ofHours(67))).isEqualTo("2 d 19 h");
    }
}
