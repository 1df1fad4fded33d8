package org.leftfold.engine.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Model.Outcome;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * A small store to be damaged: four segments of 4096 bytes, its events, and the older versions of
 * its sectors.
 */
final class Specimen {
    static final int SECTOR_BYTES = 512;
    private static final int SEGMENTS = 4;

    private final SimulatedMachine machine = SimulatedMachine.empty(77);
    private final Model model = new Model();
    private final Map<String, List<byte[]>> versions = new TreeMap<>(); // of whole files
    private final int indexBytes;
    private SimulatedDirectory image = machine.disk();

    private Specimen(int indexBytes) {
        this.indexBytes = indexBytes;
    }

    /** Closed cleanly; its index had so much memory. */
    static Specimen closed(int indexBytes) {
        Specimen specimen = new Specimen(indexBytes);
        SimulatedStore store = specimen.fill();
        store.close();
        specimen.image = specimen.machine.disk();
        return specimen;
    }

    /** The process was killed: all is in memory, the mark is that of the last group. */
    static Specimen killed(int indexBytes) {
        Specimen specimen = new Specimen(indexBytes);
        specimen.fill();
        specimen.image = specimen.machine.disk().afterProcessKill();
        return specimen;
    }

    private SimulatedStore fill() {
        SimulatedStore store = open(machine);
        List<Step> steps = Scripts.fixed(200);
        for (int i = 0; !isFull() && i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Together together) {
                for (Step.Wish wish : together.appends()) {
                    if (wish.kind() != Step.Kind.LARGE && !isFull()) {
                        append(store, wish);
                    }
                }
            } else if (steps.get(i) instanceof Step.Truncate truncate && model.head() > 20) {
                long first = ScriptRun.firstKept(model, truncate);
                Outcome outcome = model.truncate(Contents.stream(truncate.stream()), first, 0);
                if (outcome.unit() != null) {
                    ScriptRun.truncate(store, Contents.stream(truncate.stream()), first);
                }
            }
            remember();
        }
        return store;
    }

    /** Opens it, or a copy. */
    SimulatedStore open(SimulatedMachine disk) {
        return SimulatedStore.open(disk, SimulatedStore.FIRST_SEGMENT_BYTES, indexBytes);
    }

    private void append(SimulatedStore store, Step.Wish wish) {
        var append = Contents.append(wish, model, () -> new byte[] {5});
        Outcome outcome = model.append(append, machine.time().wallMicros());
        Readings.checkAnswer(outcome, store.appendTogether(List.of(append)).getFirst());
        remember();
    }

    private boolean isFull() {
        String last = "000000000" + SEGMENTS + ".segment";
        SimulatedDirectory disk = machine.disk();
        return disk.names().contains(last) && endOf(disk.contents(last)) > 2500;
    }

    private void remember() {
        SimulatedDirectory disk = machine.disk();
        for (String name : disk.names()) {
            List<byte[]> known = versions.computeIfAbsent(name, key -> new ArrayList<>());
            known.add(disk.contents(name));
        }
    }

    /** Behind the last byte that is not zero. */
    static int endOf(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** A disk of its own that holds the store. */
    SimulatedMachine copy() {
        return ImageCheck.machineFor(
                image.crashPoint()
                        .image(new org.leftfold.testkit.disk.CrashOutcome.EverythingKept()),
                3);
    }

    List<RecordedEvent> readable() {
        return model.readable();
    }

    Model model() {
        return model;
    }

    /** The files with their bytes. */
    Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        image.names().forEach(name -> files.put(name, image.contents(name)));
        return files;
    }

    /** What a sector held before, without what it holds now. */
    List<byte[]> olderVersions(String name, int offset) {
        byte[] now = sector(image.contents(name), offset);
        List<byte[]> older = new ArrayList<>();
        for (byte[] file : versions.getOrDefault(name, List.of())) {
            byte[] then = sector(file, offset);
            if (!java.util.Arrays.equals(then, now)
                    && (older.isEmpty() || !java.util.Arrays.equals(older.getLast(), then))) {
                older.add(then);
            }
        }
        return older;
    }

    static byte[] sector(byte[] file, int offset) {
        return java.util.Arrays.copyOfRange(
                file, Math.min(offset, file.length), Math.min(offset + SECTOR_BYTES, file.length));
    }
}
