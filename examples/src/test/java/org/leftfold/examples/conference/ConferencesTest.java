package org.leftfold.examples.conference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.conference.BookingDecider.BookingCommand;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.BookSeats;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.CancelBooking;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.OpenBooking;
import org.leftfold.examples.conference.BookingDecider.BookingEvent;
import org.leftfold.examples.conference.BookingDecider.Bookings;
import org.leftfold.examples.conference.SeatCommand.AddSeats;
import org.leftfold.examples.conference.SeatCommand.CancelReservation;
import org.leftfold.examples.conference.SeatCommand.CommitReservation;
import org.leftfold.examples.conference.SeatCommand.MakeReservation;
import org.leftfold.examples.conference.SeatEvent.SeatsReservationCancelled;
import org.leftfold.examples.conference.SeatEvent.SeatsReserved;
import org.leftfold.framework.history.History;
import org.leftfold.framework.repository.Decisions;
import org.leftfold.framework.repository.RepositoryListener;
import org.leftfold.testkit.random.Seeds;

class ConferencesTest {
    private static final Seats TWO = Seats.of("general", 2);

    private static final class EventsRead implements RepositoryListener {
        final List<Long> counts = new ArrayList<>();

        @Override
        public void loaded(StreamName stream, long eventsRead, Duration took) {
            counts.add(eventsRead);
        }
    }

    private static void fiveSteps(EventStore store, SnapshotStore snapshots) {
        EventsRead read = new EventsRead();
        var conferences = Conferences.inOneStream(store, snapshots).listener(read).build();
        conferences.save("spring", new AddSeats(Seats.of("general", 500)));
        for (int i = 1; i <= 104; i++) {
            conferences.update("spring", new MakeReservation("early" + i, TWO));
        }
        assertThat(read.counts).as("events read with the cache").containsOnly(0L);

        // 1. The command to reserve two seats comes to the command handler, here after a restart.
        read.counts.clear();
        var restarted = Conferences.inOneStream(store, snapshots).listener(read).build();
        var command = new MakeReservation("late", TWO);
        var handled = restarted.update("spring", command);

        // 2. Seat availability is made of all reservations: of a snapshot and those behind it.
        assertThat(read.counts).containsExactly(5L);

        // 3. It reserves two seats.
        assertThat(handled.answer(command)).isEqualTo(TWO);
        assertThat(handled.state().remaining()).isEqualTo(Seats.of("general", 500 - 105 * 2));

        // 4. An event records that two seats were reserved.
        assertThat(handled.events()).containsExactly(new SeatsReserved("late", TWO, TWO));

        // 5. The event is appended.
        RecordedEvent last =
                store.read(ReadRequest.stream(handled.stream()).backward().limit(1)).next();
        assertThat(last.type()).hasToString("seats-reserved");
        assertThat(last.version()).isEqualTo(106);
    }

    @Test
    void two_seats_are_reserved_in_five_steps() {
        try (EventStore store = AnyStore.open()) {
            fiveSteps(store, AnyStore.snapshots(store));
        }
    }

    @Test
    void the_total_that_is_kept_is_the_total_of_all_reservations_and_cancellations() {
        Seeds.check(
                Seeds.range(1, AnyStore.count(20, 2, 1)),
                (seed, random) -> {
                    try (EventStore store = AnyStore.open()) {
                        var snapshots = AnyStore.snapshots(store);
                        var conferences = Conferences.inOneStream(store, snapshots).build();
                        conferences.save("spring", new AddSeats(Seats.of("general", 60)));
                        for (int i = 0; i < 200; i++) {
                            conferences.update("spring", anyCommand(random));
                        }
                        var restarted = Conferences.inOneStream(store, snapshots).build();

                        Seats kept = restarted.load("spring").state().taken();

                        assertThat(kept).isEqualTo(replayed(restarted.history("spring")));
                        assertThat(kept.total()).isBetween(1, 60);
                    }
                });
    }

    private static SeatCommand anyCommand(SplittableRandom random) {
        String reservation = "r" + random.nextInt(40);
        return switch (random.nextInt(4)) {
            case 0 -> new CancelReservation(reservation);
            case 1 -> new CommitReservation(reservation);
            default -> new MakeReservation(reservation, Seats.of("general", random.nextInt(5)));
        };
    }

    /** The total of nothing but reservations and cancellations, from the first event on. */
    private static Seats replayed(History<SeatAvailability, SeatEvent> history) {
        Seats total = Seats.NONE;
        for (var entry : history.toList()) {
            total =
                    switch (entry.event().event()) {
                        case SeatsReserved made -> total.plus(made.taken());
                        case SeatsReservationCancelled cancelled -> total.minus(cancelled.freed());
                        default -> total;
                    };
        }
        return total;
    }

    @Test
    void seats_are_booked_without_a_stream_of_the_conference() {
        try (EventStore store = AnyStore.open()) {
            var bookings = Conferences.byRegistrant(store);
            bookings.handle(new OpenBooking("spring", 5));
            bookings.handle(new OpenBooking("autumn", 5));
            assertThat(book(bookings, "ada", 3)).isEqualTo(3);
            assertThat(book(bookings, "ada", 3)).as("once only").isEqualTo(3);
            assertThat(book(bookings, "bob", 3)).as("what is left").isEqualTo(2);
            assertThat(book(bookings, "eve", 3)).as("nothing left").isZero();

            bookings.handle(new CancelBooking("spring", "ada"));
            assertThat(book(bookings, "fay", 4)).as("what was given back").isEqualTo(3);
            assertThat(bookings.load(new OpenBooking("spring", 5)).total()).isEqualTo(5);
            assertThat(bookings.load(new OpenBooking("autumn", 5)).total()).isZero();
            assertThat(store.version(StreamName.of("registrant", "ada"))).isEqualTo(2);
        }
    }

    @Test
    void both_ways_give_away_the_same_seats() {
        Seeds.check(
                Seeds.range(1, AnyStore.count(20, 2, 1)),
                (seed, random) -> {
                    try (EventStore store = AnyStore.open()) {
                        var snapshots = AnyStore.snapshots(store);
                        var conferences = Conferences.inOneStream(store, snapshots).build();
                        var bookings = Conferences.byRegistrant(store);
                        conferences.save("spring", new AddSeats(Seats.of("general", 60)));
                        bookings.handle(new OpenBooking("spring", 60));
                        for (int i = 0; i < 100; i++) {
                            String who = "r" + random.nextInt(i + 1);
                            int wanted = 1 + random.nextInt(4);
                            conferences.update("spring", new CancelReservation(who));
                            bookings.handle(new CancelBooking("spring", who));
                            var command = new MakeReservation("r" + i, Seats.of("general", wanted));
                            Seats reserved = conferences.update("spring", command).answer(command);
                            assertThat(book(bookings, "r" + i, wanted)).isEqualTo(reserved.total());
                        }
                        assertThat(bookings.load(new OpenBooking("spring", 60)).total())
                                .isEqualTo(conferences.load("spring").state().taken().total());
                    }
                });
    }

    private static int book(
            Decisions<BookingCommand, Bookings, BookingEvent> bookings, String who, int wanted) {
        var command = new BookSeats("spring", who, wanted);
        return command.answer(bookings.handle(command).state(), List.of());
    }
}
