package org.leftfold.examples.conference;

import java.util.HashMap;
import java.util.Map;

/**
 * What is known about the seats of a conference.
 *
 * @param quota how many there are
 * @param taken how many of them are reserved or booked: the total, kept up to date by each event
 * @param reservations those that are neither committed nor cancelled, by their names
 */
public record SeatAvailability(Seats quota, Seats taken, Map<String, Seats> reservations) {
    /** A conference that has no seats yet. */
    public static final SeatAvailability EMPTY =
            new SeatAvailability(Seats.NONE, Seats.NONE, Map.of());

    /** Copies the map. */
    public SeatAvailability {
        reservations = Map.copyOf(reservations);
    }

    /** What can be reserved; below 0 where seats were removed that somebody has. */
    public Seats remaining() {
        return quota.minus(taken);
    }

    /** Whether a reservation waits to be committed or cancelled. */
    public boolean isPending(String reservation) {
        return reservations.containsKey(reservation);
    }

    /** What a reservation holds. */
    public Seats reserved(String reservation) {
        return reservations.getOrDefault(reservation, Seats.NONE);
    }

    SeatAvailability changedBy(Seats change) {
        return new SeatAvailability(quota.plus(change), taken, reservations);
    }

    SeatAvailability with(String reservation, Seats reserved, Seats more) {
        Map<String, Seats> all = new HashMap<>(reservations);
        all.put(reservation, reserved);
        return new SeatAvailability(quota, taken.plus(more), all);
    }

    SeatAvailability without(String reservation, Seats freed) {
        Map<String, Seats> others = new HashMap<>(reservations);
        others.remove(reservation);
        return new SeatAvailability(quota, taken.minus(freed), others);
    }
}
