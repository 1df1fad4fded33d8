package org.leftfold.testkit.disk;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one simulated disk and lets those fail that a plan chose. Safe for any
 * thread.
 */
final class Calls {
    private static final Set<String> OWN_CLASSES =
            Set.of(
                    Calls.class.getName(),
                    SimulatedDirectory.class.getName(),
                    SimulatedFile.class.getName());

    private final Map<CallKind, Integer> countsByKind = new EnumMap<>(CallKind.class);
    private final Set<String> callSites = new TreeSet<>();
    private int count; // guarded by this, as the two above
    private boolean tracing; // guarded by this
    private volatile FaultPlan faults = new FaultPlan(); // written by the test, read by every call
    private volatile boolean ended; // written once, by the end of the process, read by every call

    /**
     * Counts a call and lets it fail where that leaves nothing behind; returns a fault that is left
     * to the call.
     */
    @Nullable Fault begin(CallKind kind, String name, long offset, long byteCount)
            throws IOException {
        requireAlive();
        int index = count(kind);
        FaultPlan plan = faults;
        if (plan.isEmpty()) {
            return null;
        }
        List<Runnable> hooks = new ArrayList<>();
        Fault fault = plan.faultOf(new Call(index, kind, name, offset, byteCount), hooks);
        hooks.forEach(Runnable::run);
        requireAlive();
        boolean writes = kind == CallKind.WRITE || kind == CallKind.WRITE_ZEROS;
        if (fault instanceof Fault.InputOutputError) {
            throw inputOutputError();
        } else if (fault instanceof Fault.NoSpace
                || (fault instanceof Fault.ShortWrite && !writes)) {
            throw noSpace();
        } else if (fault instanceof Fault.OutOfMemory) {
            throw new OutOfMemoryError("simulated");
        } else if (fault instanceof Fault.Interrupted) {
            throw new ClosedByInterruptException();
        }
        return fault;
    }

    /** The end of a call that took effect. */
    static void end(@Nullable Fault fault) throws IOException {
        if (fault instanceof Fault.ErrorAfterEffect) {
            throw inputOutputError();
        }
    }

    static IOException inputOutputError() {
        return new IOException("Input/output error");
    }

    static IOException noSpace() {
        return new IOException("No space left on device");
    }

    void requireAlive() throws IOException {
        if (ended) {
            throw new IOException("the simulated process that used this disk has ended");
        }
    }

    void endProcess() {
        ended = true;
    }

    void faults(FaultPlan plan) {
        faults = plan;
    }

    synchronized int count() {
        return count;
    }

    synchronized int countOf(CallKind kind) {
        return countsByKind.getOrDefault(kind, 0);
    }

    synchronized void trace() {
        tracing = true;
    }

    synchronized List<String> callSites() {
        return List.copyOf(callSites);
    }

    private synchronized int count(CallKind kind) {
        count++;
        countsByKind.merge(kind, 1, Integer::sum);
        if (tracing) {
            callSites.add(kind + " " + caller());
        }
        return count;
    }

    private static String caller() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.filter(frame -> !OWN_CLASSES.contains(frame.getClassName()))
                                .findFirst()
                                .map(StackWalker.StackFrame::toString)
                                .orElse("unknown"));
    }
}
