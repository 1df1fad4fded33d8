package org.leftfold.testkit.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that changed a simulated disk since a moment, so that a test runs its script once and
 * then makes the crash images of every call. Made by {@link SimulatedDirectory#record()}. Safe for
 * any thread; points can be taken in parallel, while the script still runs or after it.
 */
public final class Journal {
    private record Entry(int callIndex, Operation operation) {}

    private final int firstCallIndex;
    private final DiskState base; // frozen
    private final List<Entry> entries = new ArrayList<>(); // guarded by this

    Journal(int firstCallIndex, DiskState base) {
        this.firstCallIndex = firstCallIndex;
        this.base = base;
    }

    /**
     * The number of calls the disk had seen when recording began; the smallest index of a point.
     */
    public int firstCallIndex() {
        return firstCallIndex;
    }

    /**
     * The indexes worth a crash, in order: where recording began, and each call that changed what a
     * crash could find. Between two of them the disk stands still.
     */
    public synchronized List<Integer> callIndexes() {
        List<Integer> indexes = new ArrayList<>();
        indexes.add(firstCallIndex);
        for (Entry entry : entries) {
            if (entry.callIndex > indexes.getLast()) {
                indexes.add(entry.callIndex);
            }
        }
        return indexes;
    }

    /**
     * The disk just after the call with this number, and before the next one. A crash in the middle
     * of a call is one of the outcomes after it, or of those before it.
     *
     * @param callIndex at least {@link #firstCallIndex()}
     */
    public CrashPoint at(int callIndex) {
        if (callIndex < firstCallIndex) {
            throw new IllegalArgumentException(
                    "callIndex %d lies before the recording, which began after call %d"
                            .formatted(callIndex, firstCallIndex));
        }
        DiskState state = base.copy();
        for (Entry entry : entriesUpTo(callIndex)) {
            state.apply(entry.operation);
        }
        return new CrashPoint(callIndex, state);
    }

    /**
     * The points at all {@link #callIndexes()}, in order, each made when the stream comes to it and
     * not kept; make the stream parallel to use all processors.
     */
    public Stream<CrashPoint> points() {
        return callIndexes().stream().map(this::at);
    }

    synchronized void add(int callIndex, Operation operation) {
        entries.add(new Entry(callIndex, operation));
    }

    private synchronized List<Entry> entriesUpTo(int callIndex) {
        int count = 0;
        while (count < entries.size() && entries.get(count).callIndex <= callIndex) {
            count++;
        }
        return List.copyOf(entries.subList(0, count));
    }
}
