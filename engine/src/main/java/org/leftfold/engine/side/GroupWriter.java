package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.leftfold.io.DataFile;

/**
 * Stores one group: write, force, erase what it erases, force that, seal. Runs without the lock of
 * the store, as the only one that writes to the file; the lock is taken again before anybody looks
 * at the result.
 */
final class GroupWriter {
    private final DataFile file;
    private final RecordFormat format;
    private final Group group;
    private final long start;
    private final long end;

    private boolean stored;
    private boolean undone;
    private @Nullable Failure failure;

    /** Made under the lock: nothing is added to the group afterwards. */
    GroupWriter(DataFile file, RecordFormat format, Group group) {
        this.file = file;
        this.format = format;
        this.group = group;
        this.start = group.start();
        this.end = group.end();
    }

    /** Whether all records are as durable as the group asked for, whatever came then. */
    boolean recordsAreStored() {
        return stored;
    }

    /** Whether nothing of the group is left in the file, durably. */
    boolean isUndone() {
        return undone;
    }

    @Nullable Failure failure() {
        return failure;
    }

    void run() {
        if (!write()) {
            return;
        }
        if (group.isForced()) {
            try {
                file.force();
                stored = true;
                erase();
            } catch (IOException | RuntimeException | Error e) {
                failure = new Failure(Failure.Kind.IN_DOUBT, e);
                return;
            }
            seal();
        } else {
            stored = true;
        }
    }

    private boolean write() {
        try {
            file.write(start, ByteBuffer.wrap(group.bytes(), 0, group.byteCount()));
            return true;
        } catch (IOException | RuntimeException | Error e) {
            failure = undo(e);
            return false;
        }
    }

    /** A part that was written could look like an acknowledged record after a crash. */
    private Failure undo(Throwable cause) {
        try {
            file.truncate(start);
            file.force();
            undone = true;
            return new Failure(Failure.Kind.NO_ROOM, cause);
        } catch (IOException | RuntimeException | Error e) {
            cause.addSuppressed(e);
            return new Failure(Failure.Kind.IN_DOUBT, cause);
        }
    }

    private void erase() throws IOException {
        for (Group.Erasure erasure : group.erasures()) {
            file.write(erasure.offset(), ByteBuffer.wrap(new byte[erasure.byteCount()]));
        }
        if (!group.erasures().isEmpty()) {
            file.force();
        }
    }

    /** A seal that is missing or torn makes damage harder to tell, and does no other harm. */
    private void seal() {
        try {
            file.write(end, ByteBuffer.wrap(format.seal(end)));
        } catch (IOException | RuntimeException | Error e) {
            assert stored : e;
        }
    }
}
