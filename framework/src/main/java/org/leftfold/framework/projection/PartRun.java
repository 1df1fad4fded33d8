package org.leftfold.framework.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.View;

/**
 * Keeps one part of a view up to date: follows the store from where the part is, and begins again
 * there whenever a connection is lost or somebody else has changed the part. While it catches up,
 * many events share a transaction; when it is live, each has its own, or each burst. Safe for any
 * thread.
 *
 * <p>An event is in {@link #buffer} from its delivery until it has taken effect, and the place of
 * the part never passes one that is.
 */
final class PartRun<E> {
    /** Most events of one transaction. */
    static final int MAX_EVENTS = 2000;

    /** Most bytes of payloads of one transaction, but for one event. */
    private static final long MAX_BYTES = 4L << 20;

    /** Longest time between the first event of a transaction and its end, while catching up. */
    private static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** While it catches up, it looks at the time once for so many events. */
    private static final int EVENTS_A_LOOK = 16;

    /** So often the place is kept when no event concerns the part. */
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Instances without leases would else take turns at every event. */
    private static final long WHILE_ANOTHER_WORKS_MILLIS = 50;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** What it tells its owner. Called by any thread. */
    interface Owner {
        /** Something has changed that somebody may wait for. */
        void changed();

        /** Who hears what happens. */
        ProjectionListener listener();

        /** The time. */
        ProjectionTime time();
    }

    private final EventStore store;
    private final Owner owner;
    private final Work<E, ?> work;
    private final PartWriter<E> writer;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock(); // held by whoever writes

    // of the thread that delivers; of the run's own between two subscriptions
    private final List<Item<E>> buffer = new ArrayList<>();
    private long bufferBytes;
    private long bufferNanos;
    private int unlooked; // events since it was looked at the time
    private boolean isBehind = true;

    private volatile long keptNanos; // written under lock, read by all
    private volatile boolean
            waits; // something is in the buffer; written by its thread, read by all
    private volatile @Nullable Subscription following; // written by the run, read by all
    private volatile @Nullable Checkpoint committed; // written under lock, read by all
    private volatile long events; // written under lock, read by all
    private volatile PartStatus.State state = PartStatus.State.STARTING; // written by the run
    private volatile @Nullable Failure lastFailure; // written by the run, read by all

    /** What went wrong last. */
    record Failure(@Nullable RecordedEvent event, Throwable cause, Instant at) {}

    /**
     * The part of a view.
     *
     * @param view the view, in one of its generations
     * @param part which part
     * @param parts of how many
     */
    record Share(View view, int part, int parts) {}

    PartRun(
            EventStore store,
            ViewStore views,
            Share share,
            Work<E, ?> work,
            long fence,
            Owner owner) {
        this.store = store;
        this.owner = owner;
        this.work = work;
        this.writer =
                new PartWriter<>(
                        views,
                        share.view(),
                        share.part(),
                        share.parts(),
                        work,
                        fence,
                        new Around());
    }

    /** Begins. */
    void start() {
        Thread.ofVirtual()
                .name("leftfold-projection-%s-%d".formatted(writer.view(), writer.part()))
                .start(this::run);
    }

