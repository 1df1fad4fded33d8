package org.leftfold.examples.conference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.examples.conference.BookingDecider.BookingCommand;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.BookSeats;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.CancelBooking;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.OpenBooking;
import org.leftfold.examples.conference.BookingDecider.BookingEvent;
import org.leftfold.examples.conference.BookingDecider.BookingEvent.BookingCancelled;
import org.leftfold.examples.conference.BookingDecider.BookingEvent.BookingOpened;
import org.leftfold.examples.conference.BookingDecider.BookingEvent.SeatsBooked;
import org.leftfold.examples.conference.BookingDecider.Bookings;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.decide.Answering;
import org.leftfold.framework.decide.Decider;

/**
 * The same seats without a stream that everybody writes to: each registrant has a stream of their
 * own, no total is kept, and what is left is counted from the bookings and cancellations.
 */
public final class BookingDecider implements Decider<BookingCommand, Bookings, BookingEvent> {
    /** What somebody wants of a conference. */
    public sealed interface BookingCommand {
        /** The conference. */
        String conference();

        /** Lets seats be booked. */
        record OpenBooking(String conference, int quota) implements BookingCommand {}

        /** Wants seats. */
        record BookSeats(String conference, String registrant, int wanted)
                implements BookingCommand, Answering<Bookings, Integer> {
            /** How many seats could be booked. */
            @Override
            public Integer answer(Bookings after, List<?> events) {
                return after.of(registrant);
            }
        }

        /** Gives the seats back. */
        record CancelBooking(String conference, String registrant) implements BookingCommand {}
    }

    /** What happened, each found by the tag of its conference. */
    public sealed interface BookingEvent {
        /** There are seats to be booked. */
        @EventName("booking-opened")
        record BookingOpened(@Tagged String conference, int quota) implements BookingEvent {}

        /** Somebody has seats, or none if none were left. */
        @EventName("seats-booked")
        record SeatsBooked(@Tagged String conference, String registrant, int seats)
                implements BookingEvent {}

        /** The seats are free again. */
        @EventName("booking-cancelled")
        record BookingCancelled(@Tagged String conference, String registrant)
                implements BookingEvent {}
    }

    /**
     * What the bookings of a conference add up to.
     *
     * @param quota how many seats there are
     * @param byRegistrant how many of them each registrant has
     */
    public record Bookings(int quota, Map<String, Integer> byRegistrant) {
        /** Copies the map. */
        public Bookings {
            byRegistrant = Map.copyOf(byRegistrant);
        }

        /** How many seats a registrant has. */
        public int of(String registrant) {
            return byRegistrant.getOrDefault(registrant, 0);
        }

        /** How many seats are booked. */
        public int total() {
            return byRegistrant.values().stream().mapToInt(Integer::intValue).sum();
        }

        private Bookings with(String registrant, int seats) {
            Map<String, Integer> all = new HashMap<>(byRegistrant);
            all.put(registrant, seats);
            return new Bookings(quota, all);
        }

        private Bookings without(String registrant) {
            Map<String, Integer> others = new HashMap<>(byRegistrant);
            others.remove(registrant);
            return new Bookings(quota, others);
        }
    }

    @Override
    public Bookings initialState() {
        return new Bookings(0, Map.of());
    }

    @Override
    public List<BookingEvent> decide(BookingCommand command, Bookings bookings) {
        return switch (command) {
            case OpenBooking open -> List.of(new BookingOpened(open.conference(), open.quota()));
            case BookSeats book when bookings.byRegistrant().containsKey(book.registrant()) ->
                    List.of();
            case BookSeats book -> {
                int seats = Math.min(book.wanted(), bookings.quota() - bookings.total());
                yield List.of(new SeatsBooked(book.conference(), book.registrant(), seats));
            }
            case CancelBooking cancel when bookings.of(cancel.registrant()) == 0 -> List.of();
            case CancelBooking cancel ->
                    List.of(new BookingCancelled(cancel.conference(), cancel.registrant()));
        };
    }

    @Override
    public Bookings evolve(Bookings bookings, BookingEvent event) {
        return switch (event) {
            case BookingOpened opened -> new Bookings(opened.quota(), bookings.byRegistrant());
            case SeatsBooked booked -> bookings.with(booked.registrant(), booked.seats());
            case BookingCancelled cancelled -> bookings.without(cancelled.registrant());
        };
    }
}
