package org.leftfold.api;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** A copy of what an in-memory store held. */
final class InMemoryBackup implements Backup {
    private final Checkpoint checkpoint;
    private final Iterator<Entry> entries;
    private boolean closed;

    InMemoryBackup(Checkpoint checkpoint, List<Entry> entries) {
        this.checkpoint = checkpoint;
        this.entries = entries.iterator();
    }

    @Override
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public boolean hasNext() {
        if (closed) {
            throw InvalidRequestException.closed("this backup");
        }
        return entries.hasNext();
    }

    @Override
    public Entry next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the backup has no further entries");
        }
        return entries.next();
    }

    @Override
    public void close() {
        closed = true;
    }
}
