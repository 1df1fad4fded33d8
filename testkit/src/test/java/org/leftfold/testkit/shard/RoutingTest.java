package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACCOUNT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.OTHER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.refused;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;
import org.leftfold.testkit.tck.DelegatingStore;

/** Where appends and reads go, and which are refused. */
class RoutingTest {
    @Test
    void each_stream_is_whole_in_the_shard_of_its_name() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 3);
            given(store, OTHER, 2);
            assertThat(read(fleet.store(1), ORDER)).hasSize(3);
            assertThat(read(fleet.store(0), OTHER)).hasSize(2);
            assertThat(store.shardOf(ORDER)).isEqualTo("shard 1");
            assertThat(store.shardOf(new StreamName("never"))).startsWith("shard ");
        }
    }

    @Test
    void positions_are_unique_and_lead_back_to_their_events() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            for (int n = 0; n < 40; n++) {
                StreamName stream = StreamName.of("s", String.valueOf(n % 11));
                AppendResult result = store.append(stream, ExpectedVersion.any(), events(2));
                assertThat(result.writes().getFirst().lastPosition())
                        .isEqualTo(result.writes().getFirst().firstPosition() + 3);
                assertThat(store.head()).isGreaterThanOrEqualTo(result.lastPosition());
            }
            List<RecordedEvent> all = readAll(store);
            assertThat(all)
                    .hasSize(80)
                    .isSortedAccordingTo(Comparator.comparingLong(RecordedEvent::position));
            assertThat(all.stream().map(RecordedEvent::position)).doesNotHaveDuplicates();
            for (RecordedEvent event : all) {
                long position = event.position();
                assertThat(store.read(ReadRequest.all().after(position - 1).to(position)).toList())
                        .containsExactly(event);
            }
            assertThat(store.head()).isEqualTo(all.getLast().position());
        }
    }

    @Test
    void any_range_of_a_read_over_shards_is_a_part_of_the_whole() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            for (int n = 0; n < 30; n++) {
                given(store, StreamName.of("s", String.valueOf(n % 7)), 1);
            }
            List<RecordedEvent> all = readAll(store);
            for (long after = 0; after <= store.head() + 1; after++) {
                ReadRequest range = ReadRequest.all().after(after).to(after + 9).afterVersion(1);
                List<RecordedEvent> expected = all.stream().filter(range::covers).toList();
                assertThat(store.read(range).toList()).isEqualTo(expected);
                assertThat(store.read(range.limit(2)).toList())
                        .isEqualTo(expected.stream().limit(2).toList());
                assertThat(store.read(range.backward().limit(3)).toList())
                        .isEqualTo(expected.reversed().stream().limit(3).toList());
            }
        }
    }

    @Test
    void a_read_of_one_stream_reads_one_shard_and_holds_no_other() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            AtomicInteger reads = new AtomicInteger();
            ShardedEventStore store = fleet.open(inner -> counting(inner, reads));
            reads.set(0);
            assertThat(read(store, ORDER)).hasSize(2);
            assertThat(reads.get()).as("the read, and one for moves").isEqualTo(2);
        }
    }

    @Test
    void an_append_after_a_load_costs_one_call() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            AtomicInteger reads = new AtomicInteger();
            AtomicInteger conditions = new AtomicInteger();
            ShardedEventStore store =
                    fleet.open(inner ->
                            new DelegatingStore(counting(inner, reads)) {
                                @Override
                                public AppendResult append(Append append) {
                                    conditions.addAndGet(append.conditions().size());
                                    return super.append(append);
                                }
                            });
            assertThat(read(store, ORDER)).hasSize(2);
            reads.set(0);
            conditions.set(0);
            store.append(ORDER, ExpectedVersion.exactly(2), event());
            store.append(ORDER, ExpectedVersion.exactly(3), event());
            store.append(OTHER, ExpectedVersion.noStream(), event());
            assertThat(reads.get()).isZero();
            assertThat(conditions.get()).isZero();
            store.append(ORDER, ExpectedVersion.any(), event());
            assertThat(reads.get()).isZero();
            assertThat(conditions.get()).isEqualTo(1);
        }
    }

    private static EventStore counting(EventStore inner, AtomicInteger reads) {
        return new DelegatingStore(inner) {
            @Override
            public Events read(ReadRequest request) {
                reads.incrementAndGet();
                return super.read(request);
            }
        };
    }

    @Test
    void an_append_across_shards_is_refused_and_names_both() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            Append append =
                    Append.to(ORDER, ExpectedVersion.any(), event())
                            .andTo(OTHER, ExpectedVersion.any(), event());
            assertThat(
                            refused(
                                    InvalidRequestException.class,
                                    "LF-1401",
                                    () -> store.append(append)))
                    .hasMessageContaining(
                            "'order-1' is in shard 'shard 1', 'order-2' is in shard 'shard 0'");
            assertThat(store.appendAsync(append))
                    .failsWithin(java.time.Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(InvalidRequestException.class);
            assertThat(readAll(store)).isEmpty();
            store.append(
                    Append.to(ORDER, ExpectedVersion.any(), event())
                            .andTo(ACCOUNT, ExpectedVersion.any(), event()));
            assertThat(readAll(store)).hasSize(2);
        }
    }

    @Test
    void conditions_are_refused_unless_it_was_said_that_they_may_see_one_shard_only() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            Append claim = claim(ORDER);
            assertThat(refused(InvalidRequestException.class, "LF-1402", () -> store.append(claim)))
                    .hasMessageContaining("checkingConditionsWithinShard()");
            ShardedEventStore within =
                    fleet.open(ShardedOptions.defaults().checkingConditionsWithinShard());
            within.append(claim);
            ConditionFailedException failed =
                    refused(
                            ConditionFailedException.class,
                            "LF-2002",
                            () -> within.append(claim(ACCOUNT)));
            assertThat(failed.condition()).isEqualTo(claim.conditions().getFirst());
            assertThat(within.read(failed.missed()).toList())
                    .extracting(RecordedEvent::position)
                    .containsExactly(failed.foundPosition());
            within.append(claim(OTHER)); // another shard does not see it: that is what was said
        }
    }

    @Test
    void a_condition_may_begin_behind_a_position_of_its_own_shard_only() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store =
                    fleet.open(ShardedOptions.defaults().checkingConditionsWithinShard());
            long here = store.append(ORDER, ExpectedVersion.any(), event()).lastPosition();
            long there = store.append(OTHER, ExpectedVersion.any(), event()).lastPosition();
            Query happened = Query.types("Happened");
            store.append(
                    Append.to(ORDER, ExpectedVersion.any(), NewEvent.ofJson("Else", "{}"))
                            .onlyIf(AppendCondition.noneAfter("no news", happened, here)));
            assertThat(
                            refused(
                                    InvalidRequestException.class,
                                    "LF-1402",
                                    () ->
                                            store.append(
                                                    Append.to(ORDER, ExpectedVersion.any(), event())
                                                            .onlyIf(
                                                                    AppendCondition.noneAfter(
                                                                            "no news", happened,
                                                                            there)))))
                    .hasMessageContaining("is one of shard 'shard 0', and says nothing in shard");
        }
    }

    @Test
    void a_condition_does_not_see_the_events_of_the_store_itself() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store =
                    fleet.open(ShardedOptions.defaults().checkingConditionsWithinShard());
            store.append(
                    Append.to(ORDER, ExpectedVersion.any(), event())
                            .onlyIf(AppendCondition.none("first of all", Query.all())));
        }
    }

    @Test
    void names_of_the_store_itself_are_refused() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            List<Append> appends =
                    List.of(
                            Append.to(
                                    new StreamName("leftfold.shards"),
                                    ExpectedVersion.any(),
                                    event()),
                            Append.to(
                                    ORDER,
                                    ExpectedVersion.any(),
                                    NewEvent.ofJson("leftfold.shards.Left", "{}")),
                            Append.to(
                                    ORDER,
                                    ExpectedVersion.any(),
                                    event().withMetadata("leftfold.shards.copy", "1 x")));
            for (Append append : appends) {
                refused(InvalidRequestException.class, "LF-1405", () -> store.append(append));
            }
            assertThat(readAll(store)).isEmpty();
        }
    }

    private static Append claim(StreamName stream) {
        return Append.to(stream, ExpectedVersion.any(), event().withTags("name:ann"))
                .onlyIf(AppendCondition.none("name is free", Query.tags("name:ann")));
    }
}
