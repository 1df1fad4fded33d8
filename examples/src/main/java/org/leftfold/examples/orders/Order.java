package org.leftfold.examples.orders;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.examples.orders.OrderCommand.ApproveOrder;
import org.leftfold.examples.orders.OrderCommand.CancelOrder;
import org.leftfold.examples.orders.OrderCommand.CorrectPrice;
import org.leftfold.examples.orders.OrderCommand.CreateOrder;
import org.leftfold.examples.orders.OrderCommand.RejectOrder;
import org.leftfold.examples.orders.OrderCommand.ReviseOrder;
import org.leftfold.examples.orders.OrderCommand.ShipOrder;
import org.leftfold.examples.orders.OrderEvent.OrderApproved;
import org.leftfold.examples.orders.OrderEvent.OrderCancelled;
import org.leftfold.examples.orders.OrderEvent.OrderCreated;
import org.leftfold.examples.orders.OrderEvent.OrderRejected;
import org.leftfold.examples.orders.OrderEvent.OrderRevised;
import org.leftfold.examples.orders.OrderEvent.OrderShipped;
import org.leftfold.examples.orders.OrderEvent.PriceCorrected;
import org.leftfold.framework.aggregate.Aggregate;

/** The rules of an order: which step may follow which, and what may be changed until when. */
public final class Order extends Aggregate<OrderCommand, OrderEvent> {
    /** The steps of an order. */
    public enum State {
        /** Nobody has ordered it yet. */
        NEW,
        /** It is to be approved or rejected. */
        PENDING,
        /** It is to be shipped, unless it is cancelled. */
        APPROVED,
        /** It ends here. */
        REJECTED,
        /** It ends here. */
        SHIPPED,
        /** It ends here. */
        CANCELLED
    }

    private State state = State.NEW;
    private final Map<String, OrderLine> lines = new LinkedHashMap<>(); // by product

    @Override
    public List<OrderEvent> process(OrderCommand command) {
        return switch (command) {
            case CreateOrder create ->
                    step(
                            State.NEW,
                            State.PENDING,
                            new OrderCreated(create.customer(), create.lines()));
            case ApproveOrder approve -> step(State.PENDING, State.APPROVED, new OrderApproved());
            case RejectOrder reject -> step(State.PENDING, State.REJECTED, new OrderRejected());
            case ShipOrder ship -> step(State.APPROVED, State.SHIPPED, new OrderShipped());
            case CancelOrder cancel -> step(State.APPROVED, State.CANCELLED, new OrderCancelled());
            case ReviseOrder revise -> revise(revise);
            case CorrectPrice correct -> correct(correct);
        };
    }

    private List<OrderEvent> step(State from, State to, OrderEvent event) {
        if (state == to) {
            return List.of();
        }
        if (state != from) {
            throw new OrderRefused("the order is %s, not %s".formatted(state, from));
        }
        return List.of(event);
    }

    private List<OrderEvent> revise(ReviseOrder revise) {
        if (state != State.PENDING && state != State.APPROVED) {
            throw new OrderRefused("the order is %s, too late to revise it".formatted(state));
        }
        return line(revise.product()).quantity() == revise.quantity()
                ? List.of()
                : List.of(new OrderRevised(revise.product(), revise.quantity()));
    }

    private List<OrderEvent> correct(CorrectPrice correct) {
        return line(correct.product()).price().compareTo(correct.price()) == 0
                ? List.of()
                : List.of(new PriceCorrected(correct.product(), correct.price()));
    }

    private OrderLine line(String product) {
        OrderLine line = lines.get(product);
        if (line == null) {
            throw new OrderRefused("no %s was ordered".formatted(product));
        }
        return line;
    }

    @Override
    public void apply(OrderEvent event) {
        switch (event) {
            case OrderCreated created -> {
                state = State.PENDING;
                created.lines().forEach(line -> lines.put(line.product(), line));
            }
            case OrderApproved approved -> state = State.APPROVED;
            case OrderRejected rejected -> state = State.REJECTED;
            case OrderShipped shipped -> state = State.SHIPPED;
            case OrderCancelled cancelled -> state = State.CANCELLED;
            case OrderRevised revised ->
                    lines.computeIfPresent(
                            revised.product(),
                            (product, line) -> line.withQuantity(revised.quantity()));
            case PriceCorrected corrected ->
                    lines.computeIfPresent(
                            corrected.product(),
                            (product, line) -> line.withPrice(corrected.price()));
        }
    }

    /** The step where it is. */
    public State state() {
        return state;
    }

    /** The price of all that is ordered. */
    public BigDecimal total() {
        return lines.values().stream()
                .map(OrderLine::total)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What brings the quantities back to those of an earlier state. */
    public List<OrderEvent> revisionsTo(Order then) {
        return lines.values().stream()
                .filter(line -> then.line(line.product()).quantity() != line.quantity())
                .<OrderEvent>map(line ->
                        new OrderRevised(line.product(), then.line(line.product()).quantity()))
                .toList();
    }
}
