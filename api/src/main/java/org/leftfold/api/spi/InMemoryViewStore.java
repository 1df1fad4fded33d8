package org.leftfold.api.spi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import org.leftfold.api.StoreUnavailableException;

/**
 * Views in memory: the contract in executable form, and a home for views that are built again
 * whenever the program starts. Memory grows with their rows. Safe for any thread.
 *
 * <p>Transactions on different parts run side by side. What one writes it keeps to itself until its
 * end, and then shows it at once.
 */
public final class InMemoryViewStore implements ViewStore {
    /** A transaction that waits so long for another has met one that hangs, or waits for it. */
    private static final long LONGEST_WAIT_SECONDS = 30;

    /** One view as it is committed. Guarded by {@link #shared}. */
    static final class Stored {
        final NavigableMap<String, Row> rows = new TreeMap<>();
        final Map<Integer, Progress> progress = new TreeMap<>();
        final Map<Integer, NavigableMap<Long, ParkedEvent>> parked = new HashMap<>();
    }

    /** What has been committed; read and written under {@link #shared}. */
    final Map<View, Stored> views = new HashMap<>();

    final NavigableMap<String, Payload> headers = new TreeMap<>(); // guarded by shared
    private final ReentrantReadWriteLock shared = new ReentrantReadWriteLock();
    private final Map<Object, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Without views. */
    public InMemoryViewStore() {}

    @Override
    public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
        List<ReentrantLock> held = new ArrayList<>();
        InMemoryViewTransaction transaction =
                new InMemoryViewTransaction(this, what -> hold(what, held));
        try {
            T given = outcome(work, transaction);
            Lock all = shared.writeLock();
            all.lock();
            try {
                transaction.commit();
            } finally {
                all.unlock();
            }
            return given;
        } finally {
            transaction.end();
            held.reversed().forEach(ReentrantLock::unlock);
        }
    }

    /**
     * What the work gives; what the store could not do counts more than what the work makes of it.
     */
    private static <T, X extends Exception> T outcome(
            Work<T, X> work, InMemoryViewTransaction transaction) throws X {
        T given;
        try {
            given = work.in(transaction);
        } catch (Throwable e) {
            StoreUnavailableException failure = transaction.failure();
            if (failure == null || failure.equals(e)) {
                throw e;
            }
            failure.addSuppressed(e);
            throw failure;
        }
        if (transaction.failure() != null) {
            throw transaction.failure();
        }
        return given;
    }

    private void hold(Object what, List<ReentrantLock> held) {
        ReentrantLock lock = locks.computeIfAbsent(what, any -> new ReentrantLock());
        if (lock.isHeldByCurrentThread()) {
            return;
        }
        try {
            if (!lock.tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw notNow("%d s have passed".formatted(LONGEST_WAIT_SECONDS), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notNow("the thread was interrupted", e);
        }
        held.add(lock);
    }

    private static StoreUnavailableException notNow(String why, @Nullable Throwable cause) {
        return new StoreUnavailableException(
                "LF-3016",
                "a view is being changed by another transaction, and %s; nothing was changed. Try again."
                        .formatted(why),
                cause);
    }

    /** Looks at what is committed while nothing is. */
    <T> T look(Supplier<T> question) {
        Lock some = shared.readLock();
        some.lock();
        try {
            return question.get();
        } finally {
            some.unlock();
        }
    }

    /** A view as it is committed, empty if it never was. */
    Stored stored(View view) {
        Stored found = views.get(view);
        return found == null ? new Stored() : found;
    }

    Optional<Payload> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
