package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.CrashOutcomes;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Journal;
import org.leftfold.testkit.disk.SimulatedDirectory;

/** The power goes at every call of a writer: there is no part, or a whole one. */
class PartCrashTest {
    private static final String NAME = "new";

    private final SimulatedDirectory disk = new SimulatedDirectory();
    private final List<PartModel> models = new ArrayList<>();

    PartCrashTest() throws IOException {
        disk.createIfMissing();
        StoreModel store = new StoreModel(new SplittableRandom(3), 64, 0);
        for (int i = 0; i < 3; i++) {
            models.add(store.next(2000));
            models.getLast().write(disk, "old-" + i, PartModel.LITTLE);
        }
    }

    @Test
    void a_crash_of_a_writer_leaves_nothing_or_a_whole_part() throws IOException {
        Journal journal = disk.record();
        models.getLast().write(disk, NAME, PartModel.LITTLE);
        check(journal, models.getLast());
    }

    @Test
    void a_crash_of_a_merge_leaves_nothing_or_a_whole_part() throws IOException {
        List<Part> parts = new ArrayList<>();
        PageCache cache = new PageCache(0);
        for (int i = 0; i < models.size(); i++) {
            parts.add(Part.open(disk, "old-" + i, cache, StoreModel.STORE_ID));
        }
        Journal journal = disk.record();
        PartMerge.merge(parts, disk, NAME, () -> false, PartModel.LITTLE);
        for (Part part : parts) {
            part.close();
        }
        check(journal, PartModel.join(models));
    }

    @Test
    void what_a_crash_left_is_no_hindrance() throws IOException {
        disk.put(NAME + ".tmp", new byte[5000]);
        disk.put(NAME + ".spool.tmp", new byte[5000]);
        Journal journal = disk.record();
        models.getFirst().write(disk, NAME, PartModel.LITTLE);
        check(journal, models.getFirst());
    }

    private void check(Journal journal, PartModel model) throws IOException {
        Questions questions = new Questions(model, 20, disk, NAME);
        List<Integer> calls = journal.callIndexes();
        assertThat(calls.size()).as("calls that changed something").isGreaterThan(5);
        calls.parallelStream().forEach(call -> check(journal.at(call), questions));
        for (CrashOutcome outcome :
                CrashOutcomes.exhaustiveAndRandom(journal.at(calls.getLast()), 20, 1)) {
            SimulatedDirectory image = journal.at(calls.getLast()).image(outcome);
            assertThat(image.names()).as("after the return, %s", outcome).contains(NAME);
            assertThat(image.names()).noneMatch(name -> name.endsWith(".spool.tmp"));
        }
    }

    private static void check(CrashPoint point, Questions questions) {
        for (CrashOutcome outcome : CrashOutcomes.exhaustiveAndRandom(point, 10, 1)) {
            SimulatedDirectory image = point.image(outcome);
            if (image.names().contains(NAME)) {
                try (Part part = Questions.open(image, NAME)) {
                    part.verify();
                    assertThat(questions.check(image, NAME)).as("refused answers").isZero();
                } catch (IOException | RuntimeException e) {
                    throw new AssertionError("%s, %s".formatted(point, outcome), e);
                }
            }
        }
    }
}
