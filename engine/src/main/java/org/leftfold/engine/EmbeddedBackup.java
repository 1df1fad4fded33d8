package org.leftfold.engine;

import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.backup.Copied;
import org.leftfold.engine.backup.Restoring;
import org.leftfold.engine.backup.Taking;
import org.leftfold.io.Directory;
import org.leftfold.io.DiskSpace;
import org.leftfold.io.Machine;

/**
 * Backups of embedded stores as copies of their files.
 *
 * <p>A backup is a directory that is a closed store: it can be read, verified and counted like one.
 * It holds the log and the attachments. It holds no index, which is made anew, and nothing of the
 * small stores beside the log; above all no keys, for a key that was destroyed must not come back
 * with a backup. Static methods, for any thread.
 */
public final class EmbeddedBackup {
    private EmbeddedBackup() {}

    /**
     * Takes a backup without reading again what an earlier one in the directory holds; see {@link
     * #take(Path, Path, boolean, LongConsumer)}.
     */
    public static BackupReport take(
            Path storeDirectory, Path backupDirectory, LongConsumer progressBytes) {
        return take(storeDirectory, backupDirectory, false, progressBytes);
    }

    /**
     * Takes a backup of the store in a directory, also while a process writes to it: all that was
     * durable when it began. An earlier backup in the directory is extended, and can be restored
     * until the new one is whole; segments that it has are not copied again. A backup that was cut
     * short is finished by taking it again. A store that was not closed and that nobody has open is
     * recovered first. Everything that is copied is checked; the backup is durable on return.
     *
     * @param backupDirectory a new or empty directory, or that of an earlier backup
     * @param verifyAll whether segments that are there already are read and checked as well;
     *     damaged ones are copied again
     * @param progressBytes told the number of bytes that were copied or checked so far
     * @throws InvalidRequestException if there is no store (LF-1010), or the backup directory holds
     *     a backup of another store, of another epoch or of a longer history, or other files
     *     (LF-1012)
     * @throws StoreUnavailableException if another backup is being taken there (LF-3004), or a disk
     *     cannot be read or written (LF-3003, LF-3005); the former backup is whole
     * @throws IntegrityException if the store is damaged (LF-4001); the former backup is whole
     */
    public static BackupReport take(
            Path storeDirectory,
            Path backupDirectory,
            boolean verifyAll,
            LongConsumer progressBytes) {
        Machine store = Machine.system(storeDirectory);
        Machine backup = Machine.system(backupDirectory);
        if (store.directory().describe().equals(backup.directory().describe())) {
            throw Taking.refused(backup.directory(), "it is the directory of the store itself");
        }
        return take(store, backup, verifyAll, progressBytes);
    }

    /** The same on any machine. */
    static BackupReport take(
            Machine store, Machine backup, boolean verifyAll, LongConsumer progressBytes) {
        List<String> remarks = new ArrayList<>();
        Opening.recoverIfUnattended(store, remarksTo(remarks));
        return take(store.directory(), backup.directory(), verifyAll, progressBytes, remarks);
    }

    private static EmbeddedOptions remarksTo(List<String> remarks) {
        return EmbeddedOptions.defaults()
                .listener(
                        new StoreListener() {
                            @Override
                            public void noticed(String text) {
                                remarks.add(text);
                            }
                        });
    }

    /** Takes a backup of a store that is open, or was recovered. */
    static BackupReport take(
            Directory store,
            Directory backup,
            boolean verifyAll,
            LongConsumer progressBytes,
            List<String> remarks) {
        try {
            Copied copied = Taking.run(store, backup, verifyAll, progressBytes);
            return new BackupReport(
                    copied.position(),
                    copied.bytesCopied(),
                    copied.segmentsCopied(),
                    copied.segmentsKept(),
                    remarks);
        } catch (IOException e) {
            throw failed(
                    "the backup of %s to %s".formatted(store.describe(), backup.describe()),
                    "The store and the former backup are as they were",
                    e);
        }
    }

    /**
     * Makes a store of a backup. Everything is checked and durable on return; the new store has the
     * same id and another epoch, so checkpoints of the old one are refused. A restore that was cut
     * short leaves no store, and is made again into the same directory.
     *
     * @param newStoreDirectory a new or empty directory, or one with the remains of a restore
     * @param progressBytes told the number of bytes that were copied so far
     * @throws InvalidRequestException if there is no store (LF-1010) or no backup (LF-1012), or the
     *     new directory holds anything (LF-1009)
     * @throws StoreUnavailableException if another restore is under way there (LF-3004), or a disk
     *     cannot be read or written (LF-3003, LF-3005)
     * @throws IntegrityException if the backup is damaged (LF-4001); no store was made
     */
    public static RestoreReport restore(
            Path backupDirectory, Path newStoreDirectory, LongConsumer progressBytes) {
        return restore(
                Machine.system(backupDirectory), Machine.system(newStoreDirectory), progressBytes);
    }

    /** The same on any machine. */
    static RestoreReport restore(Machine backup, Machine store, LongConsumer progressBytes) {
        Directory from = backup.directory();
        Directory to = store.directory();
        try {
            Opening.requireStore(from);
            Copied copied = Restoring.run(from, to, store.entropy(), progressBytes);
            return new RestoreReport(copied.position(), copied.bytesCopied());
        } catch (IOException e) {
            throw failed(
                    "the restore of %s to %s".formatted(from.describe(), to.describe()),
                    "The backup is as it was, and no store was made unless all of it is there",
                    e);
        }
    }

    private static LeftfoldException failed(String what, String left, IOException e) {
        if (e instanceof NotDirectoryException file) {
            return Opening.isAFile(file);
        }
        boolean isFull = DiskSpace.isUsedUp(e);
        return new StoreUnavailableException(
                isFull ? "LF-3003" : "LF-3005",
                "%s was not finished (%s). %s. %s, then make it once more with the same directory."
                        .formatted(what, e, left, isFull ? "Free some space" : "Look at the disk"),
                e);
    }
}
