package org.leftfold.cli.terminal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is deleted with all that is in it, also when the program is interrupted
 * (Ctrl-C). Safe for any thread.
 */
public final class TemporaryDirectory implements AutoCloseable {
    /** Whoever still writes to it makes a new file now and then; more often than this never. */
    private static final int DELETE_ATTEMPTS = 20;

    private final Path path;
    private final Thread hook;
    private volatile boolean ending; // written by the hook, read by all

    private TemporaryDirectory(Path path) {
        this.path = path;
        this.hook = new Thread(this::deleteQuietly, "leftfold-cleanup");
    }

    /**
     * Makes one.
     *
     * @param parent where, or null for the directory that the system has for such things
     * @param prefix how its name begins
     */
    public static TemporaryDirectory create(@Nullable Path parent, String prefix)
            throws IOException {
        TemporaryDirectory directory =
                new TemporaryDirectory(
                        parent == null
                                ? Files.createTempDirectory(prefix)
                                : Files.createTempDirectory(parent, prefix));
        Runtime.getRuntime().addShutdownHook(directory.hook);
        return directory;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether the program was interrupted, so that work in here fails. */
    public boolean isEnding() {
        return ending;
    }

    private void deleteQuietly() {
        ending = true;
        for (int attempt = 0; attempt < DELETE_ATTEMPTS && Files.exists(path); attempt++) {
            try {
                delete(path);
            } catch (IOException e) {
                Thread.onSpinWait(); // A file came while the others went: once more.
            }
        }
    }

    /** Deletes it; when the program is ending already, that goes on beside. */
    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // The program is ending, and the hook deletes it.
        }
        delete(path);
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException error)
                            throws IOException {
                        if (error instanceof NoSuchFileException) { // its store deleted it itself
                            return FileVisitResult.CONTINUE;
                        }
                        throw error;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException error) throws IOException {
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
