package org.leftfold.io;

import java.nio.file.Path;

/**
 * What a store runs on: one directory, clocks and a source of identities.
 *
 * @param directory where the files are
 * @param time the clocks
 * @param entropy the source of identities
 */
public record Machine(Directory directory, TimeSource time, EntropySource entropy) {
    /**
     * The real machine: files below {@code path} through {@code FileChannel}, the system's clocks
     * and secure random.
     */
    public static Machine system(Path path) {
        return new Machine(new ChannelDirectory(path), new SystemTime(), new SystemEntropy());
    }

    /** The same machine with other clocks. */
    public Machine withTime(TimeSource other) {
        return new Machine(directory, other, entropy);
    }
}
