package org.leftfold.examples.orders;

import static org.leftfold.framework.repository.CommandOptions.by;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.examples.orders.OrderCommand.ApproveOrder;
import org.leftfold.examples.orders.OrderCommand.CorrectPrice;
import org.leftfold.examples.orders.OrderCommand.CreateOrder;
import org.leftfold.examples.orders.OrderCommand.ReviseOrder;
import org.leftfold.examples.orders.OrderCommand.ShipOrder;
import org.leftfold.framework.Leftfold;

/** An order is created, approved, revised, corrected and shipped. */
public final class OrderStory {
    private OrderStory() {}

    /** Tells the story on a store. */
    public static void run(EventStore store, Consumer<String> say) {
        var orders = Leftfold.on(store).repository("order", Order.class);
        var lamps = new OrderLine("lamp", 2, new BigDecimal("4.99"));

        String id = orders.save(new CreateOrder("ada", List.of(lamps)), by("ada")).id();
        orders.update(id, new ApproveOrder(), by("bob"));
        orders.update(id, new ReviseOrder("lamp", 3), by("ada").because("one more room"));
        orders.update(
                id,
                new CorrectPrice("lamp", new BigDecimal("49.90")),
                by("bob").because("the comma was in the wrong place"));
        orders.update(id, new ShipOrder(), by("bob"));

        orders.history(id)
                .forEach(
                        entry -> say.accept(entry.event().stored().type() + " " + entry.changes()));
        Order order = orders.load(id).state();
        say.accept("%s for %s".formatted(order.state(), order.total()));
    }
}
