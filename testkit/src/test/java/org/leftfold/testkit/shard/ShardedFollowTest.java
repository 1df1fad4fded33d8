package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.OTHER;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.refused;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StaleCheckpointException;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.shard.Shard;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;

/** One follower over all shards. */
class ShardedFollowTest {
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    @Test
    void every_event_of_every_shard_comes_once_and_is_what_a_read_gives() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            givenSpread(store, 20);
            Deliveries seen = new Deliveries();
            try (Subscription running = store.follow(fromStart(), seen)) {
                givenSpread(store, 20);
                assertThat(seen.await(40, running.completion()))
                        .containsExactlyInAnyOrderElementsOf(readAll(store));
            }
        }
    }

    @Test
    void what_depends_on_the_end_of_a_follower_may_close_it() throws Exception {
        try (Fleet fleet = new Fleet(2)) {
            ShardedEventStore store = fleet.open();
            givenSpread(store, 2);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            Subscription running =
                    store.follow(
                            fromStart(),
                            event -> {
                                throw new IllegalStateException("poisoned");
                            });
            CompletableFuture<Void> unused =
                    running.completion()
                            .whenComplete((done, failure) -> {
                                running.close();
                                closed.complete(null);
                            });
            closed.get(20, TimeUnit.SECONDS);
            running.close();
            assertThat(running.completion()).isCompletedExceptionally();
        }
    }

    @Test
    void the_events_of_a_stream_come_in_order_wherever_it_was_moved() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            Deliveries live = new Deliveries();
            try (Subscription beside = fleet.open().follow(fromStart(), live)) {
                givenMoved(store);
                Deliveries late = new Deliveries();
                try (Subscription running = store.follow(fromStart(), late)) {
                    List<RecordedEvent> all = late.await(70, running.completion());
                    assertThat(all).containsExactlyInAnyOrderElementsOf(readAll(store));
                    assertThat(live.await(70, beside.completion()))
                            .containsExactlyInAnyOrderElementsOf(all);
                }
            }
        }
    }

    @Test
    void a_query_sees_what_matches_and_nothing_of_the_moves() {
        QueryItem[] many = new QueryItem[64];
        for (int n = 0; n < many.length; n++) {
            many[n] = QueryItem.everything().andTags("n:1").andTypes(n == 0 ? "Counted" : "T" + n);
        }
        for (Query query : List.of(Query.stream(ORDER), Query.tags("n:1"), Query.anyOf(many))) {
            try (Fleet fleet = new Fleet(3)) {
                ShardedEventStore store = fleet.open();
                givenMoved(store);
                List<RecordedEvent> expected =
                        readAll(store).stream().filter(query::matches).toList();
                List<RecordedEvent> seen = new ArrayList<>();
                CompletableFuture<List<RecordedEvent>> all = new CompletableFuture<>();
                try (Subscription running =
                        store.follow(
                                FollowRequest.fromStart(query),
                                event -> {
                                    seen.add(event);
                                    if (seen.size() == expected.size()) {
                                        all.complete(List.copyOf(seen));
                                    }
                                })) {
                    assertThat(all).succeedsWithin(PATIENCE);
                    assertThat(running.completion()).isNotDone();
                }
                assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    @Test
    void a_follower_that_ends_at_any_event_goes_on_without_gap_or_repeat() throws Exception {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            givenMoved(store);
            List<RecordedEvent> all = new ArrayList<>();
            Checkpoint kept = null;
            while (all.size() < 70) {
                int before = all.size();
                Deliveries seen = new Deliveries(event -> all.size() > before + 1);
                Subscription running =
                        fleet.open()
                                .follow(
                                        kept == null
                                                ? fromStart()
                                                : FollowRequest.after(
                                                        Query.all(),
                                                        Checkpoint.parse(kept.toString())),
                                        event -> {
                                            seen.handle(event);
                                            all.add(event);
                                        });
                if (before < 68) {
                    assertThatThrownBy(() -> running.completion().get(25, TimeUnit.SECONDS))
                            .isInstanceOf(ExecutionException.class)
                            .hasRootCauseMessage("poison");
                } else {
                    seen.await(2, running.completion());
                    running.close();
                }
                kept = running.checkpoint();
                assertThat(all).hasSize(before + 2);
            }
            assertThat(all).containsExactlyInAnyOrderElementsOf(readAll(store));
            assertThat(all.stream().filter(event -> event.stream().equals(ORDER)).toList())
                    .isEqualTo(read(store, ORDER));
        }
    }

    @Test
    void the_checkpoint_behind_any_event_leads_to_all_the_others() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            givenMoved(store);
            List<RecordedEvent> all = new ArrayList<>();
            List<Checkpoint> behind = new ArrayList<>();
            CompletableFuture<Integer> last = new CompletableFuture<>();
            try (Subscription running =
                    store.follow(
                            fromStart(),
                            new org.leftfold.api.EventHandler() {
                                @Override
                                public void handle(RecordedEvent event) {}

                                @Override
                                public void handle(RecordedEvent event, Checkpoint checkpoint) {
                                    all.add(event);
                                    behind.add(checkpoint);
                                    if (all.size() == 70) {
                                        last.complete(70);
                                    }
                                }
                            })) {
                assertThat(last).succeedsWithin(PATIENCE);
                assertThat(running.completion()).isNotDone();
            }
            for (int n = 0; n < 70; n += 3) {
                Deliveries rest = new Deliveries();
                try (Subscription further = follow(store, behind.get(n), rest)) {
                    assertThat(rest.await(69 - n, further.completion()))
                            .containsExactlyInAnyOrderElementsOf(all.subList(n + 1, 70));
                }
            }
        }
    }

    @Test
    void it_has_caught_up_when_all_shards_have_and_fallen_behind_when_one_has() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            givenSpread(store, 9);
            CountDownLatch gate = new CountDownLatch(1);
            Deliveries seen = new Deliveries();
            FollowRequest request = fromStart().fallsBehindAfter(5);
            try (Subscription running =
                    store.follow(
                            request,
                            new org.leftfold.api.EventHandler() {
                                @Override
                                public void handle(RecordedEvent event) throws Exception {
                                    if (event.version() > 3) {
                                        gate.await();
                                    }
                                    seen.handle(event);
                                }

                                @Override
                                public void caughtUp(Checkpoint checkpoint) {
                                    seen.caughtUp(checkpoint);
                                }

                                @Override
                                public void fellBehind(Checkpoint checkpoint) {
                                    seen.fellBehind(checkpoint);
                                }
                            })) {
                seen.awaitSignals(1, running.completion());
                assertThat(seen.events()).hasSize(9);
                given(store, new StreamName("s-0"), 40);
                gate.countDown();
                seen.awaitSignals(3, running.completion());
                assertThat(seen.signals()).containsExactly("caught up", "fell behind", "caught up");
                assertThat(running.isLive()).isTrue();
                assertThat(running.checkpoint()).isEqualTo(store.checkpoint());
            }
        }
    }

    @Test
    void checkpoints_of_one_store_and_of_several_are_not_taken_for_each_other() {
        try (Fleet three = new Fleet(3);
                Fleet two = new Fleet(2)) {
            ShardedEventStore store = three.open();
            Checkpoint single = three.store(0).checkpoint();
            refused(StaleCheckpointException.class, "LF-4002", () -> follow(store, single));
            refused(
                    StaleCheckpointException.class,
                    "LF-4002",
                    () -> follow(store, two.open().checkpoint()));
            refused(
                    StaleCheckpointException.class,
                    "LF-4002",
                    () ->
                            three.store(0)
                                    .follow(
                                            FollowRequest.after(Query.all(), store.checkpoint()),
                                            event -> {}));
            follow(store, store.checkpoint()).close();
        }
    }

    @Test
    void a_checkpoint_is_stale_when_any_shard_was_restored() {
        try (Fleet fleet = new Fleet(3);
                InMemoryEventStore copy = InMemoryEventStore.open()) {
            ShardedEventStore store = fleet.open();
            givenSpread(store, 9);
            Checkpoint before = store.checkpoint();
            try (Backup backup = fleet.store(2).admin().backup()) {
                copy.admin().restore(backup, count -> {});
            }
            List<Shard> shards = fleet.shards(UnaryOperator.identity());
            shards.set(2, new Shard("restored", copy));
            ShardedEventStore restored = ShardedEventStore.open(shards, ShardedOptions.defaults());
            assertThat(readAll(restored)).isEqualTo(readAll(store));
            refused(StaleCheckpointException.class, "LF-4002", () -> follow(restored, before));
            follow(restored, restored.checkpoint()).close();
        }
    }

    @Test
    void a_shard_that_was_restored_to_before_a_departure_is_noticed() {
        try (Fleet fleet = new Fleet(3);
                InMemoryEventStore copy = InMemoryEventStore.open()) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 2);
            try (Backup backup = fleet.store(1).admin().backup()) {
                copy.admin().restore(backup, count -> {});
            }
            List<Shard> shards = fleet.shards(UnaryOperator.identity());
            shards.set(1, new Shard("restored", copy));
            ShardedEventStore restored = ShardedEventStore.open(shards, ShardedOptions.defaults());
            Subscription running = restored.follow(fromStart(), event -> {});
            store.move(ORDER, "shard 2", ACT);
            assertThat(running.completion())
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(IntegrityException.class)
                    .withMessageContaining(
                            "LF-4401: shard 'restored' lacks the departure of stream");
        }
    }

    @Test
    void when_one_shard_fails_the_follower_ends_with_its_error() {
        Fleet fleet = new Fleet(3);
        ShardedEventStore store = fleet.open();
        Deliveries seen = new Deliveries();
        Subscription running = store.follow(fromStart(), seen);
        givenSpread(store, 9);
        seen.await(9, running.completion());
        fleet.store(1).close();
        assertThat(running.completion())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withMessageContaining("LF-3006");
        fleet.store(0).append(OTHER, org.leftfold.api.ExpectedVersion.any(), Streams.event());
        assertThat(running.isLive()).isFalse();
        assertThat(seen.events()).hasSize(9);
        assertThat(running.checkpoint().toString()).startsWith("lfv1:");
        fleet.close();
    }

    @Test
    void a_slow_handler_holds_up_all_shards_and_its_own_closing_ends_them() throws Exception {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            givenSpread(store, 30);
            CompletableFuture<Subscription> self = new CompletableFuture<>();
            List<RecordedEvent> seen = new ArrayList<>();
            Subscription running =
                    store.follow(
                            fromStart(),
                            event -> {
                                seen.add(event);
                                if (seen.size() == 7) {
                                    self.get(25, TimeUnit.SECONDS).close();
                                }
                            });
            self.complete(running);
            running.completion().get(25, TimeUnit.SECONDS);
            assertThat(seen).hasSize(7);
            Deliveries rest = new Deliveries();
            try (Subscription further = follow(store, running.checkpoint(), rest)) {
                List<RecordedEvent> all = new ArrayList<>(rest.await(23, further.completion()));
                all.addAll(seen);
                assertThat(all).containsExactlyInAnyOrderElementsOf(readAll(store));
            }
        }
    }

    private static FollowRequest fromStart() {
        return FollowRequest.fromStart(Query.all());
    }

    private static Subscription follow(ShardedEventStore store, Checkpoint checkpoint) {
        return follow(store, checkpoint, new Deliveries());
    }

    private static Subscription follow(
            ShardedEventStore store, Checkpoint checkpoint, Deliveries handler) {
        return store.follow(FollowRequest.after(Query.all(), checkpoint), handler);
    }

    private static void givenSpread(ShardedEventStore store, int count) {
        for (int n = 0; n < count; n++) {
            given(store, StreamName.of("s", String.valueOf(n % 9)), 1);
        }
    }

    /** Seventy events, of which thirty are in a stream that goes round and round. */
    private static void givenMoved(ShardedEventStore store) {
        for (int round = 0; round < 10; round++) {
            given(store, ORDER, 3);
            givenSpread(store, 4);
            store.move(ORDER, Fleet.name(round % 3), ACT);
        }
    }
}
