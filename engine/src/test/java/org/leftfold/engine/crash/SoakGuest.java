package org.leftfold.engine.crash;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.Doors;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * Opens a copy of a store with all threads of production, uses it, and closes it: nothing of it may
 * be left. On a copy, because threads would make what follows another one each time.
 */
final class SoakGuest {
    private static final int APPENDS = 20;
    private static final int WAIT_SECONDS = 30;

    private SoakGuest() {}

    static void visit(SimulatedDirectory disk, SoakModel model) {
        SimulatedDirectory copy = disk.crashPoint().image(new CrashOutcome.EverythingKept());
        SimulatedMachine machine = ImageCheck.machineFor(copy, 1);
        BlockingQueue<Long> followed = new LinkedBlockingQueue<>();
        BlockingQueue<Long> followedBeside = new LinkedBlockingQueue<>();
        try (EmbeddedEventStore store = Doors.openSimulated(machine);
                EmbeddedEventStore reader = Doors.openSimulatedForReading(machine)) {
            List<RecordedEvent> before = store.read(ReadRequest.all()).toList();
            Readings.checkEqual(model.readable(), before, "events of a copy");
            follow(store, followed);
            follow(reader, followedBeside);
            for (int i = 0; i < APPENDS; i++) {
                store.append(
                        Append.to(
                                Contents.stream(i % Contents.STREAMS),
                                ExpectedVersion.any(),
                                NewEvent.ofJson("Visited", "{}")));
            }
            int expected = before.size() + APPENDS;
            long head = model.head() + APPENDS;
            Violation.check(store.head() == head, Kind.WRONG, "head %d of a copy", store.head());
            store.admin().scavenge(position -> {});
            await(followed, expected, head);
            await(followedBeside, expected, head);
        }
        Violation.check(copy.heldLocks().isEmpty(), Kind.WRONG, "locks %s", copy.heldLocks());
        Violation.check(copy.openFiles().isEmpty(), Kind.WRONG, "open %s", copy.openFiles());
    }

    private static void follow(EmbeddedEventStore store, BlockingQueue<Long> positions) {
        store.follow(
                FollowRequest.fromStart(Query.all()), event -> positions.add(event.position()));
    }

    private static void await(BlockingQueue<Long> positions, int count, long head) {
        long last = 0;
        try {
            for (int i = 0; i < count; i++) {
                Long position = positions.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                Violation.check(
                        position != null && position > last,
                        Kind.WRONG,
                        "followed %s behind %d",
                        position,
                        last);
                last = position == null ? last : position;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Violation.check(last == head, Kind.LOST, "followed to %d of %d", last, head);
    }
}
