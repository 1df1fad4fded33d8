package org.leftfold.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Backup;
import org.leftfold.api.spi.Completer;
import org.leftfold.engine.log.BodyEncoder;
import org.leftfold.engine.log.EncodedBody;

/**
 * Hands the entries of a backup to the writer in portions, encoding the next one while the writer
 * stores the one before. One thread.
 */
final class RestoreRun {
    private static final int PORTION_BYTES = 512 << 10;
    private static final int PORTION_ENTRIES = 512;

    private final EmbeddedEventStore store;
    private final LongConsumer progress;
    private List<Pending.OfRestore.Item> portion = new ArrayList<>();
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
            take(backup.next());
            if (portionBytes >= PORTION_BYTES || portion.size() >= PORTION_ENTRIES) {
                handOver();
            }
        }
        handOver();
        awaitStored();
        return added;
    }

    private void take(Backup.Entry entry) {
        EncodedBody body =
                switch (entry) {
                    case Backup.Place place -> {
                        added++;
                        lastPosition = place.position();
                        yield BodyEncoder.encode(place);
                    }
                    case Backup.Act act ->
                            BodyEncoder.encodeTruncation(
                                    act.stream(), act.firstKeptVersion(), act.act());
                };
        portion.add(new Pending.OfRestore.Item(entry, body));
        portionBytes += body.byteCount();
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
