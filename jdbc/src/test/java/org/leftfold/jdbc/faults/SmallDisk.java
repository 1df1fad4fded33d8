package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real file system of a few megabytes in memory, new for each test, which can be filled and has
 * room again. Tests are skipped where it cannot be mounted.
 */
final class SmallDisk implements BeforeEachCallback, AfterEachCallback {
    private static final int PAGE_BYTES = 4096;

    private final int megabytes;
    private Path root = Path.of("not mounted");
    private boolean mounted;

    SmallDisk(int megabytes) {
        this.megabytes = megabytes;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "mounting a file system needs root");
        root = Files.createTempDirectory("leftfold-small-disk");
        String size = "size=%dm".formatted(megabytes);
        mounted = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", root.toString()) == 0;
        assumeTrue(mounted, "this machine does not let us mount a tmpfs");
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (mounted) {
            mounted = false;
            assertThat(run("umount", "-l", root.toString())).isZero();
        }
        Files.deleteIfExists(root);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }

    /** Where it is mounted. */
    Path root() {
        return root;
    }

    private Path ballast() {
        return root.resolve("ballast");
    }

    /** Takes all the room there is. */
    void fill() throws IOException {
        byte[] block = new byte[PAGE_BYTES];
        try (OutputStream out =
                Files.newOutputStream(
                        ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /** Gives back what was taken. */
    void free() throws IOException {
        Files.deleteIfExists(ballast());
    }
}
