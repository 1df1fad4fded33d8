package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertRefused;
import static org.leftfold.testkit.tck.Samples.between;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.tagged;
import static org.leftfold.testkit.tck.Samples.upTo;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StaleCheckpointException;
import org.leftfold.api.Subscription;

/** Followers: what they get, from where, and what they are told (G9). */
public interface FollowTck extends TckFixture {
    @Test
    default void a_follower_from_the_start_gets_stored_events_and_then_new_ones() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            Recorder recorder = new Recorder();
            try (Subscription running = followAll(opened.store(), recorder)) {
                recorder.expectPositions(upTo(3));
                given(opened.store(), ACCOUNT, 2);
                recorder.expectPositions(List.of(4L, 5L));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_follower_gets_events_as_a_read_gives_them() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            store.append(
                    ORDER,
                    ExpectedVersion.any(),
                    tagged("Sold", "show:1").withMetadata("actor", "ann"));
            Recorder recorder = new Recorder();
            try (Subscription running = followAll(store, recorder)) {
                assertFalse(running.completion().isDone());
                assertEquals(readAll(store), recorder.next(1));
                store.append(
                        ORDER,
                        ExpectedVersion.any(),
                        tagged("Sold", "show:2").withSchemaVersion(2));
                assertEquals(readAll(store).subList(1, 2), recorder.next(1));
            }
        }
    }

    @Test
    default void a_follower_from_now_gets_only_what_is_appended_later() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            Recorder recorder = new Recorder();
            try (Subscription running =
                    opened.store().follow(FollowRequest.fromNow(Query.all()), recorder)) {
                given(opened.store(), ORDER, 2);
                recorder.expectPositions(List.of(4L, 5L));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_follower_after_a_checkpoint_gets_what_is_behind_it() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 2);
            Checkpoint checkpoint = opened.store().checkpoint();
            given(opened.store(), ORDER, 2);
            Recorder recorder = new Recorder();
            try (Subscription running =
                    opened.store().follow(FollowRequest.after(Query.all(), checkpoint), recorder)) {
                given(opened.store(), ORDER, 1);
                recorder.expectPositions(List.of(3L, 4L, 5L));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_follower_after_the_checkpoint_of_an_empty_store_gets_everything() {
        try (TckStore opened = openStore()) {
            Checkpoint checkpoint = Checkpoint.parse(opened.store().checkpoint().toString());
            given(opened.store(), ORDER, 2);
            Recorder recorder = new Recorder();
            try (Subscription running =
                    opened.store().follow(FollowRequest.after(Query.all(), checkpoint), recorder)) {
                recorder.expectPositions(upTo(2));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_follower_gets_only_what_matches_its_query() {
        List<Query> queries =
                List.of(
                        Query.stream(ACCOUNT),
                        Query.category("account"),
                        Query.types("Even"),
                        Query.tags("is:even"),
                        Query.anyOf(
                                QueryItem.everything()
                                        .andTypes("Even")
                                        .andTags("is:even")
                                        .andStreams(ACCOUNT)));
        for (Query query : queries) {
            try (TckStore opened = openStore()) {
                givenPairs(opened.store(), 3);
                Recorder recorder = new Recorder();
                try (Subscription running =
                        opened.store().follow(FollowRequest.fromStart(query), recorder)) {
                    givenPairs(opened.store(), 3);
                    recorder.expectPositions(List.of(2L, 4L, 6L, 8L, 10L, 12L));
                    assertFalse(running.completion().isDone());
                }
            }
        }
    }

    @Test
    default void a_follower_is_told_once_that_it_has_caught_up_and_is_live_then() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 3);
            Recorder recorder = new Recorder();
            try (Subscription subscription = followAll(store, recorder)) {
                assertEquals(store.checkpoint(), recorder.awaitCaughtUp());
                Together.await("the follower is live", subscription::isLive);
                given(store, ORDER, 1);
                recorder.expectPositions(upTo(4));
                assertEquals(
                        List.of("event 1", "event 2", "event 3", "caught up", "event 4"),
                        recorder.calls());
            }
        }
    }

    @Test
    default void a_follower_of_an_empty_store_has_caught_up_at_once() {
        try (TckStore opened = openStore()) {
            Recorder recorder = new Recorder();
            try (Subscription subscription = followAll(opened.store(), recorder)) {
                assertEquals(opened.store().checkpoint(), recorder.awaitCaughtUp());
                Together.await("the follower is live", subscription::isLive);
            }
        }
    }

    @Test
    default void a_follower_whose_query_matches_nothing_catches_up() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 300);
            Recorder recorder = new Recorder();
            try (Subscription running =
                    opened.store()
                            .follow(FollowRequest.fromStart(Query.types("Never")), recorder)) {
                assertEquals(opened.store().checkpoint(), recorder.awaitCaughtUp());
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_follower_that_is_not_live_yet_is_not_told_that_it_fell_behind() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 500);
            Recorder recorder = new Recorder();
            FollowRequest request = FollowRequest.fromStart(Query.all()).fallsBehindAfter(1);
            try (Subscription running = opened.store().follow(request, recorder)) {
                recorder.expectPositions(upTo(500));
                recorder.awaitCaughtUp();
                assertFalse(recorder.calls().contains("fell behind"));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_live_follower_is_told_that_it_fell_behind_and_then_that_it_caught_up_again() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            CountDownLatch gate = new CountDownLatch(1);
            Recorder recorder = new Recorder(gate);
            FollowRequest request = FollowRequest.fromStart(Query.all()).fallsBehindAfter(10);
            try (Subscription subscription = store.follow(request, recorder)) {
                recorder.awaitCaughtUp();
                given(store, ORDER, 1);
                recorder.awaitEntered();
                given(store, ORDER, 3000);
                gate.countDown();
                recorder.awaitFellBehind();
                recorder.expectPositions(upTo(3001));
                assertEquals(store.checkpoint(), recorder.awaitCaughtUp());
                Together.await("the follower is live", subscription::isLive);
                assertEquals(
                        List.of("caught up", "fell behind", "caught up"),
                        recorder.calls().stream()
                                .filter(call -> !call.startsWith("event"))
                                .toList());
            }
        }
    }

    @Test
    default void the_checkpoint_moves_over_events_that_do_not_match() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            try (Subscription subscription =
                    store.follow(FollowRequest.fromStart(Query.types("Never")), new Recorder())) {
                given(store, ORDER, 20);
                Together.await(
                        "all were looked at",
                        () -> subscription.checkpoint().equals(store.checkpoint()));
                given(store, ORDER, 1);
                Together.await(
                        "one more was", () -> subscription.checkpoint().equals(store.checkpoint()));
            }
        }
    }

    @Test
    default void the_checkpoint_stands_before_an_event_until_it_has_been_handled() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Checkpoint before = store.checkpoint();
            given(store, ORDER, 1);
            CountDownLatch gate = new CountDownLatch(1);
            Recorder recorder = new Recorder(gate);
            try (Subscription subscription = followAll(store, recorder)) {
                recorder.awaitEntered();
                assertEquals(before, subscription.checkpoint());
                gate.countDown();
                Together.await(
                        "it was handled",
                        () -> subscription.checkpoint().equals(store.checkpoint()));
            }
        }
    }

    @Test
    default void a_follower_goes_on_from_the_checkpoint_behind_any_event() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            givenPairs(store, 3);
            List<Checkpoint> behind = new CopyOnWriteArrayList<>();
            Recorder recorder = new Recorder();
            EventHandler handler =
                    new EventHandler() {
                        @Override
                        public void handle(RecordedEvent event) {
                            throw new AssertionError("called without the checkpoint");
                        }

                        @Override
                        public void handle(RecordedEvent event, Checkpoint checkpoint) {
                            behind.add(checkpoint);
                            recorder.handle(event);
                        }
                    };
            List<RecordedEvent> all;
            try (Subscription running =
                    store.follow(FollowRequest.fromStart(Query.all()), handler)) {
                all = recorder.next(6);
                assertFalse(running.completion().isDone());
            }
            for (int i = 0; i < all.size() - 1; i++) {
                Recorder rest = new Recorder();
                try (Subscription running =
                        store.follow(FollowRequest.after(Query.all(), behind.get(i)), rest)) {
                    assertEquals(all.subList(i + 1, all.size()), rest.next(all.size() - 1 - i));
                    assertFalse(running.completion().isDone());
                }
            }
        }
    }

    @Test
    default void a_follower_resumes_from_a_checkpoint_after_the_store_was_opened_again() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            Recorder first = new Recorder();
            String kept;
            try (Subscription subscription = followAll(opened.store(), first)) {
                first.awaitCaughtUp();
                kept = subscription.checkpoint().toString();
            }
            EventStore store = opened.reopen();
            given(store, ORDER, 2);
            Recorder second = new Recorder();
            try (Subscription running =
                    store.follow(
                            FollowRequest.after(Query.all(), Checkpoint.parse(kept)), second)) {
                second.expectPositions(List.of(6L, 7L));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_checkpoint_of_another_history_is_refused() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            expectStale(opened.store(), Checkpoint.of(EventId.next().value(), 3));
            expectStale(opened.store(), Checkpoint.of(EventId.next().value(), 0));
            try (TckStore other = openStore()) {
                given(other.store(), ORDER, 5);
                expectStale(opened.store(), other.store().checkpoint());
            }
        }
    }

    @Test
    default void a_checkpoint_beyond_the_head_is_refused() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            String text = opened.store().checkpoint().toString();
            String beyond = text.substring(0, text.lastIndexOf(':')) + ":6";
            expectStale(opened.store(), Checkpoint.parse(beyond));
        }
    }

    @Test
    default void checkpoints_move_with_the_head_and_keep_their_text() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Checkpoint empty = store.checkpoint();
            given(store, ORDER, 1);
            assertFalse(empty.equals(store.checkpoint()));
            assertEquals(store.checkpoint(), store.checkpoint());
            assertEquals(store.checkpoint(), Checkpoint.parse(store.checkpoint().toString()));
            Checkpoint before = store.checkpoint();
            assertEquals(before, opened.reopen().checkpoint());
        }
    }

    @Test
    default void followers_of_one_store_get_the_same_events() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 10);
            Recorder one = new Recorder();
            Recorder two = new Recorder();
            try (Subscription first = followAll(store, one);
                    Subscription second = followAll(store, two)) {
                given(store, ORDER, 10);
                List<RecordedEvent> all = read(store, ORDER);
                assertEquals(all, one.next(20));
                assertEquals(all, two.next(20));
                assertTrue(!first.completion().isDone() && !second.completion().isDone());
            }
        }
    }

    @Test
    default void a_slow_handler_slows_neither_appends_nor_other_followers() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            CountDownLatch gate = new CountDownLatch(1);
            Recorder slow = new Recorder(gate);
            Recorder quick = new Recorder();
            try (Subscription stuck = followAll(store, slow);
                    Subscription free = followAll(store, quick)) {
                given(store, ORDER, 1);
                slow.awaitEntered();
                for (int n = 0; n < 100; n++) {
                    store.append(ORDER, ExpectedVersion.any(), event());
                }
                quick.expectPositions(upTo(101));
                assertEquals(
                        List.of(),
                        slow.calls().stream().filter(call -> call.startsWith("event")).toList());
                gate.countDown();
                slow.expectPositions(upTo(101));
                assertTrue(!stuck.completion().isDone() && !free.completion().isDone());
            }
        }
    }

    @Test
    default void a_handler_may_append_read_and_follow() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Recorder inner = new Recorder();
            Recorder answers = new Recorder();
            try (Subscription asking =
                            store.follow(
                                    FollowRequest.fromStart(Query.stream(ORDER)),
                                    asked -> {
                                        assertEquals(asked, read(store, ORDER).getLast());
                                        store.append(
                                                ACCOUNT, ExpectedVersion.any(), event("Answered"));
                                        Subscription own = followAll(store, inner);
                                        inner.next(2);
                                        own.close();
                                    });
                    Subscription listening =
                            store.follow(FollowRequest.fromStart(Query.stream(ACCOUNT)), answers)) {
                store.append(ORDER, ExpectedVersion.any(), event("Asked"));
                answers.expectPositions(List.of(2L));
                Together.await(
                        "the question was handled",
                        () -> asking.checkpoint().equals(store.checkpoint()));
                assertFalse(asking.completion().isDone() || listening.completion().isDone());
            }
        }
    }

    @Test
    default void an_interrupted_handler_thread_misses_nothing() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Recorder recorder = new Recorder();
            try (Subscription running =
                    store.follow(
                            FollowRequest.fromStart(Query.all()),
                            event -> {
                                recorder.handle(event);
                                Thread.currentThread().interrupt();
                            })) {
                given(store, ORDER, 2);
                recorder.expectPositions(upTo(2));
                given(store, ORDER, 3);
                recorder.expectPositions(between(3, 5));
                assertFalse(running.completion().isDone());
            }
        }
    }

    private static Subscription followAll(EventStore store, Recorder recorder) {
        return store.follow(FollowRequest.fromStart(Query.all()), recorder);
    }

    /** Odd positions are of an order, even positions of an account. */
    private static void givenPairs(EventStore store, int pairs) {
        for (int n = 0; n < pairs; n++) {
            store.append(ORDER, ExpectedVersion.any(), tagged("Odd", "is:odd"));
            store.append(ACCOUNT, ExpectedVersion.any(), tagged("Even", "is:even"));
        }
    }

    private static void expectStale(EventStore store, Checkpoint checkpoint) {
        StaleCheckpointException refusal =
                assertRefused(
                        StaleCheckpointException.class,
                        "LF-4002",
                        () ->
                                store.follow(
                                        FollowRequest.after(Query.all(), checkpoint),
                                        new Recorder()));
        assertEquals(checkpoint, refusal.checkpoint());
        assertEquals(upTo(5), positions(readAll(store)));
    }
}
