package org.leftfold.testkit.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;
import org.leftfold.io.DirectoryLock;

/**
 * A disk in memory that knows what a power cut would leave: writes, sizes and names are pending
 * until they are forced.
 *
 * <p>An object stands for the disk as one process sees it. {@link #afterProcessKill()} and {@link
 * #powerCut} end that process: the object and its files and locks refuse every later call, and a
 * new object is the disk that the next process finds. {@link #record()} keeps a journal, from which
 * {@link Journal#at} makes the crash of every call without running the script again. {@link
 * #faults} makes chosen calls go wrong.
 *
 * <p>What is modelled: a file is durable only under a durable name; a rename or delete is one step;
 * a sector of a pending write is kept, lost or torn at a byte; sizes and names are kept or lost
 * apart from bytes. Each call has a number, from 1. Safe for any thread; a script that is to be
 * repeatable uses one.
 *
 * <p>The helpers for tests ({@code put}, {@code flipBit}, ...) change memory and disk at once, are
 * no calls, and are not recorded: use them before {@link #record()}.
 */
public final class SimulatedDirectory implements Directory {
    /** The unit a disk writes in one step, unless said otherwise. */
    public static final int SECTOR_BYTES = 512;

    /** Larger files are refused: a simulated disk is for small stores. */
    static final int MAX_FILE_BYTES = 1 << 30;

    final Object guard = new Object();
    private final DiskState state; // guarded by guard, as all below that is not volatile or atomic
    private final Set<String> locks = new HashSet<>();
    private final List<DataFile> openFiles = new ArrayList<>();
    final Calls calls = new Calls();
    private long capacityBytes = Long.MAX_VALUE;
    private volatile @Nullable Journal journal; // written by the test, read by every change

    /** An empty disk with sectors of 512 bytes; the directory itself does not exist yet. */
    public SimulatedDirectory() {
        this(SECTOR_BYTES);
    }

    /**
     * An empty disk; the directory itself does not exist yet.
     *
     * @param sectorBytes the unit that a crash keeps, loses or tears, at least 2
     */
    public SimulatedDirectory(int sectorBytes) {
        this(new DiskState(sectorBytes));
        if (sectorBytes < 2) {
            throw new IllegalArgumentException(
                    "sectorBytes must be at least 2, not " + sectorBytes);
        }
    }

    SimulatedDirectory(DiskState state) {
        this.state = state;
    }

    // Crashes.

    /**
     * From now on each change is kept in a journal, which this returns. A second call begins a new
     * one.
     */
    public Journal record() {
        synchronized (guard) {
            Journal begun = new Journal(calls.count(), state.copy());
            journal = begun;
            return begun;
        }
    }

    /** The disk at this moment, for images; this process goes on. */
    public CrashPoint crashPoint() {
        synchronized (guard) {
            return new CrashPoint(calls.count(), state.copy());
        }
    }

    /**
     * Kills the process. The next one finds all that was written and named, for the system still
     * has it in memory; what was pending is pending still. Locks are free.
     */
    public SimulatedDirectory afterProcessKill() {
        synchronized (guard) {
            calls.endProcess();
            SimulatedDirectory next = new SimulatedDirectory(state.copy());
            next.capacityBytes = capacityBytes;
            return next;
        }
    }

    /** Cuts the power: this process ends, and the next one finds what {@code outcome} says. */
    public SimulatedDirectory powerCut(CrashOutcome outcome) {
        synchronized (guard) {
            calls.endProcess();
            SimulatedDirectory next = new CrashPoint(calls.count(), state).image(outcome);
            next.capacityBytes = capacityBytes;
            return next;
        }
    }

    // Faults and counters.

    /** Makes calls go wrong from now on, instead of those of an earlier plan. */
    public void faults(FaultPlan plan) {
        calls.faults(plan);
    }

    /**
     * How many bytes fit on the disk; may be raised and lowered at any time. A full disk refuses to
     * grow files.
     */
    public void capacity(long bytes) {
        synchronized (guard) {
            capacityBytes = bytes;
        }
    }

    /** The number of calls so far, which is the number of the last one. */
    public int callCount() {
        return calls.count();
    }

    /** The number of calls of one kind so far. */
    public int callCount(CallKind kind) {
        return calls.countOf(kind);
    }

    /** From now on remembers from which lines of the program it is called; slow. */
    public void traceCallSites() {
        calls.trace();
    }

    /**
     * The calling lines as {@code kind class.method:line}, sorted; a test compares the ones with
     * faults to all.
     */
    public List<String> callSites() {
        return calls.callSites();
    }

