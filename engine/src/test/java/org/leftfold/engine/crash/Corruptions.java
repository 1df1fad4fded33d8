package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Damage.Fate;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Damages a specimen in every way, one at a time. */
final class Corruptions {
    private static final int SECTOR = Specimen.SECTOR_BYTES;
    private static final int THOROUGH_ONE_OF = 16;

    private static final int INDEX_STRIDE = 31;

    private final Specimen specimen;
    private final Tally tally;
    private final Map<Fate, LongAdder> fates = new EnumMap<>(Fate.class);

    Corruptions(Specimen specimen, Tally tally) {
        this.specimen = specimen;
        this.tally = tally;
        for (Fate fate : Fate.values()) {
            fates.put(fate, new LongAdder());
        }
    }

    long count(Fate fate) {
        return fates.get(fate).sum();
    }

    /** Every {@code stride}-th bit of every file, from {@code first} on. */
    void flipBits(int first, int stride) {
        specimen.files()
                .forEach((name, bytes) ->
                        IntStream.range(0, bytes.length * 8)
                                .parallel()
                                .filter(bit -> isFlipped(name, bit, first, stride))
                                .forEach(bit -> flip(name, bit)));
    }

    /** Every bit of an index file is flipped in a test of its own. */
    private boolean isFlipped(String name, int bit, int first, int stride) {
        int step = StoreFiles.isIndex(name) ? INDEX_STRIDE * stride : stride;
        return bit % step == first && tally.isGood();
    }

    private void flip(String name, int bit) {
        tally.faults.increment();
        check(
                "bit %d of byte %d of %s".formatted(bit % 8, bit / 8, name),
                name,
                bit % (8 * THOROUGH_ONE_OF) == 0,
                disk -> disk.flipBit(name, bit / 8, bit % 8));
    }

    private void check(
            String where, String file, boolean thorough, Consumer<SimulatedDirectory> damage) {
        tally.count(
                where,
                () -> {
                    SimulatedMachine machine = specimen.copy();
                    damage.accept(machine.disk());
                    Fate fate = Damage.check(machine, specimen, file, thorough);
                    fates.get(fate).increment();
                });
    }

    /** Every shorter length of every file. */
    void truncate(int stride) {
        specimen.files()
                .forEach((name, bytes) ->
                        IntStream.range(0, bytes.length)
                                .parallel()
                                .filter(length -> length % stride == 0 && tally.isGood())
                                .forEach(length ->
                                        check(
                                                "%s cut to %d".formatted(name, length),
                                                name,
                                                true,
                                                disk -> disk.truncate(name, length))));
    }

    private record Place(String name, int offset) {}

    private List<Place> sectors() {
        List<Place> places = new ArrayList<>();
        specimen.files()
                .forEach((name, bytes) -> {
                    for (int at = 0; at < bytes.length; at += SECTOR) {
                        places.add(new Place(name, at));
                    }
                });
        return places;
    }

    /** Every sector zeroed, replaced by each of its older versions, and swapped with each other. */
    void spoilSectors() {
        Map<String, byte[]> files = specimen.files();
        List<Place> places = sectors();
        for (Place place : places) {
            byte[] zeros = new byte[Specimen.sector(files.get(place.name), place.offset).length];
            replace("zeros in " + place, place, zeros);
            for (byte[] older : specimen.olderVersions(place.name, place.offset)) {
                replace("an older version of " + place, place, older);
            }
        }
        IntStream.range(0, places.size())
                .parallel()
                .forEach(i -> {
                    for (int j = 0; j < i; j++) {
                        swap(files, places.get(i), places.get(j));
                    }
                });
    }

    private void replace(String where, Place place, byte[] bytes) {
        check(where, place.name, true, disk -> disk.overwrite(place.name, place.offset, bytes));
    }

    private void swap(Map<String, byte[]> files, Place one, Place other) {
        byte[] first = Specimen.sector(files.get(one.name), one.offset);
        byte[] second = Specimen.sector(files.get(other.name), other.offset);
        if (first.length == second.length) {
            check(
                    "%s and %s swapped".formatted(one, other),
                    "",
                    true,
                    disk -> {
                        disk.overwrite(one.name, one.offset, second);
                        disk.overwrite(other.name, other.offset, first);
                    });
        }
    }

    /** Every file removed, and put over the next segment. */
    void loseFiles() {
        for (String name : specimen.files().keySet()) {
            check(name + " removed", "", true, disk -> disk.remove(name));
            for (int next = 1; next <= 5; next++) {
                String other = StoreFiles.segment(next);
                if (!other.equals(name)) {
                    check(
                            "%s put over %s".formatted(name, other),
                            "",
                            true,
                            disk -> disk.duplicate(name, other));
                }
            }
        }
    }

    /** Bits that change under an open store: each read gives the events or an error. */
    void flipBitsUnderAnOpenStore(int stride) {
        SimulatedMachine machine = specimen.copy();
        try (SimulatedStore store = specimen.open(machine)) {
            for (String name : List.of(StoreFiles.segment(1), StoreFiles.segment(2))) {
                int bits = Specimen.endOf(machine.disk().contents(name)) * 8;
                for (int bit = stride / 2; bit < bits && tally.isGood(); bit += stride) {
                    int at = bit;
                    tally.count(
                            "bit %d of %s under an open store".formatted(bit, name),
                            () -> {
                                machine.disk().flipBit(name, at / 8, at % 8);
                                readAll(store);
                                machine.disk().flipBit(name, at / 8, at % 8);
                            });
                }
            }
        }
    }

    private void readAll(SimulatedStore store) {
        List<ReadRequest> requests = new ArrayList<>();
        requests.add(ReadRequest.all());
        for (StreamName stream : Contents.streams()) {
            requests.add(ReadRequest.stream(stream));
        }
        requests.add(ReadRequest.of(Query.tags("shop:1")).backward());
        List<RecordedEvent> readable = specimen.readable();
        for (ReadRequest request : requests) {
            try {
                Readings.checkQuery(store, readable, request);
            } catch (IntegrityException e) {
                tally.faults.increment();
            }
        }
    }
}
