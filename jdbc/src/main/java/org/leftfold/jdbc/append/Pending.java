package org.leftfold.jdbc.append;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamWrite;

/** An append that waits for the writer. */
public final class Pending extends CompletableFuture<AppendResult> {
    private final Append append;
    private final @Nullable Beside beside;
    private final long bytes;

    /** Waits for the outcome of an append. */
    public Pending(Append append) {
        this(append, null);
    }

    /** Waits for the outcome of an append with something beside it. */
    public Pending(Append append, @Nullable Beside beside) {
        this.append = append;
        this.beside = beside;
        long sum = 0;
        for (StreamWrite write : append.writes()) {
            for (NewEvent event : write.events()) {
                sum += event.sizeBytes();
            }
        }
        this.bytes = sum;
    }

    /** What is to be stored. */
    public Append append() {
        return append;
    }

    /** What is done in its transaction. */
    @Nullable Beside beside() {
        return beside;
    }

    /** Bytes of its events. */
    long bytes() {
        return bytes;
    }

    void settle(Outcome outcome) {
        switch (outcome) {
            case Outcome.Stored stored -> complete(stored.result());
            case Outcome.Refused refused -> completeExceptionally(refused.why());
        }
    }
}
