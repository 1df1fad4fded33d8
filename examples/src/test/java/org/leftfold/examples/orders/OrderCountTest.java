package org.leftfold.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.CommandOptions;

/** Several instances of a service count orders; each order is told to all of them. */
class OrderCountTest {
    private static final int INSTANCES = 3;
    private static final int ORDERS = AnyStore.count(1_000, 10_000, 500);
    private static final int REGIONS = 10;

    @EventName("order-counted")
    record OrderCounted() {}

    /** Counts, and guards against nothing itself. */
    static final class OrderCount implements Decider<OrderCounted, Integer, OrderCounted> {
        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<OrderCounted> decide(OrderCounted command, Integer count) {
            return List.of(command);
        }

        @Override
        public Integer evolve(Integer count, OrderCounted event) {
            return count + 1;
        }
    }

    @Test
    void three_instances_that_are_told_of_every_order_count_each_once() throws Exception {
        try (EventStore store = AnyStore.open()) {
            List<CompletableFuture<Void>> instances = new ArrayList<>();
            for (int i = 0; i < INSTANCES; i++) {
                instances.add(CompletableFuture.runAsync(() -> countAll(store)));
            }
            for (CompletableFuture<Void> instance : instances) {
                instance.get(120, TimeUnit.SECONDS);
            }
            var counts = Leftfold.on(store).repository("count", new OrderCount());
            int total = 0;
            for (int region = 0; region < REGIONS; region++) {
                total += counts.load("region" + region).state();
            }
            assertThat(total).isEqualTo(ORDERS);
            assertThat(store.head()).isEqualTo(ORDERS);
        }
    }

    private static void countAll(EventStore store) {
        var counts = Leftfold.on(store).define("count", new OrderCount()).cache(REGIONS).build();
        for (int order = 0; order < ORDERS; order++) {
            counts.handle(
                    "region" + order % REGIONS,
                    new OrderCounted(),
                    CommandOptions.trigger("order-count", "order-" + order));
        }
    }
}
