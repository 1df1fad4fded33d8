package org.leftfold.engine.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.leftfold.api.EventStore;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.io.Machine;

/**
 * A child JVM that runs a main class of this package. Test and child talk by lines. Closing it
 * kills it.
 */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;

    private ChildJvm(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    static ChildJvm start(Class<?> main, Object... arguments) throws IOException {
        return startWith("-Xmx256m", main, arguments);
    }

    /** A child with so much memory, as an option of Java. */
    static ChildJvm startWith(String heap, Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", heap, "-ea"));
        command.add("-cp");
        command.add(
                Stream.of(main, EmbeddedEventStore.class, EventStore.class, Machine.class)
                        .map(ChildJvm::placeOf)
                        .distinct()
                        .collect(Collectors.joining(File.pathSeparator)));
        command.add(main.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ChildJvm(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private static String placeOf(Class<?> type) {
        URI place = URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString());
        return Path.of(place).toString();
    }

    /** The next line; null when the child has ended. */
    String answer() throws IOException {
        return answers.readLine();
    }

    void order(String line) throws IOException {
        orders.write(line);
        orders.newLine();
        orders.flush();
    }

    /** Waits this long, or until the child has ended by itself. */
    void letRun(long millis) throws InterruptedException {
        process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the child as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.toHandle()
                .destroyForcibly(); // unlike Process it leaves open what is still to be read
        process.waitFor();
    }

    @Override
    public void close() throws IOException {
        process.toHandle().destroyForcibly();
        process.onExit().join();
        answers.close();
    }
}
