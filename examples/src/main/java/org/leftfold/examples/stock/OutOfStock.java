package org.leftfold.examples.stock;

/** An order that cannot be filled; says what could. */
public final class OutOfStock extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final int available;

    OutOfStock(String item, int wanted, int available) {
        super("%d of '%s' are wanted, %d are there".formatted(wanted, item, available));
        this.available = available;
    }

    /** What the customer may order instead. */
    public int available() {
        return available;
    }
}
