package org.leftfold.jdbc.append;

import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamWrite;

/** An append that waits for the writer. */
public final class Pending extends CompletableFuture<AppendResult> {
    private final Append append;
    private final long bytes;

    /** Waits for the outcome of an append. */
    public Pending(Append append) {
        this.append = append;
        long sum = 0;
        for (StreamWrite write : append.writes()) {
            for (NewEvent event : write.events()) {
                sum += event.sizeBytes();
            }
        }
        this.bytes = sum;
    }

    Append append() {
        return append;
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
