package org.leftfold.io;

import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lock files this process has open, by real path.
 *
 * <p>A POSIX lock belongs to a process and a file, and vanishes when the process closes
 * <em>any</em> descriptor of that file, while the JVM goes on to call the lock valid. So a lock
 * file is opened once, and while it is held nobody in this process may open it again: {@link
 * #isHeld} is asked before every opening of a file.
 *
 * <p>State of the whole process, therefore static; guarded by the class.
 */
final class HeldLocks {
    private static final Map<Path, UninterruptibleChannel> HELD = new HashMap<>();

    /**
     * Files that are locked by code of another class loader in this process. Closing our channel
     * would free its lock, so the channel stays open, one for each path, and serves the next
     * attempt.
     */
    private static final Map<Path, UninterruptibleChannel> PARKED = new HashMap<>();

    private HeldLocks() {}

    static synchronized boolean isHeld(Path realPath) {
        return HELD.containsKey(realPath) || PARKED.containsKey(realPath);
    }

    static synchronized Optional<DirectoryLock> tryLock(Path realPath) throws IOException {
        if (HELD.containsKey(realPath)) {
            return Optional.empty();
        }
        UninterruptibleChannel channel = PARKED.remove(realPath);
        if (channel == null) {
            channel =
                    UninterruptibleChannel.open(
                            realPath, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        }
        boolean locked = false;
        boolean parked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            PARKED.put(realPath, channel);
            parked = true;
        } finally {
            if (!locked && !parked) {
                channel.close();
            }
        }
        if (!locked) {
            return Optional.empty();
        }
        HELD.put(realPath, channel);
        UninterruptibleChannel held = channel;
        return Optional.of(() -> release(realPath, held));
    }

    private static synchronized void release(Path realPath, UninterruptibleChannel channel)
            throws IOException {
        if (HELD.remove(realPath, channel)) {
            channel.close();
        }
    }
}
