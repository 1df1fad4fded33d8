package org.leftfold.testkit.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.leftfold.testkit.disk.CrashOutcome.AllButName;
import org.leftfold.testkit.disk.CrashOutcome.AllButPage;
import org.leftfold.testkit.disk.CrashOutcome.EverythingKept;
import org.leftfold.testkit.disk.CrashOutcome.NamesPrefix;
import org.leftfold.testkit.disk.CrashOutcome.NothingKept;
import org.leftfold.testkit.disk.CrashOutcome.OnlyName;
import org.leftfold.testkit.disk.CrashOutcome.OnlyPage;
import org.leftfold.testkit.disk.CrashOutcome.Prefix;
import org.leftfold.testkit.disk.CrashOutcome.Random;
import org.leftfold.testkit.disk.CrashOutcome.SizesKept;
import org.leftfold.testkit.disk.CrashOutcome.SizesLost;

/**
 * A simulated disk at one moment, from which power-cut images are made. Immutable: any number of
 * threads may make images at the same time. An image shares all bytes it can with the point and
 * with other images, until it is written to.
 */
public final class CrashPoint {
    private record Page(int node, int from, int to) {}

    /** Which names and contents one outcome keeps. */
    private interface Choice {
        Keep keepOf(int node);
    }

    private static final Keep ALL = new Keep(Keep.EVERYTHING, Keep.EVERYTHING);
    private static final Keep NONE = new Keep(Keep.NOTHING, Keep.NOTHING);
    private static final Keep SIZES = new Keep(Keep.NOTHING, Keep.EVERYTHING);
    private static final Keep BYTES = new Keep(Keep.EVERYTHING, Keep.NOTHING);

    private final int callIndex;
    private final DiskState state; // frozen
    private final int[] pendingSequences; // sorted
    private final Map<Integer, List<Page>> pagesBySize = new ConcurrentHashMap<>();

