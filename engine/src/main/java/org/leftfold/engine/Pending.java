package org.leftfold.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.StreamName;
import org.leftfold.engine.log.BodyEncoder;
import org.leftfold.engine.log.EncodedBody;

/**
 * A call that waits for the writer. The writer settles its outcome while it works on a group and
 * delivers it when the group is durable; a refusal waits too, for it may rest on events of the same
 * group.
 *
 * @param <T> what the caller gets
 */
abstract sealed class Pending<T> extends CompletableFuture<T> {
    private static final EncodedBody NOTHING = new EncodedBody(new byte[0], 0, 0);

    private final EncodedBody body;
    private @Nullable T result; // writer thread only
    private @Nullable RuntimeException refusal; // writer thread only
    private boolean inDoubt; // writer thread only

    private Pending(EncodedBody body) {
        this.body = body;
    }

    /** An append. */
    static final class OfAppend extends Pending<AppendResult> {
        private final Append append;
        private final Precheck precheck;

        OfAppend(Append append, Precheck precheck) {
            super(BodyEncoder.encode(append));
            this.append = append;
            this.precheck = precheck;
        }

        /** What the caller looked up before. */
        Precheck precheck() {
            return precheck;
        }

        Append append() {
            return append;
        }

        @Override
        int eventCount() {
            return append.eventCount();
        }
    }

    /** A truncation or deletion. */
    static final class OfTruncation extends Pending<Long> {
        private final StreamName stream;
        private final long firstKeptVersion;

        /** Keeps versions from {@code firstKeptVersion} on; 0 keeps none. */
        OfTruncation(StreamName stream, long firstKeptVersion, AdminAct act) {
            super(BodyEncoder.encodeTruncation(stream, firstKeptVersion, act));
            this.stream = stream;
            this.firstKeptVersion = firstKeptVersion;
        }

        StreamName stream() {
            return stream;
        }

        long firstKeptVersion() {
            return firstKeptVersion;
        }

        @Override
        int eventCount() {
            return 0;
        }
    }

    /** Parts of a backup, which continue the log; each becomes a frame of its own. */
    static final class OfRestore extends Pending<Long> {
        private final List<RestoredPart> items;

        OfRestore(List<RestoredPart> items) {
            super(NOTHING);
            this.items = items;
        }

        List<RestoredPart> items() {
            return items;
        }

        @Override
        int eventCount() {
            return items.stream().mapToInt(item -> item.places().size()).sum();
        }
    }

    /** Asks the writer to begin the next segment, though the active one has room. */
    static final class OfRoll extends Pending<Boolean> {
        OfRoll() {
            super(NOTHING);
        }

        @Override
        int eventCount() {
            return 0;
        }
    }

    /** Asks the writer to end; nothing waits for it. */
    static final class OfClose extends Pending<Boolean> {
        OfClose() {
            super(NOTHING);
        }

        @Override
        int eventCount() {
            return 0;
        }
    }

    /** What goes into the log. */
    EncodedBody body() {
        return body;
    }

    abstract int eventCount();

    /** From here on the call may have left something in the log. */
    void enterLog() {
        inDoubt = true;
    }

    /** Whether the call may have left something in the log that is not known to be durable. */
    boolean isInDoubt() {
        return inDoubt;
    }

    /** Settles that the call succeeds, once its group is durable. */
    void settle(T outcome) {
        result = outcome;
    }

    /** Settles that the call is refused, whatever was settled before. */
    void refuse(RuntimeException why) {
        refusal = why;
    }

    /** Gives the settled outcome to the caller. */
    void deliver() {
        RuntimeException why = refusal;
        T outcome = result;
        if (why != null) {
            completeExceptionally(why);
        } else if (outcome != null) {
            complete(outcome);
        } else {
            completeExceptionally(new IllegalStateException("the writer settled no outcome"));
        }
    }
}
