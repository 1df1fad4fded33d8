package org.leftfold.examples.orders;

import java.math.BigDecimal;
import java.util.List;
import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.EventName;

/** What happened to an order. */
public sealed interface OrderEvent extends Event {
    /** Something was ordered. */
    @EventName("order-created")
    record OrderCreated(String customer, List<OrderLine> lines) implements OrderEvent {}

    /** It was accepted. */
    @EventName("order-approved")
    record OrderApproved() implements OrderEvent {}

    /** It was not accepted. */
    @EventName("order-rejected")
    record OrderRejected() implements OrderEvent {}

    /** Of a product, this quantity is wanted. */
    @EventName("order-revised")
    record OrderRevised(String product, int quantity) implements OrderEvent {}

    /** The price of a product was wrong; this one is right. */
    @EventName("price-corrected")
    record PriceCorrected(String product, BigDecimal price) implements OrderEvent {}

    /** It is on its way. */
    @EventName("order-shipped")
    record OrderShipped() implements OrderEvent {}

    /** Nobody wants it any more. */
    @EventName("order-cancelled")
    record OrderCancelled() implements OrderEvent {}
}
