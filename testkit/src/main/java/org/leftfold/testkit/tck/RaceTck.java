package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.between;
import static org.leftfold.testkit.tck.Samples.contents;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.upTo;
import static org.leftfold.testkit.tck.Samples.versions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;

/** Many threads at once: nothing is lost, nothing appears late (G3, G4). */
public interface RaceTck extends TckFixture {
    @Test
    default void of_sixteen_threads_that_race_for_one_version_exactly_one_wins() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 4);
            for (int round = 4; round < 9; round++) {
                ExpectedVersion expected = ExpectedVersion.exactly(round);
                List<Boolean> won = Together.run(16, thread -> wins(store, expected));
                assertEquals(1, won.stream().filter(one -> one).count());
                assertEquals(round + 1, store.version(ORDER));
            }
        }
    }

    @Test
    default void of_sixteen_threads_that_race_to_create_a_stream_exactly_one_wins() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Boolean> won = Together.run(16, thread -> wins(store, ExpectedVersion.noStream()));
            assertEquals(1, won.stream().filter(one -> one).count());
            assertEquals(1, store.version(ORDER));
        }
    }

    @Test
    default void no_update_is_lost_when_thirty_two_threads_change_one_stream() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            store.append(ORDER, ExpectedVersion.noStream(), counted(0));
            int each = 3;
            Together.run(
                    32,
                    thread -> {
                        for (int n = 0; n < each; n++) {
                            increment(store);
                        }
                        return thread;
                    });
            List<RecordedEvent> all = read(store, ORDER);
            assertEquals(upTo(1 + 32 * each), versions(all));
            for (int n = 0; n < all.size(); n++) {
                assertEquals(String.valueOf(n), all.get(n).payload().asText());
            }
        }
    }

    @Test
    default void sixty_four_writers_on_sixty_four_streams_never_conflict() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<List<NewEvent>> written =
                    Together.run(
                            64,
                            thread -> {
                                StreamName stream = StreamName.of("writer", String.valueOf(thread));
                                List<NewEvent> mine = events(5);
                                for (int n = 0; n < mine.size(); n++) {
                                    store.append(stream, ExpectedVersion.exactly(n), mine.get(n));
                                }
                                return mine;
                            });
            for (int thread = 0; thread < 64; thread++) {
                StreamName stream = StreamName.of("writer", String.valueOf(thread));
                assertEquals(written.get(thread), contents(read(store, stream)));
            }
            assertEquals(upTo(320), positions(readAll(store)));
        }
    }

    @Test
    default void no_event_appears_below_a_position_that_a_reader_has_passed() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            int writers = 8;
            int each = 40;
            long total = 2L * writers * each;
            List<Future<Long>> polling = Together.start(2, thread -> pollUntil(store, total));
            Together.run(
                    writers,
                    writer -> {
                        StreamName stream = StreamName.of("writer", String.valueOf(writer));
                        for (int n = 0; n < each; n++) {
                            store.append(
                                    Append.to(stream, ExpectedVersion.any(), event())
                                            .andTo(ORDER, ExpectedVersion.any(), event()));
                        }
                        return writer;
                    });
            assertEquals(List.of(total, total), Together.results(polling));
        }
    }

    @Test
    default void the_head_never_promises_an_event_that_cannot_be_read() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Integer> done =
                    Together.run(
                            4,
                            thread -> {
                                for (int n = 0; n < 50; n++) {
                                    if (thread < 2) {
                                        store.append(ORDER, ExpectedVersion.any(), events(2));
                                    } else {
                                        long head = store.head();
                                        assertEquals(
                                                upTo(head),
                                                positions(store, ReadRequest.all().to(head)));
                                        long version = store.version(ORDER);
                                        assertEquals(
                                                version,
                                                positions(
                                                                store,
                                                                ReadRequest.stream(ORDER)
                                                                        .toVersion(version))
                                                        .size());
                                    }
                                }
                                return thread;
                            });
            assertEquals(4, done.size());
            assertEquals(200, store.head());
        }
    }

    @Test
    default void appends_to_the_same_streams_in_opposite_order_do_not_block_each_other() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Together.run(
                    8,
                    thread -> {
                        StreamName first = thread % 2 == 0 ? ORDER : ACCOUNT;
                        StreamName second = thread % 2 == 0 ? ACCOUNT : ORDER;
                        for (int n = 0; n < 20; n++) {
                            store.append(
                                    Append.to(first, ExpectedVersion.any(), event())
                                            .andTo(second, ExpectedVersion.any(), event()));
                        }
                        return thread;
                    });
            assertEquals(upTo(160), versions(read(store, ORDER)));
            assertEquals(upTo(160), versions(read(store, ACCOUNT)));
        }
    }

    @Test
    default void the_events_of_one_append_stand_together_whatever_others_append() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<Long> firsts = new ArrayList<>();
            Together.run(
                            8,
                            thread -> {
                                List<Long> mine = new ArrayList<>();
                                for (int n = 0; n < 15; n++) {
                                    var places =
                                            store.append(ORDER, ExpectedVersion.any(), events(3))
                                                    .writes()
                                                    .getFirst();
                                    assertEquals(places.firstPosition() + 2, places.lastPosition());
                                    mine.add(places.firstPosition());
                                }
                                return mine;
                            })
                    .forEach(firsts::addAll);
            List<RecordedEvent> all = readAll(store);
            for (long first : firsts) {
                List<String> payloads =
                        all.subList((int) first - 1, (int) first + 2).stream()
                                .map(event -> event.payload().asText())
                                .toList();
                assertEquals(List.of("{\"n\":1}", "{\"n\":2}", "{\"n\":3}"), payloads);
            }
        }
    }

    @Test
    default void random_appends_read_back_as_a_plain_model_says() {
        long seed = 1_984;
        Random random = new Random(seed);
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            List<NewEvent> all = new ArrayList<>();
            Map<StreamName, List<NewEvent>> streams = new HashMap<>();
            for (int n = 0; n < 80; n++) {
                StreamName stream = StreamName.of("model", String.valueOf(random.nextInt(6)));
                List<NewEvent> model = streams.computeIfAbsent(stream, name -> new ArrayList<>());
                List<NewEvent> batch = events(1 + random.nextInt(4));
                boolean stale = random.nextInt(4) == 0;
                ExpectedVersion expected = ExpectedVersion.exactly(model.size() + (stale ? 1 : 0));
                if (appends(store, stream, expected, batch)) {
                    model.addAll(batch);
                    all.addAll(batch);
                }
            }
            assertEquals(all, contents(readAll(store)), "seed " + seed);
            streams.forEach((stream, model) ->
                    assertEquals(
                            model, contents(read(store, stream)), "seed " + seed + ", " + stream));
        }
    }

    private static boolean appends(
            EventStore store, StreamName stream, ExpectedVersion expected, List<NewEvent> events) {
        try {
            store.append(stream, expected, events);
            return true;
        } catch (VersionConflictException lost) {
            return false;
        }
    }

    private static boolean wins(EventStore store, ExpectedVersion expected) {
        return appends(store, ORDER, expected, List.of(event()));
    }

    private static NewEvent counted(int count) {
        return NewEvent.ofJson("Counted", String.valueOf(count));
    }

    /**
     * Adds one to the last count of the stream, again and again until no other thread was faster.
     */
    private static void increment(EventStore store) {
        boolean added = false;
        while (!added) {
            RecordedEvent last =
                    store.read(ReadRequest.stream(ORDER).backward().limit(1)).toList().getFirst();
            int next = Integer.parseInt(last.payload().asText()) + 1;
            added =
                    appends(
                            store,
                            ORDER,
                            ExpectedVersion.exactly(last.version()),
                            List.of(counted(next)));
        }
    }

    /** Reads on and on from where it was; each read must begin right there and have no hole. */
    private static long pollUntil(EventStore store, long total) {
        long last = 0;
        while (last < total) {
            List<Long> more = positions(store, ReadRequest.all().after(last));
            assertEquals(between(last + 1, last + more.size()), more);
            last += more.size();
            Thread.onSpinWait();
        }
        return last;
    }
}
