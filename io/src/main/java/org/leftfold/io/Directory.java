package org.leftfold.io;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One flat directory of files. Names are plain file names without separators.
 *
 * <p>Creating, renaming and deleting change the directory at once for this process, and survive a
 * power cut only after {@link #force()}. Safe for use by any thread.
 */
public interface Directory {
    /** What a file may be opened for. */
    enum Access {
        /** Reading only; writing to the file throws {@link IOException}. */
        READ,
        /** Reading and writing. */
        WRITE
    }

    /**
     * Names of the files in this directory, sorted; an empty list when it does not exist yet.
     *
     * @throws java.nio.file.NotDirectoryException if it is a file
     */
    List<String> list() throws IOException;

    /**
     * Whether a file of this name exists.
     *
     * @throws java.nio.file.NotDirectoryException if this is a file itself
     */
    boolean exists(String name) throws IOException;

    /**
     * Creates an empty file and opens it for writing.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken; nothing was changed
     */
    DataFile create(String name) throws IOException;

    /**
     * Opens an existing file.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    DataFile open(String name, Access access) throws IOException;

    /** Renames a file, replacing an existing file of the new name in one step. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; a missing one is no error. */
    void delete(String name) throws IOException;

    /** Makes all created, renamed and deleted names durable. */
    void force() throws IOException;

    /**
     * Takes an exclusive lock that lasts until it is closed or the process ends, whatever way it
     * ends.
     *
     * @return the lock, or empty when another process or another opening in this process holds it
     */
    Optional<DirectoryLock> tryLock(String name) throws IOException;

    /**
     * Creates this directory, and its parents, durably when it is missing.
     *
     * @throws java.nio.file.NotDirectoryException if it or a parent is a file; nothing was changed
     */
    void createIfMissing() throws IOException;

    /** What to call this directory in messages, such as its path. */
    String describe();
}
