package org.leftfold.engine.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.leftfold.api.Retention;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.engine.SimulatedBackup;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * Many virtual days of mixed load on a machine that goes wrong: single calls fail, the disk is full
 * for hours, processes are killed, the power is cut. Each day old events are removed and all is
 * compared; each week all is verified, backed up and restored. On some days nothing ends the
 * process, so that what it keeps can be seen. All follows from one seed. One thread.
 */
final class Soak {
    private static final Retention TWO_DAYS = Retention.ofAllStreams().maxAge(Duration.ofDays(2));
    private static final int MOST_CALLS = 60; // of the disk, before a fault
    private static final int DRAIN_SECONDS = 60;
    private static final int CALM_FROM = 4; // of ten days
    private static final int CALM_TO = 8;

    private final SplittableRandom random;
    private final int days;
    private final int stepsPerHour;
    private final Tally tally;
    private final SoakMachine machine;
    private final SoakStore store;
    private final SoakResources resources = new SoakResources();
    private final SimulatedMachine backup;
    private long replaced; // segments that were rewritten since the opening
    private int slowestSeconds; // of an append behind a fault
    private byte[] olderBytes = {}; // of the last segment, an hour ago

    Soak(long seed, int days, int stepsPerHour, Tally tally) {
        this.random = new SplittableRandom(seed);
        this.days = days;
        this.stepsPerHour = stepsPerHour;
        this.tally = tally;
        this.machine = new SoakMachine(seed);
        this.store = new SoakStore(machine);
        this.backup = SimulatedMachine.empty(~seed);
    }

    /** Runs to the end. */
    SoakResources run() {
        try (store) {
            open();
            for (int day = 1; day <= days; day++) {
                boolean isCalm = day % 10 >= CALM_FROM && day % 10 <= CALM_TO;
                for (int hour = 0; hour < 24; hour++) {
                    hour(day, hour, isCalm);
                }
                endOfDay(day, day % 10 < CALM_FROM || day % 10 >= CALM_TO);
            }
            store.closeIfOpen();
            resources.checkHandles(machine.disk(), 0);
            tally.faults.add(machine.faults());
            tally.acked.add(store.model().head());
        }
        return resources;
    }

    private void hour(int day, int hour, boolean isCalm) {
        try {
            disturb(isCalm);
            for (int step = 0; step < stepsPerHour; step++) {
                machine.time().advance(Duration.ofHours(1).dividedBy(stepsPerHour));
                if (!store.isOpen()) {
                    if (!isCalm && random.nextInt(3) == 0) {
                        armEnd(random.nextInt(MOST_CALLS)); // in recovery, or a little later
                    }
                    open();
                }
                if (store.isOpen()) {
                    step();
                }
            }
            settleDown(isCalm);
        } catch (RuntimeException | AssertionError e) {
            throw where("day %d, hour %d: %s".formatted(day, hour, e), e);
        }
    }

    private static Violation where(String text, Throwable e) {
        return new Violation(e instanceof Violation known ? known.kind() : Kind.WRONG, text, e);
    }

    private boolean open() {
        replaced = 0;
        return store.open();
    }

    /** What goes wrong in this hour, if anything; on calm days nothing that ends appending. */
    private void disturb(boolean isCalm) {
        int calls = random.nextInt(MOST_CALLS);
        int dice = random.nextInt(15);
        if (dice < 2 && isCalm) {
            Fault fault = new Fault.ShortWrite(random.nextInt(200));
            machine.arm(fault, CallKind.WRITE, "", calls);
        } else if (dice < 2) {
            machine.arm(fault(), calls);
        } else if (dice == 2 && !isCalm) {
            machine.arm(new Fault.LateWriteBackError(), calls);
        } else if (dice == 3 && !isCalm) {
            machine.arm(new Fault.LyingForce(), calls);
        } else if (dice == 4 && !isCalm) {
            armEnd(calls);
        } else if (dice == 5 && random.nextInt(3) == 0 && !machine.isFull()) {
            machine.room(random.nextInt(3000));
        }
    }

    private void armEnd(int calls) {
        machine.armEnd(random.nextBoolean(), calls, random.nextLong());
    }

