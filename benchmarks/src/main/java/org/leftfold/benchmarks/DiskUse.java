package org.leftfold.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Bytes of all files in a directory.
 *
 * @param usedBytes up to the last byte of each file that is not zero
 * @param unusedBytes zeros at the ends of files: space that was prepared and holds nothing
 */
record DiskUse(long usedBytes, long unusedBytes) {
    /** Fewer zeros than that may well mean something. */
    private static final int MIN_UNUSED_BYTES = 64 << 10;

    private static final int PIECE_BYTES = 1 << 20;

    static DiskUse of(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        long usedBytes = 0;
        long unusedBytes = 0;
        for (Path file : files) {
            long sizeBytes = Files.size(file);
            long zeroBytes = sizeBytes - endOfData(file);
            long unused = zeroBytes < MIN_UNUSED_BYTES ? 0 : zeroBytes;
            usedBytes += sizeBytes - unused;
            unusedBytes += unused;
        }
        return new DiskUse(usedBytes, unusedBytes);
    }

    private static long endOfData(Path file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            long end = channel.size();
            while (end > 0) {
                long begin = Math.max(0, end - PIECE_BYTES);
                piece.clear().limit((int) (end - begin));
                while (piece.hasRemaining() && channel.read(piece, begin + piece.position()) > 0) {
                    // Until the piece is full.
                }
                for (int i = piece.position() - 1; i >= 0; i--) {
                    if (piece.get(i) != 0) {
                        return begin + i + 1;
                    }
                }
                end = begin;
            }
            return 0;
        }
    }
}
