package org.leftfold.engine.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.engine.EmbeddedEventStore;

/**
 * Main program of a child JVM: opens a store and appends as many events as each line says, one by
 * one, their payloads counted from 1; then answers with the head. An empty line closes the store.
 */
final class WriterChild {
    private WriterChild() {}

    /** Argument: directory. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        BufferedReader orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        EmbeddedEventStore store =
                EmbeddedEventStore.open(Path.of(arguments[0]), AppenderChild.OPTIONS);
        long count = store.head();
        answers.println(count);
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            if (line.isEmpty()) {
                store.close();
                answers.println("closed");
                continue;
            }
            for (int left = Integer.parseInt(line); left > 0; left--) {
                count++;
                store.append(
                        new StreamName("count-" + count % 7),
                        ExpectedVersion.any(),
                        NewEvent.ofJson("Counted", "%200d".formatted(count))
                                .withTags("third:" + count % 3));
            }
            answers.println(count);
        }
    }
}
