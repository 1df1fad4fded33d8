package org.leftfold.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Time and processor time since it was made. */
final class Meter {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long startCpuNanos = SYSTEM.getProcessCpuTime();
    private final long startNanos = System.nanoTime();

    long startNanos() {
        return startNanos;
    }

    /** Records rate and processor time of so many events since the start. */
    void record(long eventCount, Results.Recorder recorder) {
        double seconds = elapsedSeconds();
        recorder.record(Metric.EVENTS_PER_SECOND, eventCount / seconds);
        recorder.record(Metric.CPU_MICROS_PER_EVENT, cpuMicros() / eventCount);
    }

    /** The same of loads. */
    void recordLoads(long loadCount, Results.Recorder recorder) {
        double seconds = elapsedSeconds();
        recorder.record(Metric.LOADS_PER_SECOND, loadCount / seconds);
        recorder.record(Metric.CPU_MICROS_PER_LOAD, cpuMicros() / loadCount);
    }

    private double elapsedSeconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private double cpuMicros() {
        return (SYSTEM.getProcessCpuTime() - startCpuNanos) / 1e3;
    }

    /**
     * Jobs that ran or wanted to run in the last minute, over all processors; negative: unknown.
     */
    static double load() {
        return SYSTEM.getSystemLoadAverage();
    }
}
