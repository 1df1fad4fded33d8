package org.leftfold.benchmarks.framework;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Payload;
import org.leftfold.benchmarks.framework.Accounts.AccountEvent;
import org.leftfold.benchmarks.framework.Accounts.Deposited;
import org.leftfold.benchmarks.framework.Accounts.DispatchingAccount;
import org.leftfold.benchmarks.framework.Accounts.Frozen;
import org.leftfold.benchmarks.framework.Accounts.Renamed;
import org.leftfold.benchmarks.framework.Accounts.SwitchingAccount;
import org.leftfold.benchmarks.framework.Accounts.Withdrawn;
import org.leftfold.benchmarks.framework.CommandTurns.Contender;
import org.leftfold.benchmarks.sql.OwnDatabase;
import org.leftfold.benchmarks.sql.Servers;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;

/** Measures the framework beside bare calls; prints one table, and the targets behind it. */
public final class FrameworkRun {
    private static final int[] CALLERS = {1, 64};
    private static final int[] LENGTHS = {20, 1_000, 100_000};
    private static final int DISPATCHED = 4096;

    /** Of load, decide and append, to the bare store calls. */
    private static final double COMMAND_TARGET = 1.3;

    /** Of a dispatched event, above a hand-written switch. */
    private static final double DISPATCH_TARGET_NANOS = 20;

    /** Of a followed projection with a handler that does nothing, to the JSON library alone. */
    private static final double FOLLOWED_TARGET = 1 / 0.8;

    /** More would take a database minutes a round. */
    private static final long MOST_PROJECTED = 500_000;

    private final long eventCount;
    private final Path directory;
    private final int rounds;
    private final double seconds;
    private final int streams;
    private final PrintStream out;
    private final List<String> targets = new ArrayList<>();
    private boolean missed;
    private long kept; // what was computed has to be used

    /**
     * A run in a directory that it makes, and that the caller deletes.
     *
     * @param eventCount events in the store of the commands, before the first one
     */
    public FrameworkRun(
            Path directory, int rounds, double seconds, long eventCount, PrintStream out) {
        this.eventCount = eventCount;
        this.directory = directory;
        this.rounds = rounds;
        this.seconds = seconds;
        this.streams = CommandTurns.streamsOf(eventCount);
        this.out = out;
    }

    /** Measures all; returns whether a target was missed. */
    public boolean run() throws InterruptedException, IOException {
        EventCodec<AccountEvent> codec =
                Leftfold.on(InMemoryEventStore.open()).codec(EventSchema.of(AccountEvent.class));
        Deposited event = new Deposited(4711, Accounts.MEMO);
        out.printf(
                Locale.ROOT,
                "what the framework adds to the embedded store; events of %d bytes of JSON,"
                        + " %,d streams a contender%n",
                codec.payloadOf(event).sizeBytes(),
                streams);
        Turns.printHead(out);
        try (EventStore store = EmbeddedEventStore.open(directory.resolve("commands"))) {
            commands(store);
        }
        dispatch();
        json(codec, event);
        for (int length : LENGTHS) {
            loads(length);
        }
        projections();
        out.println();
        targets.forEach(out::println);
        out.printf("used: %d%n", kept);
        return missed;
    }

    private void target(String what, double figure, double most) {
        boolean isMissed = !(figure <= most);
        missed |= isMissed;
        targets.add(
                String.format(
                        Locale.ROOT,
                        "%s  %s: %.2f, at most %.2f",
                        isMissed ? "MISS" : "pass",
                        what,
                        figure,
                        most));
    }

    private void commands(EventStore store) throws InterruptedException {
        CommandTurns turns = new CommandTurns(store, streams);
        turns.load();
        List<Contender> contenders = turns.contenders();
        for (int callers : CALLERS) {
            Turns table = turns.measure(contenders, callers, rounds, seconds);
            table.print(out);
            String who = callers == 1 ? "1 caller" : callers + " callers";
            target(
                    "%s, time of a command to the bare store calls".formatted(who),
                    table.ratio(CommandTurns.BARE, CommandTurns.DECIDER),
                    COMMAND_TARGET);
            target(
                    "%s, the same to bare store calls and JSON".formatted(who),
                    table.ratio(CommandTurns.JSON, CommandTurns.DECIDER),
                    COMMAND_TARGET);
        }
        kept += turns.conflicts();
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
        Turns table = new Turns("dispatch, ns: apply one of four kinds of events");
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

    private void json(EventCodec<AccountEvent> codec, Deposited event) {
        Payload payload = codec.payloadOf(event);
        Turns table = new Turns("JSON, ns: one event of %d bytes".formatted(payload.sizeBytes()));
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

    private void projections() throws InterruptedException, IOException {
        int events = (int) Math.min(eventCount, MOST_PROJECTED);
        try (EventStore store = EmbeddedEventStore.open(directory.resolve("projections"));
                Servers servers = new Servers(directory.resolve("servers"), null)) {
            ProjectionTurns projections = new ProjectionTurns(store, events);
            projections.fill();
            Turns table = projections.measure(rounds, () -> database(servers));
            table.print(out);
            target(
                    "time of a followed projection to JSON alone",
                    table.ratio(ProjectionTurns.JSON, ProjectionTurns.NO_OP),
                    FOLLOWED_TARGET);
            kept += projections.kept();
        }
    }

    private static OwnDatabase database(Servers servers) {
        try {
            return servers.newDatabase(StoreKind.LEFTFOLD_POSTGRESQL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void loads(int length) {
        Path place = directory.resolve(Integer.toString(length));
        try (EmbeddedEventStore store = EmbeddedEventStore.open(place)) {
            LoadTurns loads = new LoadTurns(store, length);
            loads.measure(rounds, seconds / 2).print(out);
            kept += loads.kept();
        }
    }
}
