package org.leftfold.benchmarks.framework;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.benchmarks.framework.Accounts.AccountCommand;
import org.leftfold.benchmarks.framework.Accounts.AccountDecider;
import org.leftfold.benchmarks.framework.Accounts.AccountEvent;
import org.leftfold.benchmarks.framework.Accounts.Balance;
import org.leftfold.benchmarks.framework.Accounts.Deposit;
import org.leftfold.benchmarks.framework.Accounts.Deposited;
import org.leftfold.benchmarks.framework.Accounts.DispatchingAccount;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.repository.Repository;

/**
 * Commands on streams of 20 events and a few more: load, decide, append. Each contender has streams
 * of its own in one store, and callers that take them at random; two callers of one stream at a
 * time are as rare as in life.
 */
final class CommandTurns {
    static final String BARE = "bare store calls";
    static final String JSON = "bare store calls and JSON";
    static final String DECIDER = "repository, decider";
    static final String AGGREGATE = "repository, dispatching aggregate";
    static final String CACHED = "repository, decider, cache";

    private static final int STREAMS = 20_000;
    private static final int EVENTS = 20;
    private static final String MEMO =
            "a memo of some length, as payments have one: invoice 2026-0017, thank you very much";

    private final EventStore store;
    private final EventCodec<AccountEvent> codec;
    private final Payload payload;

    CommandTurns(EventStore store) {
        this.store = store;
        this.codec = Leftfold.on(store).codec(EventSchema.of(AccountEvent.class));
        this.payload = codec.payloadOf(new Deposited(4711, MEMO));
    }

    /** One contender: what it does with a stream. */
    record Contender(String name, IntConsumer command) {}

    List<Contender> contenders() {
        Leftfold leftfold = Leftfold.on(store);
        Repository<AccountCommand, Balance, AccountEvent> deciding =
                leftfold.repository("decider", new AccountDecider());
        Repository<AccountCommand, DispatchingAccount, AccountEvent> dispatching =
                leftfold.repository("aggregate", DispatchingAccount.class);
        Repository<AccountCommand, Balance, AccountEvent> cached =
                leftfold.define("cached", new AccountDecider()).cache(STREAMS).build();
        Deposit deposit = new Deposit(4711, MEMO);
        return List.of(
                new Contender(BARE, id -> bare(StreamName.of("bare", id(id)))),
                new Contender(JSON, id -> bareWithJson(StreamName.of("json", id(id)))),
                new Contender(DECIDER, id -> deciding.handle(id(id), deposit)),
                new Contender(AGGREGATE, id -> dispatching.handle(id(id), deposit)),
                new Contender(CACHED, id -> cached.handle(id(id), deposit)));
    }

    private static String id(int number) {
        return Integer.toString(number);
    }

    private void bare(StreamName stream) {
        List<RecordedEvent> events = store.read(ReadRequest.stream(stream)).toList();
        append(stream, events, NewEvent.of("deposited", payload));
    }

    private void bareWithJson(StreamName stream) {
        List<RecordedEvent> events = store.read(ReadRequest.stream(stream)).toList();
        long cents = 0;
        for (RecordedEvent event : events) {
            cents += codec.format().read(event.payload(), Deposited.class).cents();
        }
        Deposited next = new Deposited(4711 + cents % 2, MEMO);
        append(stream, events, NewEvent.of("deposited", codec.payloadOf(next)));
    }

    /** A conflict is as rare as with the others; who meets one gives up. */
    private void append(StreamName stream, List<RecordedEvent> events, NewEvent event) {
        try {
            store.append(stream, ExpectedVersion.exactly(events.getLast().version()), event);
        } catch (org.leftfold.api.VersionConflictException overtaken) {
            conflicts.increment();
        }
    }

    private final LongAdder conflicts = new LongAdder();

    /** Begins all streams. */
    void load() {
        for (String category : List.of("bare", "json", "decider", "aggregate", "cached")) {
            List<java.util.concurrent.CompletableFuture<?>> last = new java.util.ArrayList<>();
            for (int id = 0; id < STREAMS; id++) {
                List<NewEvent> events = new java.util.ArrayList<>();
                for (int i = 0; i < EVENTS; i++) {
                    events.add(NewEvent.of("deposited", payload));
                }
                last.add(
                        store.appendAsync(
                                Append.to(
                                        StreamName.of(category, id(id)),
                                        ExpectedVersion.noStream(),
                                        events)));
            }
            last.forEach(java.util.concurrent.CompletableFuture::join);
        }
    }

    /** Commands a second with so many callers. */
    static double measure(Contender contender, int callers, double seconds, long seed)
            throws InterruptedException {
        LongAdder done = new LongAdder();
        CountDownLatch ended = new CountDownLatch(callers);
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        for (int caller = 0; caller < callers; caller++) {
            SplittableRandom random = new SplittableRandom(seed + caller);
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (System.nanoTime() < end) {
                                contender.command.accept(random.nextInt(STREAMS));
                                done.increment();
                            }
                        } finally {
                            ended.countDown();
                        }
                    });
        }
        ended.await();
        return done.sum() / ((System.nanoTime() - begin) / 1e9);
    }
}
