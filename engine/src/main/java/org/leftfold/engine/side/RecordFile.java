package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.engine.log.Closing;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.side.RecordScan.Found;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * One file of records, which only grows until it is made anew. All methods need the lock of the
 * store. Records are gathered in a group; the first thread that waits for it writes and forces it
 * without the lock, while the others gather the next one. Always true:
 *
 * <p>I1 {@code durableEnd <= settledEnd <= end()}; behind {@code settledEnd} the file holds at most
 * a seal and the group that is being written. I2 All that waits was decided with what is before it;
 * so when a group fails, the one behind it fails as well. I3 After a failed force nothing is
 * written any more.
 */
final class RecordFile {
    /** Holds a key with its head. */
    private static final int FIRST_READ_BYTES = 256;

    private final SideHome home;
    private final FileKind kind;
    private final Replayer replayer;
    private final ReentrantLock lock;
    private final Condition changed;

    private SideHeader header; // guarded by lock, as all below
    private RecordFormat format;
    private DataFile file;
    private long begin; // records before this place do not count
    private boolean patched;
    private long settledEnd;
    private long durableEnd;
    private long compactFrom; // no compaction before the file is as long, after one has failed
    private Group gathering;
    private @Nullable Group writing;
    private @Nullable Throwable stoppedBy;
    private boolean unreadable;
    private boolean closed;

    /** Keeps in memory what the records say. */
    interface Replayer {
        /** Begins with nothing, before all records are replayed. */
        void reset();

        /** One record, in the order of the file; keys that were erased are left out. */
        void apply(long offset, byte type, byte[] content) throws IOException;
    }

    private RecordFile(
            SideHome home,
            Opened opened,
            Examination found,
            Replayer replayer,
            ReentrantLock lock) {
        this.home = home;
        this.header = opened.header();
        this.kind = header.kind();
        this.format = new RecordFormat(header);
        this.file = opened.file();
        this.replayer = replayer;
        this.lock = lock;
        this.changed = lock.newCondition();
        this.begin = found.begin();
        this.patched = !found.notices().isEmpty();
        this.settledEnd = found.end();
        this.durableEnd = found.proven();
        this.gathering = new Group(settledEnd);
    }

    /** A file with a valid header. */
    record Opened(DataFile file, SideHeader header) {}

    /**
     * Opens the file of a kind, making it if it is missing, and replays it.
     *
     * @throws Corruption if acknowledged records are damaged
     */
    static RecordFile open(SideHome home, FileKind kind, Replayer replayer, ReentrantLock lock)
            throws IOException {
        Opened opened = RecordFileMaker.open(home, kind);
        try {
            Examination found =
                    Examination.of(opened.file(), new RecordFormat(opened.header()), kind);
            found.notices().forEach(home.listener()::noticed);
            RecordFile records = new RecordFile(home, opened, found, replayer, lock);
            records.recover(found);
            records.replay();
            return records;
        } catch (IOException | RuntimeException | Error e) {
            Closing.all(List.of(opened.file()), e);
            throw e;
        }
    }

    /** Makes durable what is now served, which may have been in the page cache only. */
    private void recover(Examination found) throws IOException {
        boolean erases = !found.toErase().isEmpty();
        if (found.isClean() && !erases) {
            return;
        }
        if (file.size() > settledEnd) {
            file.truncate(settledEnd);
        }
        if (!kind.isDerived()) {
            rewrite(found.proven(), settledEnd);
        }
        file.force();
        durableEnd = settledEnd;
        if (erases) {
            for (long offset : found.toErase()) {
                RecordFormat.Head key = headAt(offset);
                if (key.type() != RecordType.KEY) {
                    throw new Corruption(kind.fileName(), offset, "a forgotten key is no key");
                }
                byte[] zeros = new byte[key.recordBytes() - RecordFormat.HEAD_BYTES];
                file.write(offset + RecordFormat.HEAD_BYTES, ByteBuffer.wrap(zeros));
            }
            file.force();
        }
        seal();
    }

