package org.leftfold.engine.crash;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.testkit.disk.CallKind;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.Fault;
import org.leftfold.testkit.disk.FaultPlan;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Damage that needs a history of its own. */
final class Special {
    private static final String FIRST = StoreFiles.segment(1);
    private static final String THIRD = "0000000003.segment";

    private Special() {}

    private static Append append(long number, int bytes) {
        return append(0, number, bytes);
    }

    private static Append append(int stream, long number, int bytes) {
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) (number + 1));
        NewEvent event =
                new NewEvent(
                        new EventId(new java.util.UUID(42, number)),
                        new EventType("Noted"),
                        1,
                        Payload.of(payload),
                        Metadata.none(),
                        java.util.Set.of());
        return Append.to(Contents.stream(stream), ExpectedVersion.any(), event);
    }

    /**
     * A frame that was taken back comes back, as an old sector would: the full segment notices,
     * though every checksum of the frame is right.
     */
    static void oldFrameComesBack() {
        SimulatedMachine machine = SimulatedMachine.empty(5);
        SimulatedDirectory disk = machine.disk();
        SimulatedStore store = SimulatedStore.open(machine);
        store.appendTogether(List.of(append(1, 100))).getFirst().join();
        int begin = Specimen.endOf(disk.contents(FIRST));
        disk.faults(
                new FaultPlan()
                        .firstWhen(
                                call -> call.kind() == CallKind.WRITE && call.name().equals(FIRST),
                                new Fault.ErrorAfterEffect()));
        store.appendTogether(List.of(append(2, 100)));
        byte[] old = disk.contents(FIRST);
        int end = Specimen.endOf(old);
        Violation.check(end > begin, Kind.WRONG, "the failed write left nothing");
        for (int number = 3; number < 70; number++) {
            store.appendTogether(List.of(append(number, 100))).getFirst().join();
        }
        store.close();
        disk.overwrite(FIRST, begin, Arrays.copyOfRange(old, begin, end));
        Violation.check(!SimulatedStore.verify(machine).isClean(), Kind.WRONG, "not verified");
        for (String name : disk.names()) {
            if (name.endsWith(".index")) { // which saves reading what it covers
                disk.remove(name);
            }
        }
        try (SimulatedStore again = SimulatedStore.open(machine)) {
            throw new Violation(Kind.WRONG, "served, head " + again.head());
        } catch (IntegrityException e) {
            Violation.check(!SimulatedStore.verify(machine).isClean(), Kind.WRONG, "not verified");
        }
    }

    /**
     * One batch for two streams fills several segments and makes the index write a table in
     * between: what was looked up when it was handed over is old by then.
     */
    static void batchAcrossSegments() {
        SimulatedMachine machine = SimulatedMachine.empty(12);
        try (SimulatedStore store = SimulatedStore.open(machine)) {
            List<Append> batch =
                    LongStream.range(0, 200)
                            .mapToObj(number -> append((int) number % 2, number, 200))
                            .toList();
            List<CompletableFuture<AppendResult>> answers = store.appendTogether(batch);
            for (int i = 0; i < answers.size(); i++) {
                long version = answers.get(i).join().lastVersion();
                Violation.check(version == i / 2 + 1, Kind.WRONG, "append %d got %d", i, version);
            }
            Violation.check(
                    machine.disk().names().stream().anyMatch(StoreFiles::isIndex),
                    Kind.WRONG,
                    "the index wrote no table in between");
            long read = store.read(ReadRequest.stream(Contents.stream(1))).toList().size();
            Violation.check(read == batch.size() / 2, Kind.LOST, "%d events are read", read);
        }
    }

    /** A group whose write failed does not come back, not in part either, when others followed. */
    static void failedGroupStaysAway() {
        SimulatedMachine machine = SimulatedMachine.empty(8);
        SimulatedDirectory disk = machine.disk();
        SimulatedStore store = SimulatedStore.open(machine);
        store.appendTogether(List.of(append(1, 20_000))).getFirst().join(); // fills a segment alone
        disk.faults(
                new FaultPlan()
                        .firstWhen(
                                call -> call.kind() == CallKind.WRITE && call.name().equals(THIRD),
                                new Fault.ErrorAfterEffect()));
        store.appendTogether(List.of(append(2, 3_000), append(3, 3_000)));
        disk.faults(new FaultPlan());
        store.appendTogether(List.of(append(4, 100))).getFirst().join();
        int end = Specimen.endOf(disk.contents(THIRD));
        Violation.check(end < 1_000, Kind.PHANTOM, "remains up to byte %d", end);
        SimulatedDirectory next = disk.afterProcessKill();
        try (SimulatedStore again = ImageCheck.recover(machine.restartedWith(next))) {
            Violation.check(again.head() == 2, Kind.PHANTOM, "head %d", again.head());
        }
    }

    /**
     * Without a mark, frames behind a damage prove that it is none of a crash. What is behind the
     * last frame's beginning may be dropped as torn.
     */
    static void damageWithoutMark(int strideBits) {
        SimulatedMachine machine = SimulatedMachine.empty(6);
        SimulatedStore store = SimulatedStore.open(machine);
        int lastFrame = 0;
        for (int number = 1; number <= 12; number++) {
            lastFrame = Specimen.endOf(machine.disk().contents(FIRST));
            store.appendTogether(List.of(append(number, 100))).getFirst().join();
        }
        List<RecordedEvent> events = store.read(ReadRequest.all()).toList();
        SimulatedDirectory image = machine.disk().powerCut(new CrashOutcome.NothingKept());
        int end = Specimen.endOf(image.contents(FIRST));
        for (int bit = 128 * 8; bit < end * 8; bit += strideBits) {
            SimulatedDirectory damaged = image.crashPoint().image(new CrashOutcome.NothingKept());
            damaged.flipBit(FIRST, bit / 8, bit % 8);
            int least = bit / 8 < lastFrame ? events.size() : events.size() - 1;
            try (SimulatedStore again = SimulatedStore.open(ImageCheck.machineFor(damaged, 1))) {
                List<RecordedEvent> served = again.read(ReadRequest.all()).toList();
                Violation.check(
                        served.size() >= least
                                && served.equals(events.subList(0, served.size()))
                                && bit / 8 >= lastFrame,
                        Kind.LOST,
                        "bit %d of byte %d: %d events of %d served",
                        bit % 8,
                        bit / 8,
                        served.size(),
                        events.size());
            } catch (IntegrityException e) {
                Violation.check(e.getMessage().contains(FIRST), Kind.WRONG, "%s", e.getMessage());
            }
        }
    }

    /** A force that lies costs a suffix at most, and what the mark knows of is missed. */
    static void forceLies(int from, boolean markKept) {
        SimulatedMachine machine = SimulatedMachine.empty(7);
        SimulatedStore store = SimulatedStore.open(machine);
        for (int number = 1; number <= 60; number++) {
            if (number == from) {
                machine.disk()
                        .faults(
                                new FaultPlan()
                                        .when(
                                                call ->
                                                        call.name().endsWith(".segment")
                                                                && call.kind() == CallKind.FORCE,
                                                new Fault.LyingForce()));
            }
            store.appendTogether(List.of(append(number, 60))).getFirst().join();
        }
        List<RecordedEvent> events = store.read(ReadRequest.all()).toList();
        byte[] mark = machine.disk().contents(StoreFiles.MARK);
        SimulatedDirectory image = machine.disk().powerCut(new CrashOutcome.NothingKept());
        if (markKept) {
            image.put(StoreFiles.MARK, mark);
        }
        try (SimulatedStore again = SimulatedStore.open(ImageCheck.machineFor(image, 1))) {
            List<RecordedEvent> served = again.read(ReadRequest.all()).toList();
            Violation.check(
                    served.size() >= from - 1 && served.equals(events.subList(0, served.size())),
                    Kind.LOST,
                    "%d events of %d",
                    served.size(),
                    events.size());
            Violation.check(!markKept, Kind.WRONG, "the loss was not noticed");
        } catch (IntegrityException e) {
            // Noticed: the mark, the manifest or a later frame knows of more.
        }
    }
}
