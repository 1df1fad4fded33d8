package org.leftfold.examples.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.stock.Stock.Available;
import org.leftfold.examples.stock.StockCommand.Place;
import org.leftfold.examples.stock.StockCommand.Receive;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.repository.Repository;

class StockTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final EventStore store = AnyStore.open();
    private final Leftfold leftfold = Leftfold.on(store);
    private final Repository<StockCommand, Stock.Shelf, StockEvent> stock =
            leftfold.repository("stock", new Stock("lamp"));

    @AfterEach
    void close() {
        store.close();
    }

    /** Both have seen the one lamp that was left. */
    @Test
    void who_comes_second_is_told_what_is_left_or_gets_a_back_order() throws Exception {
        try (Projections projections =
                leftfold.projections(new InMemoryViewStore()).add(Stock.AVAILABLE).start()) {
            var received = stock.handle("lamp", new Receive(1));
            assertThat(projections.await(Stock.AVAILABLE, received.position(), LONG)).isTrue();
            assertThat(projections.rows(Stock.AVAILABLE).find("lamp")).contains(new Available(1));

            stock.handle("lamp", new Place("o1", 1, false));

            assertThatThrownBy(() -> stock.handle("lamp", new Place("o2", 1, false)))
                    .isInstanceOfSatisfying(
                            OutOfStock.class, told -> assertThat(told.available()).isZero());
            var waits = stock.handle("lamp", new Place("o3", 1, true));
            assertThat(waits.events()).containsExactly(new StockEvent.BackOrderCreated("o3", 1));

            var filled = stock.handle("lamp", new Receive(2));
            assertThat(filled.events())
                    .containsExactly(
                            new StockEvent.GoodsReceived(2), new StockEvent.OrderFilled("o3", 1));
            assertThat(projections.await(Stock.AVAILABLE, filled.position(), LONG)).isTrue();
            assertThat(projections.rows(Stock.AVAILABLE).find("lamp")).contains(new Available(1));
        }
    }

    @Test
    void of_many_at_once_as_many_are_served_as_there_are_pieces() throws Exception {
        stock.handle("lamp", new Receive(5));
        List<Callable<String>> customers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Place place = new Place("o" + i, 1, i % 2 == 0);
            customers.add(() -> {
                try {
                    return stock.handle("lamp", place)
                            .events()
                            .getFirst()
                            .getClass()
                            .getSimpleName();
                } catch (OutOfStock e) {
                    return "told";
                }
            });
        }
        List<String> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<String> each : threads.invokeAll(customers)) {
                outcomes.add(each.get());
            }
        }
        assertThat(outcomes).filteredOn("OrderFilled"::equals).hasSize(5);
        assertThat(outcomes).hasSize(16).isSubsetOf("OrderFilled", "BackOrderCreated", "told");
        Stock.Shelf shelf = stock.load("lamp").state();
        assertThat(shelf.pieces()).isZero();
        assertThat(outcomes).filteredOn("BackOrderCreated"::equals).hasSize(shelf.waiting().size());
    }
}
