package org.leftfold.examples.orders;

import java.math.BigDecimal;

/**
 * What is ordered of one product.
 *
 * @param price of one piece
 */
public record OrderLine(String product, int quantity, BigDecimal price) {
    OrderLine withQuantity(int other) {
        return new OrderLine(product, other, price);
    }

    OrderLine withPrice(BigDecimal other) {
        return new OrderLine(product, quantity, other);
    }

    /** The price of all pieces. */
    public BigDecimal total() {
        return price.multiply(BigDecimal.valueOf(quantity));
    }
}
