package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.leftfold.engine.log.Bytes;
import org.leftfold.testkit.disk.SimulatedDirectory;

class PartWriterTest {
    private static final IndexKey KEY = IndexKey.of(IndexKey.Kind.STREAM, "b");

    private final SimulatedDirectory disk = new SimulatedDirectory();

    PartWriterTest() throws IOException {
        disk.createIfMissing();
    }

    private interface Calls {
        void run(PartWriter writer) throws IOException;
    }

    private static PartHeader header(long after, long to) {
        return new PartHeader(StoreModel.STORE_ID, after, to, 1000, new byte[] {1}, 9);
    }

    private void refuses(Calls calls) throws IOException {
        PartWriter writer = PartWriter.create(disk, "part", header(10, 13), 64);
        assertThatThrownBy(() -> calls.run(writer)).isInstanceOf(IllegalArgumentException.class);
        writer.abandon();
        writer.abandon();
        assertThat(disk.names()).isEmpty();
        assertThat(disk.openFiles()).isEmpty();
    }

    private static void places(PartWriter writer) throws IOException {
        for (int i = 0; i < 3; i++) {
            writer.place(100);
        }
    }

    private void refusesKey(Calls calls) throws IOException {
        refuses(writer -> {
            places(writer);
            writer.key(KEY, 1, 1, new ShortList(new long[] {11}));
            calls.run(writer);
        });
    }

    @Test
    void a_writer_refuses_what_is_out_of_order_or_out_of_range() throws IOException {
        refuses(PartWriter::finish);
        refuses(writer -> writer.id(1, 11));
        refuses(writer -> {
            places(writer);
            writer.place(101);
        });
        refuses(writer -> writer.place(1000));
        refuses(writer -> writer.place(-1));
        refuses(writer -> {
            writer.place(100);
            writer.place(99);
        });
        for (long[] id :
                new long[][] {{5, 11}, {4, 12}, {6, 10}, {6, 14}, {-1, 12}, {1L << 40, 12}}) {
            refuses(writer -> {
                places(writer);
                writer.id(5, 11);
                writer.id(id[0], id[1]);
            });
        }
        refuses(writer -> {
            places(writer);
            writer.key(KEY, 1, 1, new ShortList(new long[] {11}));
            writer.id(1, 11);
        });
    }

    @Test
    void a_writer_refuses_keys_that_make_no_sense() throws IOException {
        IndexKey next = IndexKey.of(IndexKey.Kind.STREAM, "c");
        IndexKey type = IndexKey.of(IndexKey.Kind.TYPE, "c");
        IndexKey truncation = IndexKey.of(IndexKey.Kind.TRUNCATION, "c");
        ShortList one = new ShortList(new long[] {11});
        refusesKey(writer -> writer.key(KEY, 1, 1, one));
        refusesKey(writer -> writer.key(IndexKey.of(IndexKey.Kind.STREAM, "a"), 1, 1, one));
        refusesKey(writer -> writer.key(next, 0, 1, one));
        refusesKey(writer -> writer.key(next, 1, 0, one));
        refusesKey(writer -> writer.key(type, 1, 1, one));
        refusesKey(writer -> writer.key(truncation, 0, 0, new ShortList(new long[0])));
        refusesKey(writer -> writer.key(next, 2, 1, new ShortList(new long[] {10, 11})));
        refusesKey(writer -> writer.key(next, 2, 1, new ShortList(new long[] {13, 14})));
        refusesKey(writer -> writer.key(next, 2, 1, new ShortList(new long[] {12, 12})));
        refusesKey(writer -> writer.key(next, 3, 1, new ShortList(new long[] {11, 13, 12})));
        long[] many = new long[300];
        Arrays.fill(many, 12);
        refusesKey(writer -> writer.key(next, 300, 1, new ShortList(many)));
    }

