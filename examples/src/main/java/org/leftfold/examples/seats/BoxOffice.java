package org.leftfold.examples.seats;

import java.util.List;
import java.util.Optional;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * Sells the seats of one screening. A sale belongs to the stream of its customer, so no version of
 * a stream guards the seats; a condition does: no sale for this screening since the sales that the
 * decision was based on. Safe for any thread and any number of box offices on one store.
 */
public final class BoxOffice {
    private final EventStore store;
    private final List<String> seats;
    private final String tag;
    private final Query sales;

    /** A box office for the screening with these seats. */
    public BoxOffice(EventStore store, String screening, List<String> seats) {
        this.store = store;
        this.seats = List.copyOf(seats);
        this.tag = "screening:" + screening;
        this.sales = Query.tags(tag);
    }

    /** Sells a seat to a customer and gives its name; empty when all are sold. */
    public Optional<String> sell(String customer) {
        // A refusal means that one more seat was sold, so there are at most as many as seats.
        for (int attempt = 0; attempt <= seats.size(); attempt++) {
            List<RecordedEvent> sold = store.read(ReadRequest.of(sales)).toList();
            Optional<String> seat =
                    decide(seats, sold.stream().map(sale -> sale.payload().asText()).toList());
            if (seat.isEmpty() || record(customer, seat.get(), sold)) {
                return seat;
            }
        }
        throw new IllegalStateException("more seats were sold than there are");
    }

    /** The first seat that is not sold: a pure function, tested without a store. */
    static Optional<String> decide(List<String> seats, List<String> sold) {
        return seats.stream().filter(seat -> !sold.contains(seat)).findFirst();
    }

    private boolean record(String customer, String seat, List<RecordedEvent> sold) {
        long seen = sold.isEmpty() ? 0 : sold.getLast().position();
        NewEvent sale = NewEvent.of("SeatSold", Payload.ofText(seat)).withTags(tag);
        StreamName stream = StreamName.of("customer", customer);
        try {
            store.append(
                    Append.to(stream, ExpectedVersion.any(), sale)
                            .onlyIf(AppendCondition.noneAfter("seats as seen", sales, seen)));
            return true;
        } catch (ConditionFailedException overtaken) {
            return false; // Another sale came first: look again.
        }
    }
}
