package org.leftfold.framework.projection;

import java.util.ArrayDeque;
import java.util.Deque;

/** Events in a second, over the last ten seconds or so. Safe for any thread. */
final class RateMeter {
    private static final int SAMPLES = 11;
    private static final long BETWEEN_NANOS = 1_000_000_000L;

    private record Sample(long nanos, long events) {}

    private final Deque<Sample> samples = new ArrayDeque<>(); // guarded by this

    /** Notes how many events there were so far; from time to time. */
    synchronized void note(long nanos, long events) {
        Sample last = samples.peekLast();
        if (last != null && events < last.events()) {
            samples.clear(); // it began again
        } else if (last != null && nanos - last.nanos() < BETWEEN_NANOS) {
            return;
        }
        samples.addLast(new Sample(nanos, events));
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
    }

    synchronized double perSecond() {
        if (samples.size() < 2) {
            return 0;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        return (last.events() - first.events()) * 1e9 / (last.nanos() - first.nanos());
    }
}
