package org.leftfold.examples.counts;

/** A count does not allow what somebody wants of it. */
public final class CountRefused extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    CountRefused(String why) {
        super(why);
    }
}
