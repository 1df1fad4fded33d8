package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.leftfold.testkit.disk.Call;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.random.Seeds;

class PartMergeTest {
    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final PageCache cache = new PageCache(1 << 20);

    PartMergeTest() throws IOException {
        disk.createIfMissing();
    }

    @Test
    void merges_of_merges_hold_byte_for_byte_what_one_writer_would_have_written() {
        Seeds.check(Seeds.range(1, 60), (seed, random) -> mergeTwice(seed, random));
    }

    private static void mergeTwice(long seed, SplittableRandom random) throws IOException {
        SimulatedDirectory disk = new SimulatedDirectory();
        disk.createIfMissing();
        PageCache cache = new PageCache(random.nextInt(64) * 4096L);
        StoreModel store =
                new StoreModel(random, seed % 3 == 0 ? 4 : 64, random.nextLong(1L << 40));
        List<PartModel> models = new ArrayList<>();
        List<PartModel> joined = new ArrayList<>();
        List<Part> merged = new ArrayList<>();
        for (int group = 0; group < 1 + random.nextInt(3); group++) {
            List<PartModel> some = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                some.add(store.next(random.nextInt(4) == 0 ? 0 : random.nextInt(600)));
            }
            String name = "merged-" + group;
            List<Part> parts = openAll(disk, cache, some);
            PartMerge.merge(parts, disk, name, () -> false, PartModel.LITTLE);
            close(parts);
            models.addAll(some);
            joined.add(PartModel.join(some));
            merged.add(Part.open(disk, name, cache, StoreModel.STORE_ID));
            joined.getLast().check(merged.getLast(), random);
        }
        PartMerge.merge(merged, disk, "all", () -> false);
        close(merged);
        PartModel all = PartModel.join(models);
        try (Part part = Part.open(disk, "all", cache, StoreModel.STORE_ID)) {
            part.verify();
            all.check(part, random);
        }
        all.write(disk, "direct");
        assertThat(disk.contents("all")).isEqualTo(disk.contents("direct"));
        assertThat(disk.openFiles()).as("open files").isEmpty();
        assertThat(disk.names()).as("files").noneMatch(name -> name.endsWith(".tmp"));
    }

    private static List<Part> openAll(
            SimulatedDirectory disk, PageCache cache, List<PartModel> models) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (PartModel model : models) {
            String name = "part-%d-%d".formatted(parts.size(), model.header().logEnd());
            model.write(disk, name, PartModel.LITTLE);
            parts.add(Part.open(disk, name, cache, StoreModel.STORE_ID));
        }
        return parts;
    }

    private static void close(List<Part> parts) throws IOException {
        for (Part part : parts) {
            part.close();
        }
    }

    @Test
    void a_merge_does_not_touch_the_cache() throws IOException {
        StoreModel store = new StoreModel(new SplittableRandom(1), 64, 0);
        List<Part> parts = openAll(disk, cache, List.of(store.next(5000), store.next(5000)));
        PartMerge.merge(parts, disk, "merged", () -> false);
        parts.getFirst().verify();
        close(parts);
        assertThat(cache.loads()).isZero();
    }

    @Test
    void a_merge_reads_each_part_little_more_than_once() throws IOException {
        StoreModel store = new StoreModel(new SplittableRandom(19), 64, 0);
        List<Part> parts = openAll(disk, cache, List.of(store.next(60_000), store.next(60_000)));
        long bytes = parts.stream().mapToLong(Part::sizeBytes).sum();
        LongAdder bytesRead = new LongAdder();
        Predicate<Call> counting =
                call -> {
                    if (call.kind() == CallKind.READ && !call.name().endsWith(".tmp")) {
                        bytesRead.add(call.byteCount());
                    }
                    return false;
                };
        disk.faults(new FaultPlan().when(counting, new Fault.InputOutputError()));
        PartMerge.merge(parts, disk, "merged", () -> false);
        disk.faults(new FaultPlan());
        close(parts);
        assertThat((double) bytesRead.sum() / bytes).isBetween(0.9, 1.5);
    }

    @Test
    void a_cancelled_merge_leaves_nothing() throws IOException {
        StoreModel store = new StoreModel(new SplittableRandom(1), 64, 0);
        List<Part> parts = openAll(disk, cache, List.of(store.next(20_000), store.next(20_000)));
        List<String> before = disk.names();
        AtomicInteger asked = new AtomicInteger();
        PartMerge.merge(parts, disk, "merged", () -> asked.incrementAndGet() < 0);
        disk.remove("merged");
        assertThat(asked.get()).as("times that it was asked").isGreaterThan(20);
        for (int stop = 1; stop <= asked.get(); stop++) {
            int last = stop;
            AtomicInteger count = new AtomicInteger();
            assertThatThrownBy(() ->
                            PartMerge.merge(
                                    parts,
                                    disk,
                                    "merged",
                                    () -> count.incrementAndGet() == last,
                                    PartModel.LITTLE))
                    .isInstanceOf(CancellationException.class);
            assertThat(disk.names()).isEqualTo(before);
        }
        close(parts);
        assertThat(disk.openFiles()).isEmpty();
    }

    @Test
    void only_adjacent_parts_of_one_store_are_merged() throws IOException {
        StoreModel store = new StoreModel(new SplittableRandom(1), 64, 0);
        List<PartModel> models = List.of(store.next(100), store.next(100), store.next(100));
        List<Part> parts = openAll(disk, cache, models);
        PartModel foreign = models.get(1);
        PartHeader header = foreign.header();
        List<PartHeader> others =
                List.of(
                        new PartHeader(
                                new UUID(1, 1),
                                header.after(),
                                header.to(),
                                header.logEnd(),
                                header.opaque(),
                                header.hashSeed()),
                        new PartHeader(
                                header.storeId(),
                                header.after(),
                                header.to(),
                                header.logEnd(),
                                header.opaque(),
                                header.hashSeed() + 1));
        List<List<Part>> refused = new ArrayList<>();
        refused.add(List.of());
        refused.add(List.of(parts.get(0), parts.get(2)));
        refused.add(List.of(parts.get(1), parts.get(0)));
        List<Part> more = new ArrayList<>();
        for (PartHeader other : others) {
            String name = "other-" + more.size();
            new PartModel(other, 64, foreign.locations(), foreign.ids(), foreign.entries())
                    .write(disk, name);
            more.add(Part.open(disk, name, cache, other.storeId()));
            refused.add(List.of(parts.get(0), more.getLast()));
        }
        for (List<Part> wrong : refused) {
            assertThatThrownBy(() -> PartMerge.merge(wrong, disk, "merged", () -> false))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(disk.names()).doesNotContain("merged", "merged.tmp");
        close(parts);
        close(more);
    }
}
