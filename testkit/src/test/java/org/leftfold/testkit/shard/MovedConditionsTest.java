package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACCOUNT;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.refused;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;

/** Conditions on what was read before its streams were moved. */
class MovedConditionsTest {
    private static final Query BOTH =
            Query.anyOf(QueryItem.everything().andStreams(ORDER, ACCOUNT));

    private static ShardedEventStore open(Fleet fleet) {
        return fleet.open(ShardedOptions.defaults().checkingConditionsWithinShard());
    }

    private static Append unless(Query query, long after) {
        return Append.to(ORDER, ExpectedVersion.any(), event())
                .onlyIf(AppendCondition.noneAfter("no news", query, after));
    }

    private static long lastOf(ShardedEventStore store, Query query) {
        return readAll(store).stream()
                .filter(query::matches)
                .mapToLong(RecordedEvent::position)
                .max()
                .orElse(0);
    }

    @Test
    void a_condition_on_one_stream_holds_after_it_was_moved() {
        try (Fleet fleet = new Fleet(3)) {
            for (ShardedEventStore store : List.of(open(fleet), open(fleet))) {
                given(store, ORDER, 3);
                for (String target : List.of("shard 2", "shard 0", "shard 1")) {
                    long read = read(store, ORDER).getLast().position();
                    store.move(ORDER, target, ACT);
                    Append append = unless(Query.stream(ORDER), read);
                    AppendResult first = open(fleet).append(append);
                    assertThat(store.append(append).writes()).isEqualTo(first.writes());
                    ConditionFailedException failed =
                            refused(
                                    ConditionFailedException.class,
                                    "LF-2002",
                                    () -> store.append(unless(Query.stream(ORDER), read)));
                    assertThat(failed.foundPosition()).isEqualTo(first.lastPosition());
                }
            }
        }
    }

    @Test
    void a_condition_on_one_stream_sees_what_came_between_the_read_and_the_move() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = open(fleet);
            given(store, ORDER, 3);
            long read = read(store, ORDER).getLast().position();
            given(store, ORDER, 1);
            long missed = read(store, ORDER).getLast().position();
            store.move(ORDER, "shard 2", ACT);
            ConditionFailedException failed =
                    refused(
                            ConditionFailedException.class,
                            "LF-2002",
                            () -> store.append(unless(Query.stream(ORDER), read)));
            assertThat(failed.foundPosition()).isEqualTo(missed);
        }
    }

    @Test
    void a_condition_behind_an_event_that_was_taken_away_where_it_was_recorded_holds() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = open(fleet);
            given(store, ORDER, 3);
            store.move(ORDER, "shard 2", ACT);
            given(store, ORDER, 1);
            store.move(ORDER, "shard 0", ACT);
            given(store, ORDER, 1);
            store.move(ORDER, "shard 2", ACT);
            long read = read(store, ORDER).getLast().position();
            fleet.store(0).admin().truncate(ORDER, fleet.store(0).version(ORDER), ACT);
            store.append(unless(Query.stream(ORDER), read));
            refused(
                    ConditionFailedException.class,
                    "LF-2002",
                    () -> store.append(unless(Query.stream(ORDER), read)));
        }
    }

    @Test
    void a_condition_on_streams_that_were_moved_together_holds() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = open(fleet);
            given(store, ORDER, 2);
            given(store, ACCOUNT, 2);
            long read = lastOf(store, BOTH);
            store.move(ORDER, "shard 2", ACT);
            store.move(ACCOUNT, "shard 2", ACT);
            AppendResult first = open(fleet).append(unless(BOTH, read));
            ConditionFailedException failed =
                    refused(
                            ConditionFailedException.class,
                            "LF-2002",
                            () -> store.append(unless(BOTH, read)));
            assertThat(failed.foundPosition()).isEqualTo(first.lastPosition());
        }
    }

    @Test
    void a_condition_sees_copies_that_came_behind_its_position_for_what_they_are() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = open(fleet);
            given(store, ACCOUNT, 2);
            store.move(ACCOUNT, "shard 0", ACT);
            given(store, ORDER, 8); // at higher positions than all that comes now
            long read = lastOf(store, BOTH);
            assertThat(read % 3).as("of shard 1").isEqualTo(2);
            store.move(ACCOUNT, "shard 1", ACT);
            store.append(unless(BOTH, read));
        }
    }

    @Test
    void a_condition_does_not_see_what_was_deleted_while_the_stream_was_elsewhere() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = open(fleet);
            given(store, ORDER, 3);
            store.move(ORDER, "shard 2", ACT);
            fleet.store(2).admin().delete(ORDER, ACT);
            store.move(ORDER, "shard 1", ACT);
            AppendResult first = store.append(unless(Query.stream(ORDER), 0));
            ConditionFailedException failed =
                    refused(
                            ConditionFailedException.class,
                            "LF-2002",
                            () -> store.append(unless(Query.stream(ORDER), 0)));
            assertThat(failed.foundPosition()).isEqualTo(first.lastPosition());
        }
    }

    @Test
    void a_condition_that_cannot_be_decided_is_refused_and_says_why() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = open(fleet);
            given(store, ACCOUNT, 2);
            store.move(ACCOUNT, "shard 0", ACT);
            given(store, ORDER, 8);
            long read = lastOf(store, BOTH);
            given(store, ACCOUNT, 1); // below that position, and later
            store.move(ACCOUNT, "shard 1", ACT);
            long version = store.version(ORDER);
            assertThat(
                            refused(
                                    InvalidRequestException.class,
                                    "LF-1402",
                                    () -> store.append(unless(BOTH, read))))
                    .hasMessageContaining("'account-1'")
                    .hasMessageContaining("moved");
            assertThat(store.version(ORDER)).isEqualTo(version);
        }
    }
}
