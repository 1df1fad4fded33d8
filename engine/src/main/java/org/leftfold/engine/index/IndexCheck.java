package org.leftfold.engine.index;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.UUID;
import java.util.function.Consumer;
import org.leftfold.engine.index.part.PageCache;
import org.leftfold.engine.index.part.Part;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.Directory;

/** Reads every byte of the files of an index and compares it with its checksums and rules. */
public final class IndexCheck {
    private IndexCheck() {}

    /**
     * Checks all files of the index, also such as do not count any more.
     *
     * @param problems told what is wrong
     */
    public static void check(Directory directory, UUID storeId, Consumer<Corruption> problems)
            throws IOException {
        for (String name : directory.list()) {
            if (name.endsWith(StoreFiles.INDEX)) {
                check(directory, name, storeId, problems);
            }
        }
    }

    private static void check(
            Directory directory, String name, UUID storeId, Consumer<Corruption> problems)
            throws IOException {
        try (Part part = Part.open(directory, name, new PageCache(0), storeId)) {
            String rightName = PartFiles.nameOf(part.header().after(), part.header().to());
            if (!rightName.equals(name)) {
                throw new Corruption(name, 0, "the file holds " + part.header());
            }
            part.verify();
        } catch (Corruption e) {
            problems.accept(e);
        } catch (NoSuchFileException e) {
            // the process that writes has merged it a moment ago
            return;
        }
    }
}
