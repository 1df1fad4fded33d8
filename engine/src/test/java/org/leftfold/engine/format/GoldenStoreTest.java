package org.leftfold.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;
import org.leftfold.engine.concurrent.SeenEvents;

/**
 * The stored example of format 1 is read as it was written, by the engine and by a reader that
 * knows only {@code docs/format.md}. It is never written again, but for the first release of a
 * format, by {@link WriteGoldenStoreTest}.
 */
class GoldenStoreTest {
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().clock(() -> GoldenStore.END).segmentBytes(4096, 8192);

    @TempDir private Path temporary;
    private Path store;
    private List<String> expected;

    @BeforeEach
    void copyTheExample() throws Exception {
        Path golden =
                Path.of(
                        URI.create(
                                GoldenStoreTest.class.getResource("/golden/format-1").toString()));
        store = temporary.resolve("store");
        Files.createDirectory(store);
        try (Stream<Path> files = Files.list(golden.resolve("store"))) {
            for (Path file : files.toList()) {
                Files.copy(file, store.resolve(file.getFileName().toString()));
            }
        }
        expected = Files.readAllLines(golden.resolve("events.ndjson"));
    }

    @Test
    void the_engine_reads_every_field_of_the_example() {
        assertThat(EmbeddedEventStore.verify(store, events -> {}).problems()).isEmpty();
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            assertThat(linesOf(reader.read(ReadRequest.all()).toList())).isEqualTo(eventLines());
            assertThat(reader.read(ReadRequest.all().backward()).toList().reversed())
                    .isEqualTo(reader.read(ReadRequest.all()).toList());
            assertThat(reader.version(GoldenStore.DELETED)).isEqualTo(3);
            assertThat(reader.version(GoldenStore.TRUNCATED)).isEqualTo(4);
            assertThat(reader.read(ReadRequest.stream(GoldenStore.TRUNCATED)).toList())
                    .extracting(RecordedEvent::version)
                    .containsExactly(4L);
            assertThat(
                            reader.read(ReadRequest.of(Query.tags("url:https://leftfold.org:443/")))
                                    .toList())
                    .extracting(RecordedEvent::stream)
                    .containsExactly(GoldenStore.UNICODE);
        }
    }

    private List<String> eventLines() {
        return expected.stream().filter(line -> line.startsWith("{\"position\"")).toList();
    }

    private static List<String> linesOf(List<RecordedEvent> events) {
        return events.stream().map(Listing::of).toList();
    }

    @Test
    void the_engine_goes_on_writing_the_example() throws Exception {
        long head;
        Checkpoint before;
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            before = reader.checkpoint();
        }
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store, OPTIONS)) {
            head = writer.head();
            assertThat(writer.checkpoint()).isEqualTo(before);
            RecordedEvent first = writer.read(ReadRequest.all().limit(1)).next();
            AppendResult again =
                    writer.append(first.stream(), ExpectedVersion.any(), first.toNewEvent());
            assertThat(again.repeated()).as("old ids are known").isTrue();
            assertThat(again.lastPosition()).isEqualTo(first.position());
            for (int i = 0; i < 100; i++) {
                writer.append(
                        GoldenStore.DELETED,
                        ExpectedVersion.exactly(3 + i),
                        NewEvent.ofJson("Appended", "{\"i\":%d}".formatted(i)));
            }
            SeenEvents seen = new SeenEvents();
            writer.follow(FollowRequest.after(Query.all(), before), seen);
            seen.awaitCount(100);
        }
        SecondReader reader = new SecondReader(store).read();
        assertThat(reader.all()).hasSize((int) head + 100);
        assertThat(reader.readable().stream().map(Listing::of).toList())
                .startsWith(eventLines().toArray(String[]::new));
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store, OPTIONS)) {
            assertThat(linesOf(writer.read(ReadRequest.all()).toList()))
                    .isEqualTo(reader.readable().stream().map(Listing::of).toList());
        }
    }

    @Test
    void the_text_of_the_format_is_enough_to_read_the_example() throws IOException {
        SecondReader reader = new SecondReader(store).read();

        assertThat(Listing.of(reader)).isEqualTo(expected);
        try (EmbeddedEventStore engine = EmbeddedEventStore.openReadOnly(store)) {
            assertThat(engine.checkpoint())
                    .isEqualTo(Checkpoint.of(reader.manifest().epoch(), reader.all().size()));
        }
    }

    @Test
    void the_example_has_everything_that_the_format_knows() throws IOException {
        SecondReader reader = new SecondReader(store).read();

        List<SecondReader.Head> heads = reader.heads();
        assertThat(heads).extracting(SecondReader.Head::kind).contains(0xA1, 0xA2, 0xA3);
        assertThat(heads).extracting(SecondReader.Head::opening).contains(1L, 2L, 3L);
        assertThat(heads).anyMatch(head -> head.firstVersions().size() == 256);
        assertThat(heads).anyMatch(head -> head.bodyBytes() > 9_000);
        assertThat(heads).anyMatch(head -> head.events() == 60);
        for (int i = 1; i < heads.size(); i++) {
            assertThat(heads.get(i).micros()).isGreaterThanOrEqualTo(heads.get(i - 1).micros());
        }
        assertThat(heads).as("a group of several frames").anyMatch(head -> sharesMark(heads, head));
        assertThat(reader.manifest().opening()).isEqualTo(3);
        assertThat(reader.manifest().lastSegment()).isGreaterThan(3);
        assertThat(heads.getFirst().micros()).isLessThan(reader.manifest().createdMicros());
        assertThat(reader.acts()).hasSize(5);
        assertThat(reader.rewrittenSegments()).isPositive();
        assertThat(reader.all()).as("removed").anyMatch(event -> event.schemaVersion() == 0);
        assertThat(reader.all()).hasSizeGreaterThan(reader.readable().size());
    }

    private static boolean sharesMark(List<SecondReader.Head> heads, SecondReader.Head head) {
        int before = heads.indexOf(head) - 1;
        return before >= 0
                && heads.get(before).kind() == 0xA1
                && heads.get(before).mark() == head.mark();
    }

    @Test
    void every_byte_of_a_frame_is_checked_by_the_second_reader() throws IOException {
        Path segment = store.resolve("0000000001.segment");
        byte[] bytes = Files.readAllBytes(segment);
        int used = bytes.length;
        while (bytes[used - 1] == 0) {
            used--;
        }
        for (int i = 0; i < used; i += 7) {
            bytes[i] ^= 1;
            Files.write(segment, bytes);
            assertThatThrownBy(() -> new SecondReader(store).read())
                    .as("byte " + i)
                    .isInstanceOf(RuntimeException.class);
            bytes[i] ^= 1;
        }
    }

    @Test
    void a_store_of_a_later_format_is_refused_and_left_alone() throws IOException {
        Path manifest = store.resolve("manifest");
        byte[] later = withFormat(Files.readAllBytes(manifest), 2);
        Files.write(manifest, later);

        assertThatThrownBy(() -> EmbeddedEventStore.open(store))
                .isInstanceOf(IncompatibleStoreException.class)
                .hasMessageContaining("LF-5001");
        assertThatThrownBy(() -> EmbeddedEventStore.openReadOnly(store))
                .isInstanceOf(IncompatibleStoreException.class);
        assertThat(manifest).hasBinaryContent(later);
    }

    /** Gives both slots of a manifest another format number, and right checksums. */
    private static byte[] withFormat(byte[] manifest, int format) {
        ByteBuffer file = ByteBuffer.wrap(manifest).order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < 1024; slot += 512) {
            file.putInt(slot + 8, format);
            CRC32C crc = new CRC32C();
            crc.update(manifest, slot, 12);
            crc.update(manifest, slot + 16, 64);
            file.putInt(slot + 12, (int) crc.getValue());
        }
        return manifest;
    }
}
