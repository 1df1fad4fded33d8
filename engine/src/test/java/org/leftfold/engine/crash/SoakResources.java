package org.leftfold.engine.crash;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinWorkerThread;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.SimulatedDirectory;

/** Handles, threads and heap of a soak: what they were first, and what they are. One thread. */
final class SoakResources {
    /** Closes files that can no longer be reached; one for all stores of the process. */
    private static final String CLEANER = "leftfold-cleaner";

    /** How much stores of the same size differ: tables that are empty or nearly full, and pages. */
    private static final long WEIGHT_BYTES = 96 << 10;

    /** What is kept of each open file, such as the header of a segment. */
    private static final long FILE_BYTES = 512;

    /** What a whole soak may leave behind: classes, and what the virtual machine keeps of them. */
    private static final long REST_BYTES = 1 << 20;

    /** So many weights are what later ones are compared with; each is of a process of one day. */
    private static final int FIRST = 3;

    /** And so many of the last ones are. */
    private static final int LAST = 7;

    private static final Duration END_OF_THREAD = Duration.ofSeconds(10);

    private final Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    private final List<Long> weights = new ArrayList<>(); // bytes, in order of time
    private int mostHandles;

    /**
     * Each open file is one of the store, and is open once; files of segments that were rewritten
     * stay open beside the new ones, in a store without threads of its own up to its end.
     *
     * @param replaced how many segments were rewritten since the store was opened
     */
    void checkHandles(SimulatedDirectory disk, long replaced) {
        List<String> open = disk.openFiles();
        Set<String> names = Set.copyOf(disk.names());
        mostHandles = Math.max(mostHandles, open.size());
        for (String name : Set.copyOf(open)) {
            Violation.check(names.contains(name), Kind.WRONG, "open and deleted: %s", name);
        }
        long again = open.size() - open.stream().distinct().count();
        Violation.check(
                again <= replaced,
                Kind.WRONG,
                "%d files are open twice, %d were replaced: %s",
                again,
                replaced,
                open);
    }

    /** No thread is left that was not there at the beginning; one that is ending may do so. */
    void checkThreads() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!threads.contains(thread) && !isOfMachine(thread)) {
                Violation.check(hasEnded(thread), Kind.WRONG, "a thread is left: %s", thread);
            }
        }
    }

    /** Carriers of virtual threads and the like come and go as the virtual machine likes. */
    private static boolean isOfMachine(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return thread instanceof ForkJoinWorkerThread
                || thread.getName().equals(CLEANER)
                || group == null
                || group.getName().equals("InnocuousThreadGroup");
    }

    private static boolean hasEnded(Thread thread) {
        try {
            return thread.join(END_OF_THREAD);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Bytes of all that can be reached. */
    static long usedBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 2; i++) {
            System.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /**
     * How many bytes an open store holds, beside disk and model and what goes with the number of
     * its files; the process that has it ends.
     */
    void weigh(SoakStore store, SoakMachine machine) {
        long files = machine.disk().openFiles().size();
        long with = usedBytes();
        store.abandon();
        weights.add(with - usedBytes() - files * FILE_BYTES);
        machine.kill();
    }

    /**
     * Stores of later days are no heavier than those of the first. The usual one counts: whatever
     * else the virtual machine takes or frees while one of them is weighed goes with its weight.
     */
    void checkWeights() {
        int count = weights.size();
        Violation.check(count >= FIRST + LAST, Kind.WRONG, "%d weights", count);
        long first = weights.subList(0, FIRST).stream().mapToLong(weight -> weight).max().orElse(0);
        long last = weights.subList(count - LAST, count).stream().sorted().toList().get(LAST / 2);
        Violation.check(last <= first + WEIGHT_BYTES, Kind.WRONG, "weights of stores: %s", weights);
    }

    /** What is left when a soak is over is what was there before. */
    static void checkAllIsGone(long before) {
        long after = usedBytes();
        Violation.check(
                after <= before + REST_BYTES, Kind.WRONG, "heap %d, before %d", after, before);
    }

    @Override
    public String toString() {
        return "most handles %d, weights %s".formatted(mostHandles, weights);
    }
}
