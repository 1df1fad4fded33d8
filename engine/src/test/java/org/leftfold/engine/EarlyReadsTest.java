package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.engine.log.StoreFiles;

/** Opening reads ahead by several threads, and what they meet is not theirs to say. */
class EarlyReadsTest {
    private static final int SESSIONS = 4;
    private static final int EVENTS = 3_000; // more than closing leaves behind the index
    private static final int SEGMENT_BYTES = 1 << 16;

    @TempDir private Path directory;

    private EmbeddedEventStore open() {
        return EmbeddedEventStore.open(
                directory, EmbeddedOptions.defaults().segmentBytes(SEGMENT_BYTES, SEGMENT_BYTES));
    }

    @BeforeEach
    void fill() {
        for (int session = 1; session <= SESSIONS; session++) {
            try (EmbeddedEventStore store = open()) {
                List<NewEvent> events = new ArrayList<>();
                for (int i = 0; i < EVENTS; i++) {
                    events.add(NewEvent.ofJson("Made", "{\"number\":%d}".formatted(i)));
                }
                StreamName stream = new StreamName("box-" + session);
                store.append(Append.to(stream, ExpectedVersion.noStream(), events));
            }
        }
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Test
    void a_store_of_many_files_opens_and_leaves_none_open_twice() throws IOException {
        assertThat(files(StoreFiles.INDEX)).isNotEmpty();
        int segments = files(".segment").size();
        assertThat(segments).isGreaterThan(4);
        try (EmbeddedEventStore store = open()) {
            assertThat(store.read(ReadRequest.all()).toList()).hasSize(SESSIONS * EVENTS);
            assertThat(openSegments())
                    .isLessThanOrEqualTo(segments + 1L); // the last one is written
        }
        assertThat(openSegments()).isZero();
    }

    private long openSegments() throws IOException {
        Path handles = Path.of("/proc/self/fd");
        if (!Files.isDirectory(handles)) {
            return 0;
        }
        List<Path> mine = new ArrayList<>();
        try (Stream<Path> all = Files.list(handles)) {
            for (Path handle : all.toList()) {
                Path target = target(handle);
                if (target.startsWith(directory) && target.toString().endsWith(".segment")) {
                    mine.add(target);
                }
            }
        }
        return mine.size();
    }

    private static Path target(Path handle) {
        try {
            return Files.readSymbolicLink(handle);
        } catch (IOException e) {
            return Path.of(""); // closed meanwhile
        }
    }

    @Test
    void a_damaged_segment_is_named_by_the_opening() throws IOException {
        Path damaged = files(".segment").get(2);
        byte[] good = Files.readAllBytes(damaged);
        byte[] bad = good.clone();
        bad[20] ^= 1;
        Files.write(damaged, bad);
        assertThatThrownBy(this::open)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(damaged.getFileName().toString());
        Files.write(damaged, good);
        try (EmbeddedEventStore store = open()) {
            assertThat(store.read(ReadRequest.all()).toList()).hasSize(SESSIONS * EVENTS);
        }
    }

    @Test
    void a_damaged_file_of_the_index_is_made_anew() throws IOException {
        for (Path file : files(StoreFiles.INDEX)) {
            Files.write(file, new byte[4096]);
        }
        try (EmbeddedEventStore store = open()) {
            assertThat(store.version(new StreamName("box-3"))).isEqualTo(EVENTS);
        }
    }
}
