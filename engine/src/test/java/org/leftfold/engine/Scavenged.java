package org.leftfold.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Backup;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Stores with much that is unreadable, and all that a scavenge must not change. */
final class Scavenged {
    static final AdminAct ACT = new AdminAct("ann", "retention");
    static final int STREAMS = 6;

    private Scavenged() {}

    /** An append and what it was answered first. */
    record Made(Append append, AppendResult result) {}

    /** Everything that a scavenge leaves as it is. */
    record Content(
            List<RecordedEvent> events,
            List<Backup.Entry> history,
            Map<StreamName, Long> versions,
            Counts counts) {}

    /** Statistics without the bytes on disk. */
    record Counts(
            long events,
            long streams,
            long head,
            Map<String, Long> categories,
            Map<String, Long> types) {}

    /** A store of small segments and a small index, which rewrites whatever saves a byte. */
    static EmbeddedEventStore open(SimulatedMachine machine) {
        EmbeddedEventStore store =
                Opening.forWriting(
                        machine.machine(),
                        options(machine),
                        Execution.CALLER,
                        IndexOptions.of(16 << 10));
        store.scavengeFrom(0);
        return store;
    }

    static EmbeddedEventStore openForReading(SimulatedMachine machine) {
        return Opening.forReading(machine.machine(), options(machine).indexMemoryBytes(64 << 10));
    }

    private static EmbeddedOptions options(SimulatedMachine machine) {
        return EmbeddedOptions.defaults().clock(machine.time()).segmentBytes(4 << 10, 16 << 10);
    }

    static StreamName stream(int number) {
        return StreamName.of(number % 2 == 0 ? "order" : "cart", "s" + number);
    }

    /** Adds appends to one or several streams. */
    static List<Made> fill(EmbeddedEventStore store, SplittableRandom random, int appends) {
        List<Made> made = new ArrayList<>();
        for (int i = 0; i < appends; i++) {
            List<StreamWrite> writes = new ArrayList<>();
            int first = random.nextInt(STREAMS);
            int count = 1 + random.nextInt(4) / 2;
            for (int n = 0; n < count; n++) {
                writes.add(
                        new StreamWrite(
                                stream((first + n) % STREAMS),
                                ExpectedVersion.any(),
                                events(random)));
            }
            Append append = new Append(writes, List.of());
            made.add(new Made(append, store.append(append)));
        }
        return made;
    }

    private static List<NewEvent> events(SplittableRandom random) {
        List<NewEvent> events = new ArrayList<>();
        for (int left = 1 + random.nextInt(3) / 2 * random.nextInt(3); left > 0; left--) {
            int large = random.nextInt(40) == 0 ? 6000 : 250;
            byte[] bytes = "x".repeat(random.nextInt(large)).getBytes(StandardCharsets.UTF_8);
            NewEvent event = NewEvent.of("T" + random.nextInt(3), Payload.of(bytes));
            event = event.withMetadata("note", "n" + random.nextInt(9));
            events.add(random.nextBoolean() ? event.withTags("n:" + random.nextInt(5)) : event);
        }
        return events;
    }

    /** Makes about the given share of all events unreadable. */
    static void truncate(EmbeddedEventStore store, SplittableRandom random, int percent) {
        for (int i = 0; i < STREAMS; i++) {
            long version = store.version(stream(i));
            if (version == 0) {
                continue;
            }
            if (random.nextInt(STREAMS) == 0) {
                store.admin().delete(stream(i), ACT);
            } else {
                long first = Math.max(2, version * percent / 100 + random.nextInt(3) - 1);
                store.admin().truncate(stream(i), Math.min(version + 1, first), ACT);
            }
        }
    }

    static Content content(EmbeddedEventStore store) {
        List<Backup.Entry> history = new ArrayList<>();
        try (Backup backup = store.admin().backup()) {
            backup.forEachRemaining(history::add);
        }
        Map<StreamName, Long> versions = new TreeMap<>();
        for (int i = 0; i < STREAMS; i++) {
            versions.put(stream(i), store.version(stream(i)));
        }
        StoreStatistics counted = store.admin().statistics();
        Counts counts =
                new Counts(
                        counted.events(),
                        counted.streams(),
                        counted.head(),
                        counted.categories(),
                        counted.types());
        try (Events events = store.read(ReadRequest.all())) {
            return new Content(events.toList(), history, versions, counts);
        }
    }

    /** A disk with the same files, all durable. */
    static SimulatedMachine copyOf(SimulatedMachine machine) {
        SimulatedDirectory copy = new SimulatedDirectory();
        for (String name : machine.disk().names()) {
            copy.put(name, machine.disk().contents(name));
        }
        return SimulatedMachine.with(copy, 5);
    }

    static void deleteIndex(SimulatedMachine machine) {
        for (String name : machine.disk().names()) {
            if (name.endsWith(".index")) {
                machine.disk().remove(name);
            }
        }
    }

    /** Bytes of all segments but the active one. */
    static long sealedBytes(SimulatedMachine machine) {
        List<String> segments =
                machine.disk().names().stream().filter(name -> name.endsWith(".segment")).toList();
        return segments.subList(0, segments.size() - 1).stream()
                .mapToLong(name -> machine.disk().contents(name).length)
                .sum();
    }
}
