package org.leftfold.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Short commands: signals, and the programs that initialise a data directory. */
final class Commands {
    /** Initialising takes about a second; a busy machine is waited for. */
    private static final long TIMEOUT_SECONDS = 120;

    private Commands() {}

    /** A builder with one stream of output, and an environment that no user's settings reach. */
    static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("LC_ALL", "C"); // the texts that we wait for are English
        return builder;
    }

    /** The command in a user namespace of its own if we are root, where it sees another user. */
    static List<String> notAsRoot(List<String> command) {
        List<String> all = new ArrayList<>();
        if (Platform.isRoot()) {
            all.addAll(List.of("unshare", "-U"));
        }
        all.addAll(command);
        return all;
    }

    /**
     * Runs a command to its end.
     *
     * @throws ServerFailedException if it fails, with all it said
     * @throws ServerUnavailableException if it cannot run on this machine
     */
    static void run(List<String> command) throws IOException {
        Process process = builder(command).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new ServerFailedException(command + " does not end: " + said);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new ServerFailedException("interrupted: " + command, e);
        }
        if (process.exitValue() != 0) {
            throw failure(command, said);
        }
    }

    /** Unavailable if the machine is the reason, failed otherwise. */
    static IllegalStateException failure(List<String> command, String said) {
        boolean machine =
                said.contains("error while loading shared libraries")
                        || said.contains("unshare failed")
                        || said.contains("unshare: ");
        String text = command.getFirst() + " ... failed: " + said.strip();
        return machine
                ? new ServerUnavailableException(text)
                : new ServerFailedException(text + "\ncommand: " + String.join(" ", command));
    }

    /** Sends a signal; a process that is gone does not mind. */
    static void signal(String name, long pid) throws IOException {
        Process process =
                builder(List.of("sh", "-c", "kill -s \"$1\" \"$2\" 2>&1", "sh", name, "" + pid))
                        .start();
        process.getInputStream().readAllBytes();
    }
}