    /** The names of the files that are open; a name twice when it is open twice. */
    public List<String> openFiles() {
        synchronized (guard) {
            return openFiles.stream().map(DataFile::name).sorted().toList();
        }
    }

    /** The names of the locks that are held. */
    public List<String> heldLocks() {
        synchronized (guard) {
            return locks.stream().sorted().toList();
        }
    }

    // Helpers for tests.

    /** The names of all files, sorted. */
    public List<String> names() {
        synchronized (guard) {
            return List.copyOf(state.names.keySet());
        }
    }

    /** All bytes of a file, as a reader would see them. */
    public byte[] contents(String name) {
        synchronized (guard) {
            Node node = nodeNamed(name);
            return Arrays.copyOf(node.bytes, node.size);
        }
    }

    /** Puts a file there, durable, instead of any of that name. */
    public void put(String name, byte[] bytes) {
        synchronized (guard) {
            state.exists = true;
            state.put(requireName(name), bytes.clone());
        }
    }

    /** Removes a file, durably; a missing one is no error. */
    public void remove(String name) {
        synchronized (guard) {
            state.names.remove(name);
            state.durableNames.remove(name);
            state.pendingNames.removeIf(pending -> pending.to().equals(name));
        }
    }

    /** Puts a copy of a file there under another name, durable. */
    public void duplicate(String from, String to) {
        put(to, contents(from));
    }

    /** Cuts a file, durably, also for those who have it open. */
    public void truncate(String name, int sizeBytes) {
        synchronized (guard) {
            nodeNamed(name).replace(Arrays.copyOf(contents(name), sizeBytes));
        }
    }

    /** Changes one bit of a file, durably, also for those who have it open. */
    public void flipBit(String name, int offset, int bit) {
        synchronized (guard) {
            byte[] bytes = contents(name);
            bytes[offset] ^= (byte) (1 << bit);
            nodeNamed(name).replace(bytes);
        }
    }

    /**
     * Replaces bytes of a file, durably, also for those who have it open; the file keeps its size.
     */
    public void overwrite(String name, int offset, byte[] replacement) {
        synchronized (guard) {
            byte[] bytes = contents(name);
            System.arraycopy(replacement, 0, bytes, offset, replacement.length);
            nodeNamed(name).replace(bytes);
        }
    }

    /** Whether both have the same names with the same bytes, whatever of it is durable. */
    public boolean sameContentsAs(SimulatedDirectory other) {
        if (!names().equals(other.names())) {
            return false;
        }
        for (String name : names()) {
            if (!Arrays.equals(contents(name), other.contents(name))) {
                return false;
            }
        }
        return true;
    }

    /** A short text, equal for equal contents: a line with name, size and hash for each file. */
    public String fingerprint() {
        StringBuilder text = new StringBuilder();
        for (String name : names()) {
            byte[] bytes = contents(name);
            CRC32C checksum = new CRC32C();
            checksum.update(bytes);
            text.append("%s %d %08x%n".formatted(name, bytes.length, checksum.getValue()));
        }
        return text.toString();
    }

    // The directory.

    @Override
    public List<String> list() throws IOException {
        Fault fault = calls.begin(CallKind.LIST, "", 0, 0);
        List<String> names = names();
        Calls.end(fault);
        return names;
    }

    @Override
    public boolean exists(String name) throws IOException {
        Fault fault = calls.begin(CallKind.EXISTS, requireName(name), 0, 0);
        boolean exists = names().contains(name);
        Calls.end(fault);
        return exists;
    }

    @Override
    public DataFile create(String name) throws IOException {
        Fault fault = calls.begin(CallKind.CREATE, requireName(name), 0, 0);
        DataFile file;
        synchronized (guard) {
            file = opened(name, createNode(name), Access.WRITE);
        }
        end(fault, file);
        return file;
    }

    @Override
    public DataFile open(String name, Access access) throws IOException {
        Fault fault = calls.begin(CallKind.OPEN, requireName(name), 0, 0);
        DataFile file;
        synchronized (guard) {
            file = opened(name, requireFile(name), access);
        }
        end(fault, file);
        return file;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        requireName(to);
        Fault fault = calls.begin(CallKind.RENAME, requireName(from), 0, 0);
        synchronized (guard) {
            int node = requireFile(from);
            if (!from.equals(to)) {
                requireUnlocked(from);
                requireUnlocked(to);
                apply(
                        new Operation.Name(
                                state.sequence, Operation.Name.NameKind.RENAME, from, to, node));
            }
        }
        Calls.end(fault);
    }

