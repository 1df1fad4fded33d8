package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.upTo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;

/** Followers while others write: no gap, no repeat (G9). */
public interface FollowRaceTck extends TckFixture {
    @Test
    default void followers_miss_and_repeat_nothing_while_eight_writers_append() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 100);
            List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
            List<Subscription> subscriptions = new ArrayList<>();
            recorders.forEach(recorder ->
                    subscriptions.add(
                            store.follow(FollowRequest.fromStart(Query.all()), recorder)));
            writeWith(store, 8, 50);
            for (Recorder recorder : recorders) {
                recorder.expectPositions(upTo(500));
            }
            subscriptions.forEach(Subscription::close);
        }
    }

    @Test
    default void followers_of_queries_miss_and_repeat_nothing_while_eight_writers_append() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Recorder> recorders = new ArrayList<>();
            List<Subscription> subscriptions = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                Recorder recorder = new Recorder();
                recorders.add(recorder);
                subscriptions.add(
                        store.follow(
                                FollowRequest.fromStart(Query.stream(streamOf(writer))), recorder));
            }
            writeWith(store, 8, 40);
            for (int writer = 0; writer < 8; writer++) {
                assertEquals(read(store, streamOf(writer)), recorders.get(writer).next(40));
            }
            subscriptions.forEach(Subscription::close);
        }
    }

    @Test
    default void followers_opened_during_a_burst_pass_from_stored_to_new_events_without_a_gap()
            throws Exception {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 200);
            List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
            List<Recorder> recorders = new ArrayList<>();
            List<Subscription> subscriptions = new ArrayList<>();
            for (int n = 0; n < 300; n++) {
                appends.add(store.appendAsync(Append.to(ORDER, ExpectedVersion.any(), event())));
                if (n % 30 == 0) {
                    Recorder recorder = new Recorder();
                    recorders.add(recorder);
                    subscriptions.add(store.follow(FollowRequest.fromStart(Query.all()), recorder));
                }
            }
            for (CompletableFuture<AppendResult> append : appends) {
                assertFalse(append.get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS).repeated());
            }
            for (Recorder recorder : recorders) {
                recorder.expectPositions(upTo(500));
            }
            subscriptions.forEach(Subscription::close);
        }
    }

    @Test
    default void a_follower_from_now_begins_at_one_place_and_misses_nothing_from_there() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Future<Integer> writing =
                    Together.start(
                                    1,
                                    thread -> {
                                        for (int n = 0; n < 200; n++) {
                                            store.append(ORDER, ExpectedVersion.any(), event());
                                        }
                                        return 200;
                                    })
                            .getFirst();
            List<Recorder> recorders = new ArrayList<>();
            List<Long> headsBefore = new ArrayList<>();
            List<Subscription> subscriptions = new ArrayList<>();
            for (int n = 0; n < 8; n++) {
                Recorder recorder = new Recorder();
                headsBefore.add(store.head());
                recorders.add(recorder);
                subscriptions.add(store.follow(FollowRequest.fromNow(Query.all()), recorder));
            }
            assertEquals(200, Together.result(writing));
            long last = store.append(ORDER, ExpectedVersion.any(), event("Last")).lastPosition();
            for (int n = 0; n < recorders.size(); n++) {
                long first = recorders.get(n).next(1).getFirst().position();
                assertFalse(first <= headsBefore.get(n), "got position " + first);
                recorders.get(n).expectPositions(Samples.between(first + 1, last));
            }
            subscriptions.forEach(Subscription::close);
        }
    }

    @Test
    default void a_follower_that_stops_and_resumes_again_and_again_misses_and_repeats_nothing()
            throws Exception {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            int total = 150;
            Future<Integer> writing =
                    Together.start(
                                    1,
                                    thread -> {
                                        for (int n = 0; n < total; n++) {
                                            store.append(ORDER, ExpectedVersion.any(), event());
                                        }
                                        return total;
                                    })
                            .getFirst();
            List<Long> handled = new ArrayList<>();
            FollowRequest request = FollowRequest.fromStart(Query.all());
            while (handled.size() < total) {
                int stopAt = Math.min(total, handled.size() + 7);
                CompletableFuture<Subscription> self = new CompletableFuture<>();
                Subscription subscription =
                        store.follow(
                                request,
                                event -> {
                                    handled.add(event.position());
                                    if (handled.size() == stopAt) {
                                        self.get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS)
                                                .close();
                                    }
                                });
                self.complete(subscription);
                subscription.completion().get(Together.PATIENCE_SECONDS, TimeUnit.SECONDS);
                request = FollowRequest.after(Query.all(), subscription.checkpoint());
            }
            assertEquals(total, Together.result(writing));
            assertEquals(upTo(total), handled);
        }
    }

    @Test
    default void followers_can_be_opened_and_closed_while_others_append() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Recorder whole = new Recorder();
            try (Subscription running = store.follow(FollowRequest.fromStart(Query.all()), whole)) {
                List<Integer> counts =
                        Together.run(
                                4,
                                thread -> {
                                    for (int n = 0; n < 25; n++) {
                                        if (thread < 2) {
                                            store.append(
                                                    streamOf(thread),
                                                    ExpectedVersion.any(),
                                                    event());
                                        } else {
                                            store.follow(
                                                            FollowRequest.fromStart(Query.all()),
                                                            new Recorder())
                                                    .close();
                                        }
                                    }
                                    return thread;
                                });
                assertEquals(List.of(0, 1, 2, 3), counts);
                whole.expectPositions(upTo(50));
                assertFalse(running.completion().isDone());
            }
        }
    }

    @Test
    default void a_follower_never_sees_an_event_before_a_read_does() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Recorder recorder = new Recorder();
            try (Subscription running =
                    store.follow(
                            FollowRequest.fromStart(Query.all()),
                            event -> {
                                assertFalse(store.head() < event.position(), "the head is behind");
                                assertEquals(
                                        List.of(event.position()),
                                        positions(
                                                store,
                                                ReadRequest.all()
                                                        .after(event.position() - 1)
                                                        .to(event.position())));
                                recorder.handle(event);
                            })) {
                writeWith(store, 4, 25);
                recorder.expectPositions(upTo(100));
                assertFalse(running.completion().isDone());
            }
        }
    }

    private static StreamName streamOf(int writer) {
        return StreamName.of("writer", String.valueOf(writer));
    }

    private static void writeWith(EventStore store, int writers, int eventsEach) {
        Together.run(
                writers,
                writer -> {
                    for (int n = 0; n < eventsEach; n++) {
                        store.append(streamOf(writer), ExpectedVersion.exactly(n), event());
                    }
                    return writer;
                });
    }
}