    /** Without a seal all is there as well; on a full disk there may be no room for it. */
    private void seal() {
        try {
            file.write(durableEnd, ByteBuffer.wrap(format.seal(durableEnd)));
        } catch (IOException e) {
            home.listener().noticed("file %s has no seal: %s".formatted(kind.fileName(), e));
        }
    }

    /** After a failed write-back the system takes for clean what is not on the disk. */
    private void rewrite(long from, long to) throws IOException {
        byte[] block = new byte[(int) Math.min(to - from, 1 << 16)];
        for (long at = from; at < to; at += block.length) {
            int count = (int) Math.min(block.length, to - at);
            if (file.read(at, ByteBuffer.wrap(block, 0, count)) < count) {
                throw new Corruption(kind.fileName(), at, "the file became shorter");
            }
            file.write(at, ByteBuffer.wrap(block, 0, count));
        }
    }

    private void replay() throws IOException {
        replayer.reset();
        Set<Long> unreadableKeys = new HashSet<>();
        RecordScan scan = new RecordScan(file, kind, format, settledEnd);
        scan.seek(begin);
        while (scan.offset() < settledEnd) {
            long at = scan.offset();
            Found found = scan.next();
            if (found != null && found.whole()) {
                if (found.type() == RecordType.TOMBSTONE) {
                    for (long key : KeyRecords.erasedBy(found.content())) {
                        unreadableKeys.remove(key);
                    }
                }
                if (found.type() != RecordType.SEAL) {
                    replayer.apply(at, found.type(), found.content());
                }
            } else if (kind.isDerived()) {
                scan.seek(scan.find(at + RecordFormat.ALIGNMENT).orElse(settledEnd));
            } else if (found != null && found.type() == RecordType.KEY) {
                unreadableKeys.add(at); // erased, if a tombstone says so
            } else {
                throw new Corruption(kind.fileName(), at, "a record was whole and is no more");
            }
        }
        for (long key : unreadableKeys) {
            throw new Corruption(kind.fileName(), key, "a key was whole and is no more");
        }
    }

    byte[] salt() {
        return header.salt();
    }

    /** Where the next record will lie. */
    long end() {
        return gathering.end();
    }

    /** Whether opening had to leave out something that only making the file anew removes. */
    boolean isPatched() {
        return patched;
    }

    /**
     * Throws if nothing can be read any more.
     *
     * @throws InvalidRequestException if it was closed (LF-1007)
     * @throws org.leftfold.api.StoreUnavailableException if memory could not be filled again
     *     (LF-3002)
     */
    void requireOpen() {
        if (closed) {
            throw InvalidRequestException.closed("the store " + home.describe(kind));
        }
        if (unreadable) {
            replayAgain(); // so that reading goes on where the disk lets us read again
        }
        Throwable cause = stoppedBy;
        if (unreadable && cause != null) {
            throw new Failure(Failure.Kind.STOPPED, cause).toException(home.describe(kind));
        }
    }

    /**
     * Throws if nothing is written any more.
     *
     * @throws org.leftfold.api.StoreUnavailableException LF-3002
     */
    void requireWritable() {
        requireOpen();
        if (stoppedBy != null) {
            throw new Failure(Failure.Kind.STOPPED, stoppedBy).toException(home.describe(kind));
        }
    }

    /** Adds a record to the group and returns its offset; it is not yet stored. */
    long append(byte type, byte[] content, boolean force) {
        requireWritable();
        long offset = gathering.end();
        gathering.add(format.encode(offset, durableEnd, type, content));
        if (force) {
            gathering.force();
        }
        return offset;
    }

    /** Lets the content of a record become zeros once the group is durable. */
    void eraseContent(long offset, int contentBytes) {
        gathering.erase(offset + RecordFormat.HEAD_BYTES, RecordFormat.paddedBytes(contentBytes));
    }