    @Override
    public void delete(String name) throws IOException {
        Fault fault = calls.begin(CallKind.DELETE, requireName(name), 0, 0);
        synchronized (guard) {
            Integer node = state.names.get(name);
            if (node != null) {
                requireUnlocked(name);
                apply(
                        new Operation.Name(
                                state.sequence, Operation.Name.NameKind.DELETE, name, name, node));
            }
        }
        Calls.end(fault);
    }

    @Override
    public void force() throws IOException {
        Fault fault = calls.begin(CallKind.FORCE_DIRECTORY, "", 0, 0);
        if (!(fault instanceof Fault.LyingForce)) {
            synchronized (guard) {
                requireDirectory("");
                apply(new Operation.Barrier(Operation.Barrier.BarrierKind.FORCE_NAMES, -1));
            }
        }
        Calls.end(fault);
    }

    @Override
    public Optional<DirectoryLock> tryLock(String name) throws IOException {
        Fault fault = calls.begin(CallKind.LOCK, requireName(name), 0, 0);
        synchronized (guard) {
            if (!state.names.containsKey(name)) {
                createNode(name);
            }
            Calls.end(fault);
            return locks.add(name) ? Optional.of(new Lock(name)) : Optional.empty();
        }
    }

    @Override
    public void createIfMissing() throws IOException {
        Fault fault = calls.begin(CallKind.MAKE_DIRECTORY, "", 0, 0);
        synchronized (guard) {
            if (!state.exists) {
                apply(new Operation.Barrier(Operation.Barrier.BarrierKind.MAKE_DIRECTORY, -1));
            }
        }
        Calls.end(fault);
    }

    @Override
    public String describe() {
        return "simulated disk";
    }

    // For SimulatedFile.

    /** Called with the guard held. */
    void apply(Operation operation) {
        state.apply(operation);
        Journal recording = journal;
        if (recording != null) {
            recording.add(calls.count(), operation);
        }
    }

    /** Called with the guard held. */
    Node node(int number) {
        return state.nodes.get(number);
    }

    /** Called with the guard held. */
    int sequence() {
        return state.sequence;
    }

    int sectorBytes() {
        return state.sectorBytes;
    }

    /** How many bytes files can grow in all. Called with the guard held. */
    long freeBytes() {
        return capacityBytes == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(0, capacityBytes - state.usedBytes());
    }

    void closed(DataFile file) {
        synchronized (guard) {
            openFiles.remove(file);
        }
    }

    private void end(@Nullable Fault fault, DataFile opened) throws IOException {
        try {
            Calls.end(fault);
        } catch (IOException e) {
            closed(opened); // The caller has no handle to close.
            throw e;
        }
    }

    private DataFile opened(String name, int node, Access access) {
        DataFile file = new SimulatedFile(this, name, node, access);
        openFiles.add(file);
        return file;
    }

    private int createNode(String name) throws IOException {
        requireDirectory(name);
        if (state.names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        int node = state.nodes.size();
        apply(new Operation.Name(state.sequence, Operation.Name.NameKind.CREATE, name, name, node));
        return node;
    }

    private int requireFile(String name) throws IOException {
        requireUnlocked(name);
        Integer node = state.names.get(name);
        if (node == null) {
            throw new NoSuchFileException(name);
        }
        return node;
    }

    private void requireDirectory(String name) throws IOException {
        if (!state.exists) {
            throw new NoSuchFileException(name, null, "the directory does not exist");
        }
    }

    /** As on a real disk, where opening and closing a lock file frees its lock. */
    private void requireUnlocked(String name) throws IOException {
        if (locks.contains(name)) {
            throw new IOException("'" + name + "' is the lock of an open store; leave it alone");
        }
    }

    private Node nodeNamed(String name) {
        Integer node = state.names.get(name);
        if (node == null) {
            throw new IllegalArgumentException(
                    "no file '%s', there are %s".formatted(name, state.names.keySet()));
        }
        return state.nodes.get(node);
    }

    private static String requireName(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.matches(".*[/\\\\\0].*")) {
            throw new IllegalArgumentException("'" + name + "' is no plain file name");
        }
        return name;
    }

    /** One lock; closing it after the end of the process does nothing. */
    private final class Lock implements DirectoryLock {
        private final String name;
        private boolean held = true; // guarded by guard

        Lock(String name) {
            this.name = name;
        }

        @Override
        public void close() {
            synchronized (guard) {
                if (held) {
                    held = false;
                    locks.remove(name);
                }
            }
        }
    }
}
