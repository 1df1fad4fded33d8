package org.leftfold.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.spi.HeadSignal;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.EncodedBody;
import org.leftfold.engine.log.ForceFailure;
import org.leftfold.engine.log.Log;
import org.leftfold.io.TimeSource;

/**
 * Makes batches of appends durable. One thread. For each batch: decide on every append, one write
 * and one force for all that were accepted, then index, readers, followers, callers, in this order:
 *
 * <ul>
 *   <li>I1 an event is in the index and below the head only when it is durable;
 *   <li>I2 a caller learns an outcome, refusals included, only when everything that it rests on is
 *       durable;
 *   <li>I3 after a failed force nothing is written any more: what was in the group is in doubt, the
 *       rest refused;
 *   <li>I4 after a failed write the group is in doubt, and durable zeros replace it before anything
 *       else is written.
 * </ul>
 */
final class Committer {
    /** Filing more again would take longer than all else of an opening. */
    private static final int EVENTS_WORTH_A_FLUSH = 1 << 11;

    private final String where;
    private final Log log;
    private final EventIndex index;
    private final AppendFacts facts;
    private final TimeSource time;
    private final StoreListener listener;
    private final HeadSignal signal;

    private final Group group;
    private final List<Pending<?>> inGroup =
            new ArrayList<>(); // settled, to be delivered when the group is durable
    private @Nullable IOException roomFailure; // of the batch at hand
    private long groupBytes;
    private long lastMicros;
    private long durableMicros; // what it was when the last group became durable
    private volatile @Nullable Throwable stoppedBy; // written by the writer thread, read by all

    /**
     * A committer for a recovered log.
     *
     * @param where the store's directory, for messages
     * @param lastMicros time of the last frame
     */
    Committer(
            String where,
            Log log,
            EventIndex index,
            TimeSource time,
            StoreListener listener,
            HeadSignal signal,
            long lastMicros) {
        this.where = where;
        this.log = log;
        this.index = index;
        this.group = new Group(index);
        this.facts = new AppendFacts(log, index, group);
        this.time = time;
        this.listener = listener;
        this.signal = signal;
        this.lastMicros = lastMicros;
        this.durableMicros = lastMicros;
    }

    /** Why nothing is appended any more, if so. */
    @Nullable Throwable stoppedBy() {
        return stoppedBy;
    }

    /** Decides on a batch and delivers every outcome. Throws nothing. */
    void commit(List<? extends Pending<?>> batch) {
        int taken = 0;
        roomFailure = null;
        try {
            for (; taken < batch.size(); taken++) {
                place(batch.get(taken));
            }
            finishGroup();
        } catch (ForceFailure e) {
            stop(e);
            failGroup(e);
        } catch (IOException e) {
            failGroup(e);
        } catch (Throwable e) {
            // OutOfMemoryError and the like included: the store must not go on with half a group.
            stop(e);
            failGroup(e);
        }
        for (int i = taken; i < batch.size(); i++) {
            Pending<?> pending = batch.get(i);
            if (!pending.isDone()) {
                Throwable cause = stoppedBy;
                refuse(
                        pending,
                        cause != null
                                ? stopped(cause)
                                : noRoom(new IOException("an earlier write failed")));
                pending.deliver();
            }
        }
    }

    private void place(Pending<?> pending) throws IOException {
        Throwable cause = stoppedBy;
        if (cause != null) {
            refuse(pending, stopped(cause));
            inGroup.add(pending);
            return;
        }
        if (!cleanUp(pending)) {
            return;
        }
        switch (pending) {
            case Pending.OfAppend append -> placeAppend(append);
            case Pending.OfTruncation truncation -> placeTruncation(truncation);
            case Pending.OfRestore restore -> placeRestore(restore);
            case Pending.OfRoll roll -> placeRoll(roll);
            case Pending.OfClose close ->
                    throw new IllegalStateException("the writer loop takes this call");
        }
    }

    /**
     * Takes back what a failed write left, if anything; false if that fails and {@code pending} was
     * refused.
     */
    private boolean cleanUp(Pending<?> pending) throws ForceFailure {
        if (group.isEmpty() && log.needsDiscard()) {
            try {
                log.discard();
            } catch (ForceFailure e) {
                inGroup.add(pending);
                refuse(pending, stopped(e));
                throw e;
            } catch (IOException e) {
                refuse(pending, noRoom(e));
                inGroup.add(pending);
                return false;
            }
        }
        return true;
    }

    private void placeAppend(Pending.OfAppend pending) throws IOException {
        if (group.hasTruncations()) {
            finishGroup(); // what they made unreadable is not there for conditions
        }
        Append append = pending.append();
        long[] versions;
        try {
            AppendResult repeated = facts.decide(append, pending.precheck());
            versions = facts.versions();
            if (repeated != null) {
                pending.settle(repeated);
                inGroup.add(pending);
                return;
            }
            requireIndexRoom(false);
        } catch (LeftfoldException e) {
            refuse(pending, e);
            inGroup.add(pending);
            return;
        }
        if (makeRoom(pending, pending.body(), append.writes().size(), this::now)) {
            add(pending, versions);
        }
    }

