package org.leftfold.engine.side;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.io.Machine;

/** What a simulated disk cannot show: interrupts, and files that are exchanged by their names. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealDiskTest {
    private static final int SUBJECTS = 20_000;
    private static final int THREADS = 64;

    @TempDir private Path directory;
    private final SideBench.Notices notices = new SideBench.Notices();

    private SideHome home() {
        return SideBench.home(Machine.system(directory), notices);
    }

    @Test
    void an_interrupted_caller_disturbs_nothing() throws Exception {
        try (var store = DurableCheckpointStore.open(home(), SideBench.FLOOR_BYTES)) {
            inThreads(number -> {
                String follower = "follower " + number;
                for (int i = 1; i <= 20; i++) {
                    Thread.currentThread().interrupt();
                    assertThat(store.save(follower, SideModel.at(i), 1)).isTrue();
                    assertThat(store.load(follower)).contains(SideModel.at(i));
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                }
            });
        }
        assertThat(notices.texts).isEmpty();
        assertThat(notices.stops).isEmpty();
    }

    /** Large, so that zeros for the former file are written past the page cache. */
    @Test
    void keys_survive_that_their_file_is_made_anew_and_the_former_one_wiped() throws Exception {
        Map<String, SubjectKey> keys = new ConcurrentHashMap<>();
        try (var store = DurableKeyStore.open(home(), SideBench.wrapping())) {
            inThreads(number -> {
                for (int i = number; i < SUBJECTS; i += THREADS) {
                    keys.put("subject " + i, store.currentOrNew("subject " + i).orElseThrow());
                }
            });
        }
        long before = Files.size(directory.resolve(SideFiles.KEYS));
        try (var store = DurableKeyStore.open(home(), SideBench.wrapping())) {
            inThreads(number -> {
                for (int i = number; i < SUBJECTS * 4 / 5; i += THREADS) {
                    store.forget("subject " + i);
                    keys.remove("subject " + i);
                }
            });
            keys.forEach((subject, key) -> assertThat(store.find(subject, 1)).contains(key));
        }
        assertThat(Files.size(directory.resolve(SideFiles.KEYS))).isLessThan(before);
        try (var store = DurableKeyStore.open(home(), SideBench.wrapping())) {
            keys.forEach((subject, key) -> assertThat(store.find(subject, 1)).contains(key));
            assertThat(store.currentOrNew("subject 0")).isEmpty();
        }
        assertThat(keys).hasSize(SUBJECTS / 5);
        assertThat(notices.texts).isEmpty();
    }

    private static void inThreads(IntConsumer work)
            throws InterruptedException, ExecutionException {
        List<FutureTask<Boolean>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            FutureTask<Boolean> task = new FutureTask<>(() -> work.accept(number), true);
            running.add(task);
            Thread.ofPlatform().daemon().start(task);
        }
        for (FutureTask<Boolean> task : running) {
            assertThat(task.get()).isTrue();
        }
    }
}
