package org.leftfold.servers;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of a server: a direct child of this JVM, and a watcher beside it.
 *
 * <p>The log is read from a named pipe that the server and all its children hold open. So the end
 * of the log is the end of all of them, without asking again and again. (The JVM's own pipe would
 * not do: it is closed when the direct child ends.)
 *
 * <p>The watcher is a shell that waits for input. This JVM sends it home when the server has ended;
 * if this JVM dies, however that comes, the input ends, and the watcher ends the server and deletes
 * its directory.
 */
final class ServerProcess {
    /** Recovery of a big log, on a busy machine. */
    private static final long START_SECONDS = 120;

    /** A stop in good order writes all that is in memory. */
    private static final long STOP_SECONDS = 60;

    /** Of a millisecond or more each: a killed process takes a few. */
    private static final int MOST_ROUNDS = 60_000;

    private static final String WATCHER =
            """
            trap '' HUP INT TERM
            if read -r word; then exit 0; fi
            if tr '\\0' ' ' < "/proc/$1/cmdline" | grep -qF -- "$2"; then
                kill -s "$4" "$1"
                rounds=0
                while kill -s 0 "$1" && [ "$rounds" -lt 100 ]; do
                    sleep 0.1
                    rounds=$((rounds + 1))
                done
                kill -s KILL "$1"
            fi
            rm -rf -- "$2" "$3"
            """;

    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final Process process;
    private final Process watcher;

    private ServerProcess(
            ServerKind kind,
            List<String> command,
            Map<String, String> environment,
            Places places,
            LogTail log)
            throws IOException {
        Path pipe = places.home().resolve("log");
        Files.deleteIfExists(pipe);
        Commands.run(List.of("mkfifo", pipe.toString()));
        // Each end waits for the other to be opened, so they need two threads.
        Thread.ofPlatform()
                .daemon()
                .name("log of " + places.home().getFileName())
                .start(() -> readLog(pipe, kind.readyText(), log));
        ProcessBuilder server =
                Commands.builder(command)
                        .directory(places.home().toFile())
                        .redirectOutput(pipe.toFile());
        server.environment().putAll(environment);
        process = server.start();
        process.getOutputStream().close();
        List<String> watch =
                List.of(
                        "sh",
                        "-c",
                        WATCHER,
                        "leftfold-watcher",
                        Long.toString(process.pid()),
                        places.base().toString(),
                        places.home().toString(),
                        kind.endSignal());
        watcher =
                Commands.builder(watch)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .directory(new File("/"))
                        .start();
    }

    /**
     * Starts a server and waits until clients may come.
     *
     * @param places deleted by the watcher if this JVM cannot do it
     * @throws ServerFailedException if it ended by itself; the text holds its log
     */
    static ServerProcess start(
            ServerKind kind,
            List<String> command,
            Map<String, String> environment,
            Places places,
            LogTail log)
            throws IOException {
        ServerProcess server = new ServerProcess(kind, command, environment, places, log);
        server.awaitReady(command, log);
        return server;
    }

    private void readLog(Path pipe, String readyText, LogTail log) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                Files.newInputStream(pipe), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                if (line.contains(readyText)) {
                    ready.complete(true);
                }
            }
        } catch (IOException e) {
            log.add("(the log cannot be read: " + e.getMessage() + ")");
        } finally {
            ready.complete(false);
            ended.complete(true);
        }
    }

    private void awaitReady(List<String> command, LogTail log) throws IOException {
        boolean isReady = false;
        try {
            isReady = await(ready, START_SECONDS, "start");
        } catch (ServerFailedException e) {
            throw new ServerFailedException(e.getMessage() + "\n" + log.text(), e);
        } finally {
            if (!isReady) {
                kill();
            }
        }
        if (!isReady) {
            throw Commands.failure(command, log.text());
        }
    }

    long pid() {
        return process.pid();
    }

    /** The server and all its children at this moment. */
    List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        return all;
    }

    /** Kills the server and all its children at one instant, and waits until none is left. */
    void kill() throws IOException {
        // While it is stopped it starts no more children, and does not see the others die.
        Commands.signal("STOP", process.pid());
        List<ProcessHandle> killed = processes();
        killed.forEach(ProcessHandle::destroyForcibly);
        awaitEnd("kill");
        awaitGone(killed);
    }

    /** A dying process lets go of the log a moment before it is dead. */
    private static void awaitGone(List<ProcessHandle> killed) {
        int rounds = 0;
        for (ProcessHandle one : killed) {
            while (runs(one)) {
                if (++rounds > MOST_ROUNDS) {
                    throw new ServerFailedException(
                            "process %d still runs after its kill".formatted(one.pid()));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /** A dead process for which nobody has waited yet (a zombie) does not run. */
    private static boolean runs(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends a signal that ends the server, and waits until no process of it is left. */
    void end(String signal) throws IOException {
        Commands.signal(signal, process.pid());
        try {
            awaitEnd("end by " + signal);
        } catch (ServerFailedException e) {
            kill();
            throw e;
        }
    }

    private void awaitEnd(String what) throws IOException {
        await(ended, STOP_SECONDS, what);
        await(process.onExit(), STOP_SECONDS, what);
        try (OutputStream word = watcher.getOutputStream()) {
            word.write("done\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A second call: it is gone already.
        }
    }

    private static <T> T await(CompletableFuture<T> future, long seconds, String what) {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ServerFailedException(
                    "the server does not %s within %d s".formatted(what, seconds), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerFailedException("interrupted in the " + what + " of a server", e);
        } catch (ExecutionException e) {
            throw new UncheckedIOException(new IOException(e.getCause()));
        }
    }
}
