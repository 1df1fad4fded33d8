package org.leftfold.framework.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.aggregate.DispatchingStateTest.SumEvent.Added;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.history.StateTree;
import org.leftfold.framework.repository.RepositoryListener;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

/** The state of an aggregate that dispatches is its own fields, and nothing of the dispatching. */
class DispatchingStateTest {
    sealed interface SumEvent extends Event {
        @EventName("added")
        record Added(int count) implements SumEvent {}
    }

    record Add(int count) implements Command {}

    static final class Sum extends DispatchingAggregate<Add, SumEvent> {
        private int sum;

        Added process(Add command) {
            return new Added(command.count());
        }

        void apply(Added event) {
            sum += event.count();
        }
    }

    @Test
    void the_picture_of_the_state_has_its_fields_only() {
        Sum sum = new Sum();
        sum.apply(new Added(3));
        assertThat(StateTree.of(sum).json()).isEqualTo("{\"sum\":3}");
    }

    @Test
    void its_history_is_told_and_its_mutations_are_looked_for() {
        try (EventStore store = InMemoryEventStore.open()) {
            var sums = Leftfold.on(store).define("sum", Sum.class).checkMutations().build();
            sums.handle("s1", new Add(3));
            sums.handle("s1", new Add(4));
            assertThat(sums.history("s1").changesOf("sum"))
                    .extracting(change -> change.change().toString())
                    .containsExactly("sum: 0 -> 3", "sum: 3 -> 7");
        }
    }

    @Test
    void its_snapshot_as_json_is_read_again() {
        List<Long> read = new ArrayList<>();
        RepositoryListener listener =
                new RepositoryListener() {
                    @Override
                    public void loaded(StreamName stream, long eventsRead, Duration took) {
                        read.add(eventsRead);
                    }
                };
        try (EventStore store = InMemoryEventStore.open()) {
            var sums =
                    Leftfold.on(store)
                            .define("sum", Sum.class)
                            .snapshots(
                                    Snapshots.in(
                                            new InMemorySnapshotStore(),
                                            StateFormat.json("sum", 1, Sum.class),
                                            SnapshotPolicy.every(2)))
                            .listener(listener)
                            .build();
            for (int i = 1; i <= 3; i++) {
                sums.handle("s1", new Add(i));
            }
            read.clear();
            assertThat(sums.load("s1").state().sum).isEqualTo(6);
            assertThat(read).containsExactly(1L);
        }
    }
}
