package org.leftfold.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.engine.index.part.IndexKey;
import org.leftfold.engine.index.part.PageCache;
import org.leftfold.engine.index.part.Part;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.Directory;

/**
 * Reads what opening reads of every file, by several threads at once, so that opening finds it in
 * the memory of the system: from a disk a store of a hundred files would open in a hundred times
 * the time of a read, one after the other. What was read, and what was wrong with it, is forgotten:
 * opening does all of it again.
 */
final class EarlyReads {
    /** Fewer files are read sooner than handed over. */
    private static final int LEAST = 4;

    /** For the few pages of one file of the index. */
    private static final int CACHE_BYTES = 1 << 15;

    private final Directory directory;
    private final UUID storeId;
    private final Queue<String> left;
    private final CountDownLatch unread;

    private EarlyReads(Directory directory, UUID storeId, List<String> names) {
        this.directory = directory;
        this.storeId = storeId;
        this.left = new ConcurrentLinkedQueue<>(names);
        this.unread = new CountDownLatch(names.size());
    }

    /** Reads the beginnings of the files, and is done when all are read. */
    static void of(Directory directory, UUID storeId) throws IOException {
        List<String> names = new ArrayList<>(directory.list());
        names.removeIf(name -> !isReadAtOpening(name));
        names.sort(Comparator.comparing(EarlyReads::isIndex).reversed()); // of those it reads more
        if (names.size() < LEAST) {
            return;
        }
        EarlyReads reads = new EarlyReads(directory, storeId, names);
        try (Helpers helpers = Helpers.readers()) {
            for (int i = 1; i < names.size() && helpers.call(reads::run); i++) {}
            reads.run();
        }
        Uninterrupted.await(reads.unread);
    }

    private static boolean isReadAtOpening(String name) {
        return isIndex(name) || StoreFiles.segmentNumber(name).isPresent();
    }

    private static boolean isIndex(String name) {
        return name.endsWith(StoreFiles.INDEX);
    }

    private void run() {
        for (String name = left.poll(); name != null; name = left.poll()) {
            try {
                read(name);
            } catch (IOException | RuntimeException e) {
                // Opening meets it again, and knows what it means.
            } finally {
                unread.countDown();
            }
        }
    }

    private void read(String name) throws IOException {
        OptionalLong segment = StoreFiles.segmentNumber(name);
        if (segment.isPresent()) {
            long number = segment.getAsLong();
            Segment.open(directory, storeId, number, Directory.Access.READ).close();
        } else {
            try (Part part = Part.open(directory, name, new PageCache(CACHE_BYTES), storeId)) {
                part.holds(IndexKey.Kind.TRUNCATION);
            }
        }
    }
}
