package org.leftfold.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.Backup;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Small stores on simulated disks, and what is in them. */
final class Stores {
    private static final AdminAct ACT = new AdminAct("ann", "retention");

    private Stores() {}

    /** Everything that can be read of a store, and its whole history with acts. */
    record Content(List<RecordedEvent> events, List<Backup.Entry> history) {}

    /** Adds appends and truncations, so many that segments roll. */
    static void fill(SimulatedStore store, SplittableRandom random, int appends) {
        for (int i = 0; i < appends; i++) {
            StreamName stream = new StreamName("s-" + random.nextInt(4));
            int bytes = random.nextInt(12) == 0 ? 3000 : random.nextInt(300);
            store.appendTogether(
                            List.of(
                                    Append.to(
                                            stream,
                                            ExpectedVersion.any(),
                                            NewEvent.of("Made", Payload.of(new byte[bytes])),
                                            NewEvent.ofJson("Small", "{\"n\":" + i + "}")
                                                    .withTags("n:" + i % 3))))
                    .getFirst()
                    .join();
            if (i % 9 == 8) {
                store.admin().truncate(stream, 2 + random.nextLong(store.version(stream)), ACT);
            }
        }
    }

    /** A store with this many appends more; closed. */
    static void extend(SimulatedMachine machine, SplittableRandom random, int appends) {
        try (SimulatedStore store = SimulatedStore.open(machine)) {
            fill(store, random, appends);
        }
    }

    /** What a reader sees; the store is verified as well. */
    static Content content(SimulatedMachine machine) {
        assertThat(SimulatedStore.verify(machine).problems()).isEmpty();
        return unverified(machine);
    }

    static Content unverified(SimulatedMachine machine) {
        try (SimulatedStore store = SimulatedStore.openForReading(machine)) {
            return content(store);
        }
    }

    static Content content(SimulatedStore store) {
        List<Backup.Entry> history = new ArrayList<>();
        try (Events events = store.read(ReadRequest.all());
                Backup backup = store.admin().backup()) {
            backup.forEachRemaining(history::add);
            return new Content(events.toList(), history);
        }
    }

    static SimulatedMachine machine(SimulatedDirectory disk) {
        return SimulatedMachine.with(disk, 77);
    }

    /** A disk with the same files, all durable. */
    static SimulatedDirectory copyOf(SimulatedDirectory disk) {
        SimulatedDirectory copy = new SimulatedDirectory();
        for (String name : new TreeSet<>(disk.names())) {
            copy.put(name, disk.contents(name));
        }
        return copy;
    }
}
