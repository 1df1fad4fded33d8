package org.leftfold.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.spi.HeadSignal;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.IndexOptions;
import org.leftfold.engine.index.TieredIndex;
import org.leftfold.engine.log.Closing;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.engine.recovery.LogFollower;
import org.leftfold.engine.recovery.Recovery;
import org.leftfold.engine.recovery.Verifier;
import org.leftfold.engine.side.SideHome;
import org.leftfold.io.Directory;
import org.leftfold.io.DirectoryLock;
import org.leftfold.io.DiskSpace;
import org.leftfold.io.Machine;
import org.leftfold.io.TimeSource;

/** How an embedded store is opened, for writing and for reading. */
final class Opening {
    private Opening() {}

    static EmbeddedEventStore forWriting(
            Machine machine, EmbeddedOptions given, Execution execution) {
        return forWriting(machine, given, execution, IndexOptions.of(given.indexMemoryBytes()));
    }

    /** The same with options of the index, for tests that want collisions. */
    static EmbeddedEventStore forWriting(
            Machine machine,
            EmbeddedOptions given,
            Execution execution,
            IndexOptions indexOptions) {
        return forWriting(machine, given, execution, indexOptions, UnaryOperator.identity());
    }

    /**
     * The same with something to be done under the lock, before and behind the opening of the
     * index.
     */
    static EmbeddedEventStore forWriting(
            Machine machine,
            EmbeddedOptions given,
            Execution execution,
            IndexOptions indexOptions,
            UnaryOperator<Recovery.IndexOpening> around) {
        EmbeddedOptions options = given.listener(given.safeListener());
        Directory directory = machine.directory();
        String where = directory.describe();
        try {
            directory.createIfMissing();
            Recovery.refuseForeignDirectory(directory);
            DirectoryLock lock =
                    directory
                            .tryLock(StoreFiles.LOCK)
                            .orElseThrow(() -> StoreUnavailableException.inUse(where));
            try {
                return recover(machine, options, execution, indexOptions, around, lock);
            } catch (IOException | RuntimeException | Error e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw cannotOpen(where, e);
        }
    }

    private static EmbeddedEventStore recover(
            Machine given,
            EmbeddedOptions options,
            Execution execution,
            IndexOptions indexOptions,
            UnaryOperator<Recovery.IndexOpening> around,
            DirectoryLock lock)
            throws IOException {
        Machine machine = given.withTime(new OptionTime(options.clock(), given.time()));
        TimeSource time = machine.time();
        long begin = time.monotonicNanos();
        Executor background = execution == Execution.CALLER ? Runnable::run : backgroundThread();
        Log.SegmentSizes sizes =
                new Log.SegmentSizes(options.firstSegmentBytes(), options.maxSegmentBytes());
        Recovery.Recovered recovered =
                Recovery.open(
                        machine,
                        sizes,
                        background,
                        around.apply(manifest -> {
                            if (execution == Execution.THREADS) {
                                EarlyReads.of(machine.directory(), manifest.storeId());
                            }
                            Executor threads =
                                    execution == Execution.CALLER ? Runnable::run : indexThreads();
                            return TieredIndex.open(
                                    placeOf(machine, manifest),
                                    indexOptions,
                                    new TieredIndex.Background(threads, time),
                                    options.listener()::noticed);
                        }));
        try {
            EmbeddedEventStore store =
                    serve(
                            recovered,
                            new SideHome(
                                    machine, recovered.manifest().storeId(), options.listener()),
                            options,
                            execution,
                            lock);
            options.listener()
                    .opened(
                            recovered.head(),
                            recovered.droppedBytes(),
                            Duration.ofNanos(time.monotonicNanos() - begin));
            return store;
        } catch (RuntimeException | Error e) { // no thread to be had, say
            Closing.all(List.of(recovered.log(), recovered.index()), e);
            throw e;
        }
    }

    private static EmbeddedEventStore serve(
            Recovery.Recovered recovered,
            SideHome home,
            EmbeddedOptions options,
            Execution execution,
            DirectoryLock lock) {
        TimeSource time = home.machine().time();
        String where = home.machine().directory().describe();
        EventIndex index = recovered.index();
        for (String name : recovered.unknownFiles()) {
            options.listener()
                    .noticed(
                            "%s holds the file %s, which is none of the store's"
                                    .formatted(where, name));
        }
        HeadSignal signal = new HeadSignal();
        Committer committer =
                new Committer(
                        where,
                        recovered.log(),
                        index,
                        time,
                        options.listener(),
                        signal,
                        recovered.lastMicros());
        WritingBacking backing =
                new WritingBacking(home, lock, recovered.log(), index, committer, execution);
        return new EmbeddedEventStore(
                where,
                options,
                new Reads(
                        recovered.log(),
                        index,
                        time,
                        execution == Execution.CALLER ? Helpers.none() : Helpers.decoders(),
                        execution == Execution.CALLER ? Helpers.none() : Helpers.readers()),
                signal,
                backing,
                recovered.manifest().epoch());
    }

    /** Each index hashes in its own way, so that nobody can choose ids that collide. */
    private static TieredIndex.Place placeOf(Machine machine, Manifest manifest) {
        long seed = machine.entropy().nextUuid().getLeastSignificantBits();
        return new TieredIndex.Place(machine.directory(), manifest.storeId(), seed);
    }

    /** A thread that writes a part of the index, or merges some. */
    private static Executor indexThreads() {
        return task -> Thread.ofPlatform().name("leftfold-index").daemon().start(task);
    }

    /** One thread that prepares segments, and ends when there is nothing to prepare. */
    private static Executor backgroundThread() {
        return task -> Thread.ofPlatform().name("leftfold-segments").daemon().start(task);
    }

    static EmbeddedEventStore forReading(Machine machine, EmbeddedOptions given) {
        EmbeddedOptions options = given.listener(given.safeListener());
        Directory directory = machine.directory();
        String where = directory.describe();
        try {
            Manifest manifest = requireStore(directory);
            recoverIfUnattended(machine, options, manifest);
            if (MarkFile.load(directory, manifest.storeId()).isEmpty()
                    && !Recovery.isUnused(directory)) {
                throw StoreUnavailableException.noMark(where);
            }
            EventIndex index =
                    TieredIndex.open(
                            placeOf(machine, manifest),
                            IndexOptions.of(options.indexMemoryBytes()),
                            null,
                            options.listener()::noticed);
            try {
                return follow(machine, options, manifest, index);
            } catch (IOException | RuntimeException | Error e) {
                index.close();
                throw e;
            }
        } catch (IOException e) {
            throw cannotOpen(where, e);
        }
    }

    private static EmbeddedEventStore follow(
            Machine machine, EmbeddedOptions options, Manifest manifest, EventIndex index)
            throws IOException {
        Directory directory = machine.directory();
        Log log = new Log(directory, manifest);
        LogFollower follower = new LogFollower(directory, manifest, log, index);
        HeadSignal signal = new HeadSignal();
        ReadingBacking backing =
                new ReadingBacking(directory, manifest.storeId(), follower, signal);
        try {
            backing.refresh();
        } catch (RuntimeException | Error e) {
            backing.close();
            throw e;
        }
        return new EmbeddedEventStore(
                directory.describe(),
                options,
                new Reads(log, index, machine.time(), Helpers.decoders(), Helpers.readers()),
                signal,
                backing,
                manifest.epoch());
    }

    /**
     * A store that was not closed and that nobody has open may hold events above its mark: whoever
     * comes first recovers it. Where that is not possible, what the mark covers is read.
     */
    private static void recoverIfUnattended(
            Machine machine, EmbeddedOptions options, Manifest manifest) throws IOException {
        Optional<MarkFile.Mark> mark = MarkFile.load(machine.directory(), manifest.storeId());
        if (mark.isPresent() && mark.get().clean()) {
            return;
        }
        try {
            forWriting(machine, options, Execution.CALLER).close();
        } catch (StoreUnavailableException e) {
            if (!e.code().equals("LF-3004")) { // a writer keeps the mark up to date
                options.listener()
                        .noticed("the store is read as far as its mark: " + e.getMessage());
            }
        }
    }

    /** The same before a backup; refuses where there is no store. */
    static void recoverIfUnattended(Machine machine, EmbeddedOptions options) {
        try {
            recoverIfUnattended(machine, options, requireStore(machine.directory()));
        } catch (IOException e) {
            throw cannotOpen(machine.directory().describe(), e);
        }
    }

    /** Refuses where there is no store. */
    static void requireStore(Machine machine) {
        try {
            if (!machine.directory().exists(StoreFiles.MANIFEST)) {
                throw noStore(machine.directory());
            }
        } catch (IOException e) {
            throw cannotOpen(machine.directory().describe(), e);
        }
    }

    static Manifest requireStore(Directory directory) throws IOException {
        return Manifest.load(directory).orElseThrow(() -> noStore(directory));
    }

    /** Somebody named a file where a directory is needed. */
    static InvalidRequestException isAFile(NotDirectoryException file) {
        return new InvalidRequestException(
                "LF-1009",
                "%s is a file, and a store is a directory. Nothing was changed. Name the directory of a store, or, to make"
                                .formatted(file.getFile())
                        + " one, an empty or a new directory.",
                file);
    }

    static InvalidRequestException noStore(Directory directory) {
        return new InvalidRequestException(
                "LF-1010",
                "directory %s holds no store. Nothing was changed. Name the directory of a store, or make one by opening"
                                .formatted(directory.describe())
                        + " it for writing.");
    }

    static boolean exists(Machine machine) {
        try {
            return machine.directory().exists(StoreFiles.MANIFEST);
        } catch (NotDirectoryException e) {
            return false;
        } catch (IOException e) {
            throw cannotOpen(machine.directory().describe(), e);
        }
    }

    static VerificationReport verify(Machine machine, LongConsumer progress) {
        Directory directory = machine.directory();
        try {
            if (!directory.exists(StoreFiles.MANIFEST)) {
                throw noStore(directory);
            }
            boolean live = isOpenForWriting(directory);
            VerificationReport report = new Verifier(directory, live, progress).run();
            boolean overtaken = !live && !report.isClean() && isOpenForWriting(directory);
            return overtaken ? new Verifier(directory, true, progress).run() : report;
        } catch (IOException e) {
            throw cannotOpen(directory.describe(), e);
        }
    }

    /**
     * Whether somebody holds the lock; leaves no trace, also on a medium that cannot be written.
     */
    private static boolean isOpenForWriting(Directory directory) throws IOException {
        if (!directory.exists(StoreFiles.LOCK)) {
            return false;
        }
        try {
            Optional<DirectoryLock> lock = directory.tryLock(StoreFiles.LOCK);
            if (lock.isPresent()) {
                lock.get().close();
            }
            return lock.isEmpty();
        } catch (AccessDeniedException e) {
            return false; // who may not lock cannot tell; a writer here could not be told apart
            // anyway
        }
    }

    private static LeftfoldException cannotOpen(String where, IOException e) {
        if (e instanceof NotDirectoryException file) {
            return isAFile(file);
        }
        return DiskSpace.isUsedUp(e)
                ? StoreUnavailableException.noSpace(where, e)
                : StoreUnavailableException.unreadable("store " + where, e);
    }

    /** Time of recording from the options, time spans from the machine. */
    private record OptionTime(InstantSource clock, TimeSource machine) implements TimeSource {
        /**
         * About 31,000 years before and after 1970: times further away cannot be written, and are
         * none.
         */
        private static final long MAX_SECONDS = 1_000_000_000_000L;

        @Override
        public long wallMicros() {
            Instant now = clock.instant();
            long seconds = Math.clamp(now.getEpochSecond(), -MAX_SECONDS, MAX_SECONDS);
            return seconds * 1_000_000L + now.getNano() / 1000;
        }

        @Override
        public long monotonicNanos() {
            return machine.monotonicNanos();
        }
    }

    /** Threads for the polling of a read-only store. */
    static Thread poller(Runnable task) {
        return Thread.ofPlatform().name("leftfold-poller").daemon().start(task);
    }
}
