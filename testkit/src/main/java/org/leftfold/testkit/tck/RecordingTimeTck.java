package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.upTo;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.RecordedEvent;

/** The time of recording: microseconds, never decreasing, and never what orders events (G3). */
public interface RecordingTimeTck extends TckFixture {
    @Test
    default void an_event_carries_the_time_of_its_append() {
        expectTimes(
                List.of("2026-05-04T10:00:00Z", "2026-05-04T10:00:07.25Z"),
                List.of("2026-05-04T10:00:00Z", "2026-05-04T10:00:07.25Z"));
    }

    @Test
    default void the_time_is_kept_to_the_microsecond_and_cut_there() {
        expectTimes(
                List.of("2026-05-04T10:00:00.123456789Z", "2026-05-04T10:00:00.123457001Z"),
                List.of("2026-05-04T10:00:00.123456Z", "2026-05-04T10:00:00.123457Z"));
    }

    @Test
    default void the_time_stands_still_while_the_clock_is_set_back() {
        expectTimes(
                List.of(
                        "2026-05-04T10:00:00Z",
                        "2026-05-04T09:00:00Z",
                        "2026-05-04T09:59:59Z",
                        "2026-05-04T10:00:01Z"),
                List.of(
                        "2026-05-04T10:00:00Z",
                        "2026-05-04T10:00:00Z",
                        "2026-05-04T10:00:00Z",
                        "2026-05-04T10:00:01Z"));
    }

    @Test
    default void a_frozen_clock_gives_every_event_the_same_time() {
        expectTimes(
                List.of("2026-05-04T10:00:00Z", "2026-05-04T10:00:00Z"),
                List.of("2026-05-04T10:00:00Z", "2026-05-04T10:00:00Z"));
    }

    @Test
    default void the_year_one_is_a_time_like_any_other() {
        expectTimes(
                List.of(
                        "0001-01-01T00:00:00.000001999Z",
                        "1969-12-31T23:59:59.999999Z",
                        "1970-01-01T00:00:00Z"),
                List.of(
                        "0001-01-01T00:00:00.000001Z",
                        "1969-12-31T23:59:59.999999Z",
                        "1970-01-01T00:00:00Z"));
    }

    @Test
    default void a_far_future_is_a_time_like_any_other() {
        expectTimes(List.of("9999-12-31T23:59:59.999999Z"), List.of("9999-12-31T23:59:59.999999Z"));
    }

    @Test
    default void all_events_of_one_append_have_one_time() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T10:00:00Z"));
        TckOptions options =
                TckOptions.standard()
                        .withClock(() -> now.getAndUpdate(time -> time.plusSeconds(1)));
        try (TckStore opened = openStore(options)) {
            opened.store()
                    .append(
                            Append.to(ORDER, ExpectedVersion.any(), events(5))
                                    .andTo(ACCOUNT, ExpectedVersion.any(), events(5)));
            assertEquals(
                    1,
                    readAll(opened.store()).stream()
                            .map(RecordedEvent::recordedAt)
                            .distinct()
                            .count());
        }
    }

    @Test
    default void times_never_decrease_across_an_opening() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T10:00:00Z"));
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            opened.store().append(ORDER, ExpectedVersion.any(), event());
            now.set(Instant.parse("2026-05-04T08:00:00Z"));
            opened.reopen().append(ORDER, ExpectedVersion.any(), event());
            assertEquals(
                    Instant.parse("2026-05-04T10:00:00Z"),
                    readAll(opened.store()).getLast().recordedAt());
        }
    }

    @Test
    default void order_never_depends_on_a_clock_that_jumps() {
        long seed = 42;
        Random random = new Random(seed);
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            EventStore store = opened.store();
            for (int n = 0; n < 100; n++) {
                now.set(
                        Instant.ofEpochSecond(
                                random.nextInt(1_000_000), random.nextInt(1_000_000_000)));
                store.append(n % 2 == 0 ? ORDER : ACCOUNT, ExpectedVersion.any(), event());
            }
            List<RecordedEvent> all = readAll(store);
            assertEquals(upTo(100), positions(all));
            for (int n = 1; n < all.size(); n++) {
                assertFalse(
                        all.get(n).recordedAt().isBefore(all.get(n - 1).recordedAt()),
                        "seed " + seed + ", position " + (n + 1));
            }
        }
    }

    private void expectTimes(List<String> clock, List<String> recorded) {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            for (String time : clock) {
                now.set(Instant.parse(time));
                opened.store().append(ORDER, ExpectedVersion.any(), event());
            }
            opened.reopen();
            assertEquals(
                    recorded.stream().map(Instant::parse).toList(),
                    readAll(opened.store()).stream().map(RecordedEvent::recordedAt).toList());
        }
    }
}