    /** What cannot be filed must not be stored. */
    private void requireIndexRoom(boolean act) {
        IOException obstacle = index.obstacle(act);
        if (obstacle != null) {
            throw noRoom(obstacle);
        }
    }

    /**
     * Begins the next segment where needed; false if that fails and {@code pending} was refused.
     */
    private boolean makeRoom(Pending<?> pending, EncodedBody body, int streams, LongSupplier micros)
            throws IOException {
        if (log.hasRoom(body, streams)) {
            return true;
        }
        finishGroup();
        return roll(pending, body, streams, micros);
    }

    /** False if the next segment cannot be begun and {@code pending} was refused. */
    private boolean roll(Pending<?> pending, EncodedBody body, int streams, LongSupplier micros)
            throws IOException {
        IOException before = roomFailure;
        if (before != null) { // one attempt a batch: each may fill the disk
            refuse(pending, noRoom(before));
            inGroup.add(pending);
            return false;
        }
        try {
            lastMicros = micros.getAsLong();
            if (pending instanceof Pending.OfRoll) {
                log.rollEarly(log.durableEnd().head() + 1, lastMicros);
            } else {
                log.roll(body, streams, log.durableEnd().head() + 1, lastMicros);
            }
            durableMicros = lastMicros; // the seal has it
            IOException manifestFailure = log.takeManifestFailure();
            if (manifestFailure != null) {
                listener.noticed(
                        "the manifest of %s could not be updated: %s"
                                .formatted(where, manifestFailure));
            }
            return true;
        } catch (ForceFailure e) {
            inGroup.add(pending);
            refuse(pending, stopped(e));
            throw e;
        } catch (IOException e) {
            roomFailure = e;
            refuse(pending, noRoom(e));
            inGroup.add(pending);
            return false;
        }
    }

    /**
     * Adds an accepted append to the group; its streams are at {@code versions}, which this moves
     * on.
     */
    private void add(Pending.OfAppend pending, long[] versions) throws IOException {
        inGroup.add(pending);
        List<StreamWrite> writes = pending.append().writes();
        for (int i = 0; i < versions.length; i++) {
            versions[i]++;
        }
        long position = log.durableEnd().head() + group.eventCount() + 1;
        EncodedBody body = pending.body();
        long micros = group.isEmpty() ? now() : lastMicros;
        groupBytes += body.byteCount();
        pending.enterLog();
        group.addCall();
        long location = log.addCommit(body, position, pending.eventCount(), micros, versions);
        List<AppendResult.Written> written = new ArrayList<>(versions.length);
        for (int i = 0; i < versions.length; i++) {
            StreamWrite write = writes.get(i);
            int count = write.events().size();
            group.add(
                    new Group.Write(
                            write.stream(),
                            write.events(),
                            versions[i],
                            position,
                            location,
                            pending.precheck().place(i)));
            written.add(
                    new AppendResult.Written(
                            write.stream(),
                            versions[i],
                            versions[i] + count - 1,
                            position,
                            position + count - 1));
            position += count;
        }
        pending.settle(new AppendResult(written, false));
    }

    /** Truncations share a group with each other: it is decided by what is durable. */
    private void placeTruncation(Pending.OfTruncation pending) throws IOException {
        StreamName stream = pending.stream();
        if (!group.mayTruncate(stream)) {
            finishGroup();
        }
        long version;
        long firstKeptBefore;
        try {
            version = index.version(stream);
            firstKeptBefore = index.firstKeptVersion(stream);
            requireIndexRoom(true);
        } catch (LeftfoldException e) {
            refuse(pending, e);
            inGroup.add(pending);
            return;
        }
        long firstKept = pending.firstKeptVersion() == 0 ? version + 1 : pending.firstKeptVersion();
        if (version == 0 || firstKept > version + 1) {
            refuse(
                    pending,
                    InvalidRequestException.number(
                            "first kept version",
                            firstKept,
                            "stream '%s' is at version %d".formatted(stream, version)));
            inGroup.add(pending);
            return;
        }
        if (firstKept <= firstKeptBefore) {
            pending.settle(firstKeptBefore);
            inGroup.add(pending);
            return;
        }
        if (!makeRoom(pending, pending.body(), 0, this::now)) {
            return;
        }
        inGroup.add(pending);
        pending.enterLog();
        group.addCall();
        log.addAct(pending.body(), log.durableEnd().head() + 1, now());
        group.add(new Group.Truncation(stream, firstKept));
        pending.settle(firstKept);
    }

