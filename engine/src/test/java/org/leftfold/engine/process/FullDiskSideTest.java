package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/**
 * A real disk that is full, under the small stores beside the log: what does not fit is refused and
 * not there, all else is and can be read, also after opening on the full disk, and writing goes on
 * when there is room.
 */
@Timeout(60)
class FullDiskSideTest {
    private static final UUID EPOCH = new UUID(0x4000, 1);
    private static final int THINGS = 150;

    /** What follows the last record of a file where it fits. */
    private static final int SEAL_BYTES = 32;

    /** Smaller files are not made anew. */
    private static final int FLOOR_BYTES = (64 << 10) + 64;

    @RegisterExtension final SmallDisk disk = new SmallDisk(8);
    private final List<String> notices = new CopyOnWriteArrayList<>();
    private Path directory = Path.of("not there yet");
    private List<RecordedEvent> events = List.of();

    @BeforeEach
    void someEvents() {
        directory = disk.resolve("store");
        try (EmbeddedEventStore store = open()) {
            for (int i = 0; i < 10; i++) {
                store.append(
                        new StreamName("s-1"),
                        ExpectedVersion.any(),
                        NewEvent.ofJson("Made", "\"" + i + "\""));
            }
            events = store.read(ReadRequest.all()).toList();
        }
    }

    private EmbeddedEventStore open() {
        StoreListener listener =
                new StoreListener() {
                    @Override
                    public void noticed(String text) {
                        notices.add(text);
                    }
                };
        return EmbeddedEventStore.open(
                directory,
                EmbeddedOptions.defaults().segmentBytes(32 << 10, 128 << 10).listener(listener));
    }

    private void checkEvents(EmbeddedEventStore store) {
        assertThat(store.read(ReadRequest.all()).toList()).isEqualTo(events);
    }

