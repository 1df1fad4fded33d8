package org.leftfold.examples.conference;

import java.time.Duration;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.examples.conference.BookingDecider.BookingCommand;
import org.leftfold.examples.conference.BookingDecider.BookingEvent;
import org.leftfold.examples.conference.BookingDecider.BookingEvent.BookingCancelled;
import org.leftfold.examples.conference.BookingDecider.BookingEvent.BookingOpened;
import org.leftfold.examples.conference.BookingDecider.BookingEvent.SeatsBooked;
import org.leftfold.examples.conference.BookingDecider.Bookings;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.Decisions;
import org.leftfold.framework.repository.RepositoryBuilder;
import org.leftfold.framework.repository.RetryPolicy;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

/** The conferences in a store, both ways. */
public final class Conferences {
    /** More attempts than registrants at a time: where one fails, another one got through. */
    private static final RetryPolicy RUSH =
            new RetryPolicy(1_000, Duration.ofMillis(1), Duration.ofMillis(20));

    private Conferences() {}

    /** Each conference is one stream, read from its newest snapshot, or from memory. */
    public static RepositoryBuilder<SeatCommand, SeatAvailability, SeatEvent> inOneStream(
            EventStore store, SnapshotStore snapshots) {
        return Leftfold.on(store)
                .define("conference", new SeatDecider())
                .snapshots(
                        Snapshots.in(
                                snapshots,
                                StateFormat.json("seat-availability", 1, SeatAvailability.class),
                                SnapshotPolicy.every(100)))
                .cache(50)
                .retry(RUSH);
    }

    /** Each registrant is a stream; all bookings of a conference are found by its tag. */
    public static Decisions<BookingCommand, Bookings, BookingEvent> byRegistrant(EventStore store) {
        return Leftfold.on(store)
                .decisions(
                        "bookings",
                        new BookingDecider(),
                        command -> Query.tags("conference:" + command.conference()),
                        Conferences::home)
                .retry(RUSH)
                .build();
    }

    private static StreamName home(BookingEvent event) {
        return switch (event) {
            case BookingOpened opened -> StreamName.of("bookings", opened.conference());
            case SeatsBooked booked -> StreamName.of("registrant", booked.registrant());
            case BookingCancelled cancelled -> StreamName.of("registrant", cancelled.registrant());
        };
    }
}
