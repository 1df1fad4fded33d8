package org.leftfold.examples.stock;

/** What one wants of the stock of one item. */
public sealed interface StockCommand {
    /** Goods are here. */
    record Receive(int pieces) implements StockCommand {}

    /**
     * A customer orders.
     *
     * @param order the order
     * @param pieces how many
     * @param waits whether he waits for the next goods when too few are there; else he is told
     */
    record Place(String order, int pieces, boolean waits) implements StockCommand {}
}
