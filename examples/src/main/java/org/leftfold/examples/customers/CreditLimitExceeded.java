package org.leftfold.examples.customers;

import java.math.BigDecimal;

/** An order wants more credit than a customer has left. */
public final class CreditLimitExceeded extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    CreditLimitExceeded(BigDecimal wanted, BigDecimal left) {
        super("%s is more than the %s that are left".formatted(wanted, left));
    }
}
