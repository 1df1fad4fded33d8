package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.upTo;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.Subscription;

/** How followers end: closed, failed, or with their store (G9). */
public interface FollowEndTck extends TckFixture {
    @Test
    default void a_closed_follower_gets_nothing_more_and_has_ended_normally() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Recorder closed = new Recorder();
            Recorder open = new Recorder();
            Subscription subscription = followAll(store, closed);
            given(store, ORDER, 2);
            closed.expectPositions(upTo(2));
            subscription.close();
            List<String> calls = closed.calls();
            assertTrue(subscription.completion().isDone());
            assertFalse(subscription.completion().isCompletedExceptionally());
            assertFalse(subscription.isLive());
            given(store, ORDER, 3);
            try (Subscription running = followAll(store, open)) {
                open.expectPositions(upTo(5));
                assertEquals(calls, closed.calls());
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void closing_a_follower_again_does_nothing() {
        try (TckStore opened = openStore()) {
            Subscription subscription = followAll(opened.store(), new Recorder());
            subscription.close();
            subscription.close();
            assertTrue(subscription.completion().isDone());
            assertFalse(subscription.completion().isCompletedExceptionally());
        }
    }

    @Test
    default void closing_waits_for_the_handler_call_under_way() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 2);
            CountDownLatch gate = new CountDownLatch(1);
            Recorder recorder = new Recorder(gate);
            Subscription subscription = followAll(store, recorder);
            recorder.awaitEntered();
            Thread closing = Thread.ofPlatform().daemon().start(subscription::close);
            Together.await("the closing thread waits or ends", () -> isResting(closing));
            assertTrue(closing.isAlive(), "closed while the handler was at work");
            assertFalse(subscription.completion().isDone());
            gate.countDown();
            Together.await("it was closed", () -> !closing.isAlive());
            assertEquals(List.of("event 1"), recorder.calls());
            assertTrue(subscription.completion().isDone());
        }
    }

    @Test
    default void closing_in_an_interrupted_thread_waits_as_well_and_leaves_it_interrupted() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 1);
            CountDownLatch gate = new CountDownLatch(1);
            Recorder recorder = new Recorder(gate);
            Subscription subscription = followAll(store, recorder);
            recorder.awaitEntered();
            AtomicBoolean stayed = new AtomicBoolean();
            Thread closing =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                Thread.currentThread().interrupt();
                                subscription.close();
                                stayed.set(Thread.interrupted());
                            });
            Together.await("the closing thread waits or ends", () -> isResting(closing));
            gate.countDown();
            Together.await("it was closed", () -> !closing.isAlive());
            assertTrue(stayed.get());
            assertEquals(List.of("event 1"), recorder.calls());
        }
    }

    @Test
    default void a_handler_may_close_its_own_subscription_and_gets_nothing_more() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 3);
            Recorder recorder = new Recorder();
            CompletableFuture<Subscription> self = new CompletableFuture<>();
            Subscription subscription =
                    follow(
                            store,
                            event -> {
                                recorder.handle(event);
                                if (event.position() == 2) {
                                    self.get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS).close();
                                }
                            });
            self.complete(subscription);
            awaitEnd(subscription);
            assertFalse(subscription.completion().isCompletedExceptionally());
            assertEquals(List.of("event 1", "event 2"), recorder.calls());
            Recorder rest = new Recorder();
            try (Subscription running =
                    store.follow(
                            FollowRequest.after(Query.all(), subscription.checkpoint()), rest)) {
                rest.expectPositions(List.of(3L));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_handler_that_throws_ends_its_subscription_with_what_it_threw() {
        for (Exception failure :
                List.of(new IllegalStateException("poison"), new Exception("checked"))) {
            try (TckStore opened = openStore()) {
                EventStore store = opened.store();
                given(store, ORDER, 3);
                Subscription subscription =
                        follow(
                                store,
                                event -> {
                                    if (event.position() == 2) {
                                        throw failure;
                                    }
                                });
                assertSame(failure, awaitFailure(subscription));
                assertFalse(subscription.isLive());
            }
        }
    }

    @Test
    default void an_error_of_a_handler_ends_its_subscription_as_well() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 1);
            AssertionError failure = new AssertionError("poison");
            Subscription subscription =
                    follow(
                            opened.store(),
                            event -> {
                                throw failure;
                            });
            assertSame(failure, awaitFailure(subscription));
        }
    }

    @Test
    default void after_a_failure_the_checkpoint_stands_before_the_event_that_failed() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 5);
            AtomicBoolean healed = new AtomicBoolean();
            Recorder recorder = new Recorder();
            EventHandler handler =
                    event -> {
                        if (event.position() == 3 && !healed.get()) {
                            throw new IllegalStateException("poison");
                        }
                        recorder.handle(event);
                    };
            Subscription first = follow(store, handler);
            awaitFailure(first);
            recorder.expectPositions(upTo(2));
            healed.set(true);
            try (Subscription second =
                    store.follow(FollowRequest.after(Query.all(), first.checkpoint()), handler)) {
                recorder.expectPositions(List.of(3L, 4L, 5L));
                assertFalse(second.completion().isDone());
            }
        }
    }

    @Test
    default void a_failing_handler_ends_no_other_follower() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Recorder recorder = new Recorder();
            try (Subscription healthy = followAll(store, recorder)) {
                Subscription failing =
                        follow(
                                store,
                                event -> {
                                    throw new IllegalStateException("poison");
                                });
                given(store, ORDER, 1);
                awaitFailure(failing);
                given(store, ORDER, 4);
                recorder.expectPositions(upTo(5));
                assertFalse(healthy.completion().isDone());
            }
        }
    }

    @Test
    default void a_failure_while_told_of_catching_up_ends_the_subscription_as_well() {
        try (TckStore opened = openStore()) {
            IllegalStateException failure = new IllegalStateException("not ready");
            given(opened.store(), ORDER, 2);
            Subscription subscription =
                    follow(
                            opened.store(),
                            new EventHandler() {
                                @Override
                                public void handle(RecordedEvent event) {}

                                @Override
                                public void caughtUp(Checkpoint checkpoint) {
                                    throw failure;
                                }
                            });
            assertSame(failure, awaitFailure(subscription));
            assertEquals(opened.store().checkpoint(), subscription.checkpoint());
        }
    }

    @Test
    default void closing_the_store_ends_its_followers_with_an_error() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Recorder recorder = new Recorder();
            Subscription live = followAll(store, recorder);
            recorder.awaitCaughtUp();
            Subscription closedBefore = followAll(store, new Recorder());
            closedBefore.close();
            store.close();
            assertInstanceOf(StoreUnavailableException.class, awaitFailure(live));
            assertFalse(closedBefore.completion().isCompletedExceptionally());
            live.close();
        }
    }

    @Test
    default void a_follower_cut_off_by_closing_knows_where_it_was() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Checkpoint start = store.checkpoint();
            given(store, ORDER, 4);
            Recorder recorder = new Recorder();
            Subscription subscription = followAll(store, recorder);
            recorder.expectPositions(upTo(4));
            recorder.awaitCaughtUp();
            Checkpoint end = store.checkpoint();
            store.close();
            awaitFailure(subscription);
            assertEquals(end, subscription.checkpoint());
            assertNotEquals(start, subscription.checkpoint());
        }
    }

    private static Subscription followAll(EventStore store, Recorder recorder) {
        return follow(store, recorder);
    }

    private static Subscription follow(EventStore store, EventHandler handler) {
        return store.follow(FollowRequest.fromStart(Query.all()), handler);
    }

    private static boolean isResting(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            case NEW, RUNNABLE, BLOCKED -> false;
        };
    }

    private static void awaitEnd(Subscription subscription) {
        Together.await("the subscription ends", () -> subscription.completion().isDone());
    }

    private static Throwable awaitFailure(Subscription subscription) {
        ExecutionException failure =
                assertThrows(
                        ExecutionException.class,
                        () ->
                                subscription
                                        .completion()
                                        .get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS));
        return Objects.requireNonNull(failure.getCause());
    }
}
