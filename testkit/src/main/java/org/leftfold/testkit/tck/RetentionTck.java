package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.leftfold.testkit.tck.AdminTck.ACT;
import static org.leftfold.testkit.tck.Samples.ACCOUNT;
import static org.leftfold.testkit.tck.Samples.ORDER;
import static org.leftfold.testkit.tck.Samples.OTHER_ORDER;
import static org.leftfold.testkit.tck.Samples.assertNothingStored;
import static org.leftfold.testkit.tck.Samples.between;
import static org.leftfold.testkit.tck.Samples.event;
import static org.leftfold.testkit.tck.Samples.events;
import static org.leftfold.testkit.tck.Samples.given;
import static org.leftfold.testkit.tck.Samples.history;
import static org.leftfold.testkit.tck.Samples.positions;
import static org.leftfold.testkit.tck.Samples.read;
import static org.leftfold.testkit.tck.Samples.readAll;
import static org.leftfold.testkit.tck.Samples.versions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Backup;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.StreamName;
import org.leftfold.api.UncountedVersions;
import org.leftfold.testkit.random.Seeds;

/** Retention: what is too old, or more than enough, becomes unreadable (G7). */
public interface RetentionTck extends TckFixture {
    /** The time at which most of these tests begin. */
    Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

    @Test
    default void a_count_keeps_the_newest_events_of_each_stream() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            given(opened.store(), OTHER_ORDER, 2);
            given(opened.store(), ACCOUNT, 3);
            assertEquals(2, retain(opened, Retention.ofAllStreams().maxCount(2)));
            for (int round = 0; round < 2; round++) {
                assertEquals(List.of(4L, 5L), versions(read(opened.store(), ORDER)));
                assertEquals(List.of(1L, 2L), versions(read(opened.store(), OTHER_ORDER)));
                assertEquals(List.of(2L, 3L), versions(read(opened.store(), ACCOUNT)));
                assertEquals(6, readAll(opened.store()).size());
                assertEquals(10, opened.store().head());
                opened.reopen();
            }
        }
    }

    @Test
    default void a_count_does_not_count_what_a_sharded_store_wrote_for_itself() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 4);
            given(opened.store(), OTHER_ORDER, 4);
            for (String step : List.of("5", "6")) {
                NewEvent note =
                        event().withMetadata(UncountedVersions.STREAM_KEY, ORDER.value())
                                .withMetadata(UncountedVersions.VERSION_KEY, step);
                opened.store()
                        .append(
                                Append.to(ORDER, ExpectedVersion.any(), event())
                                        .andTo(
                                                new StreamName("leftfold.shards"),
                                                ExpectedVersion.any(),
                                                note));
            }
            given(opened.store(), ORDER, 1);
            assertEquals(2, retain(opened, Retention.ofAllStreams().maxCount(2)));
            assertEquals(List.of(4L, 5L, 6L, 7L), versions(read(opened.store(), ORDER)));
            assertEquals(List.of(3L, 4L), versions(read(opened.store(), OTHER_ORDER)));
            assertEquals(2, read(opened.store(), new StreamName("leftfold.shards")).size());
        }
    }

    @Test
    default void an_age_keeps_what_is_exactly_as_old_and_nothing_older() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            given(opened.store(), ORDER, 2);
            now.set(NOON.plusNanos(1000));
            given(opened.store(), ORDER, 1);
            now.set(NOON.plusSeconds(60));
            assertEquals(0, retain(opened, maxAge(Duration.ofSeconds(60))));
            assertEquals(3, read(opened.store(), ORDER).size());
            now.set(NOON.plusSeconds(60).plusNanos(1000));
            assertEquals(1, retain(opened, maxAge(Duration.ofSeconds(60))));
            assertEquals(List.of(3L), versions(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void ages_are_measured_in_microseconds_like_times_of_recording() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON.plusNanos(1999));
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            given(opened.store(), ORDER, 1);
            now.set(NOON.plusSeconds(1).plusNanos(1999));
            assertEquals(0, retain(opened, maxAge(Duration.ofSeconds(1))));
        }
    }

    @Test
    default void an_age_counts_for_every_stream_by_its_own_events() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            givenHours(opened.store(), now, 5);
            assertEquals(2, retain(opened, maxAge(Duration.ofHours(2))));
            // Positions 1 and 2 are of noon, 3 and 4 of one o'clock; it is five now.
            assertEquals(between(7, 10), positions(readAll(opened.store())));
            assertEquals(List.of(4L, 5L), versions(read(opened.store(), ORDER)));
            assertEquals(List.of(4L, 5L), versions(read(opened.store(), ACCOUNT)));
        }
    }

    @Test
    default void a_stream_that_is_old_as_a_whole_is_emptied_and_keeps_its_version() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            given(opened.store(), ORDER, 3);
            now.set(NOON.plus(Duration.ofDays(40)));
            given(opened.store(), ACCOUNT, 1);
            assertEquals(1, retain(opened, maxAge(Duration.ofDays(30))));
            EventStore store = opened.reopen();
            assertEquals(List.of(), read(store, ORDER));
            assertEquals(3, store.version(ORDER));
            AppendResult next = store.append(ORDER, ExpectedVersion.exactly(3), event());
            assertEquals(4, next.lastVersion());
            assertEquals(5, next.lastPosition());
            assertEquals(List.of(4L), versions(read(store, ORDER)));
        }
    }

    @Test
    default void with_both_rules_the_stricter_one_counts() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            givenHours(opened.store(), now, 5);
            Retention tight = maxAge(Duration.ofHours(4)).maxCount(3);
            assertEquals(2, retain(opened, tight));
            assertEquals(List.of(3L, 4L, 5L), versions(read(opened.store(), ORDER)));
            Retention young = maxAge(Duration.ofHours(1)).maxCount(2);
            assertEquals(2, retain(opened, young));
            assertEquals(List.of(5L), versions(read(opened.store(), ORDER)));
        }
    }

    @Test
    default void only_streams_of_the_category_are_touched() {
        try (TckStore opened = openStore()) {
            StreamName bare = new StreamName("order");
            StreamName longer = new StreamName("orders-1");
            StreamName shorter = new StreamName("orde-1");
            List<StreamName> all = List.of(ORDER, OTHER_ORDER, ACCOUNT, bare, longer, shorter);
            all.forEach(stream -> given(opened.store(), stream, 3));
            assertEquals(3, retain(opened, Retention.ofCategory("order").maxCount(1)));
            for (StreamName stream : all) {
                int kept = stream.category().equals("order") ? 1 : 3;
                assertEquals(kept, read(opened.store(), stream).size(), stream.value());
            }
        }
    }

    @Test
    default void a_category_without_streams_and_an_empty_store_change_nothing() {
        try (TckStore opened = openStore()) {
            assertEquals(0, retain(opened, Retention.ofAllStreams().maxCount(1)));
            assertEquals(0, retain(opened, maxAge(Duration.ofDays(1))));
            given(opened.store(), ORDER, 3);
            assertEquals(0, retain(opened, Retention.ofCategory("cart").maxCount(1)));
            assertEquals(3, readAll(opened.store()).size());
        }
    }

    @Test
    default void a_second_retention_finds_nothing_to_do() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            givenHours(opened.store(), now, 5);
            Retention both = maxAge(Duration.ofHours(3)).maxCount(4);
            assertEquals(2, retain(opened, both));
            List<Backup.Entry> history = history(opened.admin());
            assertEquals(0, retain(opened, both));
            opened.reopen();
            assertEquals(0, retain(opened, both));
            assertEquals(history, history(opened.admin()), "no act without need");
        }
    }

    @Test
    default void what_was_truncated_before_stays_so() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 5);
            given(opened.store(), ACCOUNT, 5);
            opened.admin().truncate(ORDER, 5, ACT);
            opened.admin().delete(ACCOUNT, ACT);
            assertEquals(0, retain(opened, Retention.ofAllStreams().maxCount(3)));
            assertEquals(List.of(5L), versions(read(opened.store(), ORDER)));
            assertEquals(List.of(), read(opened.store(), ACCOUNT));
            given(opened.store(), ACCOUNT, 4);
            assertEquals(1, retain(opened, Retention.ofAllStreams().maxCount(3)));
            assertEquals(between(7, 9), versions(read(opened.store(), ACCOUNT)));
        }
    }

    @Test
    default void every_stream_that_loses_events_has_an_act_that_says_who_and_why() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            given(opened.store(), OTHER_ORDER, 1);
            given(opened.store(), ACCOUNT, 4);
            retain(opened, Retention.ofAllStreams().maxCount(2));
            List<Backup.Act> acts =
                    history(opened.admin()).stream()
                            .filter(Backup.Act.class::isInstance)
                            .map(Backup.Act.class::cast)
                            .toList();
            assertEquals(2, acts.size());
            for (Backup.Act act : acts) {
                assertEquals(ACT, act.act());
                assertEquals(act.stream().equals(ORDER) ? 2 : 3, act.firstKeptVersion());
            }
        }
    }

    @Test
    default void appends_stay_known_when_their_events_are_not_kept() {
        try (TckStore opened = openStore()) {
            Append both =
                    Append.to(ORDER, ExpectedVersion.noStream(), events(3))
                            .andTo(ACCOUNT, ExpectedVersion.any(), events(2));
            AppendResult first = opened.store().append(both);
            retain(opened, Retention.ofAllStreams().maxCount(1));
            EventStore store = opened.reopen();
            assertEquals(first.writes(), store.append(both).writes());
            assertTrue(store.append(both).repeated());
            assertEquals(5, store.head());
        }
    }

    @Test
    default void a_clock_that_was_set_back_makes_nothing_older() {
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
            givenHours(opened.store(), now, 3);
            now.set(NOON.minus(Duration.ofDays(1)));
            assertEquals(0, retain(opened, maxAge(Duration.ofNanos(1))));
            assertEquals(6, readAll(opened.store()).size());
        }
    }

    @Test
    default void an_age_longer_than_time_itself_keeps_everything() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            assertEquals(0, retain(opened, maxAge(Duration.ofSeconds(Long.MAX_VALUE))));
            Retention most = Retention.ofAllStreams().maxCount(Long.MAX_VALUE);
            assertEquals(0, retain(opened, most));
            assertEquals(3, readAll(opened.store()).size());
        }
    }

    @Test
    default void a_retention_without_a_rule_is_refused() {
        try (TckStore opened = openStore()) {
            given(opened.store(), ORDER, 3);
            for (Retention none :
                    List.of(Retention.ofAllStreams(), Retention.ofCategory("order"))) {
                assertNothingStored(
                        opened.store(),
                        InvalidRequestException.class,
                        "LF-1003",
                        () -> retain(opened, none));
            }
        }
    }

    @Test
    default void many_streams_are_kept_short_in_one_call() {
        int streams = 90;
        try (TckStore opened = openStore()) {
            Append append = Append.to(counter(0), ExpectedVersion.any(), events(1));
            for (int n = 1; n < streams; n++) {
                append = append.andTo(counter(n), ExpectedVersion.any(), events(1 + n % 3));
            }
            opened.store().append(append);
            List<Long> told = new ArrayList<>();
            Retention one = Retention.ofCategory("counter").maxCount(1);
            assertEquals(2 * streams / 3, opened.admin().retain(one, ACT, told::add));
            assertEquals(told.stream().sorted().toList(), told, "progress only grows");
            EventStore store = opened.reopen();
            List<RecordedEvent> kept = readAll(store);
            assertEquals(streams, kept.size());
            for (RecordedEvent event : kept) {
                assertEquals(store.version(event.stream()), event.version());
            }
        }
    }

    @Test
    default void retention_does_not_hinder_appends_and_reads_of_the_same_moment() {
        try (TckStore opened = openStore()) {
            EventStore store = opened.store();
            given(store, ORDER, 20);
            Together.run(
                    3,
                    thread -> {
                        for (int n = 0; n < 20; n++) {
                            switch (thread) {
                                case 0 -> retain(opened, Retention.ofAllStreams().maxCount(10));
                                case 1 -> given(store, ORDER, 2);
                                default -> expectWhatStayedReadable(store);
                            }
                        }
                        return thread;
                    });
            retain(opened, Retention.ofAllStreams().maxCount(10));
            assertEquals(between(51, 60), versions(read(store, ORDER)));
        }
    }

    /**
     * Of a stream that is appended to and kept at its newest ten meanwhile: a read ends at the
     * stream's end of when it began, and what became unreadable since may be missing at its start.
     */
    private static void expectWhatStayedReadable(EventStore store) {
        long before = store.version(ORDER);
        List<Long> seen = versions(read(store, ORDER));
        long after = store.version(ORDER);
        String text = seen + " of " + before + " to " + after;
        assertTrue(seen.containsAll(between(after - 9, before)), text);
        assertEquals(seen.stream().sorted().distinct().toList(), seen, text);
    }

    @Test
    default void any_retention_keeps_what_a_plain_look_at_all_events_keeps() {
        Seeds.check(
                Seeds.range(1, 30),
                (seed, random) -> {
                    AtomicReference<Instant> now = new AtomicReference<>(NOON);
                    try (TckStore opened = openStore(TckOptions.standard().withClock(now::get))) {
                        for (int round = 0; round < 3; round++) {
                            givenRandom(opened.store(), now, random);
                            Retention retention = anyRetention(random);
                            List<RecordedEvent> wanted =
                                    keptOf(opened.store(), retention, now.get());
                            retain(opened, retention);
                            assertEquals(
                                    positions(wanted),
                                    positions(readAll(opened.store())),
                                    () -> retention + " at " + now);
                            assertEquals(0, retain(opened, retention));
                        }
                    }
                });
    }

    private static List<RecordedEvent> keptOf(EventStore store, Retention retention, Instant now) {
        return readAll(store).stream()
                .filter(event -> {
                    long newer = store.version(event.stream()) - event.version();
                    Duration age = Duration.between(event.recordedAt(), now);
                    return !retention.concerns(event.stream())
                            || (newer < retention.maxCount().orElse(Long.MAX_VALUE)
                                    && retention
                                            .maxAge()
                                            .map(most -> age.compareTo(most) <= 0)
                                            .orElse(true));
                })
                .toList();
    }

    private static void givenRandom(
            EventStore store, AtomicReference<Instant> now, SplittableRandom random) {
        List<StreamName> streams = List.of(ORDER, OTHER_ORDER, ACCOUNT, new StreamName("bare"));
        for (int n = 0; n < 12; n++) {
            StreamName stream = streams.get(random.nextInt(streams.size()));
            given(store, stream, random.nextInt(1, 4));
            now.updateAndGet(time -> time.plusSeconds(random.nextInt(3)));
        }
    }

    private static Retention anyRetention(SplittableRandom random) {
        Retention retention =
                random.nextBoolean()
                        ? Retention.ofAllStreams()
                        : Retention.ofCategory(random.nextBoolean() ? "order" : "bare");
        int rules = random.nextInt(1, 4);
        retention = (rules & 1) == 0 ? retention : retention.maxCount(random.nextInt(1, 6));
        int seconds = random.nextInt(1, 20);
        return (rules & 2) == 0 ? retention : retention.maxAge(Duration.ofSeconds(seconds));
    }

    /** An event of an order and one of an account at the beginning of each hour. */
    private static void givenHours(EventStore store, AtomicReference<Instant> now, int hours) {
        for (int hour = 0; hour < hours; hour++) {
            given(store, ORDER, 1);
            given(store, ACCOUNT, 1);
            now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
        }
    }

    private static StreamName counter(int number) {
        return StreamName.of("counter", String.valueOf(number));
    }

    private static Retention maxAge(Duration age) {
        return Retention.ofAllStreams().maxAge(age);
    }

    private static long retain(TckStore opened, Retention retention) {
        return opened.admin().retain(retention, ACT, progress -> {});
    }
}