    /** Takes the state over; nobody may change it afterwards. */
    CrashPoint(int callIndex, DiskState state) {
        this.callIndex = callIndex;
        this.state = state;
        List<Integer> sequences = new ArrayList<>();
        for (Operation.Name name : state.pendingNames) {
            sequences.add(name.sequence());
        }
        for (int node : reachableNodes()) {
            for (Operation.Data data : state.nodes.get(node).pending) {
                sequences.add(data.sequence);
            }
        }
        pendingSequences = sequences.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /** The number of calls the disk had seen. */
    public int callIndex() {
        return callIndex;
    }

    /** How many changes of files and names a power cut could still undo. */
    public int pendingOperations() {
        return pendingSequences.length;
    }

    /** How many of them are changes of the directory. */
    public int pendingNames() {
        return state.pendingNames.size();
    }

    /**
     * How many pages differ between memory and disk.
     *
     * @param pageBytes how large a page is, a multiple of the sector size of the disk
     */
    public int changedPages(int pageBytes) {
        return pages(pageBytes).size();
    }

    /**
     * The disk that a machine finds after this power cut: new calls, new locks, no faults, nothing
     * pending.
     */
    public SimulatedDirectory image(CrashOutcome outcome) {
        return new SimulatedDirectory(imageState(outcome));
    }

    @Override
    public String toString() {
        return "crash after call " + callIndex;
    }

    private DiskState imageState(CrashOutcome outcome) {
        return switch (outcome) {
            case NothingKept nothing -> build(state.durableNames, node -> NONE);
            case EverythingKept everything -> build(state.names, node -> ALL);
            case SizesKept sizes -> build(state.names, node -> SIZES);
            case SizesLost bytes -> build(state.names, node -> BYTES);
            case Prefix prefix -> {
                int last =
                        prefix.operations() == 0
                                ? Keep.NOTHING
                                : pendingSequences[prefix.operations() - 1];
                Keep keep = new Keep(last, last);
                yield build(namesWhere(name -> name.sequence() <= last), node -> keep);
            }
            case OnlyPage only -> {
                Page page = pages(only.pageBytes()).get(only.page());
                Keep keep = onePage(page, Keep.NOTHING, Keep.EVERYTHING);
                yield build(state.names, node -> node == page.node ? keep : SIZES);
            }
            case AllButPage but -> {
                Page page = pages(but.pageBytes()).get(but.page());
                Keep keep = onePage(page, Keep.EVERYTHING, Keep.NOTHING);
                yield build(state.names, node -> node == page.node ? keep : ALL);
            }
            case NamesPrefix prefix -> {
                List<Operation.Name> kept = state.pendingNames.subList(0, prefix.names());
                yield build(namesAfter(kept), node -> prefix.bytesKept() ? ALL : NONE);
            }
            case OnlyName only ->
                    build(namesAfter(List.of(state.pendingNames.get(only.name()))), node -> ALL);
            case AllButName but -> {
                List<Operation.Name> kept = new ArrayList<>(state.pendingNames);
                kept.remove(but.name());
                yield build(namesAfter(kept), node -> ALL);
            }
            case Random random -> randomState(random.seed());
        };
    }

    private DiskState build(Map<String, Integer> names, Choice choice) {
        DiskState image = new DiskState(state.sectorBytes);
        image.exists = state.exists;
        for (Map.Entry<String, Integer> entry : names.entrySet()) {
            int node = entry.getValue();
            image.put(entry.getKey(), state.nodes.get(node).image(choice.keepOf(node)));
        }
        return image;
    }

    private Map<String, Integer> namesAfter(List<Operation.Name> kept) {
        Map<String, Integer> names = new TreeMap<>(state.durableNames);
        for (Operation.Name name : kept) {
            name.applyTo(names);
        }
        return names;
    }

    private Map<String, Integer> namesWhere(Predicate<Operation.Name> kept) {
        return namesAfter(state.pendingNames.stream().filter(kept).toList());
    }

    /**
     * Covers the whole pending range of the page's node with sectors of which those of the page
     * differ.
     */
    private Keep onePage(Page page, int others, int inPage) {
        Keep keep = new Keep(others, Keep.EVERYTHING);
        int[] sectors = sectorsOf(state.nodes.get(page.node), keep);
        int first = page.from / state.sectorBytes - keep.firstSector;
        int last = (page.to - 1) / state.sectorBytes - keep.firstSector;
        Arrays.fill(sectors, Math.max(first, 0), Math.min(last + 1, sectors.length), inPage);
        return keep;
    }

    private int[] sectorsOf(Node node, Keep keep) {
        int first = node.pendingStart() / state.sectorBytes;
        int last = (node.pendingEnd() - 1) / state.sectorBytes;
        return keep.withSectors(state.sectorBytes, first, last - first + 1);
    }

    private List<Page> pages(int pageBytes) {
        return pagesBySize.computeIfAbsent(pageBytes, this::findPages);
    }

    private List<Page> findPages(int pageBytes) {
        if (pageBytes % state.sectorBytes != 0) {
            throw new IllegalArgumentException(
                    "pageBytes %d is no multiple of the sector size %d"
                            .formatted(pageBytes, state.sectorBytes));
        }
        List<Page> pages = new ArrayList<>();
        for (int number : new TreeSet<>(state.names.values())) {
            Node node = state.nodes.get(number);
            int end = node.pendingEnd();
            if (end == 0) {
                continue;
            }
            Node kept = node.image(ALL);
            for (int from = node.pendingStart() / pageBytes * pageBytes;
                    from < end;
                    from += pageBytes) {
                if (kept.differs(node, from, from + pageBytes)) {
                    pages.add(new Page(number, from, from + pageBytes));
                }
            }
        }
        return pages;
    }

    private DiskState randomState(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Operation.Name> kept = new ArrayList<>();
        int namesMode = random.nextInt(4);
        int prefix = random.nextInt(state.pendingNames.size() + 1);
        for (int i = 0; i < state.pendingNames.size(); i++) {
            if (namesMode <= 1 || (namesMode == 2 ? i < prefix : random.nextBoolean())) {
                kept.add(state.pendingNames.get(i));
            }
        }
        Map<Integer, Keep> keeps = new TreeMap<>();
        for (int number : reachableNodes()) {
            Node node = state.nodes.get(number);
            keeps.put(number, node.pending.isEmpty() ? NONE : randomKeep(node, random));
        }
        return build(namesAfter(kept), node -> keeps.getOrDefault(node, NONE));
    }

    private Keep randomKeep(Node node, SplittableRandom random) {
        int mode = random.nextInt(8);
        int sizeKeptUpTo = random.nextBoolean() ? Keep.EVERYTHING : anyState(node, random);
        if (mode == 0 || node.pendingEnd() == 0) {
            return new Keep(anyState(node, random), sizeKeptUpTo);
        }
        if (mode == 1) {
            int keptUpTo = anyState(node, random);
            return new Keep(keptUpTo, keptUpTo);
        }
        Keep keep = new Keep(Keep.NOTHING, sizeKeptUpTo);
        int[] sectors = sectorsOf(node, keep);
        int[] tornUpTo = new int[sectors.length];
        int[] tornBytes = new int[sectors.length];
        int keptOfEight = 1 + random.nextInt(7);
        for (int i = 0; i < sectors.length; i++) {
            int dice = random.nextInt(64);
            if (dice < 4) {
                sectors[i] = anyState(node, random);
            } else {
                sectors[i] = dice % 8 < keptOfEight ? Keep.EVERYTHING : Keep.NOTHING;
            }
            tornUpTo[i] = Keep.NOTHING;
            if (dice >= 56) {
                sectors[i] = anyState(node, random);
                tornUpTo[i] = Keep.EVERYTHING;
                tornBytes[i] = 1 + random.nextInt(state.sectorBytes - 1);
            }
        }
        keep.tornKeptUpTo = tornUpTo;
        keep.tornBytes = tornBytes;
        return keep;
    }

    /**
     * Any of the states the node went through since its last force, as the number to keep up to.
     */
    private static int anyState(Node node, SplittableRandom random) {
        int state = random.nextInt(node.pending.size() + 1);
        return state == 0 ? Keep.NOTHING : node.pending.get(state - 1).sequence;
    }

    private SortedSet<Integer> reachableNodes() {
        SortedSet<Integer> reachable = new TreeSet<>(state.names.values());
        reachable.addAll(state.durableNames.values());
        for (Operation.Name name : state.pendingNames) {
            reachable.add(name.node());
        }
        return reachable;
    }
}
