package org.leftfold.engine.side;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.leftfold.api.spi.CheckpointStore;
import org.leftfold.engine.side.RecordStore.Outcome;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.CrashPoint;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;

/**
 * Saves of many threads that come while a force is under way, so that they share the next one. All
 * their records have the same length.
 */
final class GroupOfSaves {
    static final int THREADS = 31;

    private GroupOfSaves() {}

    static String follower(int number) {
        return "follower " + (10 + number);
    }

    /** The followers that have a checkpoint. */
    static Set<String> known(CheckpointStore store) {
        Set<String> known = new HashSet<>();
        for (int i = 0; i < THREADS; i++) {
            if (store.load(follower(i)).isPresent()) {
                known.add(follower(i));
            }
        }
        return known;
    }

    /**
     * Saves one checkpoint, and during its force all others.
     *
     * @param beforeForce takes the disk as it is before the second force
     */
    static void save(
            DurableCheckpointStore store, SimulatedDirectory disk, CrashPoint[] beforeForce)
            throws InterruptedException, ExecutionException {
        List<FutureTask<Boolean>> saves = new ArrayList<>();
        List<Integer> forces = new ArrayList<>();
        Runnable before =
                () -> {
                    forces.add(forces.size());
                    if (forces.size() == 2) {
                        beforeForce[0] = disk.crashPoint();
                    }
                    if (forces.size() == 1) {
                        start(store, saves);
                    }
                };
        disk.faults(
                new FaultPlan()
                        .when(call -> call.kind() == CallKind.FORCE, new Fault.Before(before)));
        if (!store.save("first", SideModel.at(1), 1)) {
            throw new AssertionError("the first save was refused");
        }
        for (FutureTask<Boolean> save : saves) {
            if (!save.get()) {
                throw new AssertionError("a save was refused");
            }
        }
        disk.faults(new FaultPlan());
    }

    /** Starts them and returns when all have made their record. */
    private static void start(DurableCheckpointStore store, List<FutureTask<Boolean>> saves) {
        long start = end(store);
        for (int i = 0; i < THREADS; i++) {
            String name = follower(i);
            FutureTask<Boolean> save = new FutureTask<>(() -> store.save(name, SideModel.at(1), 1));
            saves.add(save);
            Thread.ofPlatform().daemon().start(save);
        }
        int texts = follower(0).length() + SideModel.at(1).toString().length();
        long grown =
                (long) THREADS * RecordFormat.recordBytes(texts + 2 * Short.BYTES + Long.BYTES);
        while (end(store) < start + grown) {
            Thread.onSpinWait();
        }
    }

    private static long end(DurableCheckpointStore store) {
        return store.perform(() -> new Outcome<>(store.file().end(), 0));
    }
}
