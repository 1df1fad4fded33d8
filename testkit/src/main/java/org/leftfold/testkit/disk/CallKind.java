package org.leftfold.testkit.disk;

/**
 * The calls of {@code Directory} and {@code DataFile} that a simulated disk counts and can make
 * fail.
 */
public enum CallKind {
    /** {@code Directory.list}. */
    LIST,
    /** {@code Directory.exists}. */
    EXISTS,
    /** {@code Directory.create}. */
    CREATE,
    /** {@code Directory.open}. */
    OPEN,
    /** {@code Directory.rename}. */
    RENAME,
    /** {@code Directory.delete}. */
    DELETE,
    /** {@code Directory.force}. */
    FORCE_DIRECTORY,
    /** {@code Directory.tryLock}. */
    LOCK,
    /** {@code Directory.createIfMissing}. */
    MAKE_DIRECTORY,
    /** {@code DataFile.size}. */
    SIZE,
    /** {@code DataFile.read}. */
    READ,
    /** {@code DataFile.write}. */
    WRITE,
    /** {@code DataFile.writeZeros}. */
    WRITE_ZEROS,
    /** {@code DataFile.truncate}. */
    TRUNCATE,
    /** {@code DataFile.force}. */
    FORCE,
    /** {@code DataFile.close} of an open file. */
    CLOSE
}
