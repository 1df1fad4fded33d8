package org.leftfold.engine.side;

import org.leftfold.engine.log.StoreFiles;

/** The names of the files of this package. */
public final class SideFiles {
    /** Derived states of streams; may be deleted while the store is closed. */
    public static final String SNAPSHOTS = "snapshots";

    /** How far followers are. */
    public static final String CHECKPOINTS = "checkpoints";

    /** Who may do what, and the highest fencing token. */
    public static final String LEASES = "leases";

    /** Wrapped keys of data subjects; a backup of events leaves this file out. */
    public static final String KEYS = "keys";

    private SideFiles() {}

    /** The file in which the next version of a file is prepared. */
    public static String temporary(String name) {
        return name + StoreFiles.TEMPORARY;
    }

    /** Whether a file of this name belongs to this package. */
    public static boolean isKnown(String name) {
        for (FileKind kind : FileKind.values()) {
            if (name.equals(kind.fileName()) || name.equals(temporary(kind.fileName()))) {
                return true;
            }
        }
        return false;
    }
}
