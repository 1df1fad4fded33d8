package org.leftfold.examples.seats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.examples.AnyStore;

class BoxOfficeTest {
    private static final int CUSTOMERS = 32;
    private static final List<String> SEATS =
            IntStream.rangeClosed(1, 10).mapToObj(number -> "A" + number).toList();

    @Test
    void the_first_free_seat_is_chosen_and_none_when_all_are_sold() {
        assertThat(BoxOffice.decide(List.of("A1", "A2"), List.of())).contains("A1");
        assertThat(BoxOffice.decide(List.of("A1", "A2"), List.of("A1"))).contains("A2");
        assertThat(BoxOffice.decide(List.of("A1", "A2"), List.of("A2", "A1"))).isEmpty();
    }

    @Test
    void of_thirty_two_customers_ten_get_a_seat_each() throws Exception {
        try (EventStore store = AnyStore.open()) {
            sellToAll(store);
        }
    }

    private static void sellToAll(EventStore store) throws Exception {
        BoxOffice office = new BoxOffice(store, "7", SEATS);
        CountDownLatch ready = new CountDownLatch(CUSTOMERS);
        List<Future<Optional<String>>> sales;
        try (ExecutorService threads = Executors.newFixedThreadPool(CUSTOMERS)) {
            sales =
                    IntStream.range(0, CUSTOMERS)
                            .mapToObj(customer ->
                                    threads.submit(() -> {
                                        ready.countDown();
                                        ready.await();
                                        return office.sell("c" + customer);
                                    }))
                            .toList();
        }

        List<String> sold =
                sales.stream().map(Future::resultNow).flatMap(Optional::stream).toList();
        assertThat(sold).as("seats sold").containsExactlyInAnyOrderElementsOf(SEATS);
        assertThat(store.head()).as("events stored").isEqualTo(SEATS.size());
        assertThat(office.sell("late")).as("a sale afterwards").isEmpty();
    }
}
