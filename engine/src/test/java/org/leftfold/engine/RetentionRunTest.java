package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.io.Machine;

/** What the suite for every store does not see: many streams, a reader, and being cut short. */
class RetentionRunTest {
    private static final AdminAct ACT = new AdminAct("ann", "retention");
    private static final Retention ONE = Retention.ofAllStreams().maxCount(1);
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

    @TempDir Path directory;

    /** Streams of two events each, 200 streams an append. */
    private static void fill(EmbeddedEventStore store, int streams) {
        for (int from = 0; from < streams; from += 200) {
            Append append = Append.to(name(from), ExpectedVersion.any(), two());
            for (int n = from + 1; n < Math.min(streams, from + 200); n++) {
                append = append.andTo(name(n), ExpectedVersion.any(), two());
            }
            store.append(append);
        }
    }

    private static StreamName name(int number) {
        return StreamName.of("counter", String.valueOf(number));
    }

    private static List<NewEvent> two() {
        return List.of(NewEvent.ofJson("Counted", "1"), NewEvent.ofJson("Counted", "2"));
    }

    private static void expectLastEventsOnly(EmbeddedEventStore store, int streams) {
        List<Long> versions =
                store.read(ReadRequest.of(Query.category("counter"))).stream()
                        .map(RecordedEvent::version)
                        .toList();
        assertThat(versions).isEqualTo(Collections.nCopies(streams, 2L));
    }

    @Test
    void a_store_with_thousands_of_streams_is_walked_once_and_tells_its_progress() {
        int streams = 12_000;
        List<Long> told = new ArrayList<>();
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            fill(store, streams);
            assertThat(store.admin().retain(ONE, ACT, told::add)).isEqualTo(streams);
        }
        assertThat(told).containsExactly(10_000L);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            expectLastEventsOnly(store, streams);
            assertThat(store.admin().retain(ONE, ACT, told::add)).isZero();
        }
    }

    @Test
    void ages_are_told_apart_in_an_index_that_is_in_files() {
        int streams = 600;
        AtomicReference<Instant> now = new AtomicReference<>(NOON);
        EmbeddedOptions options =
                EmbeddedOptions.defaults().clock(now::get).indexMemoryBytes(256 << 10);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, options)) {
            fill(store, streams);
            now.set(NOON.plusSeconds(10));
            fill(store, streams / 2);
            now.set(NOON.plusSeconds(20));
            Retention young = Retention.ofAllStreams().maxAge(Duration.ofSeconds(15));
            assertThat(store.admin().retain(young, ACT, looked -> {})).isEqualTo(streams);
            List<Long> versions =
                    store.read(ReadRequest.all()).stream().map(RecordedEvent::version).toList();
            assertThat(versions).hasSize(streams).containsOnly(3L, 4L);
            assertThat(store.admin().retain(young, ACT, looked -> {})).isZero();
        }
    }

    @Test
    void a_run_that_is_cut_short_keeps_what_it_did_and_is_made_again() {
        int streams = 400;
        IndexOptions tiny = IndexOptions.of(32 << 10); // no room for that many acts in a row
        try (EmbeddedEventStore store =
                Opening.forWriting(
                        Machine.system(directory),
                        EmbeddedOptions.defaults(),
                        Execution.THREADS,
                        tiny)) {
            fill(store, streams);
            int rounds = 0;
            long before = store.admin().statistics().events();
            while (!retainOrRefuse(store.admin())) {
                long left = store.admin().statistics().events();
                assertThat(left).isLessThan(before);
                before = left;
                rounds++;
                StreamName other = StreamName.of("other", String.valueOf(rounds));
                store.append(other, ExpectedVersion.any(), NewEvent.ofJson("Added", "1"));
            }
            assertThat(rounds).as("times that it was cut short").isPositive();
            expectLastEventsOnly(store, streams);
        }
    }

    private static boolean retainOrRefuse(StoreAdmin admin) {
        try {
            admin.retain(ONE, ACT, looked -> {});
            return true;
        } catch (StoreUnavailableException refusal) {
            assertThat(refusal.code()).isEqualTo("LF-3003");
            return false;
        }
    }

    @Test
    void a_reader_can_neither_retain_nor_scavenge() {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            fill(store, 1);
        }
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            StoreAdmin admin = reader.admin();
            Retention nothing = Retention.ofCategory("nobody").maxCount(1);
            assertThatThrownBy(() -> admin.retain(ONE, ACT, looked -> {}))
                    .hasMessageContaining("LF-1008");
            assertThatThrownBy(() -> admin.retain(nothing, ACT, looked -> {}))
                    .hasMessageContaining("LF-1008");
            assertThatThrownBy(() -> admin.scavenge(position -> {}))
                    .hasMessageContaining("LF-1008");
        }
    }
}
