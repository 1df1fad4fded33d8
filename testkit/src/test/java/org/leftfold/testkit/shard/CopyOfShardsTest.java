package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.framework.transform.CopyReport;
import org.leftfold.framework.transform.Draft;
import org.leftfold.framework.transform.Redesigned;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.Transformation;
import org.leftfold.framework.transform.TransformedCopy;

/** What is different when a store that is copied, or whose streams are split, has shards. */
class CopyOfShardsTest {
    private static final AdminAct ACT = new AdminAct("anna", "fewer shards");

    private static StreamName order(int number) {
        return StreamName.of("order", String.valueOf(number));
    }

    private static void fill(EventStore store, int streams) {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < streams; i++) {
                store.append(order(i), ExpectedVersion.any(), NewEvent.ofJson("E", "{}"));
            }
        }
    }

    private static CopyReport copy(EventStore source, EventStore target) {
        return new TransformedCopy(source, target, "same", Transformation.asItIs(), ACT)
                .run(position -> {});
    }

    private static void assertRefused(String code, String text, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        LeftfoldException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    void a_source_at_rest_is_copied_and_one_that_went_on_is_refused() {
        try (Fleet fleet = new Fleet(3);
                EventStore target = InMemoryEventStore.open()) {
            ShardedEventStore source = fleet.open();
            fill(source, 20);
            assertThat(copy(source, target).verification().differences()).isEmpty();
            assertThat(copy(source, target).appended()).as("again").isZero();

            source.append(order(3), ExpectedVersion.any(), NewEvent.ofJson("E", "{}"));
            assertRefused("LF-1235", "events were appended", () -> copy(source, target));
        }
    }

    @Test
    void a_source_with_a_stream_whose_positions_fall_is_refused() {
        try (Fleet fleet = new Fleet(2);
                EventStore target = InMemoryEventStore.open()) {
            ShardedEventStore source = fleet.open();
            int here = Fleet.shardOf(source, order(0));
            for (int i = 1; i < 200; i++) { // its shard is far ahead of the other one
                if (Fleet.shardOf(source, order(i)) == here) {
                    source.append(order(i), ExpectedVersion.any(), NewEvent.ofJson("E", "{}"));
                }
            }
            fill(source, 1);
            source.move(order(0), Fleet.name(1 - here), ACT);
            source.append(order(0), ExpectedVersion.any(), NewEvent.ofJson("E", "{}"));

            assertRefused("LF-1235", "stream 'order-0' was moved", () -> copy(source, target));
        }
    }

    @Test
    void streams_of_several_shards_are_not_merged_and_those_of_one_are() {
        try (Fleet fleet = new Fleet(2)) {
            ShardedEventStore store = fleet.open();
            fill(store, 20);
            List<StreamName> here = new ArrayList<>();
            List<StreamName> there = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                (Fleet.shardOf(store, order(i)) == 0 ? here : there).add(order(i));
            }
            StreamRedesign redesign = new StreamRedesign(store, ACT);
            StreamName into = order(100);
            while (Fleet.shardOf(store, into) != 0) {
                into = order(Integer.parseInt(into.id()) + 1);
            }
            StreamName successor = into;
            List<StreamName> both = List.of(here.getFirst(), there.getFirst());
            assertRefused("LF-1233", "in the shards", () -> redesign.merge(both, successor));
            assertThat(store.version(successor)).isZero();

            Redesigned result = redesign.inPortionsAbove(3).merge(here, successor);
            assertThat(result.events()).isEqualTo(2L * here.size());
        }
    }

    /** More streams than are kept in memory: each is looked up again when it comes up again. */
    @Test
    void more_streams_than_are_kept_in_memory_are_copied_and_compared() {
        int streams = 51_000;
        try (Fleet fleet = new Fleet(2);
                EventStore source = InMemoryEventStore.open();
                EventStore plain = InMemoryEventStore.open()) {
            fill(source, streams);
            for (EventStore target : List.of(plain, fleet.open())) {
                CopyReport report = copy(source, target);
                assertThat(report.appended()).isEqualTo(2L * streams);
                assertThat(report.verification().differences()).isEmpty();
                Transformation one =
                        stored ->
                                stored.stream().equals(order(7)) && stored.version() == 2
                                        ? List.of()
                                        : List.of(Draft.of(stored));
                assertThat(
                                new TransformedCopy(source, target, "same", one, ACT)
                                        .verify(position -> {})
                                        .differences())
                        .hasSize(1)
                        .first()
                        .asString()
                        .contains("has no counterpart in the source");
            }
        }
    }
}
