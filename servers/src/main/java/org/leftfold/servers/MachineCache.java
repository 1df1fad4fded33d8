package org.leftfold.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Directories that are made once per machine and user, below the directory of temporary files.
 *
 * <p>Safe for several JVMs at once: a file lock admits one maker, and the directory gets its name
 * by a rename when it is complete. A directory that has lost files since (somebody cleaned up) is
 * made anew.
 */
final class MachineCache {
    private static final String COUNT_FILE = ".entries";

    /** Fills a new, empty directory. */
    interface Maker {
        void fill(Path directory) throws IOException;
    }

    private MachineCache() {}

    /**
     * The directory of that name, made first if it is not there.
     *
     * @throws ServerFailedException if it cannot be made; nothing of that name is left then
     */
    static synchronized Path directory(String name, Maker maker) {
        try {
            Path root = root();
            Path wanted = root.resolve(name);
            try (FileChannel file =
                            FileChannel.open(
                                    root.resolve(name + ".lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                if (!lock.isValid() || !isComplete(wanted)) {
                    make(root, wanted, maker);
                }
            }
            return wanted;
        } catch (IOException e) {
            throw new ServerFailedException("cannot make " + name + " for tests", e);
        }
    }

    private static Path root() throws IOException {
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9]", "_");
        Path root = Path.of(System.getProperty("java.io.tmpdir"), "leftfold-servers-" + user);
        if (!Files.isDirectory(root)) {
            Files.createDirectories(
                    root,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        // Programs are run from here: a directory that somebody else put here is not ours to trust.
        Path probe = Files.createTempFile("leftfold-owner", null);
        try {
            if (!Files.getOwner(probe).equals(Files.getOwner(root))) {
                throw new IOException(root + " belongs to " + Files.getOwner(root));
            }
        } finally {
            Files.delete(probe);
        }
        return root;
    }

    private static boolean isComplete(Path directory) throws IOException {
        Path count = directory.resolve(COUNT_FILE);
        return Files.exists(count)
                && Files.readString(count).equals(Long.toString(Directories.count(directory)));
    }

    private static void make(Path root, Path wanted, Maker maker) throws IOException {
        Path making = root.resolve(wanted.getFileName() + ".making");
        Directories.delete(making);
        Directories.delete(wanted);
        Files.createDirectory(making);
        try {
            maker.fill(making);
            Path count = Files.createFile(making.resolve(COUNT_FILE));
            Files.writeString(count, Long.toString(Directories.count(making)));
            Files.move(making, wanted, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Directories.delete(making);
        }
    }
}
