package org.leftfold.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the operating system forget the pages of files, so that they have to come from the disk
 * again. Java cannot ask for that, but {@code dd} of the GNU tools can: it touches nobody else's
 * pages and needs no rights.
 */
final class PageCache {
    private static final long MAX_SECONDS = 30;

    private static final int PIECE_BYTES = 1 << 20;

    private PageCache() {}

    /** Writes all files in a directory out, for only then can their pages be dropped. */
    static void force(Path directory) throws IOException {
        for (Path file : files(directory)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }

    /**
     * Drops the pages of all files in a directory, but for those that are mapped or not written.
     *
     * @return whether that was possible; on other systems than Linux it is not
     */
    static boolean drop(Path directory) throws IOException {
        for (Path file : files(directory)) {
            if (!dropPages(file)) {
                return false;
            }
        }
        return true;
    }

    /** Reads all files in a directory once, so that their pages are there as far as memory goes. */
    static void fill(Path directory) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (Path file : files(directory)) {
            try (FileChannel channel = FileChannel.open(file)) {
                while (channel.read(piece.clear()) >= 0) {
                    // Only the pages are wanted.
                }
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static boolean dropPages(Path file) throws IOException {
        Process process;
        try {
            process =
                    new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            return false; // There is no dd.
        }
        try {
            if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("dd does not end");
            }
            return process.exitValue() == 0;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException("interrupted while pages were dropped", e);
        }
    }
}
