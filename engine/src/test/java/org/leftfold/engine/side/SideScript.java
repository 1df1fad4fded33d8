package org.leftfold.engine.side;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.engine.side.SideModel.Progress;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * Plays a random script on the four stores, one call after the other, and keeps what was
 * acknowledged after each. A call that fails is in doubt if its error says so, or if it is no error
 * of ours; else it must have changed nothing.
 */
final class SideScript {
    private final SplittableRandom random;
    private final SimulatedMachine machine;
    private final SideModel model = new SideModel();
    private @Nullable SideBench bench;
    private int step;

    /** What held when the disk had seen so many calls, and what may hold until the next moment. */
    record Moment(int callCount, SideModel acknowledged, SideModel possible) {}

    private final List<Moment> moments = new ArrayList<>();

    SideScript(long seed, SimulatedMachine machine) {
        this.random = new SplittableRandom(seed);
        this.machine = machine;
    }

    List<Moment> moments() {
        return moments;
    }

    SideModel model() {
        return model;
    }

    private SimulatedDirectory disk() {
        return machine.disk();
    }

    /** Opens and plays; with faults, an opening that fails is tried once more. */
    void play(int steps) {
        mark(model);
        open();
        for (step = 1; step <= steps; step++) {
            one();
            mark(model);
        }
    }

