package org.leftfold.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.cli.terminal.Console;

/** A first impression of the speed on this machine; no benchmark. For one thread. */
final class SpeedStory {
    private static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
    private static final int MANY_CALLERS = 64;
    private static final String TICKET = "{\"film\":\"Metropolis\",\"seat\":\"A1\",\"cents\":1250}";

    private final Console console;
    private final Narrator say;

    SpeedStory(Console console, Narrator say) {
        this.console = console;
        this.say = say;
    }

    void run(EventStore store) {
        say.chapter("Speed", "of this machine and its disk; an append returns when it is durable");
        row("1 caller", appendsPerSecond(store, 1), "appends/s");
        row(MANY_CALLERS + " callers", appendsPerSecond(store, MANY_CALLERS), "appends/s");
        row("replay", replayedPerSecond(store), "events/s");
    }

    private void row(String what, long perSecond, String unit) {
        say.line("    %-12s %12s %s".formatted(what, Narrator.count(perSecond), unit));
    }

    private long appendsPerSecond(EventStore store, int callers) {
        LongAdder appended = new LongAdder();
        long start = console.time().monotonicNanos();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < callers; caller++) {
                StreamName stream = StreamName.of("speed", callers + "-" + caller);
                running.add(threads.submit(() -> appendUntil(store, stream, start, appended)));
            }
        }
        for (Future<?> caller : running) {
            if (caller.state() == Future.State.FAILED) {
                throw new IllegalStateException("an append failed", caller.exceptionNow());
            }
        }
        return perSecond(appended.sum(), start);
    }

    private void appendUntil(EventStore store, StreamName stream, long start, LongAdder appended) {
        while (console.time().monotonicNanos() - start < MEASURED_NANOS) {
            store.append(stream, ExpectedVersion.any(), NewEvent.ofJson("SeatSold", TICKET));
            appended.increment();
        }
    }

    private long replayedPerSecond(EventStore store) {
        long start = console.time().monotonicNanos();
        long events = 0;
        // More than once: the first pass finds the code cold.
        while (console.time().monotonicNanos() - start < MEASURED_NANOS) {
            try (Events all = store.read(ReadRequest.all())) {
                while (all.hasNext()) {
                    all.next();
                    events++;
                }
            }
        }
        return perSecond(events, start);
    }

    private long perSecond(long count, long startNanos) {
        long nanos = Math.max(1, console.time().monotonicNanos() - startNanos);
        return Math.round(count * 1e9 / nanos);
    }
}
