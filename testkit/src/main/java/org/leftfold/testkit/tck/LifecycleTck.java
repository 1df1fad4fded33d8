package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.assertRefused;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.Subscription;

/** The life of a store: opened, closed, and what then becomes of what hangs on it. */
public interface LifecycleTck extends TckFixture {
    @Test
    default void stores_that_are_opened_apart_share_nothing() {
        try (TckStore one = openStore();
                TckStore two = openStore()) {
            given(one.store(), ORDER, 3);
            assertEquals(0, two.store().head());
            assertEquals(List.of(), readAll(two.store()));
            assertFalse(one.store().checkpoint().equals(two.store().checkpoint()));
        }
    }

    @Test
    default void every_method_of_a_closed_store_is_refused() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 1);
            Append append = Append.to(ORDER, ExpectedVersion.any(), event());
            store.close();
            List<Executable> calls =
                    List.of(
                            () -> store.append(append),
                            () -> store.append(ORDER, ExpectedVersion.any(), event()),
                            () -> store.append(ORDER, ExpectedVersion.any(), events(2)),
                            () -> waitFor(store.appendAsync(append)),
                            () -> store.read(ReadRequest.all()),
                            () ->
                                    store.follow(
                                            FollowRequest.fromStart(Query.all()), new Recorder()),
                            store::head,
                            () -> store.version(ORDER),
                            store::checkpoint);
            for (Executable call : calls) {
                assertRefused(InvalidRequestException.class, "LF-1007", call);
            }
        }
    }

    @Test
    default void every_administrative_act_on_a_closed_store_is_refused() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            StoreAdmin admin = opened.admin();
            AdminAct act = new AdminAct("ann", "retention");
            opened.store().close();
            List<Executable> calls =
                    List.of(
                            admin::statistics,
                            () -> admin.verify(progress -> {}),
                            () -> admin.truncate(ORDER, 2, act),
                            () -> admin.delete(ORDER, act),
                            () ->
                                    admin.retain(
                                            Retention.ofAllStreams().maxCount(1),
                                            act,
                                            progress -> {}),
                            () -> admin.scavenge(progress -> {}));
            for (Executable call : calls) {
                assertRefused(InvalidRequestException.class, "LF-1007", call);
            }
        }
    }

    @Test
    default void closing_a_store_again_does_nothing() {
        try (TckStore opened = openStore()) {
            opened.store().close();
            opened.store().close();
            assertRefused(InvalidRequestException.class, "LF-1007", opened.store()::head);
        }
    }

    @Test
    default void closing_ends_a_follower_whose_handler_is_at_work_when_that_has_finished() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 1);
            CountDownLatch gate = new CountDownLatch(1);
            Recorder recorder = new Recorder(gate);
            Subscription subscription =
                    store.follow(FollowRequest.fromStart(Query.all()), recorder);
            recorder.awaitEntered();
            Thread closing = Thread.ofPlatform().daemon().start(store::close);
            assertFalse(subscription.completion().isDone());
            gate.countDown();
            Together.await("the store is closed", () -> !closing.isAlive());
            assertTrue(subscription.completion().isCompletedExceptionally());
            assertEquals("event 1", recorder.calls().getFirst());
        }
    }

    @Test
    default void a_handler_may_close_its_store() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 2);
            Recorder recorder = new Recorder();
            Subscription subscription =
                    store.follow(
                            FollowRequest.fromStart(Query.all()),
                            event -> {
                                recorder.handle(event);
                                store.close();
                            });
            Together.await("the follower ends", () -> subscription.completion().isDone());
            assertEquals(List.of("event 1"), recorder.calls());
            assertRefused(InvalidRequestException.class, "LF-1007", store::head);
        }
    }

    @Test
    default void accepted_appends_are_finished_before_the_store_is_closed() throws Exception {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<CompletableFuture<AppendResult>> accepted = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                accepted.add(store.appendAsync(Append.to(ORDER, ExpectedVersion.any(), event())));
            }
            store.close();
            for (int n = 0; n < accepted.size(); n++) {
                AppendResult result =
                        accepted.get(n).get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertEquals(n + 1, result.lastPosition());
            }
        }
    }

    @Test
    default void appends_that_meet_the_closing_are_stored_or_refused_and_never_hang() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Boolean> ended =
                    Together.run(
                            6,
                            thread -> {
                                for (int n = 0; n < 40; n++) {
                                    if (thread == 0 && n == 20) {
                                        store.close();
                                    } else if (!isStored(store)) {
                                        return true;
                                    }
                                }
                                return false;
                            });
            assertEquals(6, ended.size());
            assertTrue(ended.getFirst());
        }
    }

    @Test
    default void a_read_cut_off_by_closing_never_looks_complete() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 2000);
            Events events = store.read(ReadRequest.all());
            assertEquals(1, events.next().position());
            store.close();
            List<RecordedEvent> rest = new ArrayList<>();
            boolean complete = false;
            try (events) {
                events.forEachRemaining(rest::add);
                complete = true;
            } catch (LeftfoldException cutOff) {
                assertTrue(
                        List.of("LF-1007", "LF-3006").contains(cutOff.code()), cutOff.getMessage());
            }
            assertTrue(!complete || rest.size() == 1999, "it ended silently after " + rest.size());
        }
    }

    @Test
    default void a_store_can_be_opened_again_and_again() {
        try (TckStore opened = openStore()) {
            for (int round = 1; round <= 4; round++) {
                opened.store().append(ORDER, ExpectedVersion.exactly(round - 1), event());
                assertEquals(round, read(opened.reopen(), ORDER).size());
            }
        }
    }

    private static boolean isStored(EventStore store) {
        try {
            return !store.append(ORDER, ExpectedVersion.any(), event()).repeated();
        } catch (LeftfoldException refusal) {
            assertTrue(
                    List.of("LF-1007", "LF-3006").contains(refusal.code()), refusal.getMessage());
            return false;
        }
    }

    /** The result of a future, or what it failed with. */
    private static void waitFor(CompletableFuture<AppendResult> result) throws Throwable {
        ExecutionException failure =
                assertThrows(
                        ExecutionException.class,
                        () -> result.get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS));
        throw failure.getCause();
    }
}
