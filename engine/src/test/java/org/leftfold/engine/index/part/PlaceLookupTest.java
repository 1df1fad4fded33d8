package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;
import org.leftfold.testkit.random.Seeds;

/** Places of several events, on a real disk, for only there a file can be mapped. */
class PlaceLookupTest {
    private static final int PARTS = 3;
    private static final long EVENTS = 3000; // of a part: several pages of places
    private static final long UNKNOWN = -7;
    private static final int ROUNDS = 300;

    @TempDir private Path temporary;

    private Opened open(long seed) throws IOException {
        Directory directory = Machine.system(temporary.resolve("store" + seed)).directory();
        directory.createIfMissing();
        StoreModel store = new StoreModel(new SplittableRandom(seed), 64, 0);
        PageCache cache = new PageCache(1 << 20);
        List<PartModel> models = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < PARTS; i++) {
            models.add(store.next((int) EVENTS));
            models.getLast().write(directory, "part-" + i);
            parts.add(Part.open(directory, "part-" + i, cache, StoreModel.STORE_ID));
        }
        return new Opened(models, parts);
    }

    /** Some parts that follow each other, and what they were made from. */
    private record Opened(List<PartModel> models, List<Part> parts) {
        long[] lookUp(long... positions) {
            PlaceLookup lookup = new PlaceLookup(positions.length);
            long[] found = new long[positions.length];
            for (int i = 0; i < positions.length; i++) {
                found[i] = UNKNOWN;
                if (positions[i] > 0) {
                    lookup.add(i, part(positions[i]), positions[i]);
                }
            }
            lookup.find(found);
            return found;
        }

        Part part(long position) {
            return parts.get((int) ((position - 1) / EVENTS));
        }

        long location(long position) {
            PartModel model = models.get((int) ((position - 1) / EVENTS));
            return model.locations().get((int) ((position - 1) % EVENTS));
        }

        void check(long position) {
            assertThat(part(position).locationOf(position)).isEqualTo(location(position));
        }

        void close() throws IOException {
            for (Part part : parts) {
                part.close();
            }
        }
    }

    /** Small reads by position are quick here sooner or later, and then it is mapped. */
    private static void map(Part part) throws IOException {
        byte[] bytes = new byte[8];
        while (!part.file().data().readQuickly(0, bytes)) {
            part.file().data().read(0, ByteBuffer.wrap(bytes));
        }
    }

    @Test
    void all_places_are_found_that_are_in_memory() {
        Seeds.check(Seeds.range(42_000, 8), this::compare);
    }

    private void compare(long seed, SplittableRandom random) throws IOException {
        Opened opened = open(seed);
        LongStream.rangeClosed(1, PARTS * EVENTS).forEach(opened::check);
        long found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Part part : opened.parts) {
                map(part); // whoever has to wait for a processor takes the disk for slow
            }
            long[] positions =
                    random.longs(1 + random.nextInt(40), 1, PARTS * EVENTS + 1).toArray();
            positions[random.nextInt(positions.length)] = 0;
            long[] locations = opened.lookUp(positions);
            for (int i = 0; i < positions.length; i++) {
                if (locations[i] != UNKNOWN) {
                    assertThat(locations[i]).isEqualTo(opened.location(positions[i]));
                    found++;
                }
            }
        }
        assertThat(found).as("found of about 20 a round").isGreaterThan(10 * ROUNDS);
        opened.close();
    }

    @Test
    void what_was_never_checked_or_is_not_mapped_is_left_to_others() throws IOException {
        Opened opened = open(1);
        opened.check(1);
        assertThat(opened.lookUp(1)).as("not mapped").containsExactly(UNKNOWN);
        for (Part part : opened.parts) {
            map(part);
        }
        long other = EVENTS + 1;
        assertThat(opened.lookUp(1, other)).containsExactly(opened.location(1), UNKNOWN);
        opened.check(other);
        assertThat(opened.lookUp(other, 1))
                .containsExactly(opened.location(other), opened.location(1));
        opened.close();
        assertThat(opened.lookUp(1)).as("closed").containsExactly(UNKNOWN);
    }

    /** What a page says that changed since it was checked is wrong, and nothing worse. */
    @Test
    void pages_that_changed_since_they_were_checked_do_no_harm() throws IOException {
        Opened opened = open(2);
        Part part = opened.parts.getFirst();
        map(part);
        long[] all = LongStream.rangeClosed(1, EVENTS).toArray();
        LongStream.of(all).forEach(opened::check);
        SplittableRandom random = new SplittableRandom(3);
        Path file = temporary.resolve("store2").resolve("part-0");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int round = 0; round < 200; round++) {
                byte[] garbage = new byte[64];
                random.nextBytes(garbage);
                map(part);
                channel.write(ByteBuffer.wrap(garbage), random.nextLong(part.sizeBytes() - 64));
                assertThat(opened.lookUp(all)).hasSize((int) EVENTS);
            }
        }
        assertThat(opened.lookUp(all))
                .isNotEqualTo(LongStream.of(all).map(opened::location).toArray());
        opened.close();
    }
}
