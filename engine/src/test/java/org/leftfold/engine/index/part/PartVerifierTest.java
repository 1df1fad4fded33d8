package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.leftfold.engine.log.Bytes;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.SimulatedDirectory;

/** Pages that break a rule under a right checksum, as an error of ours would make them. */
class PartVerifierTest {
    private static final String NAME = "part";
    private static final int EVENTS = 30_000;

    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final PartModel model = new StoreModel(new SplittableRandom(19), 64, 500).next(EVENTS);
    private final byte[] whole;

    PartVerifierTest() throws IOException {
        disk.createIfMissing();
        model.write(disk, NAME);
        whole = disk.contents(NAME);
    }

    private void assertFound(byte type, int which, Consumer<byte[]> change, String what) {
        disk.put(NAME, whole);
        int number = pageOf(type, which);
        int start = number * PartFormat.PAGE_BYTES;
        byte[] page = Arrays.copyOfRange(whole, start, start + PartFormat.PAGE_BYTES);
        change.accept(page);
        int checksum = PartFormat.checksum(page, model.header(), number);
        Bytes.putInt(page, PartFormat.CHECKSUM_AT, checksum);
        disk.overwrite(NAME, start, page);
        for (int piecePages : new int[] {1, 1000}) {
            assertThatThrownBy(() -> verify(piecePages))
                    .isInstanceOf(Corruption.class)
                    .hasMessageContaining(what);
        }
    }

    /** The number of a page: of those of a type, the n-th, or from the last one if negative. */
    private int pageOf(byte type, int which) {
        int[] numbers =
                IntStream.range(0, whole.length / PartFormat.PAGE_BYTES)
                        .filter(page -> whole[page * PartFormat.PAGE_BYTES] == type)
                        .toArray();
        return numbers[which < 0 ? numbers.length + which : which];
    }

    private void verify(int piecePages) throws IOException {
        PartFile file = PartFile.open(disk, NAME, StoreModel.STORE_ID);
        try {
            new PartVerifier(new WindowPages(file), piecePages).verify();
        } finally {
            file.close();
        }
    }

    @Test
    void a_whole_part_passes_in_one_walk_and_in_several() throws IOException {
        assertThat(pageOf(PartFormat.FILTER, -1)).isGreaterThan(pageOf(PartFormat.FILTER, 0) + 1);
        verify(1);
        verify(2);
        verify(1000);
    }

    @Test
    void places_that_fall_or_lie_behind_the_end_are_found() {
        assertFound(PartFormat.HEAP, 0, page -> Bytes.putLong(page, 1, 1L << 50), "location");
        assertFound(PartFormat.HEAP, 1, page -> Bytes.putLong(page, 1, 5), "location");
        assertFound(
                PartFormat.DIRECTORY,
                0,
                page -> System.arraycopy(page, 1, page, 7, PartFormat.SHORT_LONG_BYTES),
                "location");
    }

    @Test
    void ids_out_of_order_or_out_of_range_are_found() {
        int entryBytes = PartFormat.HASH_BYTES + IdWriter.positionBytes(EVENTS);
        assertFound(
                PartFormat.IDS,
                1,
                page -> System.arraycopy(page, 1 + entryBytes, page, 1, entryBytes),
                "ids are not in order");
        assertFound(
                PartFormat.IDS,
                0,
                page -> Arrays.fill(page, 1 + PartFormat.HASH_BYTES, 1 + entryBytes, (byte) 0),
                "outside");
        assertFound(
                PartFormat.IDS,
                0,
                page -> Arrays.fill(page, 1 + PartFormat.HASH_BYTES, 1 + entryBytes, (byte) -1),
                "outside");
    }

    @Test
    void keys_out_of_order_or_out_of_bounds_are_found() {
        assertFound(PartFormat.LEAF, 1, page -> lastKeyByte(page, 0, 255), "key");
        assertFound(PartFormat.LEAF, 1, page -> lastKeyByte(page, 0, 0), "key");
        assertFound(PartFormat.INNER, 0, page -> lastKeyByte(page, 20, 255), "key");
        assertFound(
                PartFormat.LEAF,
                0,
                page -> PartFormat.putShort(page, NodeBuilder.COUNT_AT, 16),
                "of a page of keys");
    }

    /** Changes the first byte of an entry's key that it has for itself. */
    private static void lastKeyByte(byte[] page, int entry, int value) {
        NodeWalk walk = walkTo(page, entry);
        page[walk.valueAt() - (walk.keyBytes() - walk.shared()) + (entry == 0 ? 1 : 0)] =
                (byte) value;
    }

    private static NodeWalk walkTo(byte[] page, int entry) {
        NodeWalk walk = new NodeWalk(page);
        for (int i = 0; i <= entry; i++) {
            walk.next();
        }
        return walk;
    }

    @Test
    void entries_that_make_no_sense_are_found() {
        int leaf = 1;
        assertFound(
                PartFormat.LEAF, leaf, page -> page[walkTo(page, 3).valueAt() + 2] = 0, "numbers");
        assertFound(
                PartFormat.LEAF,
                leaf,
                page -> {
                    int value = walkTo(page, 3).valueAt();
                    page[value + 3] = (byte) (page[value + 3] & 0x80); // the first step
                    page[value + 4] = (byte) (page[value + 4] & 0x80);
                    page[value + 5] = (byte) (page[value + 5] & 0x80);
                },
                "do not rise");
        assertFound(
                PartFormat.LEAF,
                leaf,
                page -> {
                    int value = walkTo(page, 3).valueAt();
                    page[value + 3] |= (byte) 0x80;
                    page[value + 4] |= (byte) 0xff;
                    page[value + 5] = 0x7f;
                },
                "outside");
    }

    @Test
    void a_list_that_lies_elsewhere_and_does_not_rise_is_found() {
        assertFound(
                PartFormat.HEAP,
                -1,
                page -> Arrays.fill(page, 1, PartFormat.CHECKSUM_AT, (byte) 0xff),
                "");
    }

    @Test
    void a_filter_that_lacks_a_key_is_found_on_every_page() {
        int pages = pageOf(PartFormat.FILTER, -1) - pageOf(PartFormat.FILTER, 0) + 1;
        for (int i = 0; i < pages; i++) {
            assertFound(
                    PartFormat.FILTER,
                    i,
                    page -> Arrays.fill(page, 1, PartFormat.CHECKSUM_AT, (byte) 0),
                    "the filter lacks a key");
        }
    }

    @Test
    void a_page_of_another_type_is_found() {
        for (byte type = PartFormat.HEAP; type < PartFormat.FOOTER; type++) {
            byte other = (byte) (type % PartFormat.FILTER + 1);
            assertFound(type, 0, page -> page[0] = other, "a page of type " + other);
        }
    }

    @Test
    void numbers_of_the_footer_that_do_not_fit_are_found() {
        assertFound(PartFormat.FOOTER, 0, page -> page[112] ^= 1, "");
        assertFound(PartFormat.FOOTER, 0, page -> page[104] = 0, "");
        assertFound(PartFormat.FOOTER, 0, page -> page[128] ^= 1, "make no sense");
        assertFound(PartFormat.FOOTER, 0, page -> page[20] = 0, "make no sense");
        assertFound(PartFormat.FOOTER, 0, page -> page[80] ^= 1, "");
    }
}
