package org.leftfold.examples.conference;

import java.util.List;
import java.util.Map;
import org.leftfold.examples.conference.SeatCommand.AddSeats;
import org.leftfold.examples.conference.SeatCommand.CancelReservation;
import org.leftfold.examples.conference.SeatCommand.CommitReservation;
import org.leftfold.examples.conference.SeatCommand.MakeReservation;
import org.leftfold.examples.conference.SeatCommand.RemoveSeats;
import org.leftfold.examples.conference.SeatEvent.AvailableSeatsChanged;
import org.leftfold.examples.conference.SeatEvent.SeatsReservationCancelled;
import org.leftfold.examples.conference.SeatEvent.SeatsReservationCommitted;
import org.leftfold.examples.conference.SeatEvent.SeatsReserved;
import org.leftfold.framework.decide.Decider;

/** The rules of the seats of a conference. */
public final class SeatDecider implements Decider<SeatCommand, SeatAvailability, SeatEvent> {
    @Override
    public SeatAvailability initialState() {
        return SeatAvailability.EMPTY;
    }

    @Override
    public List<SeatEvent> decide(SeatCommand command, SeatAvailability seats) {
        return switch (command) {
            case AddSeats add -> List.of(new AvailableSeatsChanged(counted(add.seats())));
            case RemoveSeats remove -> remove(remove, seats);
            case MakeReservation make -> reserve(make, seats);
            case CommitReservation(String reservation) when seats.isPending(reservation) ->
                    List.of(
                            new SeatsReservationCommitted(
                                    reservation, seats.reserved(reservation)));
            case CancelReservation(String reservation) when seats.isPending(reservation) ->
                    List.of(
                            new SeatsReservationCancelled(
                                    reservation, seats.reserved(reservation)));
            case CommitReservation unknown -> List.of();
            case CancelReservation unknown -> List.of();
        };
    }

    private static List<SeatEvent> remove(RemoveSeats remove, SeatAvailability seats) {
        if (!remove.seats().atMost(seats.quota()).equals(remove.seats())) {
            throw new SeatsRefused(
                    "%s of %s cannot be removed".formatted(remove.seats(), seats.quota()));
        }
        return List.of(new AvailableSeatsChanged(Seats.NONE.minus(counted(remove.seats()))));
    }

    /** Reserves what there is, which may be less than what is wanted, and even nothing. */
    private static List<SeatEvent> reserve(MakeReservation make, SeatAvailability seats) {
        Map<String, Integer> offered = seats.quota().byType();
        if (!offered.keySet().containsAll(counted(make.wanted()).byType().keySet())) {
            throw new SeatsRefused("%s are not among %s".formatted(make.wanted(), seats.quota()));
        }
        Seats before = seats.reserved(make.reservation());
        Seats now = make.wanted().atMost(seats.remaining().free().plus(before));
        return seats.isPending(make.reservation()) && now.equals(before)
                ? List.of()
                : List.of(new SeatsReserved(make.reservation(), now, now.minus(before)));
    }

    private static Seats counted(Seats seats) {
        if (!seats.equals(seats.free())) {
            throw new SeatsRefused("nobody has %s".formatted(seats));
        }
        return seats;
    }

    @Override
    public SeatAvailability evolve(SeatAvailability seats, SeatEvent event) {
        return switch (event) {
            case AvailableSeatsChanged changed -> seats.changedBy(changed.change());
            case SeatsReserved made ->
                    seats.with(made.reservation(), made.reserved(), made.taken());
            case SeatsReservationCommitted committed ->
                    seats.without(committed.reservation(), Seats.NONE);
            case SeatsReservationCancelled cancelled ->
                    seats.without(cancelled.reservation(), cancelled.freed());
        };
    }
}
