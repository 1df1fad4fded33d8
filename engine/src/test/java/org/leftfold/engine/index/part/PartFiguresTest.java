package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.leftfold.testkit.disk.SimulatedDirectory;

/** How much room a part takes, and how many pages an answer: streams of five events each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartFiguresTest {
    private static final int EVENTS = 100_000;
    private static final int EVENTS_OF_STREAM = 5;
    private static final double MAX_BYTES_OF_EVENT = 22;

    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<PartModel.Id> ids = new ArrayList<>();
    private final TreeMap<IndexKey, PartModel.Entry> entries = new TreeMap<>();

    private PartModel model;

    @BeforeAll
    void write() throws IOException {
        List<Long> locations = new ArrayList<>();
        int[] owners = new int[EVENTS];
        Arrays.setAll(owners, i -> i / EVENTS_OF_STREAM);
        long location = 128;
        for (int i = 0; i < EVENTS; i++) {
            int other = i + random.nextInt(EVENTS - i);
            int owner = owners[other];
            owners[other] = owners[i];
            location += 128 + random.nextInt(273);
            locations.add(location);
            ids.add(new PartModel.Id(random.nextLong(1L << 40), i + 1));
            file(IndexKey.of(IndexKey.Kind.STREAM, stream(owner)), i + 1, 1);
            file(IndexKey.of(IndexKey.Kind.CATEGORY, "order"), i + 1, 0);
            file(IndexKey.of(IndexKey.Kind.TYPE, "type" + random.nextInt(8)), i + 1, 0);
        }
        Collections.sort(ids);
        PartHeader header =
                new PartHeader(StoreModel.STORE_ID, 0, EVENTS, location + 1, new byte[0], 7);
        disk.createIfMissing();
        model = new PartModel(header, 64, locations, ids, entries);
        model.write(disk, "part");
    }

    private static String stream(int owner) {
        return "order-%09d".formatted((owner * 7_919_113L) % 1_000_000_000);
    }

    private void file(IndexKey key, long position, long firstKept) {
        PartModel.Entry entry =
                entries.computeIfAbsent(
                        key, k -> new PartModel.Entry(EVENTS, firstKept, new ArrayList<>()));
        entry.positions().add(position);
    }

    @Test
    void an_event_takes_at_most_22_bytes() {
        assertThat((double) disk.contents("part").length / EVENTS).isLessThan(MAX_BYTES_OF_EVENT);
    }

    @Test
    void answers_are_those_of_the_model() throws IOException {
        try (Part part = Part.open(disk, "part", new PageCache(1 << 24), StoreModel.STORE_ID)) {
            model.check(part, random);
            part.verify();
        }
    }

    @Test
    void answers_take_few_pages() throws IOException {
        PageCache cache = new PageCache(0);
        try (Part part = Part.open(disk, "part", cache, StoreModel.STORE_ID)) {
            assertThat(loads(cache, () -> part.locationOf(1 + random.nextInt(EVENTS))))
                    .as("a location")
                    .isLessThanOrEqualTo(2);
            assertThat(loads(cache, () -> part.candidates(ids.get(random.nextInt(EVENTS)).hash())))
                    .as("an id")
                    .isLessThan(2);
            assertThat(loads(cache, () -> part.candidates(random.nextLong(1L << 40))))
                    .as("an id that is not here")
                    .isLessThan(2);
            List<IndexKey> keys = List.copyOf(entries.keySet());
            assertThat(loads(cache, () -> part.find(keys.get(random.nextInt(keys.size())))))
                    .as("a key")
                    .isLessThanOrEqualTo(3);
            assertThat(
                            loads(
                                    cache,
                                    () ->
                                            part.find(
                                                    IndexKey.of(
                                                            IndexKey.Kind.STREAM,
                                                            "new" + random.nextLong()))))
                    .as("a key that is not here")
                    .isLessThan(1.05);
        }
    }

    private static double loads(PageCache cache, Runnable question) {
        int times = 2000;
        long before = cache.loads();
        for (int i = 0; i < times; i++) {
            question.run();
        }
        return (double) (cache.loads() - before) / times;
    }
}
