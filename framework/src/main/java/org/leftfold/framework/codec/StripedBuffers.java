package org.leftfold.framework.codec;

import java.io.Serial;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.core.util.RecyclerPool;

/**
 * Buffers for reading and writing JSON, used again and again. The pool that Jackson takes by itself
 * is one queue, at which two threads that decode small events wait three times as long as they
 * work; one buffer a thread would be too many with virtual threads. Here a thread looks into one of
 * a few places, and makes a buffer if that is empty. Safe for any thread.
 */
final class StripedBuffers implements RecyclerPool<BufferRecycler> {
    @Serial private static final long serialVersionUID = 1;

    /** More than processors that decode at a time, on most machines; a buffer takes some 30 KiB. */
    private static final int PLACES = 64;

    private final transient AtomicReferenceArray<@Nullable BufferRecycler> places =
            new AtomicReferenceArray<>(PLACES);

    private static int place() {
        return (int) Thread.currentThread().threadId() & (PLACES - 1);
    }

    @Override
    public BufferRecycler acquirePooled() {
        BufferRecycler found = places.getAndSet(place(), null);
        return found == null ? new BufferRecycler() : found;
    }

    @Override
    public void releasePooled(BufferRecycler buffers) {
        places.setRelease(place(), buffers);
    }

    @Override
    public int pooledCount() {
        int count = 0;
        for (int i = 0; i < PLACES; i++) {
            count += places.get(i) == null ? 0 : 1;
        }
        return count;
    }

    @Override
    public boolean clear() {
        for (int i = 0; i < PLACES; i++) {
            places.set(i, null);
        }
        return true;
    }

    @Serial
    private Object readResolve() {
        return new StripedBuffers();
    }
}
