package org.leftfold.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A {@link Directory} of the real file system. Holds no state but its path; safe for any thread.
 */
final class ChannelDirectory implements Directory {
    private final Path path;

    ChannelDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    @Override
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, Files::isRegularFile)) {
            for (Path entry : entries) {
                names.add(nameOf(entry));
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(null);
        return List.copyOf(names);
    }

    @Override
    public boolean exists(String name) throws IOException {
        try {
            // Not Files.exists: it answers "no" where it should say "could not look".
            path.getFileSystem().provider().checkAccess(resolve(name));
            return true;
        } catch (FileSystemException e) {
            if (isFile(path)) { // which comes as ENOENT or ENOTDIR, as the JDK likes
                NotDirectoryException file = new NotDirectoryException(path.toString());
                file.initCause(e);
                throw file;
            }
            if (e instanceof NoSuchFileException) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isFile(Path path) {
        return Files.exists(path) && !Files.isDirectory(path);
    }

    @Override
    public DataFile create(String name) throws IOException {
        return ChannelFile.create(resolve(name));
    }

    @Override
    public DataFile open(String name, Access access) throws IOException {
        return ChannelFile.open(notALock(name), access);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(notALock(from), notALock(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(notALock(name));
    }

    @Override
    public void force() throws IOException {
        force(path);
    }

    @Override
    public Optional<DirectoryLock> tryLock(String name) throws IOException {
        resolve(name);
        return HeldLocks.tryLock(path.toRealPath().resolve(name));
    }

    /**
     * Also forces the entry of a directory that exists: whoever created it may have died before
     * doing so. Where we may not read the parent of an existing directory, somebody else has
     * created it, and its entry is left alone.
     */
    @Override
    public void createIfMissing() throws IOException {
        List<Path> missing = new ArrayList<>();
        Path existing = path;
        while (!Files.isDirectory(existing)) {
            if (isFile(existing)) {
                throw new NotDirectoryException(existing.toString());
            }
            missing.addFirst(existing);
            existing = Objects.requireNonNull(existing.getParent());
        }
        Path parent = existing.getParent();
        if (parent != null) {
            try {
                force(parent);
            } catch (AccessDeniedException e) {
                // See the method's comment.
            }
        }
        for (Path directory : missing) {
            try {
                Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory)) {
                    throw e;
                }
            }
            force(Objects.requireNonNull(directory.getParent()));
        }
    }

    @Override
    public String describe() {
        return path.toString();
    }

    @Override
    public String toString() {
        return describe();
    }

    /** Forces a directory, for which POSIX systems open it like a file; other systems cannot. */
    private static void force(Path directory) throws IOException {
        if (UninterruptibleChannel.POSIX) {
            try (UninterruptibleChannel channel =
                    UninterruptibleChannel.open(directory, Set.of(StandardOpenOption.READ))) {
                channel.force(true);
            }
        }
    }

    private Path resolve(String name) {
        Path file = path.resolve(name);
        if (name.isEmpty()
                || !path.equals(file.normalize().getParent())
                || !nameOf(file).equals(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no plain file name; the directory is " + path);
        }
        return file;
    }

    /** Opening a lock file that this process holds, and closing it again, would free the lock. */
    private Path notALock(String name) throws IOException {
        Path file = resolve(name);
        if (Files.isDirectory(path) && HeldLocks.isHeld(path.toRealPath().resolve(name))) {
            throw new IOException("'" + file + "' is the lock of an open store; leave it alone");
        }
        return file;
    }

    private static String nameOf(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }
}
