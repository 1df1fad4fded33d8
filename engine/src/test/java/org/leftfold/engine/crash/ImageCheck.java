package org.leftfold.engine.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.leftfold.api.Append;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Step.Wish;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Recovers one crash image of a run, and checks everything that can be asked of it. */
final class ImageCheck {
    private static final Instant LATER = Instant.parse("2030-01-01T00:00:00Z");
    private static final int REOPEN_ONE_OF = 8;

    private final ScriptRun run;
    private final int least;
    private final int most;
    private final int openings;

    /**
     * A check of images in which {@code least} to {@code most} units of a run are.
     *
     * @param openings how often the store had been opened
     */
    ImageCheck(ScriptRun run, int least, int most, int openings) {
        this.run = run;
        this.least = least;
        this.most = Math.max(least, most);
        this.openings = openings;
    }

    /**
     * A check of the images of one crash point.
     *
     * @param call number of the call after which the crash is
     * @param nextCall number of the next call that changes the disk
     */
    static ImageCheck at(ScriptRun run, int call, int nextCall) {
        return new ImageCheck(
                run, run.mustHave(nextCall - 1), run.mayHave(call), run.openings(nextCall - 1));
    }

    int least() {
        return least;
    }

    static SimulatedMachine machineFor(SimulatedDirectory disk, long seed) {
        SimulatedMachine machine = SimulatedMachine.with(disk, seed);
        machine.time().setWall(LATER);
        return machine;
    }

    /** Opens the store of an image; every failure to do so is a loss. */
    static SimulatedStore recover(SimulatedMachine machine) {
        try {
            return SimulatedStore.open(machine);
        } catch (LeftfoldException e) {
            throw new Violation(Kind.LOST, "the store cannot be opened", e);
        }
    }

    /** Recovers the image, checks it, and goes on with it. */
    void check(SimulatedDirectory image, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedMachine machine = machineFor(image, seed);
        checkOpenings(image);
        SimulatedStore store = recover(machine);
        int found = identify(store);
        Model model = Model.of(run.units().subList(0, found));
        checkTail(image);
        Readings.checkQueries(store, model, random, 3);
        goOn(store, model, found, random);
        if (random.nextInt(REOPEN_ONE_OF) == 0) {
            reopen(store, machine, model, random);
        } else {
            store.close();
        }
    }

    /** The number of units that a recovered store holds. */
    int identify(SimulatedStore store) {
        long head = store.head();
        List<RecordedEvent> events = store.read(ReadRequest.all()).toList();
        for (int count = least; count <= most; count++) {
            if (run.headOf(count) == head && run.readable(count).equals(events)) {
                return count;
            }
        }
        throw new Violation(
                kindOf(head),
                "head %d with %d readable events; %d to %d units with heads %d to %d should be there"
                        .formatted(
                                head,
                                events.size(),
                                least,
                                most,
                                run.headOf(least),
                                run.headOf(most)));
    }

    private Kind kindOf(long head) {
        if (head < run.headOf(least)) {
            return Kind.LOST;
        }
        if (head > run.headOf(most)) {
            return Kind.PHANTOM;
        }
        for (int count = least; count <= most; count++) {
            if (run.headOf(count) == head) {
                return Kind.WRONG;
            }
        }
        return Kind.TORN;
    }

    /** The number of an opening never comes back. */
    private void checkOpenings(SimulatedDirectory image) {
        if (openings == 0) {
            return;
        }
        try {
            Optional<Manifest> manifest = Manifest.load(image);
            Violation.check(manifest.isPresent(), Kind.LOST, "the manifest is gone");
            long opening = manifest.orElseThrow().opening();
            Violation.check(
                    opening >= openings,
                    Kind.WRONG,
                    "opening %d is known, there were %d",
                    opening,
                    openings);
        } catch (LeftfoldException e) {
            throw new Violation(Kind.LOST, "the manifest cannot be read", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Behind the end of a recovered log there are zeros. */
    static void checkTail(SimulatedDirectory disk) {
        try {
            Manifest manifest = Manifest.load(disk).orElseThrow();
            MarkFile.Mark mark = MarkFile.load(disk, manifest.storeId()).orElseThrow();
            byte[] bytes = disk.contents(StoreFiles.segment(mark.segment()));
            for (int i = (int) mark.offset(); i < bytes.length; i++) {
                Violation.check(
                        bytes[i] == 0, Kind.WRONG, "byte %d behind %s is not zero", i, mark);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was under way is repeated, then there are new appends. */
    private void goOn(SimulatedStore store, Model model, int found, SplittableRandom random) {
        long now = now();
        for (int i = Math.max(0, Math.min(least, found - 1)); i < most; i++) {
            Append append = run.units().get(i).append();
            if (append != null) {
                Model.Outcome expected = model.append(append, now);
                Readings.checkAnswer(expected, store.appendTogether(List.of(append)).getFirst());
            }
        }
        List<Append> appends = new ArrayList<>();
        List<Model.Outcome> expected = new ArrayList<>();
        for (Step.Kind kind : List.of(Step.Kind.ONE, Step.Kind.CONDITION, Step.Kind.BATCH)) {
            Wish wish = new Wish(kind, random.nextLong());
            Append append = Contents.append(wish, model, () -> new byte[0]);
            appends.add(append);
            expected.add(model.append(append, now));
        }
        var answers = store.appendTogether(appends);
        for (int i = 0; i < answers.size(); i++) {
            Readings.checkAnswer(expected.get(i), answers.get(i));
        }
        Readings.checkFrom(store, model, run.headOf(found));
    }

    private static long now() {
        return LATER.getEpochSecond() * 1_000_000;
    }

    private static void reopen(
            SimulatedStore store, SimulatedMachine machine, Model model, SplittableRandom random) {
        SimulatedMachine next = machine;
        if (random.nextBoolean()) {
            store.close();
        } else {
            next = machine.restartedWith(machine.disk().afterProcessKill());
        }
        try (SimulatedStore again = recover(next)) {
            Readings.checkFrom(again, model, 0);
            Readings.checkQueries(again, model, random, 2);
        }
        Violation.check(
                next.disk().openFiles().isEmpty(),
                Kind.WRONG,
                "open files %s",
                next.disk().openFiles());
    }
}