    private SideBench bench() {
        SideBench opened = bench;
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    void close() {
        bench().close();
    }

    void checkReads() {
        model.checkReads(bench());
    }

    private void open() {
        try {
            bench = SideBench.open(machine);
        } catch (StoreUnavailableException | OutOfMemoryError e) {
            bench = SideBench.open(machine);
        }
    }

    private void reopen() {
        try {
            bench().close();
        } catch (OutOfMemoryError e) {
            bench().close();
        }
        open();
    }

    private void mark(SideModel possible) {
        moments.add(new Moment(disk().callCount(), model.copy(), possible.copy()));
    }

    /** From here on this may be stored, until the call returns or is refused. */
    private void begin(SideModel possible) {
        Moment last = moments.removeLast();
        moments.add(new Moment(last.callCount(), last.acknowledged(), possible));
    }

    private enum Answer {
        DONE,
        REFUSED,
        IN_DOUBT
    }

    private static Answer call(Runnable call) {
        try {
            call.run();
            return Answer.DONE;
        } catch (OutcomeUnknownException | OutOfMemoryError e) {
            return Answer.IN_DOUBT;
        } catch (StoreUnavailableException e) {
            return Answer.REFUSED;
        }
    }

    private void one() {
        int dice = random.nextInt(100);
        String name = "n" + random.nextInt(3);
        if (dice < 18) {
            save(name, random.nextInt(1, 50), random.nextInt(6));
        } else if (dice < 22) {
            forgetFollower(name);
        } else if (dice < 38) {
            acquire(name, "owner " + random.nextInt(3), random.nextInt(1, 4));
        } else if (dice < 44) {
            renewOrRelease(name, random.nextInt(3));
        } else if (dice < 60) {
            newKey("subject " + random.nextInt(12));
        } else if (dice < 72) {
            forgetSubject("subject " + random.nextInt(12));
        } else if (dice < 90) {
            saveSnapshot("stream-" + name, random.nextInt(1, 20));
        } else if (dice < 94) {
            dropSnapshots("stream-" + name);
        } else if (dice < 98) {
            reopen();
        } else {
            machine.time().advance(Duration.ofHours(4));
            model.leases.clear();
            model.leasesInDoubt.clear();
        }
    }

    private void save(String follower, long position, int fenceAbove) {
        Set<Progress> before =
                model.followers.getOrDefault(follower, Set.of(new Progress(Optional.empty(), 0)));
        long highest = before.stream().mapToLong(Progress::fence).max().orElse(0);
        Progress after =
                new Progress(
                        Optional.of(SideModel.at(position)), Math.max(0, highest + fenceAbove - 2));
        progress(
                follower,
                before,
                after,
                () -> bench().checkpoints.save(follower, SideModel.at(position), after.fence()),
                before.stream().allMatch(one -> after.fence() >= one.fence()));
    }

    private void forgetFollower(String follower) {
        Set<Progress> before = model.followers.get(follower);
        if (before == null || before.size() > 1) {
            return;
        }
        Progress after = new Progress(Optional.empty(), before.iterator().next().fence());
        progress(follower, before, after, () -> bench().checkpoints.forget(follower), true);
    }

    private void progress(
            String follower, Set<Progress> before, Progress after, Runnable call, boolean taken) {
        SideModel possible = model.copy();
        Set<Progress> either = new HashSet<>(before);
        if (taken) {
            either.add(after);
        }
        possible.followers.put(follower, either);
        begin(possible);
        switch (call(call)) {
            case DONE -> model.followers.put(follower, taken ? Set.of(after) : before);
            case IN_DOUBT -> model.followers.put(follower, either);
            case REFUSED -> {}
        }
    }

    private void acquire(String name, String owner, int hours) {
        SideModel possible = model.copy();
        possible.leasesInDoubt.add(name);
        begin(possible);
        List<Lease> got = new ArrayList<>();
        Answer answer =
                call(() ->
                        bench().leases
                                .acquire(name, owner, Duration.ofHours(hours))
                                .ifPresent(got::add));
        leaseDone(name, answer, got);
    }

    private void leaseDone(String name, Answer answer, List<Lease> got) {
        if (answer == Answer.IN_DOUBT) {
            model.leasesInDoubt.add(name);
        } else if (!got.isEmpty()) {
            Lease lease = got.getFirst();
            Lease before = model.leases.put(name, lease);
            boolean renewed = before != null && before.fence() == lease.fence();
            if (!renewed && lease.fence() <= model.highestFence) {
                throw new AssertionError(
                        "fence %d after %d".formatted(lease.fence(), model.highestFence));
            }
            model.highestFence = Math.max(model.highestFence, lease.fence());
            model.leasesInDoubt.remove(name);
        }
    }

    private void renewOrRelease(String name, int what) {
        Lease lease = model.leases.get(name);
        if (lease == null || model.leasesInDoubt.contains(name)) {
            return;
        }
        SideModel possible = model.copy();
        possible.leasesInDoubt.add(name);
        begin(possible);
        if (what == 0) {
            Answer answer = call(() -> bench().leases.release(lease));
            if (answer == Answer.DONE) {
                model.leases.remove(name);
            }
            leaseDone(name, answer, List.of());
        } else {
            List<Lease> got = new ArrayList<>();
            Answer answer =
                    call(() ->
                            bench().leases
                                    .renew(lease, Duration.ofHours(what + 1))
                                    .ifPresent(got::add));
            leaseDone(name, answer, got);
        }
    }

    private void newKey(String subject) {
        SideModel possible = model.copy();
        possible.keysInDoubt.add(subject);
        begin(possible);
        List<SubjectKey> got = new ArrayList<>();
        Answer answer = call(() -> bench().keys.currentOrNew(subject).ifPresent(got::add));
        if (answer == Answer.DONE && !model.keysInDoubt.contains(subject)) {
            if (got.isEmpty() != model.forgotten.contains(subject)) {
                throw new AssertionError("currentOrNew of " + subject + " gave " + got);
            }
            got.forEach(key -> {
                SubjectKey before = model.keys.put(subject, key);
                if (before != null && !before.equals(key)) {
                    throw new AssertionError("another key of " + subject);
                }
            });
        }
    }

    private void forgetSubject(String subject) {
        SideModel possible = model.copy();
        possible.keysInDoubt.add(subject);
        begin(possible);
        Answer answer = call(() -> bench().keys.forget(subject));
        if (answer == Answer.DONE) {
            SubjectKey key = model.keys.remove(subject);
            if (key != null) {
                model.destroyed.add(key.wrappedKey().toByteArray());
            }
            model.keysInDoubt.remove(subject);
            model.forgotten.add(subject);
        } else if (answer == Answer.IN_DOUBT) {
            model.keysInDoubt.add(subject);
        }
    }

    private void saveSnapshot(String stream, long version) {
        Snapshot snapshot = SideModel.snapshot(stream, version, step);
        model.snapshots
                .computeIfAbsent(snapshot.stream(), one -> new HashSet<>())
                .add(snapshot); // it may always be lost
        begin(model.copy());
        call(() -> bench().snapshots.save(snapshot));
    }

    private void dropSnapshots(String stream) {
        StreamName name = new StreamName(stream);
        begin(model.copy());
        if (call(() -> bench().snapshots.drop(name)) == Answer.DONE) {
            model.snapshots.put(name, new HashSet<>());
        }
    }
}
