package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.leftfold.engine.log.Bytes;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.random.Seeds;

class PartDamageTest {
    private static final String NAME = "part";

    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final PartModel model = new StoreModel(new SplittableRandom(5), 64, 1L << 39).next(300);
    private final Questions questions;
    private final byte[] whole;

    PartDamageTest() throws IOException {
        disk.createIfMissing();
        model.write(disk, NAME);
        questions = new Questions(model, 25, disk, NAME);
        whole = disk.contents(NAME);
        assertThat(
                        IntStream.range(0, whole.length / PartFormat.PAGE_BYTES)
                                .map(page -> whole[page * PartFormat.PAGE_BYTES])
                                .distinct()
                                .sorted()
                                .toArray())
                .as("types of pages; an inner one needs more keys")
                .containsExactly(
                        PartFormat.HEAP,
                        PartFormat.DIRECTORY,
                        PartFormat.IDS,
                        PartFormat.LEAF,
                        PartFormat.INNER,
                        PartFormat.FILTER,
                        PartFormat.FOOTER);
    }

    private static SimulatedDirectory diskWith(byte[] bytes) {
        SimulatedDirectory disk = new SimulatedDirectory();
        disk.put(NAME, bytes);
        return disk;
    }

    private static void assertDamaged(SimulatedDirectory disk) {
        assertThatThrownBy(
                        () -> {
                            try (Part part = Questions.open(disk, NAME)) {
                                part.verify();
                            }
                        })
                .isInstanceOfSatisfying(
                        Corruption.class, damage -> assertThat(damage.file()).isEqualTo(NAME));
    }

    @Test
    void every_flipped_bit_is_found_and_no_answer_is_wrong() {
        IntStream.range(0, whole.length / PartFormat.PAGE_BYTES)
                .parallel()
                .forEach(page -> flipBits(page * PartFormat.PAGE_BYTES));
    }

    private void flipBits(int from) {
        SimulatedDirectory damaged = diskWith(whole);
        for (int at = from; at < from + PartFormat.PAGE_BYTES; at++) {
            for (int bit = 0; bit < 8; bit++) {
                damaged.flipBit(NAME, at, bit);
                try {
                    verifyFails(damaged, from, at);
                    if (bit == at % 8) {
                        int refused = questions.check(damaged, NAME);
                        assertThat(refused).as("refused answers, byte %d", at).isPositive();
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                damaged.flipBit(NAME, at, bit);
            }
        }
    }

    private static void verifyFails(SimulatedDirectory damaged, int page, int at)
            throws IOException {
        try (Part part = Questions.open(damaged, NAME)) {
            part.verify();
        } catch (Corruption e) {
            if (!e.file().equals(NAME) || e.offset() < page) {
                throw new AssertionError("byte " + at, e);
            }
            return;
        }
        throw new AssertionError("a flipped bit of byte %d was not found".formatted(at));
    }

    @Test
    void a_file_of_another_length_is_not_opened() {
        IntStream.range(0, whole.length)
                .parallel()
                .forEach(length -> assertDamaged(diskWith(Arrays.copyOf(whole, length))));
        for (int more : new int[] {1, 4095, 4096, 4097, 8192}) {
            assertDamaged(diskWith(Arrays.copyOf(whole, whole.length + more)));
            byte[] twice = Arrays.copyOf(whole, whole.length + more);
            System.arraycopy(whole, whole.length - more, twice, whole.length, more);
            assertDamaged(diskWith(twice));
        }
    }

    @Test
    void a_page_in_another_place_is_found() throws IOException {
        int pages = whole.length / PartFormat.PAGE_BYTES;
        for (int from = 0; from < pages; from++) {
            for (int to = 0; to < pages; to++) {
                if (from != to) {
                    checkForeignPage(whole, from, to);
                }
            }
        }
    }

    private void checkForeignPage(byte[] source, int from, int to) throws IOException {
        byte[] bytes = whole.clone();
        System.arraycopy(
                source,
                from * PartFormat.PAGE_BYTES,
                bytes,
                to * PartFormat.PAGE_BYTES,
                PartFormat.PAGE_BYTES);
        SimulatedDirectory damaged = diskWith(bytes);
        assertDamaged(damaged);
        assertThat(questions.check(damaged, NAME)).as("refused answers").isPositive();
    }

    @Test
    void a_page_of_another_part_is_found() throws IOException {
        PartHeader header = model.header();
        List<PartHeader> others =
                List.of(
                        header(new UUID(4, 5), header.logEnd(), header.hashSeed()),
                        header(header.storeId(), header.logEnd() + 1, header.hashSeed()),
                        header(header.storeId(), header.logEnd(), header.hashSeed() + 1));
        for (PartHeader other : others) {
            new PartModel(other, 64, model.locations(), model.ids(), model.entries())
                    .write(disk, "other");
            byte[] foreign = disk.contents("other");
            for (int page = 0; page < whole.length / PartFormat.PAGE_BYTES - 1; page++) {
                checkForeignPage(foreign, page, page);
            }
        }
    }

    private PartHeader header(UUID storeId, long logEnd, long hashSeed) {
        PartHeader header = model.header();
        return new PartHeader(
                storeId, header.after(), header.to(), logEnd, header.opaque(), hashSeed);
    }

    @Test
    void a_part_of_another_store_is_not_opened() {
        assertThatThrownBy(() -> Part.open(disk, NAME, new PageCache(0), new UUID(1, 2)))
                .isInstanceOf(Corruption.class)
                .hasMessageContaining(StoreModel.STORE_ID.toString());
        assertThat(disk.openFiles()).isEmpty();
    }

    /** Beyond what a disk does: it is only to end, and to be told apart from an error of ours. */
    @Test
    void a_forged_page_ends_in_an_answer_or_in_damage() {
        Seeds.check(
                Seeds.range(1, 3000),
                (seed, random) -> {
                    SimulatedDirectory forged = diskWith(forge(random));
                    questions.check(forged, NAME, e -> e instanceof Corruption, true);
                    try (Part part = Questions.open(forged, NAME)) {
                        part.verify();
                    } catch (Corruption e) {
                        assertThat(e.file()).isEqualTo(NAME);
                    }
                });
    }

    /** Changes bytes of one page and gives it the right checksum. */
    private byte[] forge(SplittableRandom random) {
        byte[] bytes = whole.clone();
        int number = random.nextInt(bytes.length / PartFormat.PAGE_BYTES);
        int start = number * PartFormat.PAGE_BYTES;
        byte[] page = Arrays.copyOfRange(bytes, start, start + PartFormat.PAGE_BYTES);
        int reach = random.nextBoolean() ? 200 : PartFormat.CHECKSUM_AT;
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            int at = random.nextInt(reach);
            if (number == bytes.length / PartFormat.PAGE_BYTES - 1 && at < 72) {
                at += 72; // What is in front of it decides whether it is this part at all.
            }
            page[at] = (byte) random.nextInt(256);
        }
        Bytes.putInt(
                page, PartFormat.CHECKSUM_AT, PartFormat.checksum(page, model.header(), number));
        System.arraycopy(page, 0, bytes, start, page.length);
        return bytes;
    }
}
