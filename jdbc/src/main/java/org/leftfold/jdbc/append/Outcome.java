package org.leftfold.jdbc.append;

import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.OutcomeUnknownException;

/** What became of one append of a group, as soon as the transaction is committed. */
public sealed interface Outcome {
    /** It is stored, by this transaction or before. */
    record Stored(AppendResult result) implements Outcome {}

    /** It was refused; this rests on what the transaction saw. */
    record Refused(LeftfoldException why) implements Outcome {}

    /** Nobody knows: it may be stored, or may not. */
    static Outcome unknown(Append append, Throwable why) {
        return new Refused(new OutcomeUnknownException(append.eventCount(), why));
    }
}