    @Test
    void a_header_and_a_key_have_limits() {
        assertThatThrownBy(() -> header(5, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> header(-1, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> header(1, PartHeader.MAX_POSITION + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new PartHeader(
                                StoreModel.STORE_ID,
                                0,
                                0,
                                0,
                                new byte[PartHeader.MAX_OPAQUE_BYTES + 1],
                                0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> IndexKey.of(IndexKey.Kind.TAG, new byte[IndexKey.MAX_TEXT_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        for (int hashBits : new int[] {0, 65}) {
            assertThatThrownBy(() -> PartWriter.create(disk, "part", header(1, 1), hashBits))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_part_without_events_keeps_its_header_and_truncations() throws IOException {
        TreeMap<IndexKey, PartModel.Entry> entries = new TreeMap<>();
        PartModel nothing = new PartModel(header(10, 10), 64, List.of(), List.of(), entries);
        for (int i = 0; i < 2; i++) {
            nothing.write(disk, "part");
            try (Part part = Part.open(disk, "part", new PageCache(0), StoreModel.STORE_ID)) {
                nothing.check(part, new SplittableRandom(1));
                part.verify();
                assertThat(part.header().opaque()).containsExactly(1);
                assertThatThrownBy(() -> part.locationOf(10))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> part.locationOf(11))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            entries.put(KEY, new PartModel.Entry(7, 5, List.of()));
        }
    }

    @Test
    void few_hash_bits_let_most_keys_pass_the_filter() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        new StoreModel(random, 4, 0).next(300).write(disk, "few");
        new StoreModel(random, 64, 0).next(300).write(disk, "all");
        assertThat(passing("few")).isGreaterThan(900);
        assertThat(passing("all")).isLessThan(50);
    }

    /** How many of 1000 absent keys the filter lets pass. */
    private int passing(String name) throws IOException {
        try (Part part = Part.open(disk, name, new PageCache(0), StoreModel.STORE_ID)) {
            int passing = 0;
            for (int i = 0; i < 1000; i++) {
                IndexKey absent = IndexKey.of(IndexKey.Kind.TAG, "absent:" + i);
                passing += part.mayContain(absent) ? 1 : 0;
                assertThat(part.find(absent)).isNull();
            }
            return passing;
        }
    }

    /** Keys of the greatest length: a page holds three of them. */
    @Test
    void the_longest_keys_make_a_tree_too() throws IOException {
        TreeMap<IndexKey, PartModel.Entry> entries = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 400; i++) {
            byte[] text = new byte[IndexKey.MAX_TEXT_BYTES - random.nextInt(3)];
            random.nextBytes(text);
            int shared = random.nextInt(text.length);
            Arrays.fill(text, 0, shared, (byte) -1);
            entries.put(
                    IndexKey.of(IndexKey.Kind.TAG, text),
                    new PartModel.Entry(1, 0, List.of(11L + random.nextInt(3))));
        }
        PartModel model =
                new PartModel(header(10, 13), 64, List.of(1L, 2L, 3L), List.of(), entries);
        model.write(disk, "part");
        try (Part part = Part.open(disk, "part", new PageCache(1 << 20), StoreModel.STORE_ID)) {
            model.check(part, random);
            part.verify();
        }
    }

    @Test
    void a_name_is_taken_over_only_at_the_end() throws IOException {
        PartModel one = new StoreModel(new SplittableRandom(1), 64, 0).next(100);
        one.write(disk, "part");
        byte[] before = disk.contents("part");
        PartModel two = new StoreModel(new SplittableRandom(2), 64, 0).next(100);
        PartWriter writer = PartWriter.create(disk, "part", two.header(), 64);
        writer.place(two.locations().getFirst());
        assertThat(disk.contents("part")).isEqualTo(before);
        writer.abandon();
        two.write(disk, "part");
        try (Part part = Part.open(disk, "part", new PageCache(0), StoreModel.STORE_ID)) {
            two.check(part, new SplittableRandom(1));
        }
    }

    /** Parts outlive the version that wrote them: other bytes need another format version. */
    @Test
    void the_bytes_of_a_part_stay_as_they_are() throws IOException {
        int events = 3000;
        List<Long> locations = new ArrayList<>();
        List<PartModel.Id> ids = new ArrayList<>();
        TreeMap<IndexKey, PartModel.Entry> entries = new TreeMap<>();
        for (int i = 0; i < events; i++) {
            long position = 1001L + i;
            locations.add((1L << 40) + 128 + 300L * (i / 2 * 2));
            ids.add(new PartModel.Id((1L << 40) / events * i, position));
            IndexKey stream = IndexKey.of(IndexKey.Kind.STREAM, "order-" + i % 1500);
            IndexKey type = IndexKey.of(IndexKey.Kind.TYPE, "type-" + i % 7);
            for (IndexKey key : List.of(stream, type)) {
                long firstKept = key.equals(stream) ? 1 : 0;
                entries.computeIfAbsent(
                                key, k -> new PartModel.Entry(5000, firstKept, new ArrayList<>()))
                        .positions()
                        .add(position);
            }
        }
        PartHeader header =
                new PartHeader(StoreModel.STORE_ID, 1000, 4000, 1L << 41, new byte[] {7}, 9);
        new PartModel(header, 64, locations, ids, entries).write(disk, "part");
        byte[] bytes = disk.contents("part");
        assertThat(bytes.length).isEqualTo(73_728);
        assertThat(Bytes.crc(bytes, 0, bytes.length)).isEqualTo(-262_536_852);
    }

    @Test
    void keys_are_ordered_by_kind_then_by_unsigned_bytes_and_hashes_never_change() {
        List<IndexKey> ordered =
                List.of(
                        IndexKey.of(IndexKey.Kind.STREAM, ""),
                        IndexKey.of(IndexKey.Kind.STREAM, "z"),
                        IndexKey.of(IndexKey.Kind.STREAM, "za"),
                        IndexKey.of(IndexKey.Kind.STREAM, "é"),
                        IndexKey.of(IndexKey.Kind.CATEGORY, "a"),
                        IndexKey.of(IndexKey.Kind.TYPE, "a"),
                        IndexKey.of(IndexKey.Kind.TAG, "a"),
                        IndexKey.of(IndexKey.Kind.TRUNCATION, "a"));
        for (int i = 0; i < ordered.size(); i++) {
            for (int j = 0; j < ordered.size(); j++) {
                assertThat(Integer.signum(ordered.get(i).compareTo(ordered.get(j))))
                        .isEqualTo(Integer.compare(i, j));
                assertThat(ordered.get(i).equals(ordered.get(j))).isEqualTo(i == j);
                assertThat(ordered.get(i).hash64(1) == ordered.get(j).hash64(1)).isEqualTo(i == j);
            }
        }
        assertThat(IndexKey.of(IndexKey.Kind.STREAM, "order-1").hash64(77))
                .isEqualTo(-2149368439900360600L);
    }
}