    /**
     * Adds parts of a backup. Those before one that is refused stay, for a restore may be repeated.
     */
    private void placeRestore(Pending.OfRestore pending) throws IOException {
        finishGroup();
        try {
            for (RestoredPart part : pending.items()) {
                if (!placePart(pending, part)) {
                    return;
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            if (!inGroup.contains(pending)) {
                inGroup.add(pending); // it is told with the group that failed
            }
            throw e;
        }
        group.addCall();
        pending.settle((long) pending.items().size());
        inGroup.add(pending);
        finishGroup();
    }

    private @Nullable LeftfoldException whyNotNext(RestoredPart part, long position) {
        try {
            requireIndexRoom(part.act() != null);
            return group.restoration().whyNotNext(part, position, lastMicros);
        } catch (LeftfoldException e) {
            return e;
        }
    }

    /** False if the part, and with it what follows, was refused. */
    private boolean placePart(Pending.OfRestore pending, RestoredPart part) throws IOException {
        Restoration restoration = group.restoration();
        long position = log.durableEnd().head() + group.eventCount() + 1;
        LeftfoldException why = whyNotNext(part, position);
        if (why != null) {
            finishGroup();
            refuse(pending, why);
            inGroup.add(pending);
            return false;
        }
        long micros = part.micros();
        long[] versions = part.versions();
        if (!makeRoom(pending, part.body(), Math.max(1, versions.length), () -> micros)) {
            return false;
        }
        pending.enterLog();
        groupBytes += part.body().byteCount();
        lastMicros = micros;
        long location =
                part.act() == null
                        ? log.addCommit(
                                part.body(), position, part.places().size(), micros, versions)
                        : log.addAct(part.body(), position, micros);
        restoration.add(part, location);
        return true;
    }

    /** From here on the mark lies in the new segment: the old one may be rewritten. */
    private void placeRoll(Pending.OfRoll pending) throws IOException {
        finishGroup();
        if (roll(pending, pending.body(), 0, this::now)) {
            publish();
            pending.settle(true);
            inGroup.add(pending);
        }
        finishGroup();
    }

    private long now() {
        lastMicros = Math.max(lastMicros, time.wallMicros());
        return lastMicros;
    }

    /** Makes the group durable, then shows it, then tells the callers. */
    private void finishGroup() throws IOException {
        boolean published = !group.isEmpty();
        if (published) {
            long begin = time.monotonicNanos();
            log.force();
            group.index();
            publish();
            durableMicros = lastMicros;
            Duration took = Duration.ofNanos(time.monotonicNanos() - begin);
            listener.committed(group.callCount(), group.eventCount(), groupBytes, took);
            group.clear();
            groupBytes = 0;
        }
        for (Pending<?> pending : inGroup) {
            pending.deliver();
        }
        inGroup.clear();
        if (published && index.wantsFlush()) { // only now the log's last frame is of the group
            index.flush(log.replayState(durableMicros));
        }
    }

    /**
     * Writes to disk what the next opening would have to file again, if that is much. Behind the
     * last commit.
     */
    void flushIndex() {
        boolean isWhole = stoppedBy == null && !log.needsDiscard() && log.hasReplayState();
        if (isWhole && index.unflushedEvents() >= EVENTS_WORTH_A_FLUSH) {
            index.flush(log.replayState(durableMicros));
        }
    }

    private void publish() {
        long head = log.durableEnd().head() + group.eventCount();
        try {
            log.publish(head);
        } catch (IOException e) {
            listener.noticed("the mark of %s could not be written: %s".formatted(where, e));
        } finally {
            signal.headMoved();
        }
    }

    /** The group could not be made durable: accepted appends are in doubt. */
    private void failGroup(Throwable cause) {
        for (Pending<?> pending : inGroup) {
            if (pending.isInDoubt()) {
                pending.refuse(new OutcomeUnknownException(pending.eventCount(), cause));
            } else if (!group.isEmpty()) {
                // A result or a refusal that may rest on the group in doubt; nothing of this append
                // was stored.
                pending.refuse(stoppedBy != null ? stopped(cause) : noRoom(cause));
            }
            pending.deliver();
        }
        inGroup.clear();
        group.clear();
        groupBytes = 0;
        lastMicros = durableMicros;
    }

    private void stop(Throwable cause) {
        if (stoppedBy == null) {
            stoppedBy = cause;
            listener.stopped(cause);
        }
    }

    private void refuse(Pending<?> pending, RuntimeException why) {
        pending.refuse(why);
        listener.refused(why instanceof LeftfoldException known ? known.code() : why.toString());
    }

    private StoreUnavailableException stopped(Throwable cause) {
        return StoreUnavailableException.stopped(where, cause);
    }

    private StoreUnavailableException noRoom(Throwable cause) {
        return StoreUnavailableException.noSpace(where, cause);
    }
}
