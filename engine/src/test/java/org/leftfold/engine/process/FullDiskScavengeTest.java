package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Retention;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/**
 * A real disk that is full, under a scavenge, a retention and the index that is merged: each is
 * refused or put off, reading goes on, and with room it completes.
 */
@Timeout(120)
class FullDiskScavengeTest {
    private static final int MOST_ATTEMPTS = 100;
    private static final int ADDED_AT_ONCE = 300;
    private static final int STREAMS = 97;

    /** A merge, and the pause after one that failed, are often over within it. */
    private static final int PAUSE_MILLIS = 200;

    private static final AdminAct ACT = new AdminAct("ann", "retention");
    private static final Retention ONE = Retention.ofAllStreams().maxCount(1);
    private static final int LARGE_BYTES = 128 << 10;

    /** So little that it is written to files again and again. */
    private static final int TINY_INDEX_BYTES = 64 << 10;

    /** More than the largest segment takes. */
    private static final int MOST_PAGES = 60;

    @RegisterExtension final SmallDisk disk = new SmallDisk(16);
    private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();

    private EmbeddedEventStore open(int segmentBytes, int indexBytes) {
        StoreListener listener =
                new StoreListener() {
                    @Override
                    public void noticed(String text) {
                        notices.add(text);
                    }
                };
        return EmbeddedEventStore.open(
                disk.resolve("store"),
                EmbeddedOptions.defaults()
                        .segmentBytes(segmentBytes, segmentBytes)
                        .indexMemoryBytes(indexBytes)
                        .listener(listener));
    }

    private static StreamName stream(int number) {
        return StreamName.of("counter", String.valueOf(number));
    }

    private static void append(EmbeddedEventStore store, int stream, int bytes) {
        NewEvent event = NewEvent.ofJson("Made", "\"" + "x".repeat(bytes) + "\"");
        store.append(Append.to(stream(stream), ExpectedVersion.any(), event));
    }

    private static List<RecordedEvent> eventsOf(EmbeddedEventStore store) {
        return store.read(ReadRequest.all()).toList();
    }

