package org.leftfold.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Backup;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.spi.Completer;

/**
 * Hands the entries of a backup to the writer in portions, encoding the next one while the writer
 * stores the one before. One thread.
 */
final class RestoreRun {
    private static final int PORTION_BYTES = 512 << 10;
    private static final int PORTION_PARTS = 512;

    private final EmbeddedEventStore store;
    private final LongConsumer progress;
    private List<RestoredPart> portion = new ArrayList<>();
    private int portionBytes;
    private long lastPosition;
    private @Nullable CompletableFuture<Long> under; // the portion that the writer has
    private long added;

    RestoreRun(EmbeddedEventStore store, LongConsumer progress) {
        this.store = store;
        this.progress = progress;
    }

    /** Takes all entries; gives how many events they were. */
    long run(Backup backup) {
        while (backup.hasNext()) {
            take(next(backup));
            if (portionBytes >= PORTION_BYTES || portion.size() >= PORTION_PARTS) {
                handOver();
            }
        }
        handOver();
        awaitStored();
        return added;
    }

    private RestoredPart next(Backup backup) {
        try {
            return RestoredPart.of(backup.nextTogether());
        } catch (InvalidRequestException wrong) {
            handOver(); // what stood before it is right
            awaitStored();
            throw wrong;
        }
    }

    private void take(RestoredPart part) {
        added += part.places().size();
        lastPosition = Math.max(lastPosition, part.lastPosition());
        portion.add(part);
        portionBytes += part.body().byteCount();
    }

    private void handOver() {
        awaitStored();
        if (portion.isEmpty()) {
            return;
        }
        under = store.submit(new Pending.OfRestore(portion));
        portion = new ArrayList<>();
        portionBytes = 0;
    }

    private void awaitStored() {
        if (under != null) {
            Completer.await(under);
            under = null;
            progress.accept(lastPosition);
        }
    }
}
