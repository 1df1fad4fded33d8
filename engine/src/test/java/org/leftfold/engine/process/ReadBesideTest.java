package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.concurrent.SeenEvents;

/** What a process sees that reads a store which another process writes, or wrote (G6). */
@Timeout(120)
class ReadBesideTest {
    private static final int EVENTS = Boolean.getBoolean("leftfold.long") ? 200_000 : 2_000;
    private static final StreamName STREAM = new StreamName("s-1");

    @TempDir private Path directory;

    @Test
    void a_reader_sees_all_that_another_process_appends_in_order() throws Exception {
        SeenEvents all = new SeenEvents();
        SeenEvents third = new SeenEvents();
        try (ChildJvm writer = startWriter();
                EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            assertThat(reader.head()).isZero();
            reader.follow(FollowRequest.fromStart(Query.all()), all);
            reader.follow(FollowRequest.fromStart(Query.tags("third:0")), third);
            writer.order(Integer.toString(EVENTS));
            readWhileItGrows(reader);
            assertThat(writer.answer()).isEqualTo(Integer.toString(EVENTS));

            assertThat(reader.head()).as("what was acknowledged is seen").isEqualTo(EVENTS);
            all.awaitCount(EVENTS);
            third.awaitCount(EVENTS / 3);
            assertThat(all.events()).isEqualTo(reader.read(ReadRequest.all()).toList());
            assertThat(third.events())
                    .isEqualTo(reader.read(ReadRequest.of(Query.tags("third:0"))).toList());
            assertThat(segments()).as("segments").isGreaterThan(5);
        }
        assertThat(all.events()).hasSize(EVENTS);
        long position = 0;
        for (RecordedEvent event : all.events()) {
            assertThat(event.position()).isEqualTo(++position);
            assertThat(event.payload().asText().strip()).isEqualTo(Long.toString(position));
        }
    }

    /** Each read is a whole prefix of the log, and none is shorter than the one before. */
    private static void readWhileItGrows(EmbeddedEventStore reader) {
        long before = 0;
        while (before < EVENTS) {
            long head = reader.head();
            assertThat(head).isGreaterThanOrEqualTo(before);
            long last = before;
            for (RecordedEvent event : reader.read(ReadRequest.all().after(before))) {
                assertThat(event.position()).isEqualTo(++last);
            }
            assertThat(last).isGreaterThanOrEqualTo(head);
            before = last;
        }
    }

    @Test
    void a_reader_stays_when_writers_come_and_go() throws Exception {
        SeenEvents seen = new SeenEvents();
        startWriter().close();
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            reader.follow(FollowRequest.fromStart(Query.all()), seen);
            int count = 0;
            for (int round = 0; round < 3; round++) {
                try (ChildJvm writer = startWriter()) {
                    writer.order("100");
                    count += 100;
                    assertThat(writer.answer()).isEqualTo(Integer.toString(count));
                    if (round == 1) {
                        writer.order("");
                        assertThat(writer.answer()).isEqualTo("closed");
                    }
                }
                assertThat(reader.head()).isEqualTo(count);
                assertThat(reader.version(new StreamName("count-1"))).isPositive();
            }
            seen.awaitCount(count);
            assertThat(seen.events()).isEqualTo(reader.read(ReadRequest.all()).toList());
        }
    }

    @Test
    void opening_a_killed_store_for_reading_recovers_it_first() throws Exception {
        try (ChildJvm writer = startWriter()) {
            writer.order("50");
            assertThat(writer.answer()).isEqualTo("50");
            writer.order("1000000");
            writer.letRun(20);
            writer.kill();
        }

        Checkpoint checkpoint;
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            assertThat(reader.head()).isGreaterThanOrEqualTo(50);
            checkpoint = reader.checkpoint();
        }
        Map<String, String> settled = contents();
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            assertThat(reader.checkpoint()).isEqualTo(checkpoint);
        }
        assertThat(contents()).as("a recovered store is clean").isEqualTo(settled);
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            assertThat(store.checkpoint()).isEqualTo(checkpoint);
        }
    }

    @Test
    void reading_a_store_that_was_closed_changes_no_byte() throws Exception {
        makeStore(20);
        Map<String, String> before = contents();

        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            SeenEvents seen = new SeenEvents();
            try (Subscription following =
                    reader.follow(FollowRequest.fromStart(Query.all()), seen)) {
                seen.awaitCount(20);
                assertThat(following.completion()).isNotDone();
            }
            assertThat(reader.admin().statistics().events()).isEqualTo(20);
            assertThat(reader.admin().verify(events -> {}).problems()).isEmpty();
            assertThat(reader.version(STREAM)).isEqualTo(20);
        }

        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void a_reader_cannot_append() {
        makeStore(1);
        try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory)) {
            assertThatThrownBy(() ->
                            reader.append(
                                    STREAM, ExpectedVersion.any(), NewEvent.ofJson("Made", "2")))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("LF-1008");
            assertThat(reader.head()).isEqualTo(1);
        }
    }

    @Test
    void a_directory_without_a_store_is_refused_and_left_alone() throws IOException {
        Path missing = directory.resolve("missing");
        for (Path none : new Path[] {directory, missing}) {
            assertThatThrownBy(() -> EmbeddedEventStore.openReadOnly(none))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("LF-1010");
            assertThatThrownBy(() -> EmbeddedEventStore.verify(none, events -> {}))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("LF-1010");
        }
        assertThat(missing).doesNotExist();
        assertThat(contents()).isEmpty();
    }

    private ChildJvm startWriter() throws IOException {
        ChildJvm writer = ChildJvm.start(WriterChild.class, directory);
        assertThat(writer.answer()).matches("[0-9]+");
        return writer;
    }

    private void makeStore(int events) {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, AppenderChild.OPTIONS)) {
            for (int i = 1; i <= events; i++) {
                store.append(
                        STREAM,
                        ExpectedVersion.any(),
                        NewEvent.ofJson("Made", Integer.toString(i)));
            }
        }
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".segment")).count();
        }
    }

    /** The bytes of every file, and when it was changed. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(
                        file.getFileName() + " " + Files.getLastModifiedTime(file),
                        HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
