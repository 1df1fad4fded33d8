package org.leftfold.benchmarks.framework;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.benchmarks.framework.Accounts.AccountDecider;
import org.leftfold.benchmarks.framework.Accounts.AccountEvent;
import org.leftfold.benchmarks.framework.Accounts.Balance;
import org.leftfold.benchmarks.framework.Accounts.Deposit;
import org.leftfold.benchmarks.framework.Accounts.Deposited;
import org.leftfold.benchmarks.framework.Accounts.DispatchingAccount;
import org.leftfold.benchmarks.framework.Accounts.Frozen;
import org.leftfold.benchmarks.framework.Accounts.Renamed;
import org.leftfold.benchmarks.framework.Accounts.SwitchingAccount;
import org.leftfold.benchmarks.framework.Accounts.Withdrawn;
import org.leftfold.benchmarks.framework.CommandTurns.Contender;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

/** Measures the framework and prints tables and targets. */
public final class FrameworkRun {
    private static final int[] CALLERS = {1, 64};
    private static final int[] LENGTHS = {20, 1_000, 100_000};
    private static final int DISPATCHED = 4096;

    /** Of load, decide and append, to the bare store calls. */
    private static final double COMMAND_TARGET = 1.3;

    /** Of a dispatched event, above a hand-written switch. */
    private static final double DISPATCH_TARGET_NANOS = 20;

    private final Path directory;
    private final int rounds;
    private final double seconds;
    private final PrintStream out;
    private boolean missed;
    private long kept; // what was computed has to be used

    /** A run in a directory that it makes, and that the caller deletes. */
    public FrameworkRun(Path directory, int rounds, double seconds, PrintStream out) {
        this.directory = directory;
        this.rounds = rounds;
        this.seconds = seconds;
        this.out = out;
    }

    /** Measures all; returns whether a target was missed. */
    public boolean run() throws IOException, InterruptedException {
        try (EventStore store = EmbeddedEventStore.open(directory)) {
            commands(store);
        }
        dispatch();
        json();
        for (int length : LENGTHS) {
            loads(length);
        }
        out.printf("%nused: %d%n", kept);
        return missed;
    }

    private void target(String what, double figure, double most) {
        boolean isMissed = !(figure <= most);
        missed |= isMissed;
        out.printf(
                Locale.ROOT,
                "  %s  %s: %.2f, at most %.2f%n",
                isMissed ? "MISS" : "pass",
                what,
                figure,
                most);
    }

    private void commands(EventStore store) throws InterruptedException {
        CommandTurns turns = new CommandTurns(store);
        turns.load();
        List<Contender> contenders = turns.contenders();
        for (Contender each : contenders) {
            CommandTurns.measure(each, 64, Math.max(seconds, 1), 1); // compiles what is measured
        }
        for (int callers : CALLERS) {
            Turns table =
                    new Turns(
                            "commands, %d caller%s: load 20 events and more, decide, append 1"
                                    .formatted(callers, callers == 1 ? "" : "s"),
                            "commands/s");
            for (int round = 0; round < rounds; round++) {
                for (Contender each : contenders) {
                    table.add(each.name(), CommandTurns.measure(each, callers, seconds, round));
                }
            }
            table.print(out);
            target(
                    "%d callers, time of a command to the bare store calls".formatted(callers),
                    table.ratio(CommandTurns.BARE, CommandTurns.DECIDER),
                    COMMAND_TARGET);
            target(
                    "%d callers, the same to bare store calls and JSON".formatted(callers),
                    table.ratio(CommandTurns.JSON, CommandTurns.DECIDER),
                    COMMAND_TARGET);
        }
    }

    private void dispatch() {
        AccountEvent[] events = new AccountEvent[DISPATCHED];
        for (int i = 0; i < events.length; i++) {
            events[i] =
                    switch (Math.floorMod(i * 0x9E3779B9, 4)) {
                        case 0 -> new Deposited(i, "");
                        case 1 -> new Withdrawn(i, "");
                        case 2 -> new Renamed("");
                        default -> new Frozen();
                    };
        }
        EventSchema<AccountEvent> schema = EventSchema.of(AccountEvent.class);
        var bySwitchType = AggregateType.of(SwitchingAccount.class, schema);
        var byOverloadType = AggregateType.of(DispatchingAccount.class, schema);
        Turns table = new Turns("dispatch: apply one of four kinds of events at random", "ns");
        for (int round = -1; round < rounds; round++) {
            SwitchingAccount switching = new SwitchingAccount();
            double bySwitch = nanosAnEvent(bySwitchType, switching, events);
            DispatchingAccount dispatching = new DispatchingAccount();
            double byOverload = nanosAnEvent(byOverloadType, dispatching, events);
            kept += switching.cents + dispatching.movements;
            if (round >= 0) { // the first one compiled
                table.add("hand-written switch", bySwitch);
                table.add("overloads", byOverload);
            }
        }
        table.print(out);
        target(
                "ns of an overload above the switch",
                table.median("overloads") - table.median("hand-written switch"),
                DISPATCH_TARGET_NANOS);
    }

