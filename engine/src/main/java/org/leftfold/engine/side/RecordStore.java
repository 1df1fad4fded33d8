package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.log.Corruption;
import org.leftfold.io.DiskSpace;

/**
 * What the four stores have in common: a map in memory that says what the records of a file say,
 * and calls that are decided one after the other under a lock, and return when what they decided,
 * and what it was based on, is durable. Memory changes by {@link #applied} only, when a record is
 * made and again when the file is opened; so after a failed write the truth is read from the file.
 *
 * <p>Safe for any thread. An interrupt disturbs nothing.
 */
abstract class RecordStore implements AutoCloseable {
    /** Smaller files are not made anew: it would save nothing. */
    static final int COMPACTION_FLOOR_BYTES = 64 << 10;

    private final SideHome home;
    private final FileKind kind;
    private final int floorBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable RecordFile file; // set while opening, before any other thread knows the store

    /**
     * What a call gives.
     *
     * @param value its value
     * @param end what it is based on ends here in the file; 0 if that is nothing
     */
    record Outcome<T>(T value, long end) {}

    /** A call, under the lock. */
    @FunctionalInterface
    interface Decision<T> {
        Outcome<T> decide() throws IOException;
    }

    RecordStore(SideHome home, FileKind kind, int floorBytes) {
        this.home = home;
        this.kind = kind;
        this.floorBytes = floorBytes;
    }

    /** Forgets all that is in memory. */
    abstract void reset();

    /** Takes a record into memory. */
    abstract void applied(long offset, byte type, byte[] content) throws IOException;

    /** Bytes of the records that are still wanted. */
    abstract long liveBytes();

    /** Writes all that is still wanted. */
    abstract void writeSurvivors(RecordSink sink) throws IOException;

    /** Opens the file; the last act of a constructor's caller. */
    final void openFile() {
        lock.lock();
        try {
            RecordFile opened = RecordFile.open(home, kind, new Replaying(), lock);
            file = opened;
            if (opened.isPatched()) {
                opened.remake(this::writeSurvivors);
            }
        } catch (IOException e) {
            throw DiskSpace.isUsedUp(e)
                    ? StoreUnavailableException.noSpace(home.describe(kind), e)
                    : unreadable(e);
        } finally {
            lock.unlock();
        }
    }

    final RecordFile file() {
        RecordFile opened = file;
        if (opened == null) {
            throw new IllegalStateException("the store is not open yet");
        }
        return opened;
    }

    final SideHome home() {
        return home;
    }

    /** Adds a record and takes it into memory. Returns its offset. */
    final long add(byte type, byte[] content, boolean force) throws IOException {
        long offset = file().append(type, content, force);
        applied(offset, type, content);
        return offset;
    }

    /** Makes a call: decides it, waits until it is durable, and gives its value. */
    final <T> T perform(Decision<T> decision) {
        lock.lock();
        try {
            while (true) {
                file().requireOpen();
                long before = file().end();
                Outcome<T> outcome = decide(decision, before);
                boolean wrote = file().end() > before;
                Failure failure = file().settle(outcome.end());
                if (failure == null) {
                    compactIfWorthIt();
                    return outcome.value();
                }
                if (wrote) {
                    throw failure.toException(home.describe(kind));
                } // else it looked at what is undone now, and looks again
            }
        } finally {
            lock.unlock();
        }
    }

    private <T> Outcome<T> decide(Decision<T> decision, long before) {
        try {
            return decision.decide();
        } catch (IOException e) {
            breakOffIf(file().end() > before, e);
            throw unreadable(e);
        } catch (RuntimeException | Error e) {
            breakOffIf(file().end() > before, e);
            throw e;
        }
    }

    private void breakOffIf(boolean wrote, Throwable cause) {
        if (wrote) {
            file().breakOff(cause);
        }
    }

    /**
     * Makes the file anew with these records, after all that is under way.
     *
     * @throws StoreUnavailableException if that failed: nothing was changed, or, as an {@link
     *     org.leftfold.api.OutcomeUnknownException}, it may have been done
     */
    final void replaceFile(RecordFile.Survivors records) {
        lock.lock();
        try {
            file().requireWritable();
            while (!file().isIdle()) {
                file().settle(file().end());
                file().requireWritable();
            }
            Remaking result = file().remake(records);
            switch (result.failure()) {
                case null -> {}
                case RuntimeException e when !result.inDoubt() -> throw e;
                case IOException e when !result.inDoubt() && !DiskSpace.isUsedUp(e) ->
                        throw unreadable(e);
                case Throwable e ->
                        throw new Failure(
                                        result.inDoubt()
                                                ? Failure.Kind.IN_DOUBT
                                                : Failure.Kind.NO_ROOM,
                                        e)
                                .toException(home.describe(kind));
            }
        } finally {
            lock.unlock();
        }
    }

    private void compactIfWorthIt() {
        if (file().mayCompact(liveBytes(), floorBytes)) {
            file().remake(this::writeSurvivors);
        }
    }

    /** Closes the file after the calls that are under way. Closing again does nothing. */
    @Override
    public final void close() {
        lock.lock();
        try {
            file().close();
        } finally {
            lock.unlock();
        }
    }

    private StoreUnavailableException unreadable(IOException cause) {
        return StoreUnavailableException.unreadable(
                "the file " + kind.fileName() + " in " + home.directory().describe(), cause);
    }

    private final class Replaying implements RecordFile.Replayer {
        @Override
        public void reset() {
            RecordStore.this.reset();
        }

        @Override
        public void apply(long offset, byte type, byte[] content) throws IOException {
            try {
                applied(offset, type, content);
            } catch (BufferUnderflowException | InvalidRequestException e) {
                throw new Corruption(
                        kind.fileName(), offset, "the record of type " + type + " has no meaning");
            }
        }
    }
}
