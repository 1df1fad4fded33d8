package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.io.DataFile;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.random.Seeds;

class LongListTest {
    private static final int[] SIZES = {
        1, 2, 127, 128, 129, 255, 256, 257, 8191, 8192, 8193, 16_385, 524_287, 524_288, 524_289,
    };

    @Test
    void a_list_of_any_size_is_read_in_any_direction() {
        Seeds.check(
                Seeds.range(1, 3 * SIZES.length),
                (seed, random) ->
                        check(positions(random, SIZES[(int) (seed % SIZES.length)]), random));
    }

    /** Dense, sparse and mixed, up to the greatest position. */
    private static long[] positions(SplittableRandom random, int size) {
        long[] positions = new long[size];
        long last = random.nextBoolean() ? 0 : random.nextLong(1L << 40);
        int bits = random.nextInt(24);
        boolean mixed = random.nextBoolean();
        for (int i = 0; i < size; i++) {
            long step = mixed && random.nextInt(500) > 0 ? 1 : 1 + random.nextLong(1L << bits);
            last += step;
            positions[i] = last;
        }
        return positions;
    }

    private static void check(long[] expected, SplittableRandom random) throws IOException {
        long after = Math.max(0, expected[0] - 1 - random.nextInt(1000));
        PartHeader header =
                new PartHeader(
                        StoreModel.STORE_ID, after, PartHeader.MAX_POSITION, 1, new byte[0], 1);
        SimulatedDirectory disk = new SimulatedDirectory();
        disk.createIfMissing();
        long top = write(disk, header, new ShortList(expected));
        PartFile file = PartFile.open(disk, "list", StoreModel.STORE_ID);
        PageCache cache = new PageCache(random.nextInt(40) * 4096L);
        Positions list = new LongList(new CachedPages(file, cache), top, expected.length);
        checkOrder(list, expected, random);
        checkCounts(list, expected, random);
        checkCounts(new LongList(new WindowPages(file), top, expected.length), expected, random);
        file.close();
    }

    private static long write(SimulatedDirectory disk, PartHeader header, Positions positions)
            throws IOException {
        try (DataFile file = disk.create("list")) {
            PageSink sink = new PageSink(file, header);
            HeapWriter heap = new HeapWriter(sink);
            long top = new PostingWriter(heap, header.after()).write(positions);
            heap.close();
            Footer footer =
                    new Footer(
                            header,
                            64,
                            0,
                            new Footer.Ids(0, 0),
                            new Footer.Keys(0, 0, 0),
                            new Footer.Filter(0, 0),
                            sink.pageCount() + 1);
            sink.append(footer.encode());
            sink.flush();
            return top;
        }
    }

    private static void checkOrder(Positions list, long[] expected, SplittableRandom random) {
        assertThat(list.size()).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            same(list.at(i), expected[i], i);
        }
        for (int i = expected.length - 1; i >= 0; i--) {
            same(list.at(i), expected[i], i);
        }
        for (int i = 0; i < 2000; i++) {
            int at = random.nextInt(expected.length);
            same(list.at(at), expected[at], at);
        }
        for (long outside : new long[] {-1, expected.length}) {
            assertThatThrownBy(() -> list.at(outside))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private static void checkCounts(Positions list, long[] expected, SplittableRandom random) {
        int stride = expected.length > 20_000 ? 61 : 1;
        for (int i = 0; i < expected.length; i += stride) {
            checkCount(list, expected, i);
        }
        for (int i = 0; i < 2000; i++) {
            checkCount(list, expected, random.nextInt(expected.length));
        }
        for (int edge = 0; edge < expected.length; edge += PartFormat.BLOCK_ITEMS) {
            checkCount(list, expected, edge);
            checkCount(list, expected, Math.max(0, edge - 1));
        }
        same(list.countUpTo(-1), 0, -1);
        same(list.countUpTo(Long.MIN_VALUE), 0, -1);
        same(list.countUpTo(Long.MAX_VALUE), expected.length, -1);
    }

    private static void checkCount(Positions list, long[] expected, int i) {
        for (long position = expected[i] - 1; position <= expected[i] + 1; position++) {
            int found = Arrays.binarySearch(expected, position);
            same(list.countUpTo(position), found >= 0 ? found + 1 : -found - 1, i);
            same(list.contains(position) ? 1 : 0, found >= 0 ? 1 : 0, i);
        }
    }

    /** An assertion that costs nothing while it holds. */
    private static void same(long actual, long expected, long index) {
        if (actual != expected) {
            throw new AssertionError("%d: %d instead of %d".formatted(index, actual, expected));
        }
    }

    @Test
    void a_list_is_found_with_few_pages() throws IOException {
        long[] positions = new long[524_289];
        Arrays.setAll(positions, i -> 1 + 20L * i);
        SimulatedDirectory disk = new SimulatedDirectory();
        disk.createIfMissing();
        PartHeader header =
                new PartHeader(StoreModel.STORE_ID, 0, PartHeader.MAX_POSITION, 1, new byte[0], 1);
        long top = write(disk, header, new ShortList(positions));
        PartFile file = PartFile.open(disk, "list", StoreModel.STORE_ID);
        PageCache cache = new PageCache(0);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1000; i++) {
            Positions list = new LongList(new CachedPages(file, cache), top, positions.length);
            int at = random.nextInt(positions.length);
            assertThat(list.countUpTo(positions[at])).isEqualTo(at + 1);
        }
        assertThat(cache.loads()).as("pages for 1000 searches").isLessThanOrEqualTo(4000);
        file.close();
    }
}