    private Fault fault() {
        List<Fault> faults =
                List.of(
                        new Fault.InputOutputError(),
                        new Fault.ErrorAfterEffect(),
                        new Fault.NoSpace(),
                        new Fault.ShortWrite(random.nextInt(200)),
                        new Fault.Interrupted(),
                        new Fault.OutOfMemory());
        return faults.get(random.nextInt(faults.size()));
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 62) {
            int appends = dice < 40 ? 1 : 2 + random.nextInt(3);
            store.append(IntStream.range(0, appends).mapToObj(i -> Scripts.wish(random)).toList());
        } else if (dice < 65) {
            truncate();
        } else if (dice < 85) {
            store.checkQueries(random, 3);
        } else if (dice < 90) {
            readOtherBytes();
        } else if (dice < 95) {
            store.check();
        } else {
            machine.disarm();
            store.check();
            if (store.isOpen() && !store.isStopped()) {
                store.checkBeside();
            }
        }
    }

    private void truncate() {
        StreamName stream = Contents.stream(random.nextInt(Contents.STREAMS));
        long version = store.model().version(stream);
        long first =
                switch (random.nextInt(6)) {
                    case 0 -> 0;
                    case 1 -> version + 5;
                    default -> Math.max(1, version - random.nextInt(20));
                };
        store.truncate(stream, first);
    }

    /** A read that sees a wrong bit or an old sector says so, or is not concerned. */
    private void readOtherBytes() {
        if (random.nextBoolean()) {
            String ending = random.nextBoolean() ? ".segment" : ".index";
            Fault flip = new Fault.BitFlip(random.nextInt(8 << 10), random.nextInt(8));
            machine.arm(flip, CallKind.READ, ending, random.nextInt(10));
        } else {
            Fault stale = new Fault.StaleSector(random.nextInt(16), olderBytes);
            machine.arm(stale, CallKind.READ, lastSegment(), random.nextInt(4));
        }
        store.checkQueries(random, 2);
        store.check();
        machine.disarm();
    }

    private String lastSegment() {
        return machine.disk().names().stream()
                .filter(name -> name.endsWith(".segment"))
                .reduce("", (first, second) -> second);
    }

    /** The end of an hour: what went wrong is repaired, or is left for the next one. */
    private void settleDown(boolean isCalm) {
        machine.disarm();
        if (machine.needsRestart()) {
            store.restartMachine();
        }
        if (machine.isFull() && random.nextInt(3) == 0) {
            machine.room(Long.MAX_VALUE);
            drain();
        }
        if (store.isStopped() || (!isCalm && random.nextInt(20) == 0)) {
            store.check();
            store.closeIfOpen();
        }
        if (!store.isOpen()) {
            open();
        }
        if (store.isOpen()) {
            resources.checkHandles(machine.disk(), replaced);
        }
        String last = lastSegment();
        olderBytes = last.isEmpty() ? olderBytes : machine.disk().contents(last);
    }

    /** Behind the last fault an append succeeds soon. */
    private void drain() {
        if (store.isStopped()) {
            store.closeIfOpen();
        }
        if (!store.isOpen()) {
            Violation.check(open(), Kind.LOST, "the store does not open without a fault");
        }
        long before = store.model().head();
        int seconds = 0;
        while (store.model().head() == before && seconds++ < DRAIN_SECONDS) {
            store.appendAnything(random);
            machine.time().advance(Duration.ofSeconds(1));
        }
        Violation.check(store.model().head() > before, Kind.WRONG, "appending did not resume");
        slowestSeconds = Math.max(slowestSeconds, seconds);
    }

    private void endOfDay(int day, boolean endsProcess) {
        try {
            machine.room(Long.MAX_VALUE);
            machine.disarm();
            drain();
            store.check();
            retain(endsProcess);
            scavenge(endsProcess);
            drain();
            store.check();
            store.checkQueries(random, 8);
            store.checkStatistics();
            resources.checkHandles(machine.disk(), replaced);
            if (day % 7 == 0) {
                endOfWeek();
            }
            SoakGuest.visit(machine.disk(), store.model());
            resources.checkThreads();
            if (endsProcess) {
                resources.weigh(store, machine);
                Violation.check(open(), Kind.LOST, "the store does not open after a kill");
                store.check();
            }
            tally.runs.increment();
        } catch (RuntimeException | AssertionError e) {
            throw where("end of day %d: %s".formatted(day, e), e);
        }
    }

    private void retain(boolean endsProcess) {
        if (endsProcess && random.nextBoolean()) {
            machine.arm(fault(), random.nextInt(20));
        } else if (endsProcess && random.nextBoolean()) {
            armEnd(random.nextInt(20));
        }
        if (random.nextInt(3) == 0) {
            store.retain(Retention.ofCategory("order").maxCount(1 + random.nextInt(100)));
        }
        store.retain(TWO_DAYS);
        machine.disarm();
    }

    /** Sometimes once with a fault, and then without. */
    private void scavenge(boolean endsProcess) {
        if (endsProcess && random.nextBoolean()) {
            if (random.nextBoolean()) {
                machine.arm(fault(), random.nextInt(200));
            } else {
                armEnd(random.nextInt(200));
            }
            scavengeOnce();
            machine.disarm();
        }
        if (store.isStopped()) {
            store.closeIfOpen();
        }
        if (!store.isOpen()) {
            Violation.check(open(), Kind.LOST, "the store does not open after a scavenge");
        }
        Violation.check(scavengeOnce(), Kind.WRONG, "no scavenge without a fault");
    }

    private boolean scavengeOnce() {
        SimulatedDirectory disk = machine.disk();
        int renames = disk.callCount(CallKind.RENAME);
        boolean done = store.scavenge() != null;
        replaced += disk.callCount(CallKind.RENAME) - renames;
        return done;
    }

    private void endOfWeek() {
        List<VerificationReport.Problem> problems = new ArrayList<>(store.verify().problems());
        SimulatedBackup.takeLive(machine.now(), backup);
        SimulatedMachine restored = SimulatedMachine.empty(random.nextLong());
        SimulatedBackup.restore(backup, restored);
        problems.addAll(SimulatedStore.verify(backup).problems());
        problems.addAll(SimulatedStore.verify(restored).problems());
        Violation.check(problems.isEmpty(), Kind.WRONG, "problems: %s", problems);
        try (SimulatedStore copy = SimulatedStore.open(restored)) {
            store.checkSame(copy);
        }
        for (SimulatedMachine copied : List.of(backup, restored)) {
            Violation.check(
                    copied.disk().openFiles().isEmpty(),
                    Kind.WRONG,
                    "open files of a backup: %s",
                    copied.disk().openFiles());
        }
    }

    @Override
    public String toString() {
        return "an append succeeded at most %d virtual seconds behind a fault"
                .formatted(slowestSeconds);
    }
}
