package org.leftfold.examples.conference;

import org.leftfold.framework.codec.EventName;

/** What happened to the seats of a conference. */
public sealed interface SeatEvent {
    /** There are as many seats more; fewer, where the number is below 0. */
    @EventName("available-seats-changed")
    record AvailableSeatsChanged(Seats change) implements SeatEvent {}

    /**
     * Seats are held for somebody.
     *
     * @param reserved all that the reservation holds now
     * @param taken how many more than before; fewer, where the number is below 0
     */
    @EventName("seats-reserved")
    record SeatsReserved(String reservation, Seats reserved, Seats taken) implements SeatEvent {}

    /** Seats are somebody's for good. */
    @EventName("seats-reservation-committed")
    record SeatsReservationCommitted(String reservation, Seats booked) implements SeatEvent {}

    /** Seats are free again. */
    @EventName("seats-reservation-cancelled")
    record SeatsReservationCancelled(String reservation, Seats freed) implements SeatEvent {}
}
