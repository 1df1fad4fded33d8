package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACCOUNT;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.OTHER;
import static org.leftfold.testkit.shard.Streams.contents;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.refused;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.testkit.tck.TckOptions;

/** A stream that is moved is the same stream elsewhere. */
class MoveTest {
    @Test
    void a_moved_stream_has_the_same_events_at_the_same_places_and_goes_on_counting() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T10:00:00Z"));
        try (Fleet fleet = new Fleet(3, TckOptions.standard().withClock(now::get))) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 3);
            List<RecordedEvent> before = read(store, ORDER);
            now.set(Instant.parse("2026-05-05T10:00:00Z"));
            store.move(ORDER, "shard 2", ACT);
            assertThat(store.shardOf(ORDER)).isEqualTo("shard 2");
            assertThat(read(store, ORDER)).isEqualTo(before);
            assertThat(readAll(store)).isEqualTo(before);
            assertThat(store.version(ORDER)).isEqualTo(3);
            AppendResult next = store.append(ORDER, ExpectedVersion.exactly(3), event());
            assertThat(next.lastVersion()).isEqualTo(4);
            assertThat(next.lastPosition() % 3).isZero(); // of shard 2
            assertThat(versions(read(store, ORDER))).isEqualTo(upTo(4));
            assertThat(fleet.store(2).version(ORDER)).isEqualTo(6);
        }
    }

    @Test
    void a_stream_with_an_id_twice_is_moved() {
        try (Fleet fleet = new Fleet(2)) {
            ShardedEventStore store = fleet.open();
            NewEvent twice = event();
            store.append(ORDER, ExpectedVersion.noStream(), twice);
            store.append(ORDER, ExpectedVersion.exactly(1), twice);
            List<RecordedEvent> before = read(store, ORDER);
            String target = Fleet.name(1 - Fleet.shardOf(store, ORDER));
            store.move(ORDER, target, ACT);
            assertThat(read(store, ORDER)).isEqualTo(before);
            store.append(ORDER, ExpectedVersion.exactly(2), event());
        }
    }

    @Test
    void moving_again_and_back_works_and_each_event_is_read_once() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            List<NewEvent> all = new ArrayList<>(given(store, ORDER, 2));
            for (int round = 0; round < 3; round++) {
                for (String target : List.of("shard 2", "shard 0", "shard 1")) {
                    store.move(ORDER, target, ACT);
                    assertThat(store.shardOf(ORDER)).isEqualTo(target);
                    all.addAll(given(round % 2 == 0 ? store : fleet.open(), ORDER, 2));
                    assertThat(contents(read(store, ORDER))).isEqualTo(all);
                    assertThat(contents(readAll(store))).containsExactlyInAnyOrderElementsOf(all);
                }
            }
            assertThat(versions(read(store, ORDER))).isEqualTo(upTo(all.size()));
            assertThat(read(fleet.open(), ORDER)).isEqualTo(read(store, ORDER));
            assertThat(readAll(store)).containsExactlyInAnyOrderElementsOf(read(store, ORDER));
        }
    }

    @Test
    void every_range_of_a_moved_stream_is_read_as_before() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 4);
            store.move(ORDER, "shard 2", ACT);
            given(store, ORDER, 2);
            store.move(ORDER, "shard 1", ACT);
            given(store, ORDER, 3);
            List<RecordedEvent> all = read(store, ORDER);
            for (long after = 0; after <= 10; after++) {
                for (long to = 0; to <= 10; to++) {
                    ReadRequest range = ReadRequest.stream(ORDER).afterVersion(after).toVersion(to);
                    List<RecordedEvent> expected = all.stream().filter(range::covers).toList();
                    assertThat(store.read(range).toList()).isEqualTo(expected);
                    assertThat(store.read(range.backward()).toList())
                            .isEqualTo(expected.reversed());
                    assertThat(store.read(range.backward().limit(2)).toList())
                            .isEqualTo(expected.reversed().stream().limit(2).toList());
                    ReadRequest wide = ReadRequest.all().afterVersion(after).toVersion(to);
                    assertThat(store.read(wide).toList())
                            .containsExactlyInAnyOrderElementsOf(expected);
                }
            }
            for (RecordedEvent event : all) {
                ReadRequest behind = ReadRequest.stream(ORDER).after(event.position());
                assertThat(store.read(behind).toList())
                        .isEqualTo(all.stream().filter(behind::covers).toList());
            }
            assertThat(store.read(ReadRequest.of(Query.tags("n:2"))).toList()).hasSize(3);
        }
    }

    @Test
    void a_program_that_knows_nothing_of_the_move_loses_nothing() {
        for (ExpectedVersion expected :
                List.of(
                        ExpectedVersion.any(),
                        ExpectedVersion.streamExists(),
                        ExpectedVersion.exactly(3))) {
            try (Fleet fleet = new Fleet(3)) {
                ShardedEventStore mover = fleet.open();
                ShardedEventStore stale = fleet.open();
                given(stale, ORDER, 3);
                mover.move(ORDER, "shard 2", ACT);
                assertThat(stale.append(ORDER, expected, event()).lastVersion()).isEqualTo(4);
                assertThat(versions(read(stale, ORDER))).isEqualTo(upTo(4));
                assertThat(versions(read(mover, ORDER))).isEqualTo(upTo(4));
                assertThat(fleet.store(1).version(ORDER)).as("nothing behind the end").isEqualTo(4);
            }
        }
    }

    @Test
    void a_version_that_only_the_new_shard_has_is_not_taken_for_the_end_in_the_old_one() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore mover = fleet.open();
            ShardedEventStore stale = fleet.open();
            given(stale, ORDER, 3);
            mover.move(ORDER, "shard 2", ACT);
            given(mover, ORDER, 1); // the stream is at 4, as is what the old shard has of it
            AppendResult result = stale.append(ORDER, ExpectedVersion.exactly(4), event());
            assertThat(result.lastVersion()).isEqualTo(5);
            assertThat(fleet.store(1).version(ORDER)).isEqualTo(4);
            assertThat(versions(read(mover, ORDER))).isEqualTo(upTo(5));
        }
    }

    @Test
    void a_stale_writer_is_told_what_it_missed_elsewhere() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore mover = fleet.open();
            ShardedEventStore stale = fleet.open();
            given(stale, ORDER, 3);
            mover.move(ORDER, "shard 2", ACT);
            given(mover, ORDER, 2);
            VersionConflictException conflict =
                    refused(
                            VersionConflictException.class,
                            "LF-2001",
                            () -> stale.append(ORDER, ExpectedVersion.exactly(3), event()));
            assertThat(conflict.actualVersion()).isEqualTo(5);
            assertThat(conflict.expected()).isEqualTo(ExpectedVersion.exactly(3));
            assertThat(versions(stale.read(conflict.missed()).toList())).containsExactly(4L, 5L);
            refused(
                    VersionConflictException.class,
                    "LF-2001",
                    () -> stale.append(ORDER, ExpectedVersion.noStream(), event()));
        }
    }

    @Test
    void an_append_made_again_after_a_move_gives_its_first_result() {
        for (ExpectedVersion expected :
                List.of(
                        ExpectedVersion.any(),
                        ExpectedVersion.streamExists(),
                        ExpectedVersion.exactly(2))) {
            try (Fleet fleet = new Fleet(3)) {
                ShardedEventStore store = fleet.open();
                given(store, ORDER, 2);
                Append first = Append.to(ORDER, expected, events(2));
                AppendResult there = store.append(first);
                store.move(ORDER, "shard 2", ACT);
                Append second = Append.to(ORDER, ExpectedVersion.any(), events(2));
                AppendResult here = store.append(second);
                for (String target : List.of("shard 2", "shard 0", "shard 1")) {
                    store.move(ORDER, target, ACT);
                    for (ShardedEventStore each : List.of(store, fleet.open())) {
                        assertThat(each.append(first).writes()).isEqualTo(there.writes());
                        assertThat(each.append(first).repeated()).isTrue();
                        assertThat(each.append(second).writes()).isEqualTo(here.writes());
                    }
                }
                assertThat(versions(read(store, ORDER))).isEqualTo(upTo(6));
            }
        }
    }

    @Test
    void an_append_to_two_streams_is_known_when_one_of_them_was_moved_away() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            Append both =
                    Append.to(ORDER, ExpectedVersion.any(), events(2))
                            .andTo(ACCOUNT, ExpectedVersion.any(), events(1));
            AppendResult first = store.append(both);
            store.move(ACCOUNT, "shard 2", ACT);
            assertThat(store.append(both).writes()).isEqualTo(first.writes());
            refused(
                    InvalidRequestException.class,
                    "LF-1401",
                    () ->
                            store.append(
                                    Append.to(ORDER, ExpectedVersion.any(), event())
                                            .andTo(ACCOUNT, ExpectedVersion.any(), event())));
        }
    }

    @Test
    void a_used_id_with_other_content_is_refused_after_a_move_too() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            NewEvent used = given(store, ORDER, 2).getFirst();
            store.move(ORDER, "shard 2", ACT);
            refused(
                    InvalidRequestException.class,
                    "LF-1005",
                    () -> store.append(ORDER, ExpectedVersion.any(), event().withId(used.id())));
        }
    }

    @Test
    void streams_that_were_moved_together_can_be_written_together() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 1);
            given(store, OTHER, 1);
            Append both =
                    Append.to(ORDER, ExpectedVersion.exactly(1), event())
                            .andTo(OTHER, ExpectedVersion.any(), event());
            refused(InvalidRequestException.class, "LF-1401", () -> store.append(both));
            store.move(ORDER, "shard 2", ACT);
            store.move(OTHER, "shard 2", ACT);
            assertThat(fleet.open().append(both).lastVersion()).isEqualTo(2);
        }
    }

    @Test
    void a_truncated_stream_keeps_its_versions_and_its_ids_when_it_is_moved() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            Append first = Append.to(ORDER, ExpectedVersion.any(), events(3));
            AppendResult places = store.append(first);
            given(store, ORDER, 2);
            fleet.store(1).admin().truncate(ORDER, 4, ACT);
            store.move(ORDER, "shard 2", ACT);
            assertThat(versions(read(store, ORDER))).containsExactly(4L, 5L);
            assertThat(store.version(ORDER)).isEqualTo(5);
            assertThat(store.append(first).writes()).isEqualTo(places.writes());
            assertThat(store.append(ORDER, ExpectedVersion.exactly(5), event()).lastVersion())
                    .isEqualTo(6);
            fleet.store(2).admin().delete(ORDER, ACT);
            store.move(ORDER, "shard 0", ACT);
            assertThat(read(store, ORDER)).isEmpty();
            assertThat(store.append(first).writes()).isEqualTo(places.writes());
            assertThat(store.append(ORDER, ExpectedVersion.any(), event()).lastVersion())
                    .isEqualTo(7);
        }
    }

    @Test
    void who_moved_a_stream_and_why_stands_in_its_shards() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 1);
            store.move(ORDER, "shard 2", ACT);
            List<RecordedEvent> own = new ArrayList<>(read(fleet.store(1), ORDER).subList(1, 2));
            own.addAll(
                    read(fleet.store(2), ORDER).stream()
                            .filter(each -> each.type().value().startsWith("leftfold."))
                            .toList());
            assertThat(own).hasSize(3);
            for (RecordedEvent event : own) {
                assertThat(event.metadata().value("actor")).contains("ann");
                assertThat(event.metadata().value("reason")).contains("balance");
            }
        }
    }

    @Test
    void what_cannot_be_moved_is_refused_and_stays() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            refused(
                    InvalidRequestException.class,
                    "LF-1404",
                    () -> store.move(ORDER, "shard 2", ACT));
            given(store, ORDER, 1);
            refused(
                    InvalidRequestException.class,
                    "LF-1404",
                    () -> store.move(ORDER, "nowhere", ACT));
            NewEvent full = event();
            for (int n = 0; n < 256; n++) {
                full = full.withMetadata("key" + n, "value");
            }
            store.append(ORDER, ExpectedVersion.any(), full);
            assertThat(
                            refused(
                                    InvalidRequestException.class,
                                    "LF-1404",
                                    () -> store.move(ORDER, "shard 2", ACT)))
                    .hasMessageContaining("version 2 leave no room");
            assertThat(store.append(ORDER, ExpectedVersion.exactly(2), event()).lastVersion())
                    .isEqualTo(3);
            assertThat(store.shardOf(ORDER)).isEqualTo("shard 1");
        }
    }

    @Test
    void moving_to_where_a_stream_is_does_nothing() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 2);
            store.move(ORDER, "shard 1", ACT);
            assertThat(fleet.store(1).head()).isEqualTo(4);
        }
    }

    @Test
    void a_long_stream_and_large_events_are_moved_in_pieces() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            List<NewEvent> all = new ArrayList<>(events(1000));
            store.append(ORDER, ExpectedVersion.noStream(), all);
            for (int n = 0; n < 12; n++) {
                NewEvent large = NewEvent.of("Large", Payload.ofText("x".repeat(1 << 20)));
                store.append(ORDER, ExpectedVersion.any(), large);
                all.add(large);
            }
            store.move(ORDER, "shard 2", ACT);
            assertThat(contents(read(store, ORDER))).isEqualTo(all);
        }
    }

    @Test
    void a_stream_on_its_way_is_read_where_it_was_until_somebody_appends() {
        for (int cut = 1; cut < 4; cut++) { // arriving, copies, arrived
            try (Fleet fleet = new Fleet(3)) {
                ShardedEventStore store = fleet.open();
                given(store, ORDER, 5);
                List<RecordedEvent> before = read(store, ORDER);
                Cuts cuts = Cuts.ofAppends(cut, false);
                refused(
                        OutcomeUnknownException.class,
                        "LF-3001",
                        () -> fleet.open(cuts).move(ORDER, "shard 2", ACT));
                for (ShardedEventStore each : List.of(store, fleet.open())) {
                    assertThat(read(each, ORDER)).isEqualTo(before);
                    assertThat(readAll(each)).isEqualTo(before);
                    assertThat(each.version(ORDER)).isEqualTo(5);
                    assertThat(each.shardOf(ORDER)).isEqualTo("shard 1");
                }
                given(store, ORDER, 1);
                assertThat(store.shardOf(ORDER)).isEqualTo("shard 2");
                assertThat(versions(read(store, ORDER))).isEqualTo(upTo(6));
            }
        }
    }

    @Test
    void what_is_truncated_during_a_move_is_left_out_and_shifts_no_version() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            List<NewEvent> all = events(600);
            store.append(ORDER, ExpectedVersion.noStream(), all);
            refused(
                    OutcomeUnknownException.class,
                    "LF-3001",
                    () -> fleet.open(Cuts.ofAppends(3, false)).move(ORDER, "shard 2", ACT));
            fleet.store(1).admin().truncate(ORDER, 500, ACT);
            assertThat(store.append(ORDER, ExpectedVersion.exactly(600), event()).lastVersion())
                    .isEqualTo(601);
            assertThat(versions(read(store, ORDER))) // and not what was copied before
                    .isEqualTo(LongStream.rangeClosed(500, 601).boxed().toList());
            assertThat(contents(read(store, ORDER)).subList(0, 101))
                    .isEqualTo(all.subList(499, 600));
            assertThat(store.append(ORDER, ExpectedVersion.any(), all).lastVersion())
                    .isEqualTo(600);
        }
    }

    @Test
    void copies_that_became_unreadable_do_not_answer_for_the_first_ones() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            Append first = Append.to(ORDER, ExpectedVersion.any(), events(2));
            AppendResult places = store.append(first);
            store.move(ORDER, "shard 0", ACT);
            fleet.store(0).admin().truncate(ORDER, 4, ACT); // the arrival and both copies
            assertThat(read(store, ORDER)).isEmpty();
            assertThat(store.append(first).writes()).isEqualTo(places.writes());
            assertThat(fleet.open().append(first).repeated()).isTrue();
        }
    }

    @Test
    void no_retention_makes_a_program_forget_where_a_stream_is() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            given(store, ORDER, 3);
            store.move(ORDER, "shard 0", ACT);
            given(store, ORDER, 3);
            store.move(ORDER, "shard 1", ACT);
            given(store, ORDER, 1);
            store.move(ORDER, "shard 2", ACT);
            for (int shard = 0; shard < 3; shard++) {
                fleet.store(shard)
                        .admin()
                        .retain(Retention.ofAllStreams().maxCount(1), ACT, count -> {});
                fleet.store(shard).admin().scavenge(count -> {});
            }
            ShardedEventStore later = fleet.open();
            assertThat(later.shardOf(ORDER)).isEqualTo("shard 2");
            assertThat(later.append(ORDER, ExpectedVersion.any(), event()).lastVersion())
                    .isEqualTo(8);
            assertThat(later.append(ORDER, ExpectedVersion.exactly(8), event()).lastVersion())
                    .isEqualTo(9);
            later.move(ORDER, "shard 0", ACT);
            assertThat(versions(read(fleet.open(), ORDER))).containsExactly(7L, 8L, 9L);
        }
    }
}
