package org.leftfold.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.examples.AnyStore;
import org.leftfold.examples.orders.Order.State;
import org.leftfold.examples.orders.OrderCommand.ApproveOrder;
import org.leftfold.examples.orders.OrderCommand.CancelOrder;
import org.leftfold.examples.orders.OrderCommand.CorrectPrice;
import org.leftfold.examples.orders.OrderCommand.CreateOrder;
import org.leftfold.examples.orders.OrderCommand.RejectOrder;
import org.leftfold.examples.orders.OrderCommand.ReviseOrder;
import org.leftfold.examples.orders.OrderCommand.ShipOrder;
import org.leftfold.examples.orders.OrderEvent.OrderRevised;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.Repository;

class OrderTest {
    private static final OrderLine TWO_LAMPS = new OrderLine("lamp", 2, new BigDecimal("49.90"));

    private final EventStore store = AnyStore.open();
    private final Repository<OrderCommand, Order, OrderEvent> orders =
            Leftfold.on(store).define("order", Order.class).checkMutations().build();

    @AfterEach
    void close() {
        store.close();
    }

    /** Creates order 1, and gives it these commands; the state after the last one. */
    private Order order(OrderCommand... commands) {
        Order order = orders.save("1", new CreateOrder("ada", List.of(TWO_LAMPS))).state();
        for (OrderCommand command : commands) {
            order = orders.update("1", command).state();
        }
        return order;
    }

    private void assertRefused(OrderCommand command, String why) {
        long before = orders.load("1").version();
        assertThatThrownBy(() -> orders.update("1", command))
                .isInstanceOf(OrderRefused.class)
                .hasMessage(why);
        assertThat(orders.load("1").version()).isEqualTo(before);
    }

    @Test
    void a_new_order_is_pending() {
        Order order = order();
        assertThat(order.state()).isEqualTo(State.PENDING);
        assertThat(order.total()).isEqualTo("99.80");
    }

    @Test
    void an_order_is_approved_and_shipped() {
        assertThat(order(new ApproveOrder(), new ShipOrder()).state()).isEqualTo(State.SHIPPED);
    }

    @Test
    void a_rejected_order_ends() {
        assertThat(order(new RejectOrder()).state()).isEqualTo(State.REJECTED);
        assertRefused(new ApproveOrder(), "the order is REJECTED, not PENDING");
        assertRefused(new ReviseOrder("lamp", 3), "the order is REJECTED, too late to revise it");
    }

    @Test
    void an_approved_order_may_be_cancelled_until_it_is_shipped() {
        assertThat(order(new ApproveOrder(), new CancelOrder()).state()).isEqualTo(State.CANCELLED);
        assertRefused(new ShipOrder(), "the order is CANCELLED, not APPROVED");
    }

    @Test
    void a_shipped_order_can_be_neither_cancelled_nor_revised() {
        order(new ApproveOrder(), new ShipOrder());
        assertRefused(new CancelOrder(), "the order is SHIPPED, not APPROVED");
        assertRefused(new ReviseOrder("lamp", 3), "the order is SHIPPED, too late to revise it");
    }

    @Test
    void an_order_is_revised_before_and_after_it_is_approved() {
        assertThat(order(new ReviseOrder("lamp", 3)).total()).isEqualTo("149.70");
        orders.update("1", new ApproveOrder());
        var revised = orders.update("1", new ReviseOrder("lamp", 1));
        assertThat(revised.events()).containsExactly(new OrderRevised("lamp", 1));
        assertThat(revised.state().total()).isEqualTo("49.90");
    }

    @Test
    void what_was_not_ordered_cannot_be_revised() {
        order();
        assertRefused(new ReviseOrder("chair", 1), "no chair was ordered");
    }

    @Test
    void a_repeated_command_changes_nothing() {
        order(new ApproveOrder(), new ReviseOrder("lamp", 3));
        assertThat(orders.update("1", new ApproveOrder()).events()).isEmpty();
        assertThat(orders.update("1", new ReviseOrder("lamp", 3)).events()).isEmpty();
        assertThat(orders.update("1", new CorrectPrice("lamp", TWO_LAMPS.price())).events())
                .isEmpty();
        assertThat(orders.load("1").version()).isEqualTo(3);
    }

    @Test
    void the_story_is_told() {
        List<String> said = new ArrayList<>();
        OrderStory.run(store, said::add);
        assertThat(said)
                .hasSize(6)
                .endsWith(
                        "order-approved [state: \"PENDING\" -> \"APPROVED\"]",
                        "order-revised [lines.lamp.quantity: 2 -> 3]",
                        "price-corrected [lines.lamp.price: 4.99 -> 49.90]",
                        "order-shipped [state: \"APPROVED\" -> \"SHIPPED\"]",
                        "SHIPPED for 149.70");
    }
}
