package org.leftfold.examples.conference;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.StreamName;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.BookSeats;
import org.leftfold.examples.conference.BookingDecider.BookingCommand.OpenBooking;
import org.leftfold.examples.conference.SeatCommand.AddSeats;
import org.leftfold.examples.conference.SeatCommand.MakeReservation;
import org.leftfold.framework.repository.AggregateLock;
import org.leftfold.framework.repository.RepositoryListener;

/** Everybody wants two seats at the same moment; there are seats for half of them. */
class LastDayTest {
    private static final Seats TWO = Seats.of("general", 2);
    private static final int MANY = AnyStore.count(200, 200, 80);

    /** How many got how many seats. */
    private static Map<Integer, Long> rush(int registrants, ToIntFunction<String> wantTwo)
            throws Exception {
        CountDownLatch ready = new CountDownLatch(registrants);
        List<Future<Integer>> got;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            got =
                    IntStream.range(0, registrants)
                            .mapToObj(i ->
                                    threads.submit(() -> {
                                        ready.countDown();
                                        ready.await();
                                        return wantTwo.applyAsInt("r" + i);
                                    }))
                            .toList();
        }
        return got.stream().map(Future::resultNow).collect(groupingBy(identity(), counting()));
    }

    private static final class Conflicts implements RepositoryListener {
        final AtomicInteger count = new AtomicInteger();

        @Override
        public void conflicted(StreamName stream, int attempt) {
            count.incrementAndGet();
        }
    }

    /** Gives the number of conflicts. */
    private static int inOneStream(EventStore store, AggregateLock lock, int registrants)
            throws Exception {
        Conflicts conflicts = new Conflicts();
        var conferences =
                Conferences.inOneStream(store, AnyStore.snapshots(store))
                        .lock(lock)
                        .listener(conflicts)
                        .build();
        conferences.save("spring", new AddSeats(Seats.of("general", registrants)));

        var got =
                rush(
                        registrants,
                        registrant -> {
                            var command = new MakeReservation(registrant, TWO);
                            return conferences.update("spring", command).answer(command).total();
                        });

        long half = registrants / 2;
        assertThat(got).isEqualTo(Map.of(2, half, 0, half));
        var seats = conferences.load("spring");
        assertThat(seats.state().remaining()).isEqualTo(Seats.NONE);
        assertThat(seats.state().taken().total()).isEqualTo(registrants);
        assertThat(seats.version()).isEqualTo(registrants + 1);
        return conflicts.count.get();
    }

    private static void byRegistrant(EventStore store, int registrants) throws Exception {
        var bookings = Conferences.byRegistrant(store);
        bookings.handle(new OpenBooking("spring", registrants));

        var got =
                rush(
                        registrants,
                        registrant -> {
                            var command = new BookSeats("spring", registrant, 2);
                            return bookings.handle(command).state().of(registrant);
                        });

        long half = registrants / 2;
        assertThat(got).isEqualTo(Map.of(2, half, 0, half));
        assertThat(bookings.load(new OpenBooking("spring", registrants)).total())
                .isEqualTo(registrants);
        assertThat(store.head()).isEqualTo(registrants + 1);
    }

    @Test
    void of_four_who_want_two_of_four_seats_two_get_them() throws Exception {
        try (EventStore store = AnyStore.open()) {
            inOneStream(store, AggregateLock.NONE, 4);
        }
        try (EventStore store = AnyStore.open()) {
            byRegistrant(store, 4);
        }
    }

    @Test
    void of_many_one_half_gets_them_in_one_stream() throws Exception {
        try (EventStore store = AnyStore.open()) {
            inOneStream(store, AggregateLock.NONE, MANY);
        }
    }

    @Test
    void of_many_one_half_gets_them_one_after_the_other_without_conflict() throws Exception {
        try (EventStore store = AnyStore.open()) {
            assertThat(inOneStream(store, AggregateLock.inProcess(), MANY)).isZero();
        }
    }

    @Test
    void of_many_one_half_gets_them_without_a_stream_of_the_conference() throws Exception {
        try (EventStore store = AnyStore.open()) {
            byRegistrant(store, MANY);
        }
    }
}
