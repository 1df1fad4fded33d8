package org.leftfold.benchmarks.framework;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
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

    private static final int EVENTS = 20;

    private static final List<String> CATEGORIES =
            List.of("bare", "json", "decider", "aggregate", "cached");

    /** Twice a turn, for the compiler. */
    private static final int WARM_UP_TURNS = 2;

    private final EventStore store;
    private final int streams;
    private final EventCodec<AccountEvent> codec;
    private final Payload payload;
    private final LongAdder conflicts = new LongAdder();
    private double meanEvents = EVENTS; // of a stream

    /** Turns in an empty store, with so many streams for each contender. */
    CommandTurns(EventStore store, int streams) {
        this.store = store;
        this.streams = streams;
        this.codec = Leftfold.on(store).codec(EventSchema.of(AccountEvent.class));
        this.payload = codec.payloadOf(new Deposited(4711, Accounts.MEMO));
    }

    /**
     * How many streams each contender gets of a store with so many events. Of fewer than a hundred
     * the callers would mostly measure how they meet.
     */
    static int streamsOf(long eventCount) {
        return Math.toIntExact(Math.max(100, eventCount / EVENTS / CATEGORIES.size()));
    }

    /** One contender: what it does with a stream. */
    record Contender(String name, IntConsumer command) {}

    /** The contenders, of streams that were begun. */
    List<Contender> contenders() {
        Leftfold leftfold = Leftfold.on(store);
        Repository<AccountCommand, Balance, AccountEvent> deciding =
                leftfold.repository("decider", new AccountDecider());
        Repository<AccountCommand, DispatchingAccount, AccountEvent> dispatching =
                leftfold.repository("aggregate", DispatchingAccount.class);
        Repository<AccountCommand, Balance, AccountEvent> cached =
                leftfold.define("cached", new AccountDecider()).cache(streams).build();
        for (int id = 0; id < streams; id++) {
            cached.load(id(id)); // the state of every stream is there, as of those in use
        }
        Deposit deposit = new Deposit(4711, Accounts.MEMO);
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
        Deposited next = new Deposited(4711 + cents % 2, Accounts.MEMO);
        append(stream, events, NewEvent.of("deposited", codec.payloadOf(next)));
    }

    /** A conflict is as rare as with the others; who meets one gives up. */
    private void append(StreamName stream, List<RecordedEvent> events, NewEvent event) {
        try {
            store.append(stream, ExpectedVersion.exactly(events.getLast().version()), event);
        } catch (VersionConflictException overtaken) {
            conflicts.increment();
        }
    }

    /** Begins all streams. */
    void load() {
        for (String category : CATEGORIES) {
            List<CompletableFuture<?>> last = new ArrayList<>();
            for (int id = 0; id < streams; id++) {
                List<NewEvent> events = new ArrayList<>();
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
            last.forEach(CompletableFuture::join);
        }
    }

    /** Commands that lost against another caller of the same stream, of the bare calls only. */
    long conflicts() {
        return conflicts.sum();
    }

    /**
     * Lets all contenders take their turns. In a round each gives as many commands as the others,
     * so that their streams stay equally long; how many is what the first one does in a turn of
     * that length, in a longer turn that is not counted.
     */
    Turns measure(List<Contender> contenders, int callers, int rounds, double seconds)
            throws InterruptedException {
        Contender first = contenders.getFirst();
        Gone warmUp = run(first, callers, Long.MAX_VALUE, WARM_UP_TURNS * seconds, -1);
        for (Contender each : contenders.subList(1, contenders.size())) {
            run(each, callers, warmUp.commands, Double.MAX_VALUE, -1);
        }
        meanEvents += (double) warmUp.commands / streams;
        long commands = Math.max(callers, (long) (warmUp.perSecond() * seconds));
        double lastMean = meanEvents + (double) commands * rounds / streams;
        Turns turns =
                new Turns(
                        "commands/s, %d caller%s: load %.1f to %.1f events, decide, append 1"
                                .formatted(callers, callers == 1 ? "" : "s", meanEvents, lastMean));
        for (int round = 0; round < rounds; round++) {
            for (Contender each : contenders) {
                turns.add(
                        each.name(),
                        run(each, callers, commands, Double.MAX_VALUE, round).perSecond());
            }
        }
        meanEvents = lastMean;
        return turns;
    }

    /** What became of a turn. */
    private record Gone(long commands, double seconds) {
        double perSecond() {
            return commands / seconds;
        }
    }

    /** A turn, until there were so many commands or it took so long. */
    private Gone run(Contender contender, int callers, long commands, double maxSeconds, long seed)
            throws InterruptedException {
        AtomicLong begun = new AtomicLong();
        LongAdder done = new LongAdder();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(callers);
        long begin = System.nanoTime();
        for (int caller = 0; caller < callers; caller++) {
            SplittableRandom random = new SplittableRandom(seed * callers + caller);
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (begun.getAndIncrement() < commands
                                    && System.nanoTime() - begin < maxSeconds * 1e9) {
                                contender.command.accept(random.nextInt(streams));
                                done.increment();
                            }
                        } catch (Throwable e) {
                            failure.set(e);
                        } finally {
                            ended.countDown();
                        }
                    });
        }
        ended.await();
        if (failure.get() != null) {
            throw new IllegalStateException(contender.name + " failed", failure.get());
        }
        return new Gone(done.sum(), (System.nanoTime() - begin) / 1e9);
    }
}
