package org.leftfold.testkit.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.leftfold.testkit.shard.Streams.ACCOUNT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.OTHER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.refused;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VersionConflictException;
import org.leftfold.testkit.tck.ConflictTck;
import org.leftfold.testkit.tck.ExpectedVersionTck;
import org.leftfold.testkit.tck.LimitsTck;
import org.leftfold.testkit.tck.PayloadTck;
import org.leftfold.testkit.tck.RecordingTimeTck;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/**
 * Over three shards the suites hold that are not about positions and appends to several streams. In
 * the overridden tests it is said what holds instead; for the other suites that do the tests of
 * this package.
 */
class ThreeShardsTckTest
        implements ExpectedVersionTck, ConflictTck, PayloadTck, LimitsTck, RecordingTimeTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new ShardedTckStore(3, options);
    }

    /** A condition sees its own shard. */
    @Test
    @Override
    public void a_failed_condition_is_handed_over_with_an_event_that_breaks_it() {
        expectFailure("LF-2002", ACCOUNT);
    }

    /** And no other one. */
    @Test
    @Override
    public void missed_of_a_failed_condition_is_what_matches_above_its_position() {
        try (TckStore opened = openStore()) {
            opened.store().append(ORDER, ExpectedVersion.any(), event());
            opened.store().append(claim(OTHER));
            assertEquals(1, opened.store().version(OTHER));
        }
    }

    /** Where the streams are in one shard. */
    @Test
    @Override
    public void of_several_conflicting_streams_the_first_of_the_append_is_named() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            Append append =
                    Append.to(ACCOUNT, ExpectedVersion.exactly(3), event())
                            .andTo(ORDER, ExpectedVersion.streamExists(), event());
            VersionConflictException conflict =
                    refused(VersionConflictException.class, "LF-2001", () -> store.append(append));
            assertEquals(ACCOUNT, conflict.stream());
        }
    }

    /** But for the position, which is the first one of the second shard. */
    @Test
    @Override
    public void every_field_of_an_event_comes_back() {
        try (TckStore opened = openStore()) {
            NewEvent event =
                    event().withSchemaVersion(7).withMetadata("actor", "ann").withTags("a:b");
            opened.store().append(ORDER, ExpectedVersion.noStream(), event);
            RecordedEvent stored = read(opened.reopen(), ORDER).getFirst();
            assertEquals(event, stored.toNewEvent());
            assertEquals(1, stored.version());
            assertEquals(2, stored.position());
            assertEquals(TckOptions.standard().clock().instant(), stored.recordedAt());
        }
    }

    /** Each in its shard, and found by one query over all. */
    @Test
    @Override
    public void types_and_streams_come_back_and_are_found_whatever_their_letters_are() {
        try (TckStore opened = openStore()) {
            NewEvent event = NewEvent.ofJson("\uC8FC\uBB38 \u00E9", "{}");
            for (var stream : List.of(ORDER, OTHER)) {
                opened.store().append(stream, ExpectedVersion.noStream(), event);
            }
            ReadRequest found = ReadRequest.of(Query.types("\uC8FC\uBB38 \u00E9"));
            assertEquals(2, opened.store().read(found).toList().size());
        }
    }

    /** They are in several shards. */
    @Test
    @Override
    public void an_append_to_the_most_streams_is_stored() {
        expectFailure("LF-1401", OTHER);
    }

    /** One of the conditions is the store's own, and it counts among them. */
    @Test
    @Override
    public void the_most_conditions_are_all_checked() {
        try (TckStore opened = openStore()) {
            Append append = Append.to(ORDER, ExpectedVersion.any(), event());
            for (int n = 0; n < 64; n++) {
                append = append.onlyIf(AppendCondition.none("c" + n, Query.tags("absent:" + n)));
            }
            Append most = append;
            refused(InvalidRequestException.class, "LF-1002", () -> opened.store().append(most));
        }
    }

    /** Times do not decrease within a shard. */
    @Test
    @Override
    public void order_never_depends_on_a_clock_that_jumps() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            for (int n = 0; n < 40; n++) {
                now.set(Instant.ofEpochSecond(n * 7919 % 101));
                opened.store().append(n % 2 == 0 ? ORDER : OTHER, ExpectedVersion.any(), event());
            }
            for (var stream : List.of(ORDER, OTHER)) {
                List<RecordedEvent> events = read(opened.store(), stream);
                assertEquals(upTo(20), versions(events));
                List<Instant> times = events.stream().map(RecordedEvent::recordedAt).toList();
                assertEquals(times.stream().sorted().toList(), times);
            }
        }
    }

    /** Opening appends, and from then on times do not decrease. */
    @Test
    @Override
    public void the_year_one_is_a_time_like_any_other() {
        Instant yearOne = Instant.parse("0001-01-01T00:00:00.000001Z");
        try (TckStore opened = openStore(TckOptions.standard().withClock(() -> yearOne))) {
            opened.store().append(ORDER, ExpectedVersion.any(), event());
            assertEquals(yearOne, read(opened.store(), ORDER).getFirst().recordedAt());
        }
    }

    private static Append claim(org.leftfold.api.StreamName stream) {
        return Append.to(stream, ExpectedVersion.any(), event())
                .onlyIf(AppendCondition.none("nothing happened", Query.types("Happened")));
    }

    /** An event in one stream refuses an append to another one for this reason. */
    private void expectFailure(String code, org.leftfold.api.StreamName stream) {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            store.append(ORDER, ExpectedVersion.any(), event());
            Append refused =
                    code.equals("LF-2002")
                            ? claim(stream)
                            : Append.to(ORDER, ExpectedVersion.any(), events(1))
                                    .andTo(stream, ExpectedVersion.any(), events(1));
            refused(org.leftfold.api.LeftfoldException.class, code, () -> store.append(refused));
            assertEquals(0, store.version(stream));
        }
    }
}
