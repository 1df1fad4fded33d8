package org.leftfold.engine.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * The next segment file, written full of zeros ahead of its use by another thread: commits then
 * overwrite blocks that exist, need no space that might be missing, and change no metadata of the
 * file system. Used by the writer thread.
 */
final class SpareSegment {
    private final Directory directory;
    private final Executor background;
    private @Nullable CompletableFuture<Prepared> preparation;

    /** A file full of durable zeros. */
    record Prepared(DataFile file, long capacityBytes) {}

    SpareSegment(Directory directory, Executor background) {
        this.directory = directory;
        this.background = background;
    }

    /** Starts to prepare a file of this size, unless one is there or under way. */
    void request(long capacityBytes) {
        if (preparation == null) {
            CompletableFuture<Prepared> next = new CompletableFuture<>();
            try {
                background.execute(() -> prepareInto(next, capacityBytes));
            } catch (RuntimeException | Error e) {
                prepareInto(
                        next, capacityBytes); // no thread can be had: it takes longer, that is all
            }
            preparation = next;
        }
    }

    private void prepareInto(CompletableFuture<Prepared> target, long capacityBytes) {
        try {
            target.complete(prepare(capacityBytes));
        } catch (Throwable e) { // whoever awaits it gets it
            target.completeExceptionally(e);
        }
    }

    private Prepared prepare(long capacityBytes) {
        try {
            directory.delete(StoreFiles.SPARE);
            DataFile file = directory.create(StoreFiles.SPARE);
            try {
                file.writeZeros(0, capacityBytes);
                file.force();
                return new Prepared(file, capacityBytes);
            } catch (IOException | RuntimeException | Error e) {
                discard(file, e);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A half-made file takes space that may be what is missing. */
    private void discard(DataFile file, Throwable reason) {
        try {
            file.close();
            directory.delete(StoreFiles.SPARE);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Waits for a file of at least this size. It stays here until {@link #used} is called. */
    Prepared await(long capacityBytes) throws IOException {
        if (preparation != null && preparation.isCompletedExceptionally()) {
            preparation = null; // it failed some time ago: that says nothing about now
        }
        request(capacityBytes);
        CompletableFuture<Prepared> current = preparation;
        if (current == null) {
            throw new IllegalStateException("a preparation was just requested");
        }
        try {
            Prepared prepared = current.join();
            if (prepared.capacityBytes() >= capacityBytes) {
                return prepared;
            }
            prepared.file().close();
        } catch (CompletionException e) {
            preparation = null;
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new IOException(String.valueOf(io.getMessage()), io);
            }
            throw e;
        }
        preparation = null;
        return await(capacityBytes);
    }

    /** The awaited file has become a segment. */
    void used() {
        preparation = null;
    }

    /** Waits for a preparation under way and gives its file back. */
    void close() throws IOException {
        CompletableFuture<Prepared> current = preparation;
        preparation = null;
        if (current != null) {
            Prepared prepared = current.handle((done, failure) -> done).join();
            if (prepared != null) {
                try {
                    prepared.file().close();
                } finally {
                    directory.delete(StoreFiles.SPARE);
                }
            }
        }
    }
}
