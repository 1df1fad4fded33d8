package org.leftfold.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.ProgressLine;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.RebuildStatus;

/** Waits for a rebuild and shows how far it is. Of one thread, and used once. */
final class RebuildWait {
    private static final long POLL_MILLIS = 100;

    private final Console console;
    private final ProjectionRemarks remarks;
    private final Projections projections;
    private final String name;
    private final ProgressLine progress;
    private final int readBefore;
    private final CountDownLatch ending = new CountDownLatch(1);

    /**
     * Made before the rebuild begins, which may be over soon.
     *
     * @param readBefore the generation that was read before anything was done
     */
    RebuildWait(
            Console console,
            ProjectionRemarks remarks,
            Projections projections,
            String name,
            int readBefore) {
        this.readBefore = readBefore;
        this.console = console;
        this.remarks = remarks;
        this.projections = projections;
        this.name = name;
        this.progress = new ProgressLine(console, "rebuild");
    }

    /**
     * Returns when the rebuild has caught up, or does not go on.
     *
     * @param before how it was doing before anything was done about it; empty if it was not
     * @return the exit code; 0 without a rebuild under way if it was swapped in by itself
     */
    int untilReady(Optional<RebuildStatus> before) throws InterruptedException {
        Thread hook = new Thread(this::interrupted, "leftfold-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return await(before);
        } catch (StoreUnavailableException e) {
            if (ending.getCount() == 0) {
                return ExitCode.UNEXPECTED; // the stores are closed because the program ends
            }
            throw e;
        } finally {
            progress.clear();
            remarks.tell(console);
            release(hook);
        }
    }

    private static void release(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the program is ending, and the hook has said so
        }
    }

    private void interrupted() {
        ending.countDown();
        progress.clear();
        console.err().line("interrupted; the same command goes on with the rebuild");
        console.err().flush();
    }

    private int await(Optional<RebuildStatus> before) throws InterruptedException {
        before.ifPresent(begun ->
                progress.from(begun.events(), begun.positionsDone(), begun.positionsTotal()));
        long eventsBefore = before.map(RebuildStatus::events).orElse(0L);
        long startNanos = console.time().monotonicNanos();
        while (true) {
            Optional<RebuildStatus> found = projections.rebuild(name).status();
            if (found.isEmpty()) {
                return gone();
            }
            RebuildStatus now = found.get();
            switch (now.state()) {
                case READY -> {
                    if (!now.swapsItself()) {
                        double seconds = (console.time().monotonicNanos() - startNanos) / 1e9;
                        ready(now, now.events() - eventsBefore, seconds);
                        return ExitCode.OK;
                    }
                }
                case STOPPED -> {
                    progress.clear();
                    String why = now.problem().map(EventPrinter::visible).orElse("");
                    console.err().line("leftfold: the rebuild has stopped: " + why);
                    return ExitCode.DAMAGED;
                }
                case PAUSED ->
                        throw InputException.because(
                                "the rebuild of '%s' is paused; --resume lets it go on"
                                        .formatted(name));
                case RUNNING -> {
                    // it is shown
                }
            }
            if (!remarks.isEmpty()) {
                progress.clear();
                remarks.tell(console);
            }
            progress.update(now.events(), "events", now.positionsDone(), now.positionsTotal());
            if (ending.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                return ExitCode.UNEXPECTED;
            }
        }
    }

    private void ready(RebuildStatus now, long events, double seconds) {
        progress.clear();
        console.out()
                .line(
                        String.format(
                                Locale.ROOT,
                                "generation %d has caught up: %,d events in %.1f s",
                                now.generation(),
                                events,
                                seconds));
        console.out().flush();
    }

    /** It was swapped in, or somebody has cancelled it. */
    private int gone() {
        progress.clear();
        int read = projections.status(name).generation();
        if (read != readBefore) {
            console.out().line("generation %d of '%s' is read now".formatted(read, name));
            return ExitCode.OK;
        }
        throw InputException.because(
                "the rebuild of '%s' is not there any more: somebody has cancelled it"
                        .formatted(name));
    }
}