    private void checkNothingHalfDone() throws IOException {
        try (var files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    private static boolean isRefused(Runnable write) {
        try {
            write.run();
            return false;
        } catch (StoreUnavailableException e) {
            assertThat(e).hasMessageStartingWith("LF-3003").hasMessageContaining("No space left");
            assertThat(e).hasMessageContaining("free some space");
            return true;
        }
    }

    /** What is in a store, by number. */
    private static BitSet things(SideWriter side, EmbeddedEventStore store) {
        BitSet found = new BitSet();
        for (int number = 1; number <= 2 * THINGS; number++) {
            found.set(number, side.has(store, number));
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource
    void what_does_not_fit_is_refused_and_the_rest_is_there(SideWriter side) throws IOException {
        BitSet expected = new BitSet();
        int refused = THINGS + 1;
        try (EmbeddedEventStore store = open()) {
            for (int number = 1; number <= THINGS; number++) {
                side.write(store, number);
            }
            expected.set(1, refused);
            disk.fill();
            while (!isRefused(at(side, store, refused))) {
                expected.set(refused);
                refused++;
                assertThat(refused).as("a full disk").isLessThan(2 * THINGS);
            }
            assertThat(isRefused(at(side, store, refused))).as("once more").isTrue();
            assertThat(things(side, store)).isEqualTo(expected);
            int removed = 1;
            while (!isRefused(removal(side, store, removed))) {
                expected.clear(removed);
                removed++;
                assertThat(removed).as("a full disk").isLessThan(THINGS);
            }
            assertThat(things(side, store)).isEqualTo(expected);
            checkEvents(store);
            checkNothingHalfDone();
        }
        try (EmbeddedEventStore store = open()) {
            assertThat(things(side, store)).as("opened on a full disk").isEqualTo(expected);
            disk.fill(); // what the opening gave back
            int number = refused;
            while (!isRefused(at(side, store, number))) {
                expected.set(number);
                number++;
            }
            checkEvents(store);
            disk.free();
            side.write(store, number);
            side.remove(store, THINGS);
            expected.set(number);
            expected.clear(THINGS);
            assertThat(things(side, store)).isEqualTo(expected);
        }
        try (EmbeddedEventStore store = open()) {
            assertThat(things(side, store)).isEqualTo(expected);
            checkEvents(store);
            checkNothingHalfDone();
        }
    }

    private static Runnable at(SideWriter side, EmbeddedEventStore store, int number) {
        return () -> side.write(store, number);
    }

    private static Runnable removal(SideWriter side, EmbeddedEventStore store, int number) {
        return () -> side.remove(store, number);
    }

    @ParameterizedTest
    @EnumSource
    void a_file_that_cannot_be_made_is_made_when_there_is_room(SideWriter side) throws IOException {
        try (EmbeddedEventStore store = open()) {
            disk.fill();
            assertThat(isRefused(at(side, store, 1))).isTrue();
            assertThat(isRefused(() -> side.has(store, 1))).isTrue();
            checkNothingHalfDone();
            checkEvents(store);
            disk.free();
            side.write(store, 1);
        }
        try (EmbeddedEventStore store = open()) {
            assertThat(side.has(store, 1)).isTrue();
            assertThat(side.has(store, 2)).isFalse();
            checkEvents(store);
        }
    }

    /** The page is full with the last record, so no mark fits behind it. */
    @Test
    void a_file_that_ends_with_a_page_opens_on_a_full_disk() throws IOException {
        Path file = directory.resolve("checkpoints");
        Checkpoint last = Checkpoint.of(EPOCH, 7);
        String exact = "";
        try (EmbeddedEventStore store = open()) {
            store.checkpoints().save("first", last, 1);
            long before = Files.size(file);
            store.checkpoints().save("other", last, 1);
            long recordBytes = Files.size(file) - before;
            long room = SmallDisk.PAGE_BYTES - (Files.size(file) - SEAL_BYTES);
            int names = 0;
            while (room >= 3 * recordBytes) {
                store.checkpoints().save("f%04d".formatted(names++), last, 1);
                room = SmallDisk.PAGE_BYTES - (Files.size(file) - SEAL_BYTES);
            }
            exact = "e".repeat(5 + (int) (room - recordBytes));
            disk.fill();
            store.checkpoints().save(exact, last, 1);
            assertThat(Files.size(file)).isEqualTo(SmallDisk.PAGE_BYTES);
        }
        for (int opening = 0; opening < 2; opening++) {
            disk.fill();
            try (EmbeddedEventStore store = open()) {
                disk.fill(); // what the opening gave back
                assertThat(store.checkpoints().load("first")).contains(last);
                assertThat(store.checkpoints().load(exact)).contains(last);
                assertThat(isRefused(() -> store.checkpoints().save("first", last, 2))).isTrue();
                checkEvents(store);
            }
        }
        disk.free();
        try (EmbeddedEventStore store = open()) {
            assertThat(store.checkpoints().save("first", last, 2)).isTrue();
            assertThat(store.checkpoints().load(exact)).contains(last);
        }
    }

    /** Making a file anew takes room of its own; that it cannot be is no reason to refuse. */
    @Test
    void a_file_that_cannot_be_made_anew_stays_in_use() throws IOException {
        Path file = directory.resolve("checkpoints");
        int saved = 0;
        try (EmbeddedEventStore store = open()) {
            assertThat(store.checkpoints().save("other", Checkpoint.of(EPOCH, 5), 1)).isTrue();
            long recordBytes = 0;
            while (Files.size(file) + 2 * recordBytes < FLOOR_BYTES) {
                long before = Files.size(file);
                save(store, ++saved);
                recordBytes = Files.size(file) - before;
            }
            disk.fillUpTo(1); // the page that the file grows into
            assertThat(notices).isEmpty();
            while (notices.isEmpty()) {
                save(store, ++saved);
            }
            assertThat(notices).first().asString().contains("was not made anew", "No space left");
            checkNothingHalfDone();
            while (!isRefused(saving(store, saved + 1))) {
                saved++;
            }
            assertThat(store.checkpoints().load("main")).contains(Checkpoint.of(EPOCH, saved));
            checkEvents(store);
        }
        try (EmbeddedEventStore store = open()) {
            assertThat(store.checkpoints().load("main")).contains(Checkpoint.of(EPOCH, saved));
            disk.free();
            long before = Files.size(file);
            while (Files.size(file) >= before) {
                save(store, ++saved);
                before = Math.max(before, Files.size(file));
            }
            assertThat(Files.size(file)).isLessThan(FLOOR_BYTES);
        }
        try (EmbeddedEventStore store = open()) {
            assertThat(store.checkpoints().load("main")).contains(Checkpoint.of(EPOCH, saved));
            assertThat(store.checkpoints().load("other")).contains(Checkpoint.of(EPOCH, 5));
            checkEvents(store);
        }
    }

    private static void save(EmbeddedEventStore store, int number) {
        store.checkpoints().save("main", Checkpoint.of(EPOCH, number), 1);
    }

    private static Runnable saving(EmbeddedEventStore store, int number) {
        return () -> save(store, number);
    }
}
