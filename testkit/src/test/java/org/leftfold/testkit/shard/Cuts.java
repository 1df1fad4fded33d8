package org.leftfold.testkit.shard;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.testkit.tck.DelegatingStore;

/**
 * Puts something between a sharded store and its shards that lets one call of all fail, and every
 * call after it, as when the program is killed there.
 */
final class Cuts implements UnaryOperator<EventStore> {
    private final AtomicInteger calls = new AtomicInteger();
    private final int cut;
    private final boolean appendsOnly;
    private final boolean isDone;

    private Cuts(int cut, boolean appendsOnly, boolean isDone) {
        this.cut = cut;
        this.appendsOnly = appendsOnly;
        this.isDone = isDone;
    }

    /** Fails with the append of this number, from 0; questions that can store nothing are none. */
    static Cuts ofAppends(int cut, boolean isDone) {
        return new Cuts(cut, true, isDone);
    }

    /**
     * Fails with the call of this number, from 0.
     *
     * @param isDone whether what fails is done
     */
    static Cuts ofCalls(int cut, boolean isDone) {
        return new Cuts(cut, false, isDone);
    }

    /** Whether it came so far. */
    boolean isReached() {
        return calls.get() > cut;
    }

    @Override
    public EventStore apply(EventStore inner) {
        return new DelegatingStore(inner) {
            @Override
            public AppendResult append(Append append) {
                if (appendsOnly && calls.get() <= cut && isQuestion(append)) {
                    return inner.append(append);
                }
                int call = calls.getAndIncrement();
                if (call < cut) {
                    return inner.append(append);
                }
                if (call == cut && isDone) {
                    inner.append(append);
                }
                throw new OutcomeUnknownException(
                        append.eventCount(), new IllegalStateException("cut " + cut));
            }

            @Override
            public Events read(ReadRequest request) {
                step();
                return inner.read(request);
            }

            @Override
            public long version(StreamName stream) {
                step();
                return inner.version(stream);
            }
        };
    }

    private static boolean isQuestion(Append append) {
        return append.writes().getFirst().expected() instanceof ExpectedVersion.Exactly exactly
                && exactly.version() >= Long.MAX_VALUE - 1;
    }

    private void step() {
        if (!appendsOnly && calls.getAndIncrement() >= cut) {
            throw StoreUnavailableException.unreadable(
                    "a shard", new IllegalStateException("cut " + cut));
        }
    }
}
