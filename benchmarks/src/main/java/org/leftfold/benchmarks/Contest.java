package org.leftfold.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.Zeroing;

/**
 * Stores that are open side by side and take turns. A store that fails is out: its results are
 * dropped and its error is kept. Closing deletes the stores. For one thread.
 */
final class Contest implements Closeable {
    private final Path directory;
    private final Opener opener;
    private final Results results;
    private final Map<StoreKind, Throwable> failures;
    private final Map<StoreKind, BenchStore> open = new EnumMap<>(StoreKind.class);

    /** How a store comes to be. */
    @FunctionalInterface
    interface Opener {
        BenchStore open(StoreKind kind, Path place) throws Exception;

        /** Stores in files. */
        static Opener embedded(Zeroing zeroing) {
            return (kind, place) -> kind.open(place, zeroing);
        }
    }

    /** What a store does in its turn. */
    @FunctionalInterface
    interface Turn {
        void take(StoreKind kind, BenchStore store) throws Exception;
    }

    /** What is done with a store that may be closed and opened. */
    @FunctionalInterface
    interface KindTurn {
        void take(StoreKind kind) throws Exception;
    }

    /** A store that has its turn. */
    BenchStore store(StoreKind kind) {
        BenchStore store = open.get(kind);
        if (store == null) {
            throw new IllegalStateException(kind.label() + " is not open");
        }
        return store;
    }

    /**
     * Opens new stores.
     *
     * @param directory where each gets a directory of its own; what is there is deleted
     * @param kinds which stores, unless they failed before
     * @param opener opens one of them in its directory
     * @param failures gets the errors of those that fail
     */
    Contest(
            Path directory,
            Collection<StoreKind> kinds,
            Opener opener,
            Results results,
            Map<StoreKind, Throwable> failures)
            throws IOException {
        this.directory = directory;
        this.opener = opener;
        this.results = results;
        this.failures = failures;
        deleteAll(directory);
        for (StoreKind kind : kinds) {
            if (!failures.containsKey(kind)) {
                Files.createDirectories(place(kind));
                guarded(kind, () -> open(kind));
            }
        }
    }

    /** The directory of a store. */
    Path place(StoreKind kind) {
        return directory.resolve(kind.label());
    }

    /** Opens a store that is closed. */
    BenchStore open(StoreKind kind) throws Exception {
        BenchStore store = opener.open(kind, place(kind));
        open.put(kind, store);
        return store;
    }

    /** Closes a store in its turn, to be opened again. */
    void close(StoreKind kind) throws IOException {
        BenchStore store = open.remove(kind);
        if (store != null) {
            store.close();
        }
    }

    /**
     * Lets each store take its turn, backward in every second round so that no store always has the
     * same one before it. The garbage of a turn is collected before the next.
     */
    void eachInTurn(int round, Turn turn) {
        eachKindInTurn(
                round,
                kind -> {
                    BenchStore store = open.get(kind);
                    if (store != null) {
                        turn.take(kind, store);
                    }
                });
    }

    /**
     * The same for turns that close the store, so that nothing here keeps it from being collected.
     */
    void eachKindInTurn(int round, KindTurn turn) {
        List<StoreKind> order = new ArrayList<>(open.keySet());
        if (round % 2 != 0) {
            Collections.reverse(order);
        }
        for (StoreKind kind : order) {
            if (open.containsKey(kind)) {
                System.gc();
                guarded(kind, () -> turn.take(kind));
            }
        }
    }

    /** Threads are still inside the store, so nobody must close it. */
    static final class StuckException extends Exception {
        private static final long serialVersionUID = 1L;

        StuckException(String message) {
            super(message);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private void guarded(StoreKind kind, Step step) {
        try {
            step.run();
        } catch (Exception | Error e) {
            failures.put(kind, e);
            results.drop(kind);
            System.err.printf("%s failed and is out: %s%n", kind.label(), e);
            BenchStore store = open.remove(kind);
            if (store != null && !(e instanceof StuckException)) {
                closeQuietly(store, e);
            }
        }
    }

    private static void closeQuietly(BenchStore store, Throwable failure) {
        try {
            store.close();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** The stores that are still in. */
    Set<StoreKind> kinds() {
        return Collections.unmodifiableSet(open.keySet());
    }

    @Override
    public void close() throws IOException {
        for (StoreKind kind : List.copyOf(open.keySet())) {
            BenchStore store = open.remove(kind);
            if (store != null) {
                guarded(kind, store::close);
            }
        }
        deleteAll(directory);
    }

    static void deleteAll(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
