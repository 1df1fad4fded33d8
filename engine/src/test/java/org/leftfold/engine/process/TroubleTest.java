package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;
import org.leftfold.engine.concurrent.SeenEvents;

/**
 * A reader beside a writer that meets something wrong says so, and never waits for ever. The writer
 * works on a copy; what it did is put into place under the reader, whole or damaged.
 */
@Timeout(60)
class TroubleTest {
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().segmentBytes(4096, 4096);
    private static final StreamName STREAM = new StreamName("s-1");
    private static final int BEFORE = 5;
    private static final int AFTER = 60;
    private static final String FIRST = "0000000001.segment";
    private static final String SECOND = "0000000002.segment";

    @TempDir private Path temporary;
    private Path store;
    private Path later;

    @BeforeEach
    void makeBothStates() throws IOException {
        store = temporary.resolve("store");
        later = temporary.resolve("later");
        append(store, 1, BEFORE);
        Files.createDirectory(later);
        copy(store, later);
        append(later, BEFORE + 1, AFTER);
        assertThat(later.resolve(SECOND)).exists();
    }

    private static void append(Path directory, int from, int to) {
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(directory, OPTIONS)) {
            for (int i = from; i <= to; i++) {
                writer.append(
                        STREAM,
                        ExpectedVersion.any(),
                        NewEvent.ofJson("Made", "\"event number %d\"".formatted(i)));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Puts a file into place; one that is there, and open, gets the bytes. */
    private void place(String name) throws IOException {
        place(name, Files.readAllBytes(later.resolve(name)));
    }

    private void place(String name, byte[] bytes) throws IOException {
        Files.write(
                store.resolve(name), bytes, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** The later bytes of a segment, with one bit changed in the payload of this event. */
    private byte[] damaged(String name, int event) throws IOException {
        byte[] bytes = Files.readAllBytes(later.resolve(name));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("event number %d\"".formatted(event))] ^= 1;
        return bytes;
    }

    private void placeSegmentsAfter(long first) throws IOException {
        try (Stream<Path> files = Files.list(later)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".segment") && Long.parseLong(name.substring(0, 10)) > first) {
                    place(name);
                }
            }
        }
    }

