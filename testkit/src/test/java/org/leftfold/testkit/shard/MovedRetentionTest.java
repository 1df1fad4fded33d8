package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.refused;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.Retention;
import org.leftfold.api.shard.ShardedEventStore;

/** What a retention or an administrator took away, and nothing else, is gone after a move. */
class MovedRetentionTest {
    @Test
    void a_count_keeps_the_newest_events_of_a_moved_stream_and_counts_no_event_of_the_move() {
        for (int count = 1; count <= 4; count++) {
            for (int later = 0; later <= 2; later++) {
                try (Fleet fleet = new Fleet(3)) {
                    ShardedEventStore store = fleet.open();
                    given(store, ORDER, 5);
                    store.move(ORDER, "shard 2", ACT);
                    given(store, ORDER, later);
                    retain(fleet, count);
                    List<Long> kept = upTo(5 + later).subList(5 + later - count, 5 + later);
                    assertThat(versions(read(store, ORDER))).isEqualTo(kept);
                    assertThat(readAll(store)).containsAll(read(store, ORDER));
                    store.move(ORDER, "shard 0", ACT);
                    store.move(ORDER, "shard 1", ACT);
                    retain(fleet, count);
                    assertThat(versions(read(store, ORDER))).isEqualTo(kept);
                    assertThat(versions(read(fleet.open(), ORDER))).isEqualTo(kept);
                    assertThat(readAll(store)).containsAll(read(store, ORDER));
                }
            }
        }
    }

    @Test
    void a_count_during_a_move_keeps_the_newest_events_too() {
        for (int cut = 1; cut < 5; cut++) {
            try (Fleet fleet = new Fleet(3)) {
                ShardedEventStore store = fleet.open();
                store.append(ORDER, ExpectedVersion.noStream(), events(300));
                int at = cut;
                refused(
                        OutcomeUnknownException.class,
                        "LF-3001",
                        () -> fleet.open(Cuts.ofAppends(at, false)).move(ORDER, "shard 2", ACT));
                retain(fleet, 3);
                assertThat(versions(read(store, ORDER))).containsExactly(298L, 299L, 300L);
                given(store, ORDER, 1);
                assertThat(versions(read(store, ORDER))).endsWith(298L, 299L, 300L, 301L);
                retain(fleet, 3);
                assertThat(versions(read(store, ORDER))).containsExactly(299L, 300L, 301L);
            }
        }
    }

    @Test
    void events_that_were_deleted_after_a_move_do_not_come_back_with_the_stream() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 3);
            store.move(ORDER, "shard 2", ACT);
            fleet.store(2).admin().delete(ORDER, ACT);
            store.move(ORDER, "shard 1", ACT);
            assertThat(read(store, ORDER)).isEmpty();
            assertThat(read(fleet.open(), ORDER)).isEmpty();
            assertThat(readAll(store)).isEmpty();
            assertThat(store.version(ORDER)).isEqualTo(3);
            given(store, ORDER, 1);
            assertThat(versions(read(store, ORDER))).containsExactly(4L);
            store.move(ORDER, "shard 0", ACT);
            assertThat(versions(read(fleet.open(), ORDER))).containsExactly(4L);
            assertThat(readAll(fleet.open())).isEqualTo(read(store, ORDER));
        }
    }

    @Test
    void events_that_were_truncated_after_a_move_do_not_come_back_with_the_stream() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 3);
            store.move(ORDER, "shard 2", ACT);
            given(store, ORDER, 2);
            fleet.store(2).admin().truncate(ORDER, 4, ACT); // the arrival, 1 and 2
            store.move(ORDER, "shard 1", ACT);
            given(store, ORDER, 1);
            assertThat(versions(read(store, ORDER))).containsExactly(3L, 4L, 5L, 6L);
            assertThat(readAll(store)).containsExactlyInAnyOrderElementsOf(read(store, ORDER));
        }
    }

    @Test
    void events_that_were_truncated_where_a_stream_had_been_are_copied_when_it_moves_back() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            List<NewEvent> all = given(store, ORDER, 3);
            store.move(ORDER, "shard 2", ACT);
            all.addAll(given(store, ORDER, 2));
            fleet.store(1).admin().truncate(ORDER, 3, ACT); // to make room there
            assertThat(versions(read(store, ORDER))).isEqualTo(upTo(5));
            store.move(ORDER, "shard 1", ACT);
            all.addAll(given(store, ORDER, 2));
            for (ShardedEventStore each : List.of(store, fleet.open())) {
                assertThat(versions(read(each, ORDER))).isEqualTo(upTo(7));
                assertThat(Streams.contents(read(each, ORDER))).isEqualTo(all);
                for (NewEvent event : all) {
                    AppendResult again =
                            each.append(Append.to(ORDER, ExpectedVersion.any(), event));
                    assertThat(again.repeated()).isTrue();
                    assertThat(again.lastVersion()).isEqualTo(all.indexOf(event) + 1L);
                }
            }
            store.move(ORDER, "shard 0", ACT);
            assertThat(versions(read(fleet.open(), ORDER))).isEqualTo(upTo(7));
        }
    }

    @Test
    void the_id_of_a_truncated_event_cannot_be_used_again_beside_a_new_one() {
        for (boolean isBack : List.of(false, true)) {
            try (Fleet fleet = new Fleet(3)) {
                ShardedEventStore store = fleet.open();
                NewEvent used = given(store, ORDER, 3).getFirst();
                fleet.store(1).admin().truncate(ORDER, 3, ACT);
                store.move(ORDER, "shard 2", ACT);
                if (isBack) {
                    store.move(ORDER, "shard 0", ACT);
                }
                refused(
                        InvalidRequestException.class,
                        "LF-1005",
                        () -> store.append(ORDER, ExpectedVersion.any(), List.of(used, event())));
                assertThat(store.version(ORDER)).isEqualTo(3);
            }
        }
    }

    private static void retain(Fleet fleet, int count) {
        for (int shard = 0; shard < 3; shard++) {
            fleet.store(shard)
                    .admin()
                    .retain(Retention.ofAllStreams().maxCount(count), ACT, unused -> {});
            fleet.store(shard).admin().scavenge(unused -> {});
        }
    }
}
