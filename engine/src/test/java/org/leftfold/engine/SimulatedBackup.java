package org.leftfold.engine;

import java.util.List;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Backups between simulated machines. */
public final class SimulatedBackup {
    private SimulatedBackup() {}

    /** Takes a backup. */
    public static BackupReport take(SimulatedMachine store, SimulatedMachine backup) {
        return take(store, backup, false);
    }

    /** Takes a backup. */
    public static BackupReport take(
            SimulatedMachine store, SimulatedMachine backup, boolean verifyAll) {
        return EmbeddedBackup.take(store.machine(), backup.machine(), verifyAll, bytes -> {});
    }

    /** Takes a backup of a store that is open. */
    public static BackupReport takeLive(SimulatedMachine store, SimulatedMachine backup) {
        return EmbeddedBackup.take(store.disk(), backup.disk(), false, bytes -> {}, List.of());
    }

    /** Restores a backup. */
    public static RestoreReport restore(SimulatedMachine backup, SimulatedMachine store) {
        return EmbeddedBackup.restore(backup.machine(), store.machine(), bytes -> {});
    }
}
