package org.leftfold.examples;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of the repository that the tests run in; none that were built, none that are hidden.
 */
final class Repository {
    private Repository() {}

    /** The folder that holds {@code mvnw}. */
    static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above " + start + " holds mvnw");
    }

    /** A path from the root, with slashes. */
    static String nameOf(Path file) {
        return root().relativize(file).toString().replace('\\', '/');
    }

    /** The files below the root whose names end in this way, such as {@code .java}. */
    static List<Path> filesEndingIn(String ending) throws IOException {
        Path root = root();
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes all) {
                        String name = folder.getFileName().toString();
                        boolean skipped =
                                !folder.equals(root)
                                        && (name.equals("target") || name.startsWith("."));
                        return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes all) {
                        if (file.toString().endsWith(ending)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(null);
        return found;
    }
}
