package org.leftfold.testkit.tck.framework;

import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.Tagged;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.DecisionsBuilder;
import org.leftfold.testkit.tck.framework.SeatDecider.Buy;
import org.leftfold.testkit.tck.framework.SeatDecider.SeatSold;

/**
 * The seats of shows, sold over many streams: each buyer has one, so that only the rule across
 * streams keeps a seat from being sold twice.
 */
final class SeatDecider implements Decider<Buy, Integer, SeatSold> {
    record Buy(String show, int seats, String buyer) {}

    @EventName("seat-sold")
    record SeatSold(@Tagged String show, int seat, String buyer) {}

    /** A refusal of this domain. */
    static final class SoldOut extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        SoldOut(int sold) {
            super("all %d seats are sold".formatted(sold));
        }
    }

    static EventCodec<SeatSold> codec(EventStore store) {
        return Leftfold.on(store).codec(EventSchema.of(SeatSold.class));
    }

    static DecisionsBuilder<Buy, Integer, SeatSold> define(EventStore store) {
        return new DecisionsBuilder<>(
                        store,
                        "box-office",
                        new SeatDecider(),
                        codec(store),
                        buy -> Query.tags("show:" + buy.show()),
                        sold -> StreamName.of("buyer", sold.buyer()))
                .retry(Members.GENEROUS);
    }

    @Override
    public Integer initialState() {
        return 0;
    }

    @Override
    public List<SeatSold> decide(Buy command, Integer sold) {
        if (sold >= command.seats()) {
            throw new SoldOut(sold);
        }
        return List.of(new SeatSold(command.show(), sold + 1, command.buyer()));
    }

    @Override
    public Integer evolve(Integer sold, SeatSold event) {
        return sold + 1;
    }
}
