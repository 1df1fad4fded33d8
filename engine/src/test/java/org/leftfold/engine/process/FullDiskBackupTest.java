package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedBackup;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/**
 * A real disk that is full at one size after the other, under a backup or under a restore: it is
 * refused, the store and the former backup are whole, and made again with room it has everything.
 */
@Timeout(120)
class FullDiskBackupTest {
    private static final int SEGMENT_BYTES = 32 << 10;
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().segmentBytes(SEGMENT_BYTES, SEGMENT_BYTES);

    /** More than the store's segments take. */
    private static final int MOST_PAGES = 100;

    @RegisterExtension final SmallDisk disk = new SmallDisk(8);
    @TempDir private Path elsewhere;
    private Path store = Path.of("not there yet");
    private Path target = Path.of("not there yet");
    private int restores;

    @BeforeEach
    void places() {
        store = elsewhere.resolve("store");
        target = disk.resolve("target");
    }

    /** Adds about one and a half segments, and returns all events. */
    private static List<RecordedEvent> extend(Path directory) {
        try (EmbeddedEventStore open = EmbeddedEventStore.open(directory, OPTIONS)) {
            for (int i = 0; i < 50; i++) {
                NewEvent event = NewEvent.ofJson("Made", "\"" + "x".repeat(900) + "\"");
                open.append(Append.to(new StreamName("s-1"), ExpectedVersion.any(), event));
            }
            return open.read(ReadRequest.all()).toList();
        }
    }

    private static List<RecordedEvent> eventsOf(Path directory) {
        assertThat(EmbeddedEventStore.verify(directory, events -> {}).problems()).isEmpty();
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            return reader.read(ReadRequest.all()).toList();
        }
    }

    /** What a backup has: it is restored to a disk with room. */
    private List<RecordedEvent> restored(Path backup) {
        Path copy = elsewhere.resolve("copy-" + restores++);
        EmbeddedBackup.restore(backup, copy, bytes -> {});
        return eventsOf(copy);
    }

    /** Whether it was refused for want of room. */
    private static boolean isRefused(Runnable work) {
        try {
            work.run();
            return false;
        } catch (StoreUnavailableException e) {
            assertThat(e)
                    .hasMessageStartingWith("LF-3003")
                    .hasMessageContaining("No space left")
                    .hasMessageContaining("Free some space, then make it once more");
            return true;
        }
    }

    /** Half of a file is of no use to anybody, and takes room that may be what is missing. */
    private void checkNoHalfFile() {
        List<String> names = names(target);
        assertThat(names).doesNotContain("copy.tmp");
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes on where it was cut short, or begins anew. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_first_backup_that_does_not_fit_is_none_and_is_made_again(boolean anew)
            throws IOException {
        List<RecordedEvent> events = extend(store);
        int refused = 0;
        for (int pages = 0; isRefusedWith(pages, () -> backUp(store)); pages++) {
            refused++;
            checkNoHalfFile();
            assertThat(EmbeddedEventStore.exists(target)).as(pages + " pages").isFalse();
            assertThatThrownBy(() -> restored(target)).hasMessageStartingWith("LF-1010");
            assertThat(eventsOf(store)).isEqualTo(events);
            if (anew) {
                remove(target);
            }
        }
        assertThat(refused).as("sizes").isGreaterThan(anew ? 15 : 5);
        assertThat(restored(target)).isEqualTo(events);
        assertThat(eventsOf(target)).isEqualTo(events);
    }

    @Test
    void a_former_backup_stays_whole_until_the_next_one_fits() throws IOException {
        List<RecordedEvent> former = extend(store);
        backUp(store);
        List<RecordedEvent> events = new ArrayList<>(extend(store));
        int refused = 0;
        for (int pages = 0; isRefusedWith(pages, () -> backUp(store)); pages++) {
            refused++;
            checkNoHalfFile();
            assertThat(restored(target)).as(pages + " pages").isEqualTo(former);
            assertThat(eventsOf(store)).isEqualTo(events);
        }
        assertThat(refused).as("sizes").isGreaterThan(5);
        assertThat(restored(target)).isEqualTo(events);
    }

    /** Into the remains of the one that was cut short, or into an empty directory. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_restore_that_does_not_fit_makes_no_store_and_is_made_again(boolean anew)
            throws IOException {
        List<RecordedEvent> events = extend(store);
        Path backup = elsewhere.resolve("backup");
        EmbeddedBackup.take(store, backup, bytes -> {});
        List<String> before = names(backup);
        int refused = 0;
        for (int pages = 0; isRefusedWith(pages, () -> restore(backup)); pages++) {
            refused++;
            checkNoHalfFile();
            assertThat(EmbeddedEventStore.exists(target)).as(pages + " pages").isFalse();
            assertThat(names(backup)).isEqualTo(before);
            if (anew) {
                remove(target);
            }
        }
        assertThat(refused).as("sizes").isGreaterThan(anew ? 15 : 3);
        assertThat(eventsOf(target)).isEqualTo(events);
        extend(target);
        assertThat(eventsOf(target).subList(0, events.size())).isEqualTo(events);
    }

    @Test
    void a_store_on_a_full_disk_is_backed_up_elsewhere() throws IOException {
        store = disk.resolve("store");
        List<RecordedEvent> events = extend(store);
        disk.fill();
        assertThat(isRefused(() -> backUp(store))).isTrue();
        try (EmbeddedEventStore open = EmbeddedEventStore.open(store, OPTIONS)) {
            disk.fill(); // what the opening gave back
            assertThat(isRefused(() -> open.backupTo(target, bytes -> {}))).isTrue();
            open.backupTo(elsewhere.resolve("backup"), bytes -> {});
            assertThat(open.read(ReadRequest.all()).toList()).isEqualTo(events);
        }
        assertThat(restored(elsewhere.resolve("backup"))).isEqualTo(events);
        disk.free();
        backUp(store);
        assertThat(restored(target)).isEqualTo(events);
        assertThat(extend(store).subList(0, events.size())).isEqualTo(events);
    }

    private void backUp(Path from) {
        EmbeddedBackup.take(from, target, bytes -> {});
    }

    private void restore(Path backup) {
        EmbeddedBackup.restore(backup, target, bytes -> {});
    }

    /** With so much room; afterwards there is plenty. */
    private boolean isRefusedWith(int pages, Runnable work) throws IOException {
        assertThat(pages).as("pages of room").isLessThan(MOST_PAGES);
        disk.fillUpTo(pages);
        boolean refused = isRefused(work);
        disk.free();
        return refused;
    }

    private static void remove(Path directory) throws IOException {
        for (String name : names(directory)) {
            Files.delete(directory.resolve(name));
        }
    }
}