    /** A record. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Stored(byte type, byte[] content) {}

    /** The record at {@code offset}, stored or not; small ones by one call of the disk. */
    Stored read(long offset) throws IOException {
        byte[] first = new byte[(int) Math.min(FIRST_READ_BYTES, gathering.end() - offset)];
        readBytes(offset, first);
        RecordFormat.Head head = format.head(first, 0, offset);
        if (head == null) {
            throw noRecord(offset);
        }
        byte[] padded = new byte[head.recordBytes() - RecordFormat.HEAD_BYTES];
        if (head.recordBytes() <= first.length) {
            System.arraycopy(first, RecordFormat.HEAD_BYTES, padded, 0, padded.length);
        } else {
            readBytes(offset + RecordFormat.HEAD_BYTES, padded);
        }
        if (RecordFormat.contentChecksum(padded, 0, padded.length) != head.contentChecksum()) {
            throw new Corruption(
                    kind.fileName(), offset, "the content of the record has no matching checksum");
        }
        return new Stored(head.type(), Arrays.copyOf(padded, head.contentBytes()));
    }

    /** The head of the record at {@code offset}, stored or not. */
    RecordFormat.Head headAt(long offset) throws IOException {
        byte[] bytes = new byte[RecordFormat.HEAD_BYTES];
        readBytes(offset, bytes);
        RecordFormat.Head head = format.head(bytes, 0, offset);
        if (head == null) {
            throw noRecord(offset);
        }
        return head;
    }

    private Corruption noRecord(long offset) {
        return new Corruption(kind.fileName(), offset, "no record begins here");
    }

    /** Reads from the file, and behind its end from the groups that follow. */
    private void readBytes(long offset, byte[] target) throws IOException {
        int fromFile = Math.clamp(settledEnd - offset, 0, target.length);
        if (file.read(offset, ByteBuffer.wrap(target, 0, fromFile)) < fromFile) {
            throw new Corruption(kind.fileName(), offset, "the file ends within a record");
        }
        int count = fromFile;
        if (writing != null && count < target.length) {
            count += writing.copyTo(target, count, offset + count);
        }
        if (count < target.length) {
            count += gathering.copyTo(target, count, offset + count);
        }
        assert count == target.length : "read beyond the last record";
    }

    /**
     * Waits until all before {@code end} is stored. The file may have been made anew since.
     *
     * @return why it never will be, or null
     */
    @Nullable Failure settle(long end) {
        Group awaited = groupOf(end);
        if (awaited == null) {
            return null;
        }
        while (!awaited.isDone()) {
            if (writing == null) {
                write(gathering);
            } else {
                changed.awaitUninterruptibly();
            }
        }
        return awaited.failure();
    }

    /** The group whose records end there or go on beyond; null if that is stored. */
    private @Nullable Group groupOf(long end) {
        if (end > gathering.start()) {
            return gathering;
        }
        Group group = writing;
        return group != null && end > group.start() ? group : null;
    }

    /** Stores a group; gives the lock back meanwhile. */
    private void write(Group group) {
        writing = group;
        gathering = new Group(group.end());
        GroupWriter writer = new GroupWriter(file, format, group);
        lock.unlock();
        try {
            writer.run();
        } finally {
            lock.lock();
            writing = null;
            if (writer.recordsAreStored()) {
                settledEnd = group.end();
            }
            if (group.isForced() && writer.recordsAreStored()) {
                durableEnd = group.end();
            } else if (writer.isUndone()) {
                durableEnd = group.start();
            }
            Failure failure = writer.failure();
            if (failure != null) {
                fail(group, failure);
            }
            group.finish();
            changed.signalAll();
        }
    }

    private void fail(Group group, Failure failure) {
        group.fail(failure);
        gathering.fail(failure.forLater());
        gathering = new Group(settledEnd);
        if (failure.kind() != Failure.Kind.NO_ROOM) {
            stop(failure.cause());
        }
        replayAgain();
    }

