package org.leftfold.cli.bench;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one measurement gave.
 *
 * @param name short, for programs
 * @param title what was done, for people
 * @param remark what it means
 * @param perSecond how many a second, 0 where that says nothing
 * @param times how long each took, or null where only the rate was measured
 */
public record Measure(
        String name, String title, String remark, double perSecond, @Nullable Times times) {
    /** The same with another rate. */
    Measure rate(double other) {
        return new Measure(name, title, remark, other, times);
    }

    /** Times of single operations, in order of their length. */
    public static final class Times {
        private final long[] sortedNanos;

        private Times(long[] sortedNanos) {
            this.sortedNanos = sortedNanos;
        }

        /** How many there are. */
        public int count() {
            return sortedNanos.length;
        }

        /** The time that this share (0 to 1) of all operations did not exceed; 0 if none ran. */
        public double micros(double share) {
            if (sortedNanos.length == 0) {
                return 0;
            }
            int rank = (int) Math.ceil(share * sortedNanos.length);
            return sortedNanos[Math.max(1, rank) - 1] / 1e3;
        }
    }

    /** Collects times. One thread. */
    static final class Recorder {
        private static final int FIRST_CAPACITY = 1024;

        private long[] nanos = new long[FIRST_CAPACITY];
        private int count;

        void add(long time) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = time;
        }

        void addAll(Recorder other) {
            for (int i = 0; i < other.count; i++) {
                add(other.nanos[i]);
            }
        }

        int count() {
            return count;
        }

        Times times() {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return new Times(sorted);
        }
    }
}
