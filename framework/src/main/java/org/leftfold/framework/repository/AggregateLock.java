package org.leftfold.framework.repository;

import java.util.function.Supplier;
import org.leftfold.api.StreamName;

/**
 * Lets one command at a time work on an aggregate, where that is better than deciding again (R40).
 * It only saves work: what is appended is right without it.
 */
public interface AggregateLock {
    /** Every command goes ahead. */
    AggregateLock NONE =
            new AggregateLock() {
                @Override
                public <T> T locked(StreamName stream, Supplier<T> work) {
                    return work.get();
                }
            };

    /**
     * Does the work while no other work on this stream is done, and gives its result. If the lock
     * cannot be had in time, the work is done without it. Work on one aggregate must not wait for
     * work on another.
     */
    <T> T locked(StreamName stream, Supplier<T> work);

    /** A lock among the threads of this program. */
    static AggregateLock inProcess() {
        return new InProcessLock();
    }
}
