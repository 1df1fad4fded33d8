package org.leftfold.examples.conference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.leftfold.examples.conference.SeatCommand.AddSeats;
import org.leftfold.examples.conference.SeatCommand.CancelReservation;
import org.leftfold.examples.conference.SeatCommand.CommitReservation;
import org.leftfold.examples.conference.SeatCommand.MakeReservation;
import org.leftfold.examples.conference.SeatCommand.RemoveSeats;
import org.leftfold.examples.conference.SeatEvent.AvailableSeatsChanged;
import org.leftfold.examples.conference.SeatEvent.SeatsReservationCancelled;
import org.leftfold.examples.conference.SeatEvent.SeatsReservationCommitted;
import org.leftfold.examples.conference.SeatEvent.SeatsReserved;

/** Every rule of the seats of a conference, without any store. The conference has 10 seats. */
class SeatRulesTest {
    private static final SeatDecider DECIDER = new SeatDecider();

    private SeatAvailability seats = DECIDER.initialState();

    @BeforeEach
    void ten_seats() {
        give(new AddSeats(general(10)));
    }

    private static Seats general(int quantity) {
        return Seats.of("general", quantity);
    }

    private static MakeReservation reserve(String reservation, int quantity) {
        return new MakeReservation(reservation, general(quantity));
    }

    private List<SeatEvent> give(SeatCommand command) {
        List<SeatEvent> events = DECIDER.decide(command, seats);
        for (SeatEvent event : events) {
            seats = DECIDER.evolve(seats, event);
        }
        return events;
    }

    private void assertRefused(SeatCommand command, String why) {
        assertThatThrownBy(() -> DECIDER.decide(command, seats))
                .isInstanceOf(SeatsRefused.class)
                .hasMessageContaining(why);
    }

    // What there is

    @Test
    void seats_of_a_new_type_can_be_added() {
        assertThat(give(new AddSeats(Seats.of("workshop", 5))))
                .containsExactly(new AvailableSeatsChanged(Seats.of("workshop", 5)));
        assertThat(seats.remaining()).isEqualTo(general(10).and("workshop", 5));
    }

    @Test
    void more_seats_of_a_type_can_be_added() {
        give(new AddSeats(general(5)));
        assertThat(seats.remaining()).isEqualTo(general(15));
    }

    @Test
    void seats_can_be_removed() {
        assertThat(give(new RemoveSeats(general(4))))
                .containsExactly(new AvailableSeatsChanged(general(-4)));
        assertThat(seats.remaining()).isEqualTo(general(6));
    }

    @Test
    void more_seats_than_there_are_cannot_be_removed() {
        assertRefused(new RemoveSeats(general(11)), "cannot be removed");
        assertRefused(new RemoveSeats(Seats.of("workshop", 1)), "cannot be removed");
    }

    @Test
    void a_number_of_seats_is_never_negative() {
        assertRefused(new AddSeats(general(-1)), "nobody has");
        assertRefused(new RemoveSeats(general(-1)), "nobody has");
        assertRefused(reserve("r1", -1), "nobody has");
    }

    @Test
    void seats_that_somebody_has_can_be_removed_and_are_owed_then() {
        give(reserve("r1", 8));
        give(new RemoveSeats(general(5)));
        assertThat(seats.remaining()).isEqualTo(general(-3));
    }

    // Making a reservation

    @Test
    void fewer_seats_than_remain_are_all_reserved() {
        assertThat(give(reserve("r1", 4)))
                .containsExactly(new SeatsReserved("r1", general(4), general(4)));
        assertThat(seats.remaining()).isEqualTo(general(6));
    }

    @Test
    void as_many_seats_as_remain_are_all_reserved() {
        give(reserve("r1", 10));
        assertThat(seats.reserved("r1")).isEqualTo(general(10));
        assertThat(seats.remaining()).isEqualTo(Seats.NONE);
    }

    @Test
    void of_more_seats_than_remain_those_that_remain_are_reserved() {
        give(reserve("r1", 6));
        assertThat(give(reserve("r2", 5)))
                .containsExactly(new SeatsReserved("r2", general(4), general(4)));
        assertThat(seats.remaining()).isEqualTo(Seats.NONE);
    }

    @Test
    void if_no_seat_remains_an_empty_reservation_is_made() {
        give(reserve("r1", 10));
        assertThat(give(reserve("r2", 2)))
                .containsExactly(new SeatsReserved("r2", Seats.NONE, Seats.NONE));
        assertThat(seats.isPending("r2")).isTrue();
    }

    @Test
    void if_seats_are_owed_an_empty_reservation_is_made() {
        give(reserve("r1", 8));
        give(new RemoveSeats(general(5)));
        assertThat(give(reserve("r2", 1)))
                .containsExactly(new SeatsReserved("r2", Seats.NONE, Seats.NONE));
    }

