package org.leftfold.testkit.tck;

import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;

/** A backup with any entries, for tests of restoring. For one thread. */
public final class ListBackup implements Backup {
    private final int size;
    private final Iterator<Entry> entries;

    /** A backup of these entries, in this order. */
    public ListBackup(List<? extends Entry> entries) {
        this.size = entries.size();
        this.entries = List.<Entry>copyOf(entries).iterator();
    }

    @Override
    public Checkpoint checkpoint() {
        return Checkpoint.of(new UUID(1, 2), size);
    }

    @Override
    public boolean hasNext() {
        return entries.hasNext();
    }

    @Override
    public Entry next() {
        return entries.next();
    }

    @Override
    public void close() {}
}