    private void run() {
        try {
            Duration pause = FIRST_PAUSE;
            while (ending.getCount() > 0) {
                try {
                    state = PartStatus.State.CATCHING_UP;
                    long before = writer.events();
                    Throwable failure = follow();
                    if (failure == null) {
                        return; // it was ended
                    }
                    if (writer.events() > before) {
                        pause = FIRST_PAUSE;
                    }
                    throw failure;
                } catch (Halt.Moved e) {
                    if (ending.await(WHILE_ANOTHER_WORKS_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                } catch (StoreUnavailableException e) {
                    waits(e);
                    if (ending.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    Duration longer = pause.multipliedBy(2);
                    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
                }
            }
        } catch (Halt.LostLease e) {
            lastFailure = new Failure(null, e, owner.time().now()); // somebody else goes on
        } catch (Halt.Ended e) {
            // nobody shall go on
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) { // whatever it is ends this part, and is shown
            stops(e);
        } finally {
            if (state != PartStatus.State.STOPPED) {
                state = PartStatus.State.ENDED;
            }
            ended.countDown();
            owner.changed();
        }
    }

    private void waits(StoreUnavailableException e) {
        boolean isNew = state != PartStatus.State.WAITING;
        state = PartStatus.State.WAITING;
        lastFailure = new Failure(null, e, owner.time().now());
        if (isNew) {
            owner.listener().waiting(writer.view().name(), e);
        }
        owner.changed();
    }

    private void stops(Throwable e) {
        Failure last = lastFailure;
        RecordedEvent event = e instanceof Halt.Stopped && last != null ? last.event() : null;
        lastFailure = new Failure(event, e, owner.time().now());
        state = PartStatus.State.STOPPED;
        owner.listener().stopped(writer.view().name(), e);
    }

    /** Follows until something ends it; what that was, null if it was told to end. */
    private @Nullable Throwable follow() {
        lock.lock();
        try {
            writer.load();
            empty();
            isBehind = true;
            committed = writer.checkpoint().orElse(null);
            events = writer.events();
            keptNanos = owner.time().nanos();
        } finally {
            lock.unlock();
        }
        FollowRequest request =
                writer.checkpoint()
                        .map(from -> FollowRequest.after(work.query(), from))
                        .orElseGet(() -> FollowRequest.fromStart(work.query()));
        // a burst shares transactions: one more event than the one at hand is a burst
        try (Subscription now = store.follow(request.fallsBehindAfter(1), new Handler())) {
            following = now;
            if (ending.getCount() == 0) {
                return null;
            }
            now.completion().get();
            keepPlace(now.checkpoint());
            return null;
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (InterruptedException e) {
            return e;
        } finally {
            following = null; // before the buffer is emptied: see applied()
        }
    }

    /** So that whoever goes on reads nothing again that concerns nobody. */
    private void keepPlace(Checkpoint reached) {
        try {
            if (buffer.isEmpty() && committed != null && !reached.equals(committed)) {
                write(reached);
            }
        } catch (RuntimeException e) {
            // it is read again then
        }
    }

    /** What is delivered. Called by the follower's thread. */
    private final class Handler implements EventHandler {
        @Override
        public void handle(RecordedEvent event) {
            throw new IllegalStateException("the place behind an event is needed");
        }

        @Override
        public void handle(RecordedEvent event, Checkpoint behind) {
            take(event, behind);
        }

        @Override
        public void caughtUp(Checkpoint checkpoint) {
            isBehind = false;
            if (!buffer.isEmpty() || isDueToKeep(checkpoint)) {
                write(checkpoint);
            }
            state = PartStatus.State.LIVE;
            owner.changed();
        }

        @Override
        public void fellBehind(Checkpoint checkpoint) {
            isBehind = true;
            state = PartStatus.State.CATCHING_UP;
        }
    }

    private void take(RecordedEvent event, Checkpoint behind) {
        Item<E> item = work.item(event, behind, writer.part(), writer.parts());
        if (item != null) {
            if (buffer.isEmpty()) {
                bufferNanos = owner.time().nanos();
                waits = true; // before the place behind it is shown by the follower
            }
            buffer.add(item);
            bufferBytes += event.payload().sizeBytes();
        }
        if (buffer.size() >= MAX_EVENTS || bufferBytes >= MAX_BYTES) {
            write(behind);
        } else if (!isBehind || ++unlooked >= EVENTS_A_LOOK) {
            unlooked = 0;
            long now = owner.time().nanos();
            boolean isDue = !buffer.isEmpty() && (!isBehind || now - bufferNanos > MAX_NANOS);
            if (isDue || now - keptNanos > KEEP_NANOS) {
                write(behind);
            }
        }
    }

    private boolean isDueToKeep(Checkpoint reached) {
        boolean isDue = owner.time().nanos() - keptNanos > KEEP_NANOS;
        return committed == null || (isDue && !reached.equals(committed));
    }

    /** Lets what is in the buffer take effect; of the buffer's thread. */
    private void write(Checkpoint behind) {
        lock.lock();
        try {
            writer.write(List.copyOf(buffer), behind);
            kept(behind);
            empty(); // after what is committed is shown: see applied()
        } finally {
            lock.unlock();
        }
        owner.changed();
    }

    private void kept(Checkpoint behind) {
        committed = behind;
        events = writer.events();
        keptNanos = owner.time().nanos();
    }

    private void empty() {
        buffer.clear();
        bufferBytes = 0;
        waits = false;
    }

    /** Keeps the place from time to time when nothing concerns the part. Called by the owner. */
    void tick() {
        Subscription now = following;
        if (now == null || !lock.tryLock()) {
            return; // it is at work
        }
        try {
            Checkpoint reached = now.checkpoint();
            // what came before that place was in the buffer when the place was shown, or is written
            if (now.equals(following) && !waits && isDueToKeep(reached)) {
                writer.write(List.of(), reached);
                kept(reached);
            }
        } catch (RuntimeException e) {
            // the next event finds out as well
        } finally {
            lock.unlock();
        }
    }

    /** Everything up to here has taken effect, was parked, or does not concern the part. */
    @Nullable Checkpoint applied() {
        Subscription now = following;
        if (now != null) {
            Checkpoint reached = now.checkpoint();
            if (!waits && now.equals(following)) {
                return reached;
            }
        }
        return committed;
    }

    PartStatus.State state() {
        return state;
    }

    long events() {
        return events;
    }

    @Nullable Failure lastFailure() {
        return lastFailure;
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** It has failed, and is about to end. */
    boolean isStopping() {
        return state == PartStatus.State.STOPPED && !hasEnded();
    }

    /** Lets it end, and does not wait. */
    void beginEnd() {
        if (ending.getCount() > 0) {
            ending.countDown();
            Thread.ofVirtual().name("leftfold-projection-end").start(this::end);
        }
    }

    /** Ends it, and waits until it has; what is at work is finished or rolled back. */
    void end() {
        ending.countDown();
        Subscription now = following;
        if (now != null) {
            now.close();
        }
        Uninterrupted.await(ended);
    }

    /** What the writer asks for. */
    private final class Around implements PartWriter.Surroundings {
        @Override
        public void pause(Duration pause) {
            try {
                if (ending.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new Halt.Ended();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Halt.Ended();
            }
        }

        @Override
        public Instant now() {
            return owner.time().now();
        }

        @Override
        public void failed(RecordedEvent event, int attempt, Throwable failure) {
            lastFailure = new Failure(event, failure, now());
            owner.listener().failed(writer.view().name(), event, attempt, failure);
        }

        @Override
        public void parked(ParkedEvent event) {
            owner.listener().parked(writer.view().name(), event);
        }

        @Override
        public void effectFailed(Throwable failure) {
            owner.listener().effectFailed(writer.view().name(), failure);
        }
    }
}
