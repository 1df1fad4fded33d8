package org.leftfold.examples.stock;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.examples.stock.Stock.Shelf;
import org.leftfold.examples.stock.StockCommand.Place;
import org.leftfold.examples.stock.StockCommand.Receive;
import org.leftfold.examples.stock.StockEvent.BackOrderCreated;
import org.leftfold.examples.stock.StockEvent.GoodsReceived;
import org.leftfold.examples.stock.StockEvent.OrderFilled;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;

/** The rules of stock: nothing is sold twice, and back orders are filled in their order. */
public final class Stock implements Decider<StockCommand, Shelf, StockEvent> {
    private final String item;

    /** The rules for an item. */
    public Stock(String item) {
        this.item = item;
    }

    /**
     * What is there.
     *
     * @param pieces how many pieces are free
     * @param waiting who waits, first come first
     */
    public record Shelf(int pieces, List<BackOrderCreated> waiting) {}

    /** What customers see: how many pieces there were a moment ago. */
    public record Available(int pieces) {}

    /** The view of it. */
    public static final Projection<Available> AVAILABLE =
            Projection.of(
                            "available",
                            Available.class,
                            EventSchema.of(StockEvent.class),
                            Stock::available)
                    .keyedBy(Keying.streamId())
                    .build();

    private static Available available(
            @Nullable Available row, DomainEvent<StockEvent> event, String key) {
        int pieces = row == null ? 0 : row.pieces();
        return switch (event.event()) {
            case GoodsReceived received -> new Available(pieces + received.pieces());
            case OrderFilled filled -> new Available(pieces - filled.pieces());
            case BackOrderCreated created -> new Available(pieces);
        };
    }

    @Override
    public Shelf initialState() {
        return new Shelf(0, List.of());
    }

    @Override
    public List<StockEvent> decide(StockCommand command, Shelf shelf) {
        return switch (command) {
            case Receive receive -> receive(receive, shelf);
            case Place place when place.pieces() <= shelf.pieces() ->
                    List.of(new OrderFilled(place.order(), place.pieces()));
            case Place place when place.waits() ->
                    List.of(new BackOrderCreated(place.order(), place.pieces()));
            case Place place -> throw new OutOfStock(item, place.pieces(), shelf.pieces());
        };
    }

    private static List<StockEvent> receive(Receive receive, Shelf shelf) {
        List<StockEvent> events = new ArrayList<>();
        events.add(new GoodsReceived(receive.pieces()));
        int left = shelf.pieces() + receive.pieces();
        for (BackOrderCreated order : shelf.waiting()) {
            if (order.pieces() > left) {
                break; // nobody is passed over
            }
            events.add(new OrderFilled(order.order(), order.pieces()));
            left -= order.pieces();
        }
        return events;
    }

    @Override
    public Shelf evolve(Shelf shelf, StockEvent event) {
        return switch (event) {
            case GoodsReceived received ->
                    new Shelf(shelf.pieces() + received.pieces(), shelf.waiting());
            case OrderFilled filled ->
                    new Shelf(
                            shelf.pieces() - filled.pieces(),
                            shelf.waiting().stream()
                                    .filter(order -> !order.order().equals(filled.order()))
                                    .toList());
            case BackOrderCreated created -> {
                List<BackOrderCreated> waiting = new ArrayList<>(shelf.waiting());
                waiting.add(created);
                yield new Shelf(shelf.pieces(), List.copyOf(waiting));
            }
        };
    }
}
