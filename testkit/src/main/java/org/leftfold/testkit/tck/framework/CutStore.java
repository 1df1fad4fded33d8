package org.leftfold.testkit.tck.framework;

import java.util.SplittableRandom;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.testkit.tck.DelegatingStore;

/**
 * A store of a program that is killed at one of its appends: before it is stored, or behind it. For
 * one thread.
 */
final class CutStore extends DelegatingStore {
    private final SplittableRandom random;
    private int appendsLeft;

    CutStore(EventStore inner, SplittableRandom random, int mostAppends) {
        super(inner);
        this.random = random;
        this.appendsLeft = random.nextInt(mostAppends);
    }

    @Override
    public AppendResult append(Append append) {
        if (appendsLeft-- > 0) {
            return inner.append(append);
        }
        if (random.nextBoolean()) {
            inner.append(append);
        }
        throw new OutcomeUnknownException(
                append.eventCount(), new IllegalStateException("the program was killed"));
    }
}
