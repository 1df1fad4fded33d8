package org.leftfold.engine;

import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.PositionCursor;
import org.leftfold.engine.log.FrameReader;
import org.leftfold.engine.log.Log;
import org.leftfold.io.TimeSource;

/**
 * Looks after a read that takes its events from many places. When finding them or one of them had
 * to come from the disk, the next ones are touched by several threads at once, so that the read
 * finds them in memory: a disk serves many requests in little more time than one. When all is in
 * memory it does nothing, for handing over would take longer than reading. One thread, like the
 * read.
 */
final class ReadAhead {
    /** From memory an event takes a few microseconds, from the quickest disk some tens. */
    private static final long COLD_NANOS = 40_000;

    /** From memory the first positions take some microseconds, from a disk several reads. */
    private static final long COLD_SEARCH_NANOS = 2 * COLD_NANOS;

    /** So many events at once, which may be more than the read wants in the end. */
    private static final int MOST = 64;

    /** Asking for the time costs as much as an eighth of a read from memory. */
    private static final int TIMED_ONE_OF = 4;

    /** Fewer are read sooner than handed over. */
    private static final int LEAST = 3;

    private final Source source;
    private final PositionCursor positions;
    private boolean isSearched; // whether the index was asked for positions
    private int begun; // events
    private int touched; // so many of the next events are being touched
    private volatile boolean ended; // written by the read, read by helpers

    /** What to read from, and who helps. */
    record Source(Log log, EventIndex index, TimeSource time, Helpers helpers) {}

    ReadAhead(Source source, PositionCursor positions) {
        this.source = source;
        this.positions = positions;
    }

    /** The next position. Where the index comes from the disk, its event will as well. */
    long nextPosition() {
        if (isSearched || !source.helpers.areThere()) {
            return positions.next();
        }
        isSearched = true;
        long begin = source.time.monotonicNanos();
        long position = positions.next();
        if (source.time.monotonicNanos() - begin > COLD_SEARCH_NANOS) {
            touch(positions.upcoming(MOST));
        }
        return position;
    }

    /** The next event is begun to be read: when, or 0 if it is not timed; for {@link #end}. */
    long begin() {
        boolean isTimed = touched == 0 && begun++ % TIMED_ONE_OF == 0 && source.helpers.areThere();
        return isTimed ? source.time.monotonicNanos() : 0;
    }

    /** An event was read. */
    void end(long begin) {
        if (touched > 0) {
            touched--;
        } else if (begin != 0 && source.time.monotonicNanos() - begin > COLD_NANOS) {
            touch(positions.upcoming(MOST));
        }
    }

    /** Whether nothing of late had to come from the disk. */
    boolean isIdle() {
        return touched == 0;
    }

    private void touch(long[] next) {
        if (next.length < LEAST) {
            return;
        }
        AtomicInteger taken = new AtomicInteger();
        boolean more = true;
        for (int i = 0; i < next.length && more; i++) {
            more = source.helpers.call(() -> touchSome(next, taken));
        }
        touched = next.length;
    }

    private void touchSome(long[] next, AtomicInteger taken) {
        byte[] bytes = new byte[FrameReader.GUESS_BYTES];
        try {
            for (int i = taken.getAndIncrement();
                    i < next.length && !ended;
                    i = taken.getAndIncrement()) {
                long location = source.index.locationOf(next[i]);
                Log.Place place = source.log.placeOf(location, next[i]);
                place.segment().read(place.offset(), bytes, 0, bytes.length);
            }
        } catch (RuntimeException e) {
            // The read meets it again, and answers it in its order.
        }
    }

    /** The read was closed. */
    void close() {
        ended = true;
    }
}
