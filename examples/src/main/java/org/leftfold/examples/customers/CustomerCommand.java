package org.leftfold.examples.customers;

import java.math.BigDecimal;
import org.leftfold.framework.aggregate.Command;

/** What somebody wants of a customer. */
public sealed interface CustomerCommand extends Command {
    /** Takes somebody on. */
    record CreateCustomer(String name, BigDecimal creditLimit) implements CustomerCommand {}

    /** Holds a part of the credit for an order. */
    record ReserveCredit(String orderId, BigDecimal amount) implements CustomerCommand {}

    /** The order does not need its part of the credit any more. */
    record ReleaseCredit(String orderId) implements CustomerCommand {}
}
