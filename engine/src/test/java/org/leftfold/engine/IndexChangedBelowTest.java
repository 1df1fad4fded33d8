package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * Index files that change while they are in use, on a real disk, where they are mapped: checksums
 * were compared before, and yet no read may give anything but the right events or an error.
 */
class IndexChangedBelowTest {
    private static final int STREAMS = 50;
    private static final int EVENTS = 20_000;
    private static final int ROUNDS = 150;
    private static final int GARBAGE_BYTES = 16;
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().indexMemoryBytes(256 << 10);

    @TempDir private Path directory;

    private static StreamName stream(int number) {
        return new StreamName("shelf-" + number);
    }

    private static void fill(EmbeddedEventStore store) {
        List<CompletableFuture<?>> appends = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            List<NewEvent> one = List.of(NewEvent.ofJson("Stored", "{\"number\":%d}".formatted(i)));
            Append append = Append.to(stream(i % STREAMS), ExpectedVersion.any(), one);
            appends.add(store.appendAsync(append));
        }
        appends.forEach(CompletableFuture::join);
    }

    private List<Path> indexFiles() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".index")).sorted().toList();
        }
    }

    @Test
    void no_read_gives_anything_wrong() throws Exception {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS)) {
            fill(store);
            List<List<RecordedEvent>> expected = new ArrayList<>();
            for (int i = 0; i < 4 * STREAMS; i++) { // files are merged, and mapped
                ReadRequest request = ReadRequest.stream(stream(i % STREAMS));
                expected.add(store.read(request).toList());
            }
            SplittableRandom random = new SplittableRandom(11);
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                List<Path> files = indexFiles();
                Path file = files.get(random.nextInt(files.size()));
                byte[] good = Files.readAllBytes(file);
                int at = random.nextInt(good.length - GARBAGE_BYTES);
                byte[] garbage = new byte[GARBAGE_BYTES];
                random.nextBytes(garbage);
                write(file, at, garbage);
                for (int number = 0; number < STREAMS; number++) {
                    refused += isRefused(store, number, expected.get(number)) ? 1 : 0;
                }
                write(file, at, Arrays.copyOfRange(good, at, at + GARBAGE_BYTES));
                assertThat(isRefused(store, 0, expected.getFirst())).as("mended").isFalse();
            }
            assertThat(refused).isBetween(1, ROUNDS * STREAMS - 1);
        }
    }

    /** It is refused, or right. */
    private static boolean isRefused(
            EmbeddedEventStore store, int number, List<RecordedEvent> expected) {
        try {
            assertThat(store.read(ReadRequest.stream(stream(number))).toList()).isEqualTo(expected);
            return false;
        } catch (LeftfoldException e) {
            assertThat(e.code()).isEqualTo("LF-4001");
            assertThat(e).hasMessageContaining(".index");
            return true;
        }
    }

    private static void write(Path file, int at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }
}