    private <A> double nanosAnEvent(
            Decider<?, A, AccountEvent> type, A account, AccountEvent[] events) {
        long count = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < seconds * 1e9 / 2) {
            for (AccountEvent event : events) {
                type.evolve(account, event);
            }
            count += events.length;
        }
        return (System.nanoTime() - begin) / (double) count;
    }

    private void json() {
        EventCodec<AccountEvent> codec =
                Leftfold.on(InMemoryEventStore.open()).codec(EventSchema.of(AccountEvent.class));
        Deposited event = new Deposited(4711, "invoice 2026-0017, thank you very much");
        var payload = codec.payloadOf(event);
        Turns table = new Turns("JSON: an event of %d bytes".formatted(payload.sizeBytes()), "ns");
        for (int round = -1; round < rounds; round++) {
            double write = nanos(() -> codec.payloadOf(event).sizeBytes());
            double read =
                    nanos(() -> codec.format().read(payload, Deposited.class).memo().length());
            if (round >= 0) {
                table.add("write", write);
                table.add("read", read);
            }
        }
        table.print(out);
    }

    private double nanos(java.util.function.IntSupplier work) {
        long count = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < seconds * 1e9 / 2) {
            for (int i = 0; i < 1000; i++) {
                kept += work.getAsInt();
            }
            count += 1000;
        }
        return (System.nanoTime() - begin) / (double) count;
    }

    private void loads(int length) throws IOException {
        Path place = directory.resolveSibling(directory.getFileName() + "-" + length);
        try (EventStore store = EmbeddedEventStore.open(place)) {
            Leftfold leftfold = Leftfold.on(store);
            EventCodec<AccountEvent> codec = leftfold.codec(EventSchema.of(AccountEvent.class));
            fill(store, codec, length);
            Snapshots<Balance> snapshots =
                    Snapshots.in(
                            new InMemorySnapshotStore(),
                            StateFormat.json("balance", 1, Balance.class),
                            SnapshotPolicy.every(100));
            var plain = leftfold.repository("account", new AccountDecider());
            var withSnapshots =
                    leftfold.define("account", new AccountDecider()).snapshots(snapshots).build();
            var cached = leftfold.define("account", new AccountDecider()).cache(10).build();
            for (int i = 0; i < 110; i++) { // passes a hundred, and then ten more
                withSnapshots.handle("1", new Deposit(1, ""));
            }
            Turns table = new Turns("load a stream of %,d events".formatted(length + 110), "us");
            for (int round = -1; round < rounds; round++) {
                double all = microsALoad(plain);
                double tail = microsALoad(withSnapshots);
                double none = microsALoad(cached);
                if (round >= 0) {
                    table.add("all events", all);
                    table.add("snapshot every 100", tail);
                    table.add("cache", none);
                }
            }
            table.print(out);
        }
    }

    private static void fill(EventStore store, EventCodec<AccountEvent> codec, int length) {
        var payload = codec.payloadOf(new Deposited(1, "invoice 2026-0017"));
        StreamName stream = StreamName.of("account", "1");
        for (int version = 0; version < length; ) {
            List<NewEvent> events = new java.util.ArrayList<>();
            for (int i = 0; i < 1000 && version < length; i++, version++) {
                events.add(NewEvent.of("deposited", payload));
            }
            store.append(stream, ExpectedVersion.any(), events);
        }
    }

    private double microsALoad(Repository<?, Balance, AccountEvent> accounts) {
        long count = 0;
        long begin = System.nanoTime();
        while (count == 0 || System.nanoTime() - begin < seconds * 1e9 / 2) {
            kept += accounts.load("1").state().cents();
            count++;
        }
        return (System.nanoTime() - begin) / 1e3 / count;
    }
}
