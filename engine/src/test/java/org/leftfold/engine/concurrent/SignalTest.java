package org.leftfold.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.engine.Doors;

/**
 * Nobody who waits for the head is forgotten. (Lincheck cannot show that: its threads return from
 * parking for no reason.)
 */
@Timeout(60)
class SignalTest {
    private static final int MEETINGS = Boolean.getBoolean("leftfold.long") ? 2_000_000 : 50_000;

    /** The head moves just after the waiting thread has looked at it for the n-th time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_head_that_moves_just_after_a_look_is_noticed(int look) throws InterruptedException {
        Doors.Signal signal = new Doors.Signal();

        assertThat(isNoticed(look, 30, signal::await, signal::headMoved)).isTrue();
    }

    @Test
    void this_finds_a_signal_that_does_not_look_again() throws InterruptedException {
        Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
        Consumer<BooleanSupplier> forgetful =
                done -> {
                    while (!done.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
                        waiting.add(Thread.currentThread());
                        LockSupport.park(this);
                    }
                };
        Runnable headMoved = () -> waiting.forEach(LockSupport::unpark);

        assertThat(isNoticed(1, 1, forgetful, headMoved)).isFalse();
    }

    private static boolean isNoticed(
            int look, long patienceSeconds, Consumer<BooleanSupplier> await, Runnable headMoved)
            throws InterruptedException {
        AtomicBoolean moved = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        CountDownLatch noticed = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(Math.min(look, 2));
        BooleanSupplier done =
                () -> {
                    boolean before = moved.get();
                    looked.countDown();
                    if (looks.incrementAndGet() == look) {
                        moved.set(true);
                        runElsewhere(headMoved);
                    }
                    return before;
                };
        Thread waiter =
                Thread.ofPlatform()
                        .start(() -> {
                            await.accept(done);
                            noticed.countDown();
                        });
        looked.await();
        if (look > 2) {
            LockSupport.unpark(waiter); // wakes it for no reason, so that it looks once more
        }
        boolean inTime = noticed.await(patienceSeconds, TimeUnit.SECONDS);
        waiter.interrupt();
        waiter.join();
        return inTime;
    }

    private static void runElsewhere(Runnable task) {
        try {
            Thread.ofPlatform().start(task).join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void threads_that_wait_for_each_other_meet_again_and_again() throws InterruptedException {
        int people = 3;
        Doors.Signal signal = new Doors.Signal();
        AtomicLong head = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < people; i++) {
            Thread.Builder builder = i == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(
                    builder.start(() -> {
                        for (long met = 1; met <= MEETINGS; met++) {
                            long all = met * people;
                            head.incrementAndGet();
                            signal.headMoved();
                            signal.await(() -> head.get() >= all);
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(head.get()).isEqualTo((long) MEETINGS * people);
    }

    @Test
    void a_wait_survives_interrupts_and_keeps_them() throws InterruptedException {
        Doors.Signal signal = new Doors.Signal();
        AtomicBoolean done = new AtomicBoolean();
        AtomicBoolean kept = new AtomicBoolean();
        CountDownLatch looks = new CountDownLatch(4);
        Thread waiter =
                Thread.ofVirtual()
                        .start(() -> {
                            signal.await(() -> {
                                looks.countDown();
                                return done.get();
                            });
                            kept.set(Thread.currentThread().isInterrupted());
                        });
        while (!looks.await(1, TimeUnit.MILLISECONDS)) {
            waiter.interrupt();
        }
        assertThat(waiter.isAlive()).isTrue();

        done.set(true);
        signal.headMoved();

        waiter.join();
        assertThat(kept).isTrue();
    }
}
