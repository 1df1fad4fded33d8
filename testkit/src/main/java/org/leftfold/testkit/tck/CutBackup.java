package org.leftfold.testkit.tck;

import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;

/** A backup that breaks off after some entries. */
final class CutBackup implements Backup {
    private final Backup whole;
    private int left;

    CutBackup(Backup whole, int entries) {
        this.whole = whole;
        this.left = entries;
    }

    @Override
    public Checkpoint checkpoint() {
        return whole.checkpoint();
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public Entry next() {
        if (left-- == 0) {
            throw new IllegalStateException("the backup was cut here");
        }
        return whole.next();
    }

    @Override
    public void close() {
        whole.close();
    }
}
