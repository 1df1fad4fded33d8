package org.leftfold.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.by;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.orders.OrderCommand.ApproveOrder;
import org.leftfold.examples.orders.OrderCommand.CorrectPrice;
import org.leftfold.examples.orders.OrderCommand.CreateOrder;
import org.leftfold.examples.orders.OrderCommand.ReviseOrder;
import org.leftfold.examples.orders.OrderEvent.OrderCreated;
import org.leftfold.examples.orders.OrderEvent.OrderRevised;
import org.leftfold.examples.orders.OrderEvent.PriceCorrected;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.history.History;
import org.leftfold.framework.repository.Repository;

/** Mistakes stay in the history; further events make good for them, here and downstream. */
class CorrectionTest {
    private static final OrderLine CHEAP = new OrderLine("lamp", 2, new BigDecimal("4.99"));

    /** What each order is worth, in a view that knows nothing of aggregates. */
    private static final class Worth {
        final Map<String, OrderLine> lineOf = new HashMap<>();

        void apply(String order, OrderEvent event) {
            switch (event) {
                case OrderCreated created -> lineOf.put(order, created.lines().getFirst());
                case OrderRevised revised ->
                        lineOf.computeIfPresent(
                                order, (id, line) -> line.withQuantity(revised.quantity()));
                case PriceCorrected corrected ->
                        lineOf.computeIfPresent(
                                order, (id, line) -> line.withPrice(corrected.price()));
                default -> {}
            }
        }

        BigDecimal total() {
            return lineOf.values().stream()
                    .map(OrderLine::total)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    /** The price at which each product was sold last. */
    private static final class Prices {
        final Map<String, BigDecimal> last = new HashMap<>();

        void apply(OrderEvent event) {
            switch (event) {
                case OrderCreated created ->
                        created.lines().forEach(line -> last.put(line.product(), line.price()));
                case PriceCorrected corrected -> last.put(corrected.product(), corrected.price());
                default -> {}
            }
        }
    }

    /** Whom to write a letter. */
    private static final class Letters {
        private final Map<String, String> customerOf = new HashMap<>();
        final List<String> toWrite = new ArrayList<>();

        void apply(String order, OrderEvent event) {
            switch (event) {
                case OrderCreated created -> customerOf.put(order, created.customer());
                case PriceCorrected corrected ->
                        toWrite.add(
                                "%s: %s for a %s"
                                        .formatted(
                                                customerOf.get(order),
                                                corrected.price(),
                                                corrected.product()));
                default -> {}
            }
        }
    }

    private final Worth worth = new Worth();
    private final Prices prices = new Prices();
    private final Letters letters = new Letters();
    private long position; // up to which the three have seen events

    private void catchUp(Repository<OrderCommand, Order, OrderEvent> orders) {
        ReadRequest behind = ReadRequest.of(Query.category("order")).after(position);
        for (RecordedEvent stored : orders.store().read(behind).toList()) {
            for (DomainEvent<OrderEvent> each : orders.codec().decode(stored)) {
                worth.apply(each.stream().id(), each.event());
                prices.apply(each.event());
                letters.apply(each.stream().id(), each.event());
            }
            position = stored.position();
        }
    }

    private void correctsAWrongPrice(EventStore store) {
        var orders = Leftfold.on(store).repository("order", Order.class);
        orders.save("1", new CreateOrder("ada", List.of(CHEAP)), by("ada"));
        catchUp(orders);
        assertThat(worth.total()).as("what everybody believed").isEqualTo("9.98");

        orders.update(
                "1",
                new CorrectPrice("lamp", new BigDecimal("49.90")),
                by("bob").because("wrong comma"));
        catchUp(orders);

        assertThat(orders.load("1").state().total()).isEqualTo("99.80");
        assertThat(worth.total()).isEqualTo("99.80");
        assertThat(prices.last).isEqualTo(Map.of("lamp", new BigDecimal("49.90")));
        assertThat(letters.toWrite).containsExactly("ada: 49.90 for a lamp");
        assertThat(orders.history("1").changesOf("lines.lamp"))
                .as("the history shows both")
                .extracting(change -> change.change().toString())
                .hasSize(2)
                .last()
                .isEqualTo("lines.lamp.price: 4.99 -> 49.90");
        assertThat(store.read(ReadRequest.stream(orders.stream("1"))).next().payload().asText())
                .as("what was stored stays")
                .contains("4.99");
    }

    @Test
    void a_wrong_price_is_compensated_by_an_event_that_reaches_every_view() {
        try (EventStore store = AnyStore.open()) {
            correctsAWrongPrice(store);
        }
    }

    @Test
    void a_revision_of_the_wrong_order_is_reverted_by_an_event() {
        try (EventStore store = AnyStore.open()) {
            var orders = Leftfold.on(store).repository("order", Order.class);
            orders.save("1", new CreateOrder("ada", List.of(CHEAP)));
            orders.update("1", new ApproveOrder());
            orders.update("1", new ReviseOrder("lamp", 200), by("bob"));

            var reverted =
                    orders.revert("1", 2, Order::revisionsTo, by("bob").because("it was order 7"));

            assertThat(reverted.events()).containsExactly(new OrderRevised("lamp", 2));
            assertThat(reverted.version()).as("nothing was deleted").isEqualTo(4);
            assertThat(orders.load("1").state().total()).isEqualTo("9.98");
            assertThat(orders.history("1").changesOf("lines.lamp.quantity"))
                    .extracting(History.Change::change)
                    .extracting(Object::toString)
                    .containsExactly(
                            "lines.lamp.quantity: 2 -> 200", "lines.lamp.quantity: 200 -> 2");
            assertThat(orders.at("1", 3).state().total()).as("as it was").isEqualTo("998.00");
        }
    }

    @Test
    void a_revert_that_does_not_lead_back_stores_nothing() {
        try (EventStore store = AnyStore.open()) {
            var orders = Leftfold.on(store).repository("order", Order.class);
            orders.save("1", new CreateOrder("ada", List.of(CHEAP)));
            orders.update("1", new ApproveOrder());

            assertThatThrownBy(() -> orders.revert("1", 1, Order::revisionsTo, by("bob")))
                    .isInstanceOf(DefectException.class)
                    .hasMessageContaining("fields that differ: state.")
                    .extracting(defect -> ((DefectException) defect).changes().toString())
                    .isEqualTo("[state: \"PENDING\" -> \"APPROVED\"]");
            assertThat(orders.load("1").version()).isEqualTo(2);
        }
    }
}
