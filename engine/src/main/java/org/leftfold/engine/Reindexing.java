package org.leftfold.engine;

import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.leftfold.api.StoreStatistics;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.engine.index.WatchedIndex;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;

/**
 * How the index of a store is made anew. Its files are deleted while the lock of the writer is
 * held, and an opening that finds none files the whole log. When that is cut short, the next
 * opening does the rest.
 */
final class Reindexing {
    private Reindexing() {}

    static StoreStatistics run(Machine machine, EmbeddedOptions options, LongConsumer progress) {
        Directory directory = machine.directory();
        Opening.requireStore(machine);
        try (EmbeddedEventStore store =
                Opening.forWriting(
                        machine,
                        options,
                        Execution.THREADS,
                        IndexOptions.of(options.indexMemoryBytes()),
                        opening ->
                                manifest -> {
                                    deleteFiles(directory);
                                    return new WatchedIndex(opening.open(manifest), progress);
                                })) {
            return store.admin().statistics();
        }
    }

    private static void deleteFiles(Directory directory) throws IOException {
        for (String name : List.copyOf(directory.list())) {
            if (StoreFiles.isIndex(name)) {
                directory.delete(name);
            }
        }
        directory.force();
    }
}