    private List<String> names() {
        try (Stream<Path> files = Files.list(disk.resolve("store"))) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRefused(Runnable work, String advice) {
        try {
            work.run();
            return false;
        } catch (StoreUnavailableException e) {
            assertThat(e)
                    .hasMessageStartingWith("LF-3003")
                    .hasMessageContaining("No space left")
                    .hasMessageContaining(advice);
            return true;
        }
    }

    private void verify() {
        assertThat(EmbeddedEventStore.verify(disk.resolve("store"), e -> {}).problems()).isEmpty();
    }

    @Test
    void a_scavenge_without_room_changes_nothing_and_is_made_again() throws IOException {
        List<RecordedEvent> before;
        long removed = 0;
        int refused = 0;
        try (EmbeddedEventStore store = open(LARGE_BYTES, TINY_INDEX_BYTES)) {
            for (int i = 0; i < 600; i++) {
                append(store, i % 10, 900);
            }
            for (int i = 0; i < 6; i++) {
                store.admin().delete(stream(i), ACT);
            }
            before = eventsOf(store);
            StoreAdmin admin = store.admin();
            long[] gone = new long[1];
            Runnable scavenge = () -> gone[0] = admin.scavenge(p -> {}).removedEvents();
            disk.fill();
            for (int pages = 0; isRefused(scavenge, "Free some space, then scavenge"); pages++) {
                refused++;
                assertThat(names()).doesNotContain("scavenge.tmp");
                assertThat(eventsOf(store)).as(pages + " pages").isEqualTo(before);
                assertThat(pages).isLessThan(MOST_PAGES);
                disk.fillUpTo(pages);
            }
            removed = gone[0];
            assertThat(eventsOf(store)).isEqualTo(before);
        }
        assertThat(refused).as("sizes").isGreaterThan(10);
        assertThat(removed).as("by the last one alone").isPositive();
        disk.free();
        verify();
        try (EmbeddedEventStore store = open(LARGE_BYTES, TINY_INDEX_BYTES)) {
            store.admin().scavenge(position -> {});
            assertThat(store.admin().scavenge(position -> {}).removedEvents()).isZero();
            assertThat(eventsOf(store)).isEqualTo(before);
            append(store, 0, 900);
            assertThat(eventsOf(store)).hasSize(before.size() + 1);
        }
        verify();
    }

    @Test
    void a_retention_that_is_refused_in_the_middle_keeps_what_it_did() throws IOException {
        int streams = 1500;
        List<RecordedEvent> last;
        try (EmbeddedEventStore store = open(32 << 10, 8 << 20)) {
            for (int n = 0; n < streams; n++) {
                append(store, n, 1);
            }
            for (int n = 0; n < streams; n++) {
                append(store, n, 2);
            }
            last = eventsOf(store).subList(streams, 2 * streams);
            disk.fill();
            Runnable retain = () -> store.admin().retain(ONE, ACT, looked -> {});
            assertThat(isRefused(retain, "free some space")).isTrue();
            disk.fill();
            assertThat(isRefused(retain, "free some space")).isTrue();
            List<RecordedEvent> left = eventsOf(store);
            assertThat(left).hasSizeBetween(streams + 1, 2 * streams - 1);
            checkOlderOnesAreFewer(left, last);
        }
        List<RecordedEvent> left;
        disk.fill();
        try (EmbeddedEventStore store = open(32 << 10, 8 << 20)) {
            left = eventsOf(store);
            checkOlderOnesAreFewer(left, last);
            disk.free();
            long done = store.admin().retain(ONE, ACT, looked -> {});
            assertThat(done).isEqualTo(left.size() - streams);
            assertThat(eventsOf(store)).isEqualTo(last);
        }
        try (EmbeddedEventStore store = open(32 << 10, 8 << 20)) {
            assertThat(eventsOf(store)).isEqualTo(last);
            assertThat(store.admin().retain(ONE, ACT, looked -> {})).isZero();
        }
        verify();
    }

    /** The newest of each stream is there, and of the others some. */
    private static void checkOlderOnesAreFewer(List<RecordedEvent> left, List<RecordedEvent> last) {
        assertThat(left.subList(left.size() - last.size(), left.size())).isEqualTo(last);
        assertThat(left.subList(0, left.size() - last.size()))
                .allMatch(event -> event.version() == 1);
    }

    /** Merging takes as much room as the files that are merged; what they say can be read. */
    @Test
    void files_of_the_index_that_cannot_be_merged_are_used_as_they_are() throws IOException {
        List<NewEvent> added = new ArrayList<>();
        try (EmbeddedEventStore store = open(4 << 20, TINY_INDEX_BYTES)) {
            add(store, added, 3000);
            disk.fill();
            for (int i = 0; !isMergeRefused(store); i++) {
                assertThat(i).as("attempts with nothing to merge").isLessThan(MOST_ATTEMPTS);
                disk.free();
                add(store, added, ADDED_AT_ONCE);
                disk.fill();
            }
            assertThat(names()).noneMatch(name -> name.contains(".index.") && isHalfDone(name));
            checkAll(store, added);
        }
        List<String> unmerged = parts();
        try (EmbeddedEventStore store = open(4 << 20, TINY_INDEX_BYTES)) {
            checkAll(store, added);
            disk.free();
            for (int i = 0; parts().containsAll(unmerged); i++) { // after a refusal it pauses
                assertThat(i).as("attempts without a merge").isLessThan(MOST_ATTEMPTS);
                add(store, added, ADDED_AT_ONCE);
                readEach(store);
                news(PAUSE_MILLIS);
            }
            checkAll(store, added);
        }
        try (EmbeddedEventStore store = open(4 << 20, TINY_INDEX_BYTES)) {
            checkAll(store, added);
        }
        verify();
    }

    private static void add(EmbeddedEventStore store, List<NewEvent> added, int events) {
        for (int i = 0; i < events; i++) {
            NewEvent event = NewEvent.ofJson("Made", String.valueOf(added.size()));
            store.append(Append.to(stream(added.size() % STREAMS), ExpectedVersion.any(), event));
            added.add(event);
        }
    }

    /** Each stream is in all files of the index: asking them all has these merged. */
    private static void readEach(EmbeddedEventStore store) {
        for (int i = 0; i < STREAMS; i++) {
            assertThat(store.read(ReadRequest.stream(stream(i))).toList()).isNotEmpty();
        }
    }

    /** Whether lookups lead to a merge, and the disk has no room for it. */
    private boolean isMergeRefused(EmbeddedEventStore store) {
        readEach(store);
        String news = news(PAUSE_MILLIS);
        while (!news.isEmpty()) {
            if (news.contains("could not be merged") && news.contains("No space left")) {
                return true;
            }
            news = news(PAUSE_MILLIS);
        }
        return false;
    }

    /** The next notice, or nothing after a while. */
    private String news(int millis) {
        try {
            String next = notices.poll(millis, TimeUnit.MILLISECONDS);
            return next == null ? "" : next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while it waited for a notice", e);
        }
    }

    private static boolean isHalfDone(String name) {
        return name.endsWith(".tmp");
    }

    /** Each is there until it is merged into another; new ones come all the time. */
    private List<String> parts() {
        return names().stream().filter(name -> name.endsWith(".index")).toList();
    }

    private static void checkAll(EmbeddedEventStore store, List<NewEvent> added) {
        List<RecordedEvent> all = eventsOf(store);
        assertThat(all).hasSameSizeAs(added);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).hasContentOf(added.get(i))).isTrue();
        }
        for (int number = 0; number < STREAMS; number++) {
            List<RecordedEvent> one = store.read(ReadRequest.stream(stream(number))).toList();
            StreamName name = stream(number);
            assertThat(one).isEqualTo(all.stream().filter(e -> e.stream().equals(name)).toList());
        }
    }
}
