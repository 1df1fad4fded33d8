package org.leftfold.cli.demo;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.cli.terminal.Output;
import org.leftfold.engine.EmbeddedEventStore;

/**
 * A process that appends without end and says after each acknowledged append how many there were,
 * until it is killed.
 */
public final class CrashingWriter {
    /** The first argument that makes the program this process; the second is the directory. */
    public static final String ARGUMENT = "__crashing-writer";

    static final StreamName STREAM = StreamName.of("till", "1");

    private static final int UNDER_WAY = 64; // so that the kill always meets a write
    private static final long MAX_APPENDS = 1_000_000; // should nobody ever kill it

    private CrashingWriter() {}

    /** Appends until it is killed, or its reader is gone. */
    public static void run(Path directory, Output out) {
        Deque<CompletableFuture<AppendResult>> underWay = new ArrayDeque<>();
        try (EventStore store = EmbeddedEventStore.open(directory)) {
            long acknowledged = 0;
            for (long number = 1; number <= MAX_APPENDS; number++) {
                NewEvent event = NewEvent.ofJson("TicketPrinted", "{\"number\":" + number + "}");
                underWay.add(store.appendAsync(Append.to(STREAM, ExpectedVersion.any(), event)));
                if (underWay.size() == UNDER_WAY) {
                    underWay.remove().join();
                    acknowledged++;
                    out.line(String.valueOf(acknowledged));
                    out.flush();
                }
            }
        }
    }
}
