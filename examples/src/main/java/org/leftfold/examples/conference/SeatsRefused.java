package org.leftfold.examples.conference;

/** The seats of a conference do not allow what somebody wants of them. */
public final class SeatsRefused extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    SeatsRefused(String why) {
        super(why);
    }
}
