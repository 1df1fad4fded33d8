package org.leftfold.engine.side;

import java.util.UUID;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;

/**
 * Where a side store lives. Whoever opens one holds the lock of the directory until it is closed.
 *
 * @param machine directory, clocks and chance
 * @param storeId identity of the event store in the directory
 * @param listener is told of damage and failures, under the lock of a side store; must not throw
 */
public record SideHome(Machine machine, UUID storeId, StoreListener listener) {
    Directory directory() {
        return machine.directory();
    }

    /** What to call a file in messages. */
    String describe(FileKind kind) {
        return "in " + machine.directory().describe() + ", file " + kind.fileName() + ",";
    }
}
