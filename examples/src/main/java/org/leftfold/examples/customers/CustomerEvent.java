package org.leftfold.examples.customers;

import java.math.BigDecimal;
import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.EventName;

/** What happened to a customer. */
public sealed interface CustomerEvent extends Event {
    /** Somebody is a customer now. */
    @EventName("customer-created")
    record CustomerCreated(String name, BigDecimal creditLimit) implements CustomerEvent {}

    /** A part of the credit is held for an order. */
    @EventName("credit-reserved")
    record CreditReserved(String orderId, BigDecimal amount) implements CustomerEvent {}

    /** The part of an order is free again. */
    @EventName("credit-released")
    record CreditReleased(String orderId) implements CustomerEvent {}
}
