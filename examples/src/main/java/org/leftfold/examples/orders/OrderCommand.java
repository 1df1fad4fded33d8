package org.leftfold.examples.orders;

import java.math.BigDecimal;
import java.util.List;
import org.leftfold.framework.aggregate.Command;

/** What somebody wants of an order. */
public sealed interface OrderCommand extends Command {
    /** Orders something. */
    record CreateOrder(String customer, List<OrderLine> lines) implements OrderCommand {}

    /** Accepts it. */
    record ApproveOrder() implements OrderCommand {}

    /** Does not accept it. */
    record RejectOrder() implements OrderCommand {}

    /** Wants another quantity of a product. */
    record ReviseOrder(String product, int quantity) implements OrderCommand {}

    /** Found out that the price of a product is another one. */
    record CorrectPrice(String product, BigDecimal price) implements OrderCommand {}

    /** Sends it off. */
    record ShipOrder() implements OrderCommand {}

    /** Does not want it any more. */
    record CancelOrder() implements OrderCommand {}
}