    /** After memory had what the file has not, or the file was made anew. */
    private void replayAgain() {
        try {
            replay();
            unreadable = false;
        } catch (IOException | RuntimeException | Error e) {
            unreadable = true;
            stop(e);
        }
    }

    private void stop(Throwable cause) {
        if (stoppedBy == null) {
            stoppedBy = cause;
            home.listener().stopped(cause);
        }
    }

    /** Fails all that was gathered: a decision broke off and left memory and group different. */
    void breakOff(Throwable cause) {
        Failure failure = new Failure(Failure.Kind.STOPPED, cause);
        gathering.fail(failure);
        while (writing != null) {
            changed.awaitUninterruptibly();
        }
        gathering.fail(failure);
        gathering = new Group(settledEnd);
        stop(cause);
        replayAgain();
        changed.signalAll();
    }

    /** Whether making the file anew is worth it, and possible now. */
    boolean mayCompact(long liveBytes, long floorBytes) {
        long used = settledEnd - SideHeader.BYTES;
        return isIdle()
                && stoppedBy == null
                && used > floorBytes
                && used - liveBytes > liveBytes
                && settledEnd >= compactFrom;
    }

    /** What is still wanted, written to the file that replaces this one. */
    interface Survivors {
        void writeTo(RecordSink sink) throws IOException;
    }

    /** Whether nothing waits to be written, and nothing is being written. */
    boolean isIdle() {
        return writing == null && gathering.isEmpty();
    }

    /**
     * Makes the file anew with the records that are still wanted. If that fails before the new file
     * has the name, this one stays in use; after it, nothing is written any more.
     */
    Remaking remake(Survivors survivors) {
        Directory directory = home.directory();
        DataFile made = null;
        boolean renaming = false;
        try {
            SideHeader next = header.next();
            RecordFileMaker maker = RecordFileMaker.begin(directory, next);
            made = maker.file();
            survivors.writeTo(maker);
            long end = maker.finish();
            renaming = true;
            maker.publish(directory);
            Opened opened = new Opened(made, next);
            made = null; // in use from here on
            replaceBy(opened, end);
            return new Remaking(null, false);
        } catch (IOException | RuntimeException | Error e) {
            home.listener().noticed("file %s was not made anew: %s".formatted(kind.fileName(), e));
            compactFrom = settledEnd + (settledEnd - SideHeader.BYTES) / 2;
            if (made != null) {
                Closing.all(List.of(made), e);
            }
            if (renaming || !RecordFileMaker.discard(directory, kind, e)) {
                stop(e);
            }
            return new Remaking(e, renaming);
        }
    }

    private void replaceBy(Opened made, long end) {
        DataFile old = file;
        long oldEnd = settledEnd;
        file = made.file();
        header = made.header();
        format = new RecordFormat(header);
        begin = SideHeader.BYTES;
        patched = false;
        settledEnd = end;
        durableEnd = end;
        compactFrom = 0;
        gathering = new Group(end);
        replayAgain();
        RecordFileMaker.retire(old, kind, oldEnd, home.listener());
    }

    /** Waits for what is under way, and closes the file. Closing it again does nothing. */
    void close() {
        while (writing != null || !gathering.isEmpty()) {
            if (writing == null) {
                write(gathering);
            } else {
                changed.awaitUninterruptibly();
            }
        }
        if (closed) {
            return;
        }
        closed = true;
        try (DataFile closing = file) {
            if (stoppedBy == null && durableEnd < settledEnd) {
                closing.force();
                closing.write(settledEnd, ByteBuffer.wrap(format.seal(settledEnd)));
            }
        } catch (IOException e) {
            // Derived data at most: all that was acknowledged is durable.
            home.listener().noticed("file %s: %s".formatted(kind.fileName(), e));
        }
        changed.signalAll();
    }
}
