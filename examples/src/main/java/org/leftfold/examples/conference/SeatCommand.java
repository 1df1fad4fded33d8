package org.leftfold.examples.conference;

import java.util.List;
import org.leftfold.framework.decide.Answering;

/** What somebody wants of the seats of a conference. */
public sealed interface SeatCommand {
    /** There are more seats. */
    record AddSeats(Seats seats) implements SeatCommand {}

    /** There are fewer seats, even if they are reserved. */
    record RemoveSeats(Seats seats) implements SeatCommand {}

    /** Wants seats for a while; a second time for the same reservation, it is changed to these. */
    record MakeReservation(String reservation, Seats wanted)
            implements SeatCommand, Answering<SeatAvailability, Seats> {
        /** The seats that could be reserved. */
        @Override
        public Seats answer(SeatAvailability after, List<?> events) {
            return after.reserved(reservation);
        }
    }

    /** Wants the reserved seats for good. */
    record CommitReservation(String reservation) implements SeatCommand {}

    /** Does not want the reserved seats any more. */
    record CancelReservation(String reservation) implements SeatCommand {}
}
