package org.leftfold.servers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Whole directory trees: copy and delete. */
final class Directories {
    private Directories() {}

    /** Copies a tree with its permissions to a place that does not exist yet. */
    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        return copyOne(directory);
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        return copyOne(file);
                    }

                    private FileVisitResult copyOne(Path one) throws IOException {
                        Files.copy(
                                one,
                                to.resolve(from.relativize(one).toString()),
                                StandardCopyOption.COPY_ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Deletes a tree, if it is there. Bears with others who delete in it at the same time. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(
                root,
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
                        if (error instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw error;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException error) throws IOException {
                        if (error != null) {
                            throw error;
                        }
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** The number of files and directories in a tree. */
    static long count(Path root) throws IOException {
        try (var all = Files.walk(root)) {
            return all.count();
        }
    }
}
