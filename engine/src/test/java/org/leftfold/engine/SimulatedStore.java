package org.leftfold.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * An embedded store on a simulated machine, whose appends run on the caller's thread. Segments are
 * small, so that short scripts roll.
 */
public final class SimulatedStore implements AutoCloseable {
    /** Capacity of the first segment. */
    public static final int FIRST_SEGMENT_BYTES = 4096;

    /**
     * Hardly any memory for the index: it goes to files after a dozen events, and these are merged.
     */
    public static final int TIGHT_INDEX_BYTES = 16 << 10;

    /** Memory for some dozens of events: a small store has a file or two of the index. */
    public static final int SMALL_INDEX_BYTES = 40 << 10;

    /** Capacity of large segments. */
    public static final int MAX_SEGMENT_BYTES = 16384;

    private static final AdminAct TESTER = new AdminAct("tester", "because");

    private final EmbeddedEventStore store;

    private SimulatedStore(EmbeddedEventStore store) {
        this.store = store;
    }

    /** Opens for writing, and recovers. */
    public static SimulatedStore open(SimulatedMachine machine) {
        return open(machine, MAX_SEGMENT_BYTES, TIGHT_INDEX_BYTES);
    }

    /** Opens for writing, with segments of at most this size and so much memory for the index. */
    public static SimulatedStore open(
            SimulatedMachine machine, int maxSegmentBytes, int indexBytes) {
        return new SimulatedStore(
                Opening.forWriting(
                        machine.machine(),
                        options(machine).segmentBytes(FIRST_SEGMENT_BYTES, maxSegmentBytes),
                        Execution.CALLER,
                        IndexOptions.of(indexBytes)));
    }

    /** Opens for reading only. */
    public static SimulatedStore openForReading(SimulatedMachine machine) {
        return new SimulatedStore(Opening.forReading(machine.machine(), options(machine)));
    }

    private static EmbeddedOptions options(SimulatedMachine machine) {
        return EmbeddedOptions.defaults()
                .clock(machine.time())
                .segmentBytes(FIRST_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    }

    /** Verifies a store that is not open. */
    public static VerificationReport verify(SimulatedMachine machine) {
        return Opening.verify(machine.machine(), events -> {});
    }

    /** Commits appends as one group. */
    public List<CompletableFuture<AppendResult>> appendTogether(List<Append> appends) {
        return commitTogether(List.of(), appends).appends();
    }

    /**
     * Makes events unreadable.
     *
     * @param firstKeptVersion the first that stays readable, at least 2
     */
    public record Act(StreamName stream, long firstKeptVersion) {}

    /** What the writer answers, in the order of the calls. */
    public record Answers(
            List<CompletableFuture<Long>> acts, List<CompletableFuture<AppendResult>> appends) {}

    /** Hands the writer calls as one batch, acts first. */
    public Answers commitTogether(List<Act> acts, List<Append> appends) {
        List<Pending<?>> batch = new ArrayList<>();
        List<CompletableFuture<Long>> actAnswers = new ArrayList<>();
        for (Act act : acts) {
            Pending.OfTruncation pending =
                    new Pending.OfTruncation(act.stream(), act.firstKeptVersion(), TESTER);
            batch.add(pending);
            actAnswers.add(pending);
        }
        List<CompletableFuture<AppendResult>> appendAnswers = new ArrayList<>();
        for (Append append : appends) {
            Pending.OfAppend pending = store.pendingOf(append);
            batch.add(pending);
            appendAnswers.add(pending);
        }
        store.submitTogether(batch);
        return new Answers(actAnswers, appendAnswers);
    }

    /** Reads. */
    public Events read(ReadRequest request) {
        return store.read(request);
    }

    /** Position of the last event. */
    public long head() {
        return store.head();
    }

    /** Version of a stream. */
    public long version(StreamName stream) {
        return store.version(stream);
    }

    /** Administrative acts. */
    public StoreAdmin admin() {
        return store.admin();
    }

    /** Why appends are refused, if they are. */
    public @Nullable Throwable stoppedBy() {
        return store.stoppedBy();
    }

    @Override
    public void close() {
        store.close();
    }
}
