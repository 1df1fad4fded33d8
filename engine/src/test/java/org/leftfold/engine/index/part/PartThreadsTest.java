package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.testkit.disk.SimulatedDirectory;

class PartThreadsTest {
    private static final int THREADS = 8;
    private static final int PARTS = 3;

    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final List<PartModel> models = new ArrayList<>();

    PartThreadsTest() throws IOException {
        disk.createIfMissing();
        StoreModel store = new StoreModel(new SplittableRandom(1), 64, 0);
        for (int i = 0; i < PARTS; i++) {
            models.add(store.next(2000));
            models.getLast().write(disk, "part-" + i);
        }
    }

    private List<Part> open(PageCache cache) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < PARTS; i++) {
            parts.add(Part.open(disk, "part-" + i, cache, StoreModel.STORE_ID));
        }
        return parts;
    }

    @Test
    void many_threads_read_through_a_small_cache() throws Exception {
        for (int pages : new int[] {1, 3, 20}) {
            PageCache cache = new PageCache(pages * 4200L);
            List<Part> parts = open(cache);
            run(thread -> {
                SplittableRandom random = new SplittableRandom(thread);
                for (int i = 0; i < PARTS; i++) {
                    int part = (i + thread) % PARTS;
                    models.get(part).check(parts.get(part), random);
                }
                return null;
            });
            assertThat(cache.pageCount()).isLessThanOrEqualTo(pages);
            for (Part part : parts) {
                part.close();
            }
            assertThat(cache.pageCount()).isZero();
        }
    }

    @Test
    void closing_a_part_ends_its_readers_and_nobody_else() throws Exception {
        for (int round = 0; round < 20; round++) {
            PageCache cache = new PageCache(10 * 4200L);
            List<Part> parts = open(cache);
            CountDownLatch reading = new CountDownLatch(THREADS);
            run(thread -> {
                if (thread == 0) {
                    reading.await();
                    parts.getFirst().close();
                    models.get(1).check(parts.get(1), new SplittableRandom(1));
                } else {
                    readUntilClosed(parts.getFirst(), thread, reading);
                }
                return null;
            });
            for (Part part : parts) {
                part.close();
            }
        }
        assertThat(disk.openFiles()).isEmpty();
    }

    private void readUntilClosed(Part part, int thread, CountDownLatch reading) {
        SplittableRandom random = new SplittableRandom(thread);
        List<Long> locations = models.getFirst().locations();
        if (thread == 1) {
            reading.countDown(); // for the closing thread
        }
        reading.countDown();
        try {
            while (true) {
                int at = random.nextInt(locations.size());
                assertThat(part.locationOf(at + 1)).isEqualTo(locations.get(at));
                part.candidates(random.nextLong(PartFormat.MAX_HASH));
            }
        } catch (StoreUnavailableException e) {
            assertThat(e.code()).isEqualTo("LF-3006");
        }
    }

    private interface Work {
        Object run(int thread) throws Exception;
    }

    private static void run(Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Object>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                tasks.add(() -> work.run(thread));
            }
            for (Future<Object> future : pool.invokeAll(tasks)) {
                future.get();
            }
        } finally {
            pool.shutdown();
        }
    }
}
