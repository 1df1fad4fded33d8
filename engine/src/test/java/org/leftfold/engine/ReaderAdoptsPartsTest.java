package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * A reader beside a writer takes over the index files that the writer makes and merges meanwhile,
 * at moments that have nothing to do with the writer's, and answers like the writer all the time.
 */
class ReaderAdoptsPartsTest {
    private static final int ROUNDS = 60;
    private static final int APPENDS = 150;
    private static final EmbeddedOptions SMALL =
            EmbeddedOptions.defaults().indexMemoryBytes(64 << 10).segmentBytes(64 << 10, 1 << 20);

    @TempDir private Path directory;

    @Test
    void a_reader_answers_like_the_writer_while_index_files_come_and_go() {
        SplittableRandom random = new SplittableRandom(77);
        try (EmbeddedEventStore writer = EmbeddedEventStore.open(directory, SMALL)) {
            append(writer, random);
            try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(directory, SMALL)) {
                for (int round = 0; round < ROUNDS; round++) {
                    append(writer, random);
                    compare(writer, reader, random, "round " + round);
                }
            }
            try (EmbeddedEventStore late = EmbeddedEventStore.openReadOnly(directory, SMALL)) {
                compare(writer, late, random, "opened late");
                assertThat(late.read(ReadRequest.all()).toList())
                        .isEqualTo(writer.read(ReadRequest.all()).toList());
                assertThat(late.admin().statistics()).isEqualTo(writer.admin().statistics());
            }
        }
        assertThat(EmbeddedEventStore.verify(directory, count -> {}).problems()).isEmpty();
    }

    private static void append(EmbeddedEventStore writer, SplittableRandom random) {
        List<CompletableFuture<?>> under = new ArrayList<>();
        for (int i = 0; i < APPENDS; i++) {
            NewEvent event =
                    NewEvent.ofJson("T" + random.nextInt(4), "{}")
                            .withTags("n:" + random.nextInt(50));
            under.add(
                    writer.appendAsync(
                            Append.to(
                                    stream(random), ExpectedVersion.any(), event, event(random))));
        }
        under.forEach(CompletableFuture::join);
        StreamName stream = stream(random);
        if (writer.version(stream) > 3) {
            writer.admin().truncate(stream, 3, new AdminAct("test", "random"));
        }
    }

    private static NewEvent event(SplittableRandom random) {
        return NewEvent.ofJson("T" + random.nextInt(4), "{\"n\":" + random.nextInt() + "}");
    }

    private static StreamName stream(SplittableRandom random) {
        return new StreamName("s-" + random.nextInt(400));
    }

    private static void compare(
            EmbeddedEventStore writer,
            EmbeddedEventStore reader,
            SplittableRandom random,
            String when) {
        assertThat(reader.head()).as(when).isEqualTo(writer.head());
        for (int i = 0; i < 30; i++) {
            StreamName stream = stream(random);
            assertThat(reader.version(stream)).as(when).isEqualTo(writer.version(stream));
            same(writer, reader, ReadRequest.stream(stream), when);
            same(writer, reader, ReadRequest.stream(stream).afterVersion(3).backward(), when);
            same(
                    writer,
                    reader,
                    ReadRequest.of(Query.tags("n:" + random.nextInt(50)))
                            .after(random.nextLong(writer.head())),
                    when);
        }
    }

    private static void same(
            EmbeddedEventStore writer,
            EmbeddedEventStore reader,
            ReadRequest request,
            String when) {
        List<RecordedEvent> expected = writer.read(request).toList();
        assertThat(reader.read(request).toList()).as("%s: %s", when, request).isEqualTo(expected);
    }
}
