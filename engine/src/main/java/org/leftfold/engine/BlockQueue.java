package org.leftfold.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.leftfold.engine.log.FrameBlock;

/**
 * The blocks of one walk: the reader fills them in order and takes them in order; in between,
 * whoever has time decodes them. A helper that does not come costs nothing, for the reader decodes
 * what nobody has begun. All methods but {@link #help} belong to the reader.
 */
final class BlockQueue {
    /** One is being given, one is being decoded by each of two threads, and one waits. */
    private static final int BLOCKS = 4;

    private final Slot[] slots = new Slot[BLOCKS];
    private final Helpers helpers;
    private final long after;
    private final AtomicBoolean helping = new AtomicBoolean();
    private long first; // number of the block that is taken next or being given
    private long next; // number of the block that is filled next
    private volatile @Nullable Thread waiting; // the reader, written by it, read by helpers

    /** A queue of blocks of which the events above position {@code after} are wanted. */
    BlockQueue(Helpers helpers, long after) {
        this.helpers = helpers;
        this.after = after;
    }

    /** A block and how far it is. */
    private static final class Slot {
        private static final int FREE = 0;
        private static final int FILLED = 1;
        private static final int CLAIMED = 2;
        private static final int DECODED = 3;

        private final FrameBlock block = new FrameBlock();
        private final AtomicInteger state = new AtomicInteger(FREE);
        private @Nullable Throwable failure; // written while claimed, read when decoded

        /** Decodes the block unless somebody has begun to. */
        boolean tryDecode(long after) {
            if (!state.compareAndSet(FILLED, CLAIMED)) {
                return false;
            }
            try {
                block.decode(after);
            } catch (Throwable e) { // the reader gets it
                failure = e;
            }
            state.set(DECODED);
            return true;
        }
    }

    /** Whether another block may be filled; a short walk fills them one by one. */
    boolean hasRoom(boolean ahead) {
        return next - first < (ahead && helpers.areThere() ? BLOCKS : 1);
    }

    boolean isEmpty() {
        return next == first;
    }

    /** The block to fill next. */
    FrameBlock free() {
        return slot(next).block;
    }

    private Slot slot(long number) {
        int index = (int) (number % BLOCKS);
        Slot slot = slots[index];
        if (slot == null) {
            slot = new Slot();
            slots[index] = slot;
        }
        return slot;
    }

    /** The block from {@link #free} is filled. */
    void add() {
        Slot filled = slot(next++);
        filled.failure = null;
        filled.state.set(Slot.FILLED);
        if (next - first > 1 && helping.compareAndSet(false, true) && !helpers.call(this::help)) {
            helping.set(false);
        }
    }

    /** Decodes what waits, on a helper's thread. */
    private void help() {
        try {
            while (decodeAny()) {
                LockSupport.unpark(waiting);
            }
        } finally {
            helping.set(false);
        }
    }

    private boolean decodeAny() {
        for (Slot slot : slots) {
            if (slot != null && slot.tryDecode(after)) {
                return true;
            }
        }
        return false;
    }

    /** The oldest block, decoded; it stays taken until it is given back. */
    FrameBlock takeDecoded() {
        Slot slot = slot(first);
        if (!slot.tryDecode(after)) {
            awaitDecoded(slot);
        }
        Throwable failure = slot.failure;
        if (failure != null) {
            throw rethrown(failure);
        }
        return slot.block;
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known
                ? known
                : new IllegalStateException(failure);
    }

    /** A helper is at it: do what comes behind it, or wait. */
    private void awaitDecoded(Slot slot) {
        waiting = Thread.currentThread();
        while (slot.state.get() != Slot.DECODED) {
            if (!decodeAny() && slot.state.get() != Slot.DECODED) {
                LockSupport.park(this);
            }
        }
        waiting = null;
    }

    /** The oldest block is used up. */
    void giveBack() {
        slot(first++).state.set(Slot.FREE);
    }
}
