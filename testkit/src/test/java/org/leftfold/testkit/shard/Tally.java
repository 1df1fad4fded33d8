package org.leftfold.testkit.shard;

import java.util.List;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.testkit.shard.Tally.Add;
import org.leftfold.testkit.shard.Tally.Added;

/** Counts up; each event has the sum, which shows whether another one was overlooked. */
public final class Tally implements Decider<Add, Integer, Added> {
    /** Adds a number; zero changes nothing. */
    public record Add(int number) {}

    /** The sum is this now. */
    @EventName("added")
    public record Added(int sum) {}

    @Override
    public Integer initialState() {
        return 0;
    }

    @Override
    public List<Added> decide(Add command, Integer sum) {
        return command.number() == 0 ? List.of() : List.of(new Added(sum + command.number()));
    }

    @Override
    public Integer evolve(Integer sum, Added event) {
        return event.sum();
    }
}
