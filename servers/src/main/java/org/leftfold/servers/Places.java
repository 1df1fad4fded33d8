package org.leftfold.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directories of one server; all are its own and go with it.
 *
 * @param home for sockets, pipes and temporary files
 * @param base holds the data directory; the same as {@code home}, or at a place the caller chose
 */
record Places(Path home, Path base) {
    static Places make(ServerOptions options) throws IOException {
        Path home = Files.createTempDirectory("leftfold-server-").toRealPath();
        Path base =
                options.directory().isEmpty()
                        ? home
                        : Files.createTempDirectory(options.directory().get(), "server-")
                                .toRealPath();
        return new Places(home, base);
    }

    Path data() {
        return base.resolve("data");
    }

    void delete() throws IOException {
        Directories.delete(base);
        Directories.delete(home);
    }
}