    @Test
    void seats_of_several_types_are_reserved_at_once_each_as_far_as_it_goes() {
        give(new AddSeats(Seats.of("workshop", 1)));
        give(new MakeReservation("r1", general(2).and("workshop", 2)));
        assertThat(seats.reserved("r1")).isEqualTo(general(2).and("workshop", 1));
        assertThat(seats.remaining()).isEqualTo(general(8));
    }

    @Test
    void seats_of_a_type_that_there_is_not_are_refused() {
        assertRefused(new MakeReservation("r1", Seats.of("balcony", 1)), "are not among");
        assertRefused(new MakeReservation("r1", general(1).and("balcony", 1)), "are not among");
    }

    // Changing a reservation

    @Test
    void the_same_reservation_again_changes_nothing() {
        give(reserve("r1", 4));
        assertThat(give(reserve("r1", 4))).isEmpty();
    }

    @Test
    void an_empty_reservation_again_changes_nothing() {
        give(reserve("r1", 10));
        give(reserve("r2", 2));
        assertThat(give(reserve("r2", 2))).isEmpty();
    }

    @Test
    void a_reservation_that_grows_takes_the_difference_only() {
        give(reserve("r1", 4));
        assertThat(give(reserve("r1", 7)))
                .containsExactly(new SeatsReserved("r1", general(7), general(3)));
        assertThat(seats.remaining()).isEqualTo(general(3));
    }

    @Test
    void a_reservation_that_grows_beyond_what_remains_keeps_its_seats_and_takes_the_rest() {
        give(reserve("r1", 4));
        give(reserve("r2", 4));
        assertThat(give(reserve("r1", 9)))
                .containsExactly(new SeatsReserved("r1", general(6), general(2)));
    }

    @Test
    void a_reservation_that_shrinks_frees_the_difference() {
        give(reserve("r1", 6));
        assertThat(give(reserve("r1", 2)))
                .containsExactly(new SeatsReserved("r1", general(2), general(-4)));
        assertThat(seats.remaining()).isEqualTo(general(8));
    }

    @Test
    void a_reservation_may_move_to_another_type() {
        give(new AddSeats(Seats.of("workshop", 5)));
        give(reserve("r1", 3));
        give(new MakeReservation("r1", Seats.of("workshop", 3)));
        assertThat(seats.reserved("r1")).isEqualTo(Seats.of("workshop", 3));
        assertThat(seats.remaining()).isEqualTo(general(10).and("workshop", 2));
    }

    @Test
    void a_reservation_keeps_its_seats_when_seats_are_owed() {
        give(reserve("r1", 8));
        give(new RemoveSeats(general(5)));
        assertThat(give(reserve("r1", 9))).isEmpty();
        assertThat(seats.reserved("r1")).isEqualTo(general(8));
    }

    // Committing and cancelling

    @Test
    void committed_seats_stay_taken() {
        give(reserve("r1", 4));
        assertThat(give(new CommitReservation("r1")))
                .containsExactly(new SeatsReservationCommitted("r1", general(4)));
        assertThat(seats.remaining()).isEqualTo(general(6));
        assertThat(seats.isPending("r1")).isFalse();
    }

    @Test
    void a_reservation_is_committed_once() {
        give(reserve("r1", 4));
        give(new CommitReservation("r1"));
        assertThat(give(new CommitReservation("r1"))).isEmpty();
    }

    @Test
    void cancelled_seats_are_free_again() {
        give(reserve("r1", 10));
        assertThat(give(new CancelReservation("r1")))
                .containsExactly(new SeatsReservationCancelled("r1", general(10)));
        give(reserve("r2", 2));
        assertThat(seats.reserved("r2")).isEqualTo(general(2));
    }

    @Test
    void cancelled_seats_pay_for_those_that_are_owed_first() {
        give(reserve("r1", 4));
        give(reserve("r2", 6));
        give(new RemoveSeats(general(3)));
        give(new CancelReservation("r1"));
        assertThat(seats.remaining()).isEqualTo(general(1));
    }

    @Test
    void a_reservation_is_cancelled_once() {
        give(reserve("r1", 4));
        give(new CancelReservation("r1"));
        assertThat(give(new CancelReservation("r1"))).isEmpty();
    }

    @Test
    void a_committed_reservation_is_not_cancelled() {
        give(reserve("r1", 4));
        give(new CommitReservation("r1"));
        assertThat(give(new CancelReservation("r1"))).isEmpty();
        assertThat(seats.remaining()).isEqualTo(general(6));
    }

    @Test
    void what_nobody_reserved_is_neither_committed_nor_cancelled() {
        assertThat(give(new CommitReservation("r9"))).isEmpty();
        assertThat(give(new CancelReservation("r9"))).isEmpty();
    }
}
