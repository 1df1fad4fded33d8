package org.leftfold.engine.side;

/** What a file of records is for. Its code is stored. */
enum FileKind {
    SNAPSHOTS(1, SideFiles.SNAPSHOTS),
    CHECKPOINTS(2, SideFiles.CHECKPOINTS),
    LEASES(3, SideFiles.LEASES),
    KEYS(4, SideFiles.KEYS);

    private final int code;
    private final String fileName;

    FileKind(int code, String fileName) {
        this.code = code;
        this.fileName = fileName;
    }

    int code() {
        return code;
    }

    String fileName() {
        return fileName;
    }

    /** Whether its content can be had again: then damage is dropped instead of refused. */
    boolean isDerived() {
        return this == SNAPSHOTS;
    }
}
