package org.leftfold.examples.orders;

/** An order does not allow what somebody wants of it. */
public final class OrderRefused extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    OrderRefused(String why) {
        super(why);
    }
}