    @Test
    void a_follower_ends_with_the_error_when_the_log_becomes_damaged() throws Exception {
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            SeenEvents seen = new SeenEvents();
            Subscription following = reader.follow(FollowRequest.fromStart(Query.all()), seen);
            seen.awaitCount(BEFORE);

            place(FIRST, damaged(FIRST, BEFORE + 2));
            placeSegmentsAfter(1);
            place("mark");

            assertThatThrownBy(() -> following.completion().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IntegrityException.class)
                    .hasMessageContaining("LF-4001")
                    .hasMessageContaining(FIRST);
            assertThat(seen.events()).as("nothing of what is above the mark").hasSize(BEFORE);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(reader::head).isInstanceOf(IntegrityException.class);
                assertThatThrownBy(() -> reader.read(ReadRequest.all()))
                        .isInstanceOf(IntegrityException.class);
                assertThatThrownBy(() -> reader.follow(FollowRequest.fromNow(Query.all()), seen))
                        .isInstanceOf(IntegrityException.class);
            }
        }
    }

    @Test
    void a_mark_beyond_the_log_is_damage() throws Exception {
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            place("mark");

            assertThatThrownBy(reader::head).isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void a_reader_goes_on_when_a_segment_that_could_not_be_opened_is_there_again()
            throws Exception {
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            SeenEvents seen = new SeenEvents();
            Subscription following = reader.follow(FollowRequest.fromStart(Query.all()), seen);
            seen.awaitCount(BEFORE);
            place(FIRST);
            place("mark");
            assertThatThrownBy(() -> following.completion().join())
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("LF-3005");
            assertThatThrownBy(reader::head).isInstanceOf(StoreUnavailableException.class);
            assertThat(seen.events()).hasSize(BEFORE);

            placeSegmentsAfter(1);

            assertThat(reader.head()).isEqualTo(AFTER);
            assertThat(reader.read(ReadRequest.all()).toList()).hasSize(AFTER);
            SeenEvents again = new SeenEvents();
            Subscription second = reader.follow(FollowRequest.fromStart(Query.all()), again);
            again.awaitCount(AFTER);
            assertThat(second.completion()).isNotDone();
            assertThat(again.events()).isEqualTo(reader.read(ReadRequest.all()).toList());
        }
    }

    /** A crash between the seal of a segment and the making of the next one. */
    @Test
    void a_log_that_ends_with_a_seal_goes_on_for_writer_and_reader() throws Exception {
        place(FIRST);
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(store, OPTIONS);
                EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
            SeenEvents seen = new SeenEvents();
            reader.follow(FollowRequest.fromStart(Query.all()), seen);
            int head = (int) writer.head();
            assertThat(head).isBetween(BEFORE + 1, AFTER - 1);
            seen.awaitCount(head);
            assertThat(store.resolve(SECOND)).doesNotExist();

            writer.append(STREAM, ExpectedVersion.any(), NewEvent.ofJson("Made", "\"on\""));

            assertThat(store.resolve(SECOND)).exists();
            assertThat(reader.head()).isEqualTo(head + 1);
            seen.awaitCount(head + 1);
        }
        assertThat(EmbeddedEventStore.verify(store, events -> {}).problems()).isEmpty();
    }

    @Test
    void damage_in_old_events_reaches_the_reader_of_them_and_nobody_else() throws Exception {
        copy(later, store);
        try (EmbeddedEventStore open = EmbeddedEventStore.open(store, OPTIONS)) {
            place(FIRST, damaged(FIRST, 3));

            assertThatThrownBy(() -> open.read(ReadRequest.all()).toList())
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(FIRST);
            assertThatThrownBy(() -> readOne(open, 3)).isInstanceOf(IntegrityException.class);
            assertThat(readOne(open, 2).payload().asText()).isEqualTo("\"event number 2\"");
            Subscription following =
                    open.follow(FollowRequest.fromStart(Query.all()), new SeenEvents());
            assertThatThrownBy(() -> following.completion().join())
                    .hasCauseInstanceOf(IntegrityException.class);
            open.append(STREAM, ExpectedVersion.exactly(AFTER), NewEvent.ofJson("Made", "\"on\""));
            assertThat(open.admin().verify(events -> {}).problems())
                    .extracting(problem -> problem.file())
                    .containsOnly(FIRST);
        }
        assertRefused();
    }

    private static RecordedEvent readOne(EmbeddedEventStore open, long version) {
        List<RecordedEvent> one =
                open.read(ReadRequest.stream(STREAM).afterVersion(version - 1).toVersion(version))
                        .toList();
        assertThat(one).hasSize(1);
        return one.getFirst();
    }

    @Test
    void a_directory_with_a_missing_segment_is_refused_and_left_alone() throws Exception {
        copy(later, store);
        Files.delete(store.resolve(FIRST));
        assertRefused();
        assertThat(store.resolve(FIRST)).doesNotExist();

        Files.copy(later.resolve(FIRST), store.resolve(FIRST));
        Files.delete(store.resolve("manifest"));
        assertThatThrownBy(() -> EmbeddedEventStore.open(store, OPTIONS))
                .isInstanceOf(IntegrityException.class);
        assertThat(store.resolve("manifest")).doesNotExist();
    }

    private void assertRefused() {
        assertThatThrownBy(() -> EmbeddedEventStore.open(store, OPTIONS))
                .isInstanceOfSatisfying(
                        LeftfoldException.class, e -> assertThat(e.code()).isEqualTo("LF-4001"));
        assertThat(EmbeddedEventStore.verify(store, events -> {}).problems()).isNotEmpty();
    }
}
