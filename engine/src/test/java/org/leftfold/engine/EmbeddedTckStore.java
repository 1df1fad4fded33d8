package org.leftfold.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.io.Machine;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** An embedded store in a directory of its own, on the real disk. */
final class EmbeddedTckStore implements TckStore {
    private final Path directory;
    private final EmbeddedOptions options;
    private final IndexOptions indexOptions;
    private EmbeddedEventStore store;

    EmbeddedTckStore(TckOptions asked) {
        this(asked, IndexOptions.of(EmbeddedOptions.DEFAULT_INDEX_MEMORY_BYTES));
    }

    EmbeddedTckStore(TckOptions asked, IndexOptions indexOptions) {
        try {
            directory = Files.createTempDirectory("leftfold-tck");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.indexOptions = indexOptions;
        options =
                EmbeddedOptions.defaults()
                        .clock(asked.clock())
                        .auditPolicy(asked.policy())
                        .segmentBytes(64 << 10, 4 << 20);
        store = open();
    }

    private EmbeddedEventStore open() {
        return Opening.forWriting(
                Machine.system(directory), options, Execution.THREADS, indexOptions);
    }

    @Override
    public EventStore store() {
        return store;
    }

    @Override
    public StoreAdmin admin() {
        return store.admin();
    }

    @Override
    public EventStore reopen() {
        store.close();
        store = open();
        return store;
    }

    @Override
    public void close() {
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
