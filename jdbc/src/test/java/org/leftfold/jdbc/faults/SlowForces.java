package org.leftfold.jdbc.faults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.leftfold.servers.ServerOptions;

/** A disk under a server whose forces can be made slow, and are counted. */
final class SlowForces {
    private final Path directory;
    private final Path library;

    /** Compiles what is loaded into the server; the test is skipped where nothing can. */
    SlowForces(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.library = directory.resolve("slow_forces.so");
        Path source = directory.resolve("slow_forces.c");
        try (InputStream in = SlowForces.class.getResourceAsStream("slow_forces.c")) {
            Files.copy(Objects.requireNonNull(in), source);
        }
        List<String> command =
                List.of(
                        "cc",
                        "-shared",
                        "-fPIC",
                        "-o",
                        library.toString(),
                        source.toString(),
                        "-ldl");
        Process compiler;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("a C compiler is needed: " + e.getMessage());
            return;
        }
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiler.waitFor() != 0) {
            throw new AssertionError("slow_forces.c does not compile: " + said);
        }
    }

    /** A server on such a disk. */
    ServerOptions under(ServerOptions options) {
        return options.withVariable("LD_PRELOAD", library.toString())
                .withVariable("LEFTFOLD_FORCES", directory.toString());
    }

    /** From here on each force of a log takes 200 ms longer. */
    void slow() throws IOException {
        Files.createFile(directory.resolve("slow"));
    }

    /** From here on forces take as long as they do. */
    void quick() throws IOException {
        Files.delete(directory.resolve("slow"));
    }

    /** How many forces of a log have ended. */
    long ended(String log) throws IOException {
        Path file = directory.resolve(log);
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
