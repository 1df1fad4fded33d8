package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a store has in memory depends on its options, and not on how many streams there are. */
@Timeout(1800)
class ManyStreamsTest {
    private static final boolean LONG = Boolean.getBoolean("leftfold.long");
    private static final int STREAMS = LONG ? 10_000_000 : 250_000;
    private static final String HEAP = LONG ? "-Xmx256m" : "-Xmx64m";
    private static final long SEED = 20;

    @TempDir private Path directory;

    @Test
    void streams_cost_no_memory() throws Exception {
        try (ChildJvm child =
                ChildJvm.startWith(HEAP, ManyStreamsChild.class, directory, STREAMS, SEED)) {
            assertThat(child.answer()).startsWith("appended " + STREAMS + ",");
            assertThat(child.answer()).startsWith("appended " + 2L * STREAMS + ",");
            assertThat(child.answer()).as("from the first opening").isEqualTo("loaded");
            assertThat(child.answer()).as("from the second opening").isEqualTo("loaded");
            assertThat(child.answer()).as("the end").isNull();
        }
    }
}
