package org.leftfold.cli.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.leftfold.cli.bench.Measure.Recorder;
import org.leftfold.io.TimeSource;

/** Runs an operation again and again: first to warm up, then with the clock. For one thread. */
final class Stopwatch {
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
    private static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(1600);
    private static final int WARM_UP_SHARE = 4; // of the operations, where these are the limit

    private final TimeSource time;
    private final int mostOperations;

    /** A watch that stops after a time that it knows, or after so many operations. */
    Stopwatch(TimeSource time, int mostOperations) {
        this.time = time;
        this.mostOperations = mostOperations;
    }

    /** One operation. */
    interface Operation {
        /**
         * Runs it.
         *
         * @param number the how manieth it is, from 0
         */
        void run(long number) throws IOException, InterruptedException;
    }

    /** What came of it: how long each took, and how many ran in a second. */
    record Result(Recorder recorder, double perSecond) {}

    Result measure(Operation operation) throws IOException, InterruptedException {
        long number =
                run(
                        operation,
                        0,
                        new Recorder(),
                        WARM_UP_NANOS,
                        Math.max(1, mostOperations / WARM_UP_SHARE));
        Recorder recorder = new Recorder();
        long start = time.monotonicNanos();
        run(operation, number, recorder, MEASURED_NANOS, mostOperations);
        long nanos = Math.max(1, time.monotonicNanos() - start);
        return new Result(recorder, recorder.count() * 1e9 / nanos);
    }

    private long run(Operation operation, long first, Recorder recorder, long forNanos, int most)
            throws IOException, InterruptedException {
        long start = time.monotonicNanos();
        long before = start;
        long number = first;
        while (before - start < forNanos && number - first < most) {
            operation.run(number++);
            long after = time.monotonicNanos();
            recorder.add(after - before);
            before = after;
        }
        return number;
    }
}
