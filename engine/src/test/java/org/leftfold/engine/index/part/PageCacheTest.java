package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.SimulatedDirectory;

class PageCacheTest {
    private static final int OVERHEAD = 64;

    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final PartFile file;

    PageCacheTest() throws IOException {
        disk.createIfMissing();
        new StoreModel(new SplittableRandom(1), 64, 0).next(5000).write(disk, "one");
        file = PartFile.open(disk, "one", StoreModel.STORE_ID);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    @Test
    void it_gives_the_same_pages_whatever_its_size_and_stays_within_it() {
        int pages = (int) file.footer().pageCount();
        assertThat(pages).isGreaterThan(20);
        for (int size = 0; size < 3 * pages; size++) {
            long maxBytes = (long) size * (PartFormat.PAGE_BYTES + OVERHEAD);
            PageCache cache = new PageCache(maxBytes);
            SplittableRandom random = new SplittableRandom(size);
            for (int i = 0; i < 200; i++) {
                int number = random.nextInt(pages);
                assertThat(cache.page(file, number)).isEqualTo(file.read(number));
            }
            assertThat(cache.pageCount()).isLessThanOrEqualTo(cache.maxPages());
            assertThat((long) cache.maxPages() * (PartFormat.PAGE_BYTES + OVERHEAD))
                    .isLessThanOrEqualTo(Math.max(PartFormat.PAGE_BYTES + OVERHEAD, maxBytes));
            assertThat(cache.maxPages()).isGreaterThanOrEqualTo(Math.max(1, size - 7));
        }
    }

    @Test
    void a_page_that_is_here_is_not_read_again() {
        PageCache cache = new PageCache(1 << 20);
        byte[] page = cache.page(file, 3);
        int reads = disk.callCount(CallKind.READ);
        assertThat(cache.page(file, 3)).isSameAs(page);
        assertThat(disk.callCount(CallKind.READ)).isEqualTo(reads);
        assertThat(cache.loads()).isEqualTo(1);
    }

    @Test
    void a_page_that_is_used_stays_while_others_come_and_go() {
        PageCache cache = new PageCache(8 * (PartFormat.PAGE_BYTES + OVERHEAD));
        assertThat(cache.maxPages()).isEqualTo(8);
        cache.page(file, 0);
        byte[] used = cache.page(file, 0);
        for (int round = 0; round < 3; round++) {
            for (int number = 1; number < file.footer().pageCount(); number++) {
                cache.page(file, number);
                assertThat(cache.page(file, 0)).isSameAs(used);
            }
        }
        assertThat(cache.pageCount()).isEqualTo(8);
    }

    @Test
    void pages_of_files_of_the_same_name_are_told_apart_and_forgotten_one_by_one()
            throws IOException {
        PageCache cache = new PageCache(1 << 20);
        disk.remove("one");
        new StoreModel(new SplittableRandom(2), 64, 0).next(5000).write(disk, "one");
        PartFile other = PartFile.open(disk, "one", StoreModel.STORE_ID);
        for (int number = 0; number < 10; number++) {
            assertThat(cache.page(file, number)).isEqualTo(file.read(number));
            assertThat(cache.page(other, number)).isEqualTo(other.read(number));
        }
        assertThat(cache.page(file, 0)).isNotEqualTo(cache.page(other, 0));
        cache.forget(file);
        assertThat(cache.pageCount()).isEqualTo(10);
        long loads = cache.loads();
        cache.page(other, 9);
        assertThat(cache.loads()).isEqualTo(loads);
        cache.page(file, 9);
        assertThat(cache.loads()).isEqualTo(loads + 1);
        other.close();
    }

    @Test
    void a_damaged_page_does_not_come_in() {
        PageCache cache = new PageCache(1 << 20);
        disk.flipBit("one", 2 * PartFormat.PAGE_BYTES + 1000, 3);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> cache.page(file, 2))
                    .isInstanceOfSatisfying(
                            Corruption.class,
                            damage -> {
                                assertThat(damage.file()).isEqualTo("one");
                                assertThat(damage.offset()).isEqualTo(2 * PartFormat.PAGE_BYTES);
                            });
        }
        assertThat(cache.pageCount()).isZero();
        disk.flipBit("one", 2 * PartFormat.PAGE_BYTES + 1000, 3);
        assertThat(cache.page(file, 2)).isEqualTo(file.read(2));
    }
}
