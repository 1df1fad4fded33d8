package org.leftfold.examples.stock;

import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.Tagged;

/** What happened to the stock of one item. */
public sealed interface StockEvent {
    /** Goods came in. */
    @EventName("goods-received")
    record GoodsReceived(int pieces) implements StockEvent {}

    /** Pieces were set aside for an order. */
    @EventName("order-filled")
    record OrderFilled(@Tagged("order") String order, int pieces) implements StockEvent {}

    /** The customer waits for the next goods. */
    @EventName("back-order-created")
    record BackOrderCreated(@Tagged("order") String order, int pieces) implements StockEvent {}
}
