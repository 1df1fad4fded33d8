package org.leftfold.engine.log;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.leftfold.io.DataFile;

/**
 * Files of segments that were rewritten, and may still be read by whoever had begun to. Nobody says
 * when he has ended, for reads need not be closed: a file is closed when its segment cannot be
 * reached any more, at the latest with the log. Until then it takes its space, and where it was
 * mapped, until the mapping was collected. Safe for any thread.
 */
final class ReplacedFiles implements AutoCloseable {
    private final Set<DataFile> files = new HashSet<>(); // guarded by this

    /** Stores that are never scavenged need no thread for it. */
    private static final class Lazy {
        private static final Cleaner CLEANER =
                Cleaner.create(task ->
                        Thread.ofPlatform().name("leftfold-cleaner").daemon().unstarted(task));
    }

    /**
     * Keeps the file of a segment open.
     *
     * @param closesUnreachable whether it is closed before this is, once nobody can read it
     */
    synchronized void keep(Segment segment, boolean closesUnreachable) {
        DataFile file = segment.file();
        files.add(file);
        if (closesUnreachable) {
            Lazy.CLEANER.register(segment, () -> close(file));
        }
    }

    private void close(DataFile file) {
        synchronized (this) {
            if (!files.remove(file)) {
                return;
            }
        }
        try {
            file.close();
        } catch (IOException e) {
            // nobody reads it and nothing was written to it: there is nobody whom this concerns
        }
    }

    /** Closes all that are left. */
    @Override
    public void close() throws IOException {
        List<DataFile> left;
        synchronized (this) {
            left = new ArrayList<>(files);
            files.clear();
        }
        IOException failures = new IOException("files of rewritten segments could not be closed");
        Closing.all(left, failures);
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }
}
